"""A server that answers JSON which is not Instagram's: always an outcome, never a fall, and never «it is not there»."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks.contract import Account, Author, Draft, Key, Outcome, Ref, Steps, TryLater, Unsure
from tertulia.networks.instagram import Instagram
from tertulia.networks.instagram.tests.fake import SCOPES
from tertulia.networks.instagram.tests.stages import PICTURE

NONSENSE: list[Any] = [{}, [], {"id": ""}, {"id": 7}, {"message_id": None},
                       [1], [{}], "texto", 0, None, {"id": None}, {"id": "1", "timestamp": []}, [[]], {"data": None},
                       {"data": [1]}, {"data": [{"id": "1", "timestamp": 3.5}]}, {"data": {}}, {"error": "no"}, {"error": {"code": "x"}},
                       {"status_code": None}, {"status_code": "BAKED"}, {"data": [{"id": "1"}], "paging": {"next": 3}}]
POST, REPLY = Draft("Hola", pictures=(PICTURE,)), Draft("Hola", reply_to=Ref("1"))
MESSAGE = Draft("Hola", to=Author("5", "ana"))


def begun(**steps: Any) -> Key:
    return Key("a", clock.now(), Steps({"since": 1.0, **steps}))


FINISHED: Mapping[str, Any] = {"publishing": 1.0, "container": "7"}
VERBS: dict[str, Callable[[Instagram], Any]] = {
    "publish": lambda network: network.publish(POST, begun()),
    "go on": lambda network: network.publish(POST, begun(container="7")),
    "reply": lambda network: network.publish(REPLY, begun()),
    "message": lambda network: network.message(MESSAGE, begun()),
    "find": lambda network: network.find(POST, begun(**FINISHED)),
    "find reply": lambda network: network.find(REPLY, begun(sending=1.0)),
    "find message": lambda network: network.find(MESSAGE, begun(sending=1.0)),
    "read": lambda network: network.read(Ref("1")),
    "read comment": lambda network: network.read(Ref("1", extra={"kind": "comment"})),
    "read message": lambda network: network.read(Ref("1", extra={"kind": "direct"})),
    "hide": lambda network: network.hide(Ref("1")),
    "delete": lambda network: network.delete(Ref("1")),
    "collect": lambda network: network.collect({}),
    "collect a post": lambda network: network.collect({"queue": [["post", "1", 2, "3"]],
                                                       "posts": {"1": {"n": 0, "top": "", "whole": 0, "ids": []}}}),
    "collect a talk": lambda network: network.collect({"queue": [["talk", "1", 2.0]]}),
    "still there": lambda network: network.still_there(["1"]),
    "measure": lambda network: network.measure([Ref("1")]),
    "profile": lambda network: network.profile(),
    "quota": lambda network: network.quota(),
    "renew": lambda network: network.renew(),
}
CREATES, MAKES = {"reply", "message"}, {"publish", "go on", "reply", "message", "renew", "read", "read comment", "quota"}


@pytest.fixture(scope="module")
def babbler() -> Iterator[tuple[Callable[[Any], None], str]]:
    """A server that gives the same answer to everything, and the way to set it."""
    told: list[Told] = [said({})]

    def answer(asked: Asked) -> Told:
        return told[0]

    with serving(answer) as server:
        yield lambda value: told.__setitem__(0, said(value)), server.url


@pytest.mark.parametrize("verb", VERBS)
def test_nonsense_is_an_outcome(verb: str, babbler: tuple[Callable[[Any], None], str]) -> None:
    say, url = babbler
    account = Account("instagram", "1", "yo", base_url=f"{url}/v25.0", secrets={"token": "SECRET-SECRET"}, scopes=frozenset(SCOPES))
    with open_client(allow=[url.removeprefix("http://")]) as http:
        for value in NONSENSE:
            say(value)
            try:
                done = VERBS[verb](Instagram(account, http, lambda secrets: None))
                assert not verb.startswith("find") or done is not None, f"{value} does not say that it is not there"
                assert verb not in MAKES or (verb == "reply" and value["id"] == "1"), f"{value} is no {verb}: {done}"
            except Outcome as outcome:
                assert isinstance(outcome, Unsure if verb in CREATES else (TryLater, Unsure)), value
                assert "SECRET-SECRET" not in f"{outcome!r} {outcome.evidence}"


def test_nonsense_while_connecting_is_an_outcome(
        babbler: tuple[Callable[[Any], None], str], monkeypatch: pytest.MonkeyPatch) -> None:
    say, url = babbler
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", url.removeprefix("http://"))
    with open_client() as http:
        for value in [*NONSENSE, {"user_id": "1"}, {"user_id": "1", "username": "yo"}]:
            say(value)
            with pytest.raises(Outcome):
                Instagram.connect({"base_url": url, "token": "x"}, http)
