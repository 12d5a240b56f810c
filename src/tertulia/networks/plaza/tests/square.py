"""A real plaza for tests: our account on it, its public, its faults; all over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Literal

import httpx

from tertulia.kit.http import open_client
from tertulia.networks.contract import Account, Ref
from tertulia.networks.plaza import translate
from tertulia.networks.plaza.client import Plaza
from tertulia.networks.stage import Break

_EFFECTS = {"refuse": "refuse", "limit": "limit", "error": "error_before", "html": "html", "lost": "lose_after",
            "dead": "dead_token"}


class Control:
    """The plaza's own strings, pulled over HTTP."""

    def __init__(self, http: httpx.Client, base: str) -> None:
        self.http, self.base = http, base

    def __call__(self, method: str, path: str, **how: Any) -> Any:
        answer = self.http.request(method, f"{self.base}/plaza/api/public/{path}", **how)
        assert answer.status_code < 300, answer.text[:500]
        return answer.json()


class Person:
    """Somebody of the public."""

    def __init__(self, control: Control, told: Mapping[str, Any], brand: str) -> None:
        self._control, self._brand, self.author = control, brand, translate.author(told)

    def comment(self, on: Ref, text: str) -> str:
        return self._say(text, parent=on.external_id)

    def mention(self, text: str) -> str:
        return self._say(f"@{self._brand} {text}")

    def message(self, text: str) -> str:
        return self._say(text, to=self._brand)

    def delete(self, external_id: str) -> None:
        self._control("POST", "undo", json={"id": external_id})

    def received(self) -> list[str]:
        said = self._control("GET", "seen")["utterances"]
        return [one["text"] for one in said if one["to"] and one["to"]["handle"] == self.author.handle]

    def _say(self, text: str, **where: str) -> str:
        body = {"as": self.author.handle, "text": text, **where}
        return str(self._control("POST", "speak", json=body)["id"])


class Square:
    """The ``Stage`` of the shared suite: a fresh account on the plaza at ``base``."""

    patience = 0.0
    burst = 90

    def __init__(self, base: str, http: httpx.Client, **about: Any) -> None:
        self.http, self.control = http, Control(http, base)
        self.handle = f"marca_{uuid.uuid4().hex[:10]}"
        made = self.control("POST", "neighbours", json={"handle": self.handle, "name": "Panadería Añeja", "brand": True,
                                                       **about})
        self.account: Account = Plaza.connect({"base_url": base, "token": made["token"]}, http)

    def network(self) -> Plaza:
        return Plaza(self.account, self.http, lambda secrets: None)

    def public(self, number: int = 0) -> Person:
        found = self.control("POST", "neighbours", json={"handle": f"{self.handle}_{number}", "name": "Ana Ñíguez"})
        return Person(self.control, found, self.handle)

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None:
        where = {"publish": ("POST", "utterances"), "collect": ("GET", "me/notices")}[verb]
        self.fault(_EFFECTS[how], *where, seconds=30)

    def fault(self, effect: str, method: str = "", path: str = "", **how: Any) -> None:
        """One fault, on this account only."""
        self.control("POST", "faults", json={
            "effect": effect, "method": method, "path": path, "account": self.handle, "times": 1, **how})

    def seen(self) -> list[str]:
        said = self.control("GET", f"seen?author={self.handle}")["utterances"]
        return [one["text"] for one in said if not one["deleted"] and one["visibility"] == "public"]


@contextmanager
def square(base: str, *, seconds: float = 20.0, **about: Any) -> Iterator[Square]:
    """A square whose client may call this plaza, and gives up after ``seconds``."""
    with open_client(timeout=httpx.Timeout(seconds), allow=[httpx.URL(base).netloc.decode()]) as http:
        yield Square(base, http, **about)
