"""The fake as the stage of the shared suite."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Literal

import httpx

from tertulia.kit.tests.loopback import Loopback
from tertulia.networks.contract import Account, Author, Ref
from tertulia.networks.facebook import Facebook, translate
from tertulia.networks.facebook.tests.fake import PAGE, TOKEN, Fake
from tertulia.networks.faults import Faults
from tertulia.networks.stage import Break

#: The suite's words → those of ``Faults``.
FAULTS = {"refuse": "refuse", "limit": "limit", "error": "error_before", "html": "html", "lost": "reset_after", "dead": "dead"}


class FakePerson:
    """Somebody of the fake."""

    def __init__(self, fake: Fake, number: int) -> None:
        self._fake, self._id = fake, list(fake.people)[number]
        self.author: Author = translate.author({"id": self._id, "name": fake.people[self._id]}, "")

    def comment(self, on: Ref, text: str) -> str:
        return self._fake.comment(self._id, on.external_id, text)

    def mention(self, text: str) -> str:
        return self._fake.keep("post", self._id, text, place="tagged")

    def message(self, text: str) -> str:
        self._fake.wrote[self._id] = time.time()
        return self._fake.keep("direct", self._id, text, thread=f"t_{self._id}")

    def delete(self, external_id: str) -> None:
        self._fake.remove(external_id)

    def received(self) -> list[str]:
        return [one["message"] for one in self._fake.of("direct", thread=f"t_{self._id}") if one["from"]["id"] == PAGE]


class FakeStage:
    """The bakery's Page on a fake."""

    patience, burst = 0.0, 250

    def __init__(self, fake: Fake, faults: Faults, http: httpx.Client, server: Loopback) -> None:
        self.fake, self.faults, self.http, self.server = fake, faults, http, server
        self.account: Account = Facebook.connect({"token": TOKEN, "base_url": f"{fake.url}/v25.0"}, http)

    def network(self) -> Facebook:
        return Facebook(self.account, self.http, self._keep)

    def allow(self, scopes: set[str]) -> None:
        """From now on the account was granted these alone."""
        self.account = replace(self.account, scopes=frozenset(scopes))

    def public(self, number: int = 0) -> FakePerson:
        return FakePerson(self.fake, number)

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None:
        self.faults.plan.setdefault(verb, []).append(FAULTS[how])

    def seen(self) -> list[str]:
        return [one["message"] for one in self.fake.ours()]

    @staticmethod
    def _keep(secrets: Any) -> None:
        raise AssertionError("a Page's token does not change")
