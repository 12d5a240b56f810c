"""The fault layer does what its words say, over a real connection."""

from __future__ import annotations

import math

import httpx
import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks import calls
from tertulia.networks.contract import Outcome, Reconnect, Refused, TryLater, Unsure
from tertulia.networks.faults import AFTER, BEFORE, FAULTS, OF_SHOWING, Faults, Shows

BRIEF = httpx.Timeout(0.6, connect=0.4)


class Wall:
    """Keeps what is posted, and shows it when its time has come."""

    def __init__(self) -> None:
        self.visible_after = 0.0
        self.kept: list[tuple[str, float]] = []

    def answer(self, asked: Asked) -> Told:
        if asked.method == "POST":
            self.kept.append((asked.json()["text"], self.visible_after))
        return said({"kept": len(self.kept)})


def kind_of(asked: Asked) -> str:
    return {"POST": "create", "GET": "look"}[asked.method]


def ends(faults: Faults, text: str = "pan") -> Outcome | None:
    """How a request that creates ends before these faults."""
    with serving(faults.answer) as server, open_client(timeout=BRIEF, allow=[server.host]) as http:
        try:
            calls.call(http, "POST", server.url, creates=True, json={"text": text})
        except Outcome as outcome:
            return outcome
    return None


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_said_to_happen_before_leaves_nothing_and_after_leaves_one(fault: str) -> None:
    wall = Wall()
    faults = Faults(wall.answer, kind_of, shows=wall)
    faults.plan["create"] = [fault]
    outcome = ends(faults)
    assert len(wall.kept) == (0 if fault in BEFORE else 1)
    assert faults.seen == {("create", fault): 1}
    sure = {"refuse": Refused, "dead": Reconnect, "wrong_json": type(None), "slow": type(None)}
    sure |= {one: TryLater for one in FAULTS if one.startswith("limit")}
    assert isinstance(outcome, sure.get(fault, Unsure)), outcome


@pytest.mark.parametrize("fault", [one for one in FAULTS if one.startswith("limit")])
def test_a_429_says_when_in_its_own_way(fault: str) -> None:
    faults = Faults(Wall().answer, kind_of, wait=7.0)
    faults.plan["create"] = [fault]
    outcome = ends(faults)
    assert isinstance(outcome, TryLater)
    if fault == "limit":
        assert outcome.after is None
    else:
        assert outcome.after is not None
        assert 6.5 <= outcome.after <= 9.5


def test_a_plan_goes_in_order_and_ends() -> None:
    wall = Wall()
    faults = Faults(wall.answer, kind_of)
    faults.plan = {"create": ["", "refuse"], "look": ["error_before"]}
    assert [type(ends(faults, text)) for text in "abc"] == [type(None), Refused, type(None)]
    assert [text for text, _ in wall.kept] == ["a", "c"]
    assert faults.plan["look"] == ["error_before"], "of another kind"


def test_chance_is_the_same_for_the_same_seed() -> None:
    def play(seed: int) -> list[tuple[str, str]]:
        faults = Faults(Wall().answer, kind_of, seed=seed)
        faults.among, faults.chance = ("refuse", "error_after"), {"create": 0.5}
        post = Asked("POST", "/", {}, {}, b'{"text": "pan"}')
        for _ in range(40):
            faults.answer(post)
            faults.answer(Asked("GET", "/", {}, {}, b""))
        assert faults.seen["look", ""] == 40
        return sorted(faults.seen.elements())

    assert play(3) == play(3) != play(4)
    assert {fault for _, fault in play(3)} == {"", "refuse", "error_after"}


def test_a_fake_is_told_when_to_show_and_only_for_that_request() -> None:
    wall = Wall()
    assert isinstance(wall, Shows)
    faults = Faults(wall.answer, kind_of, shows=wall)
    faults.plan["create"] = ["seen_late", "unseen", ""]
    for text in "abc":
        ends(faults, text)
    assert wall.kept == [("a", 30.0), ("b", math.inf), ("c", 0.0)]
    faults = Faults(wall.answer, kind_of)
    faults.plan["create"] = ["unseen"]
    with pytest.raises(ValueError, match="shows everything at once"):
        faults.answer(Asked("POST", "/", {}, {}, b'{"text": "pan"}'))


def test_a_network_says_it_in_its_own_words() -> None:
    faults = Faults(Wall().answer, kind_of, dialect={"refuse": said({"error": "no"}, 400)})
    faults.plan["create"] = ["refuse"]
    outcome = ends(faults)
    assert isinstance(outcome, Refused)
    assert outcome.evidence["status"] == 400


def test_every_fault_is_before_or_after() -> None:
    assert set(BEFORE) | set(AFTER) == set(FAULTS)
    assert not set(BEFORE) & set(AFTER)
    assert set(OF_SHOWING) <= set(AFTER)
