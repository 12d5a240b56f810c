"""A server that answers JSON which is not WordPress's: always an outcome, never a fall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks.contract import Account, Draft, Outcome, Picture, Ref, TryLater, Unsure
from tertulia.networks.stage import key, png
from tertulia.networks.wordpress import WordPress

NONSENSE: list[Any] = [{}, [], [1], [{}], "texto", 0, None, {"id": None}, {"id": 1, "status": []}, [[]], [None], {"code": 3}, {"code": "x"},
                       [{"id": 1, "date_gmt": 3}], {"id": 1, "link": "", "status": "publish", "date_gmt": "ayer", "slug": 3},
                       [{"id": "uno", "type": "comment"}], {"id": 1, "status": "approved", "post": {}}]
REPLY, NOTE = Draft("Hola", reply_to=Ref("comment-1")), Draft("Hola", reply_to=Ref("post-1"))
VERBS: dict[str, Callable[[WordPress], Any]] = {
    "publish": lambda network: network.publish(Draft("Hola"), key()),
    "comment": lambda network: network.publish(NOTE, key()),
    "reply": lambda network: network.publish(REPLY, key()),
    "picture": lambda network: network.publish(Draft("Hola", pictures=(Picture(png(), "image/png"),)), key()),
    "find": lambda network: network.find(Draft("Hola"), key()),
    "find reply": lambda network: network.find(REPLY, key()),
    "read": lambda network: network.read(Ref("post-1")),
    "read comment": lambda network: network.read(Ref("comment-1")),
    "begin collecting": lambda network: network.collect({}),
    "collect": lambda network: network.collect({"offset": 0, "recent": [1], "last": 1}),
    "a cursor of another network": lambda network: network.collect({"min_id": "3"}),
    "still there": lambda network: network.still_there(["post-1", "comment-1"]),
    "measure": lambda network: network.measure([Ref("post-1")]),
    "profile": lambda network: network.profile(),
    "hide": lambda network: network.hide(Ref("comment-1")),
    "delete": lambda network: network.delete(Ref("post-1")),
}
CREATE = ("publish", "comment")


@pytest.fixture(scope="module")
def babbler() -> Iterator[tuple[Callable[[Told], None], str]]:
    """A server that gives the same answer to everything, and the way to set it."""
    told: list[Told] = [said({})]

    def answer(asked: Asked) -> Told:
        return told[0]

    with serving(answer) as server:
        yield lambda value: told.__setitem__(0, value), server.url


@pytest.mark.parametrize("place", ["/wp-json", "/?rest_route="])
@pytest.mark.parametrize("verb", VERBS)
def test_nonsense_is_an_outcome(verb: str, place: str, babbler: tuple[Callable[[Told], None], str]) -> None:
    say, url = babbler
    account = Account("wordpress", "1", "yo", base_url=url, secrets={"user": "yo", "password": "x"},
                      settings={"api": url + place, "user_id": 1, "user": "yo", "display_name": "Yo"})
    with open_client(allow=[url.removeprefix("http://")]) as http:
        for value in NONSENSE:
            say(said(value))
            try:
                done = VERBS[verb](WordPress(account, http, lambda secrets: None))
                assert verb not in CREATE, f"{value} is taken for {done}"
                assert verb != "find" or value == [], f"{value} does not say that it is not there: {done}"
            except Outcome as outcome:
                assert isinstance(outcome, Unsure if verb in CREATE else TryLater), value


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 418, 429, 500, 501, 503])
def test_nonsense_as_a_refusal_is_an_outcome(status: int, value: Any, babbler: tuple[Callable[[Told], None], str]) -> None:
    say, url = babbler
    account = Account("wordpress", "1", "yo", base_url=url, secrets={"user": "yo", "password": "x"},
                      settings={"api": f"{url}/wp-json", "user_id": 1, "user": "yo", "display_name": "Yo"})
    say(said(value, status))
    with open_client(allow=[url.removeprefix("http://")]) as http, pytest.raises(Outcome):
        WordPress(account, http, lambda secrets: None).publish(Draft("Hola"), key())


@pytest.mark.parametrize("value", [*NONSENSE, {"namespaces": 3}, {"namespaces": ["wp/v2"], "authentication": 3},
                                   {"namespaces": ["wp/v2"], "id": 1, "capabilities": [], "home": ""}])
def test_nonsense_while_connecting_is_an_outcome(
        value: Any, babbler: tuple[Callable[[Told], None], str], monkeypatch: pytest.MonkeyPatch) -> None:
    say, url = babbler
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", url.removeprefix("http://"))
    say(said(value))
    with open_client() as http, pytest.raises(Outcome):
        WordPress.connect({"address": url, "user": "yo", "password": "x"}, http)
