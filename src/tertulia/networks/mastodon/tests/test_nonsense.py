"""A server that answers JSON which is not Mastodon's: always an outcome, never a fall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks.contract import Account, Author, Draft, Outcome, Picture, Ref, TryLater, Unsure
from tertulia.networks.mastodon import client
from tertulia.networks.mastodon.client import Mastodon
from tertulia.networks.stage import key, png

NONSENSE: list[Any] = [{}, [], [1], [{}], "texto", 0, None, {"id": None}, {"id": "1", "account": []}, [[]], [None],
                       {"url": "x"}, [{"id": "1", "created_at": 3}], {"ancestors": 3},
                       [{"type": "mention", "id": "1", "status": {}}]]
REPLY = Draft("Hola", reply_to=Ref("1"))
VERBS: dict[str, Callable[[Mastodon], Any]] = {
    "publish": lambda network: network.publish(Draft("Hola"), key()),
    "reply": lambda network: network.publish(REPLY, key()),
    "picture": lambda network: network.publish(Draft("Hola", pictures=(Picture(png(), "image/png"),)), key()),
    "find": lambda network: network.find(Draft("Hola"), key()),
    "find reply": lambda network: network.find(REPLY, key()),
    "read": lambda network: network.read(Ref("1")),
    "delete": lambda network: network.delete(Ref("1")),
    "begin collecting": lambda network: network.collect({}),
    "collect": lambda network: network.collect({"min_id": "0"}),
    "still there": lambda network: network.still_there(["1"]),
    "measure": lambda network: network.measure([Ref("1")]),
    "knows": lambda network: network.knows("ana"),
    "knows elsewhere": lambda network: network.knows("ana@b.example"),
    "profile": lambda network: network.profile(),
    "block": lambda network: network.block(Author("https://a.example/users/ana", "ana@a.example")),
}


@pytest.fixture(scope="module")
def babbler() -> Iterator[tuple[Callable[[Any], None], str]]:
    """A server that gives the same answer to everything, and the way to set it."""
    told: list[Told] = [said({})]

    def answer(asked: Asked) -> Told:
        return told[0]

    with serving(answer) as server:
        yield lambda value: told.__setitem__(0, said(value)), server.url


@pytest.mark.parametrize("verb", VERBS)
def test_nonsense_is_an_outcome(
        verb: str, babbler: tuple[Callable[[Any], None], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MEDIA_WAITS", ())
    say, url = babbler
    account = Account("mastodon", "1", "yo@a.example", base_url=url, secrets={"token": "x"},
                      settings={"account_id": "1", "acct": "yo", "domain": "a.example"})
    with open_client(allow=[url.removeprefix("http://")]) as http:
        for value in NONSENSE:
            say(value)
            try:
                done = VERBS[verb](Mastodon(account, http, lambda secrets: None))
                assert verb != "find" or value == [], f"{value} does not say that it is not there: {done}"
            except Outcome as outcome:
                assert isinstance(outcome, Unsure if verb == "publish" else TryLater), value


@pytest.mark.parametrize("way", ["connect", "begin", "finish"])
def test_nonsense_while_connecting_is_an_outcome(
        way: str, babbler: tuple[Callable[[Any], None], str], monkeypatch: pytest.MonkeyPatch) -> None:
    say, url = babbler
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", url.removeprefix("http://"))
    memory = {"base_url": url, "client_id": "", "client_secret": "", "redirect_uri": "", "code_verifier": ""}
    with open_client() as http:
        for value in [*NONSENSE, {"version": "4.3"}, {"version": "4.3", "configuration": 3}, {"access_token": "x"}]:
            say(value)
            with pytest.raises(Outcome):
                if way == "connect":
                    Mastodon.connect({"address": url, "token": "x"}, http)
                elif way == "begin":
                    Mastodon.begin({"address": url}, "https://t.example/", "S", http)
                else:
                    Mastodon.finish(memory, "code", http)
