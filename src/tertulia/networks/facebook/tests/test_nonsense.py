"""A server that answers JSON which is not Graph's: always an outcome, never a fall, never a secret told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks.contract import Account, Author, Draft, Key, Outcome, Picture, Ref, Steps, TryLater, Unsure
from tertulia.networks.facebook import Facebook
from tertulia.networks.facebook.collecting import TURNS
from tertulia.networks.stage import key, png

TOKEN = "TOKEN-TOKEN-TOKEN"
NONSENSE: list[Any] = [
    {}, [], [1], [{}], "texto", 0, None, True, {"id": None}, {"id": {}}, {"data": 3}, {"data": [1]}, {"data": [{}]}, {"data": [None]},
    {"data": [{"id": "1", "created_time": []}]}, {"data": [{"id": "1", "updated_time": "ayer", "comments": 3}]},
    {"error": "boom"}, {"error": {"message": TOKEN}}, {"error": {"code": "190"}}, {"id": [], "attachments": 3}, {"1": {}},
    {"data": {"is_valid": 3}}, [{"code": 200, "body": "{}"}], [{"code": "x", "body": 3}], {"echo": TOKEN},
]
VERBS: dict[str, Callable[[Facebook], Any]] = {
    "publish": lambda network: network.publish(Draft("Hola"), key()),
    "reply": lambda network: network.publish(Draft("Hola", reply_to=Ref("1")), key()),
    "message": lambda network: network.message(Draft("Hola", to=Author("7", "ana")), key()),
    "picture": lambda network: network.publish(Draft("Hola", pictures=(Picture(png(), "image/png"),)), key()),
    "find": lambda network: network.find(Draft("Hola"), Key("k", clock.now(), Steps({"asked": True}))),
    "find message": lambda network: network.find(Draft("Hola", to=Author("7", "ana")), Key("k", clock.now(), Steps({"asked": True}))),
    "read": lambda network: network.read(Ref("1")),
    "hide": lambda network: network.hide(Ref("1")),
    "delete": lambda network: network.delete(Ref("1_1")),
    "posts": lambda network: network.collect({}),
    "comments": lambda network: network.collect({"turn": "comments"}),
    "direct": lambda network: network.collect({"turn": "direct"}),
    "still there": lambda network: network.still_there(["1"]),
    "measure": lambda network: network.measure([Ref("9_1")]),
    "profile": lambda network: network.profile(),
    "block": lambda network: network.block(Author("7", "ana")),
    "unblock": lambda network: network.unblock(Author("7", "ana")),
}


@pytest.fixture(scope="module")
def babbler() -> Iterator[tuple[Callable[[Any], None], str]]:
    """A server that gives the same answer to everything, and the way to set it."""
    told: list[Told] = [said({})]

    def answer(asked: Asked) -> Told:
        assert TOKEN not in f"{asked.path} {asked.query}"
        return told[0]

    with serving(answer) as server:
        yield lambda value: told.__setitem__(0, said(value, 400 if isinstance(value, dict) and "error" in value else 200)), server.url


@pytest.mark.parametrize("verb", VERBS)
def test_nonsense_is_an_outcome(verb: str, babbler: tuple[Callable[[Any], None], str]) -> None:
    say, url = babbler
    scopes = frozenset().union(*TURNS.values())
    account = Account("facebook", "9", "panaderia", base_url=url, scopes=scopes, secrets={"token": TOKEN, "app_secret": "S"})
    with open_client(allow=[url.removeprefix("http://")]) as http:
        for value in NONSENSE:
            say(value)
            try:
                told = VERBS[verb](Facebook(account, http, lambda secrets: None))
                raise AssertionError(f"{value} was believed: {told}")
            except Outcome as outcome:
                kinds = Unsure if verb in ("publish", "reply", "message") else TryLater
                clear = isinstance(value, dict) and "error" in value  # a 400 in a tongue of its own is a no
                assert clear or isinstance(outcome, kinds), value
                assert TOKEN not in f"{outcome!r} {outcome.detail} {outcome.evidence}"


def test_nonsense_while_connecting_is_an_outcome(
        babbler: tuple[Callable[[Any], None], str], monkeypatch: pytest.MonkeyPatch) -> None:
    say, url = babbler
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", url.removeprefix("http://"))
    with open_client() as http:
        for value in NONSENSE:
            for page in ("", "9"):
                say(value)
                with pytest.raises(Outcome) as caught:
                    Facebook.connect({"token": TOKEN, "page": page, "base_url": url}, http)
                assert TOKEN not in f"{caught.value!r} {caught.value.evidence}"
