"""The fake as the stage of the shared suite."""

from __future__ import annotations

from typing import Any, Literal

import httpx

from tertulia.kit.tests.loopback import Asked, Loopback
from tertulia.networks.contract import Account, Author, Ref
from tertulia.networks.mastodon import Mastodon, text, translate
from tertulia.networks.mastodon.tests.fake import DOMAIN, Fake
from tertulia.networks.stage import Break


class FakePerson:
    """Somebody of the fake."""

    def __init__(self, fake: Fake, name: str) -> None:
        self._fake, self._me = fake, fake.whose(name)
        self.author: Author = translate.author(self._me, DOMAIN)

    def comment(self, on: Ref, text: str) -> str:
        parent = self._fake.statuses[on.external_id]
        return self._say(f"@{parent['account']['acct']} {text}", in_reply_to_id=on.external_id)

    def mention(self, text: str) -> str:
        return self._say(f"@panaderia {text}")

    def message(self, text: str) -> str:
        return self._say(f"@panaderia {text}", visibility="direct")

    def delete(self, external_id: str) -> None:
        self._fake.remove(external_id)

    def received(self) -> list[str]:
        return [text.plain(one["status"]["content"]) for one in self._fake.notifications
                if one["for"] == self._me["id"] and one["status"]["visibility"] == "direct"]

    def _say(self, words: str, **how: str) -> str:
        return str(self._fake.post(self._me, {"status": words, **how})["id"])


class FakeStage:
    """The bakery's account on a fake."""

    patience, burst = 0.0, 95

    def __init__(self, fake: Fake, http: httpx.Client, server: Loopback) -> None:
        self.fake, self.http, self._server = fake, http, server
        self.account: Account = Mastodon.connect({"address": fake.url, "token": "token-of-panaderia"}, http)

    def anew(self) -> FakeStage:
        """The same, connected again."""
        return FakeStage(self.fake, self.http, self._server)

    def asked(self) -> list[Asked]:
        """Every request so far."""
        return list(self._server.asked)

    def network(self) -> Mastodon:
        return Mastodon(self.account, self.http, self._keep)

    def public(self, number: int = 0) -> FakePerson:
        return FakePerson(self.fake, ("ana", "berto")[number])

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None:
        self.fake.faults[verb].append(how)

    def seen(self) -> list[str]:
        return [text.plain(one["content"]) for one in self.fake.statuses.values()
                if one["account"]["acct"] == "panaderia" and one["visibility"] == "public"]

    @staticmethod
    def _keep(secrets: Any) -> None:
        raise AssertionError("Mastodon's tokens do not change")
