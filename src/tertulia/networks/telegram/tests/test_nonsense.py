"""A server that answers JSON which is not the Bot API's: always an outcome, never a fall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import PAGE, Asked, Told, said, serving
from tertulia.networks.contract import Account, Author, Draft, Outcome, Picture, Ref, TryLater, Unsure
from tertulia.networks.stage import key, png
from tertulia.networks.telegram import Telegram
from tertulia.networks.telegram.tests.fake import TOKEN

PICTURE = Picture(png(), "image/png")
ANA = Author("2001", "ana")
#: What ``result`` may hold, and never does.
RESULTS: list[Any] = [{}, [], [1], [{}], "texto", 0, None, {"message_id": None}, {"message_id": 1, "chat": []}, [[]], [None],
                      {"message_id": 1, "chat": {"id": 1}, "date": "ayer"}, {"message_id": 1, "chat": {"id": 1}, "date": 10**20},
                      {"message_id": 0, "date": 1, "chat": {"id": -100, "type": "channel"}}, [{"update_id": "x", "message": {}}],
                      [{"update_id": 1, "message": {"chat": {"id": -2, "type": "channel"}}}],
                      [{"update_id": 1, "message": {"chat": {"id": -3}, "message_id": 1, "date": 1, "is_automatic_forward": True}}],
                      [{"update_id": 1, "channel_post": {"chat": {"id": -2, "type": "channel"}, "message_id": 1, "date": 1, "text": 3}}]]
ANSWERS: list[Any] = [{}, [], "texto", 0, None, {"ok": 1}, {"ok": True}, {"ok": False}, {"ok": False, "error_code": "x"},
                      {"ok": "no", "result": {}}]
REFUSALS: list[Any] = [{"ok": False, "error_code": 500, "description": None}, {"ok": False, "error_code": 429, "parameters": []},
                       {"ok": False, "error_code": 429, "parameters": {"retry_after": "mañana"}},
                       {"ok": False, "error_code": 400, "description": 3, "parameters": {"migrate_to_chat_id": "x"}},
                       {"ok": False, "error_code": 302}]
CREATES: dict[str, Callable[[Telegram], Any]] = {
    "publish": lambda network: network.publish(Draft("Hola"), key()),
    "reply": lambda network: network.publish(Draft("Hola", reply_to=Ref("-3:1")), key()),
    "picture": lambda network: network.publish(Draft("Hola", pictures=(PICTURE,)), key()),
    "album": lambda network: network.publish(Draft("Hola", pictures=(PICTURE, PICTURE)), key()),
    "message": lambda network: network.message(Draft("Hola", to=ANA), key()),
}
REPEATS: dict[str, Callable[[Telegram], Any]] = {
    "delete": lambda network: network.delete(Ref("-2:1")),
    "collect": lambda network: network.collect({}),
    "collect on": lambda network: network.collect({"offset": 3, "at": 1, "threads": {"5": 7}, "album": "x"}),
    "profile": lambda network: network.profile(),
    "block": lambda network: network.block(ANA),
    "unblock": lambda network: network.unblock(Author("-77", "otro")),
}


@pytest.fixture(scope="module")
def babbler() -> Iterator[tuple[Callable[[Any], None], str]]:
    """A server that gives the same answer to everything, and the way to set it."""
    told: list[Told] = [said({})]

    def answer(asked: Asked) -> Told:
        return told[0]

    with serving(answer) as server:
        yield lambda value: told.__setitem__(0, value if isinstance(value, Told) else said(value)), server.url


def account(url: str) -> Account:
    return Account("telegram", "-2", "panaderia", base_url=url, secrets={"token": TOKEN},
                   settings={"bot_id": 9, "bot": "panaderia_bot", "channel_id": -2, "group_id": -3})


@pytest.mark.parametrize("verb", CREATES)
def test_what_creates_is_unsure_or_refused(verb: str, babbler: tuple[Callable[[Any], None], str]) -> None:
    say, url = babbler
    with open_client(allow=[url.removeprefix("http://")]) as http:
        for value in [*({"ok": True, "result": one} for one in RESULTS), *ANSWERS, PAGE, Told(200, b"")]:
            say(value)
            with pytest.raises(Unsure):
                CREATES[verb](Telegram(account(url), http, lambda secrets: None))
        for value in REFUSALS:
            say(value)
            with pytest.raises(Outcome):
                CREATES[verb](Telegram(account(url), http, lambda secrets: None))


@pytest.mark.parametrize("verb", REPEATS)
def test_what_may_be_repeated_is_for_later(verb: str, babbler: tuple[Callable[[Any], None], str]) -> None:
    say, url = babbler
    with open_client(allow=[url.removeprefix("http://")]) as http:
        for value in [*({"ok": True, "result": one} for one in RESULTS), *ANSWERS, PAGE, Told(200, b""), *REFUSALS]:
            say(value)
            try:
                REPEATS[verb](Telegram(account(url), http, lambda secrets: None))
            except Outcome as outcome:
                assert isinstance(outcome, TryLater) or value in REFUSALS, value


def test_nonsense_while_connecting_is_an_outcome(
        babbler: tuple[Callable[[Any], None], str], monkeypatch: pytest.MonkeyPatch) -> None:
    say, url = babbler
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", url.removeprefix("http://"))
    kinds = [{"url": ""}, {"url": "", "type": "channel"}, {"url": "", "type": "channel", "id": 1, "status": "administrator"}]
    with open_client() as http:
        for value in [*({"ok": True, "result": one} for one in [*RESULTS, *kinds]), *ANSWERS, *REFUSALS, PAGE, Told(404, b"no")]:
            say(value)
            with pytest.raises(Outcome):
                Telegram.connect({"token": TOKEN, "handle": "panaderia", "base_url": url}, http)
