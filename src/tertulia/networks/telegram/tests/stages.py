"""The fake as the stage of the shared suite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import httpx

from tertulia.kit.tests.loopback import Asked, Loopback, Told, said
from tertulia.networks.contract import Account, Author, Ref
from tertulia.networks.faults import Fault, Faults
from tertulia.networks.stage import Break
from tertulia.networks.telegram import Telegram, translate
from tertulia.networks.telegram.tests.fake import CHANNEL, GROUP, TOKEN, Fake

FAULT: Mapping[Break, Fault] = {"refuse": "refuse", "limit": "limit", "error": "error_before", "html": "html",
                                "lost": "reset_after", "dead": "dead"}
#: Faults as this network says them.
DIALECT: Mapping[str, Told] = {
    "refuse": said({"ok": False, "error_code": 400, "description": "Bad Request: something is not allowed here"}, 400),
    "limit": said({"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 7",
                   "parameters": {"retry_after": 7}}, 429),
    "dead": said({"ok": False, "error_code": 401, "description": "Unauthorized"}, 401),
    "error_before": said({"ok": False, "error_code": 500, "description": "Internal Server Error"}, 500)}


def kind_of(asked: Asked) -> str:
    """What a request is, in the words of the plan of faults."""
    method = asked.path.rpartition("/")[2]
    return {"getUpdates": "collect", "deleteMessage": "delete"}.get(method, "publish" if method.startswith("send") else "")


class FakePerson:
    """Somebody of the fake, in the discussion group; they have opened the bot."""

    def __init__(self, fake: Fake, name: str) -> None:
        self._fake, self.me = fake, fake.people[name]
        self.author: Author = translate.author({"from": self.me})

    def comment(self, on: Ref, text: str) -> str:
        chat, number = translate.place_of(on.external_id)
        return self.say(GROUP, text, self._fake.copy_of(chat, number)["message_id"] if chat == CHANNEL else number)

    def mention(self, text: str) -> str:
        return self.say(GROUP, f"@panaderia_bot {text}")

    def message(self, text: str) -> str:
        return self.say(self.me["id"], text)

    def delete(self, external_id: str) -> None:
        raise NotImplementedError("Telegram tells a bot of no deletion")

    def received(self) -> list[str]:
        return [one["text"] for one in self._fake.messages[self.me["id"]].values() if one["from"]["is_bot"]]

    def say(self, chat: int, text: str, on: int = 0) -> str:
        said = self._fake.say(chat, self.me, on, text=text)
        return translate.name_of(chat, said["message_id"])


class FakeStage:
    """The bakery's channel on a fake."""

    patience, burst = 0.0, 230

    def __init__(self, fake: Fake, faults: Faults, http: httpx.Client, server: Loopback) -> None:
        self.fake, self.faults, self.http, self.server = fake, faults, http, server
        self.account: Account = self.connect()

    def connect(self, **answers: str) -> Account:
        """The account that a form with ``answers`` gives."""
        return Telegram.connect({"token": TOKEN, "handle": "@panaderia", "base_url": self.server.url, **answers}, self.http)

    def network(self) -> Telegram:
        return Telegram(self.account, self.http, self._keep)

    def public(self, number: int = 0) -> FakePerson:
        return FakePerson(self.fake, ("ana", "berto")[number])

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None:
        self.faults.plan.setdefault(verb, []).append(FAULT[how])

    def seen(self) -> list[str]:
        return [one.get("text") or one.get("caption", "") for one in self.fake.messages[CHANNEL].values()]

    @staticmethod
    def _keep(secrets: Any) -> None:
        raise AssertionError("a bot's token does not change")
