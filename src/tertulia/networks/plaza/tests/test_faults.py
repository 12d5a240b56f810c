"""What the plaza can do to us, and what we make of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.networks.contract import Draft, Gone, Outcome, Picture, Reconnect, Ref, Refused, TryLater, Unsure
from tertulia.networks.plaza.client import Plaza
from tertulia.networks.plaza.tests.square import Square, square
from tertulia.networks.stage import drain, key, png


@pytest.fixture
def stage(live: str, settings: Any) -> Iterator[Square]:
    settings.TERTULIA_PLAZA_CONTROL = True
    with square(live) as found:
        yield found


@contextmanager
def impatient(stage: Square) -> Iterator[None]:
    """The client gives up after a second."""
    stage.http.timeout, patience = httpx.Timeout(1.0), stage.http.timeout
    yield
    stage.http.timeout = patience


@pytest.mark.parametrize(("effect", "outcome", "reason", "done"), [
    ("refuse", Refused, "forbidden", False),
    ("limit", TryLater, "limited", False),
    ("error_before", Unsure, "server_error", False),
    ("error_after", Unsure, "server_error", True),
    ("lose_before", Unsure, "reset", False),
    ("lose_after", Unsure, "reset", True),
    ("hang_before", Unsure, "timeout", False),
    ("hang_after", Unsure, "timeout", True),
    ("html", Unsure, "not_json", False),
    ("bad_json", Unsure, "not_json", False),
    ("dead_token", Reconnect, "bad_credentials", False),
])
def test_each_fault_of_publishing_has_its_outcome_and_ends_as_one_post(
        stage: Square, effect: str, outcome: type[Outcome], reason: str, done: bool) -> None:
    stage.fault(effect, "POST", "utterances", seconds=1.3)
    draft, name = Draft("Hoy hay pan de nueces"), key()
    with impatient(stage), pytest.raises(outcome) as caught:
        stage.network().publish(draft, name)
    assert caught.value.reason == reason
    assert (stage.network().find(draft, name) is not None) is done
    stage.network().publish(draft, name)
    stage.network().publish(draft, name)
    assert stage.seen() == [draft.text]


@pytest.mark.parametrize("effect", ["error_before", "lose_before", "hang_before", "html", "bad_json", "limit"])
def test_a_failed_reading_is_asked_again(stage: Square, effect: str) -> None:
    stage.fault(effect, "GET", "*", seconds=1.3)
    with impatient(stage), pytest.raises(TryLater):
        stage.network().collect({})
    assert stage.network().collect({}).items == ()


@pytest.mark.parametrize(("wait", "seconds"), [("seconds", 75), ("date", 75), ("epoch", 75), ("iso", 75), ("none", None)])
def test_a_limit_is_understood_however_it_is_said(stage: Square, wait: str, seconds: float | None) -> None:
    stage.fault("limit", seconds=75, wait=wait)
    with pytest.raises(TryLater) as caught:
        stage.network().publish(Draft("Rápido"), key())
    assert caught.value.scope == "account"
    assert caught.value.after == (None if seconds is None else pytest.approx(seconds, abs=5))


def test_a_slow_plaza_is_only_slow(stage: Square) -> None:
    stage.fault("slow", seconds=0.3)
    began = clock.now()
    stage.network().publish(Draft("Sin prisa"), key())
    assert clock.now() - began >= timedelta(seconds=0.3)


def test_what_cannot_be_seen_yet_is_found_by_its_key_and_told_later(stage: Square) -> None:
    stage.fault("invisible", "POST", "utterances", seconds=3600)
    draft, name = Draft("Luego se verá"), key()
    receipt = stage.network().publish(draft, name)
    with pytest.raises(Gone):
        stage.network().read(receipt.ref)
    found = stage.network().find(draft, name)
    assert found is not None
    assert found.ref.external_id == receipt.ref.external_id
    assert stage.network().publish(draft, name).ref.external_id == receipt.ref.external_id


def test_a_plaza_that_ignores_keys_is_looked_through(live: str, settings: Any) -> None:
    settings.TERTULIA_PLAZA_CONTROL = True
    with square(live, ignores_keys=True) as stage:
        picture = Picture(png(), "image/png", "Una hogaza")
        draft, name = Draft("Pan de an\u0303il", pictures=(picture,)), key()
        stage.fault("lose_after", "POST", "utterances")
        with pytest.raises(Unsure):
            stage.network().publish(draft, name)
        found = stage.network().find(draft, name)
        assert found is not None
        assert stage.network().find(Draft("Pan de an\u0303il"), name) is None
        for _ in range(45):
            stage.network().publish(Draft("Relleno"), key())
        assert stage.network().find(draft, name) == found
        with pytest.raises(Unsure):
            stage.network().find(Draft("Relleno"), name)


def test_five_thousand_mentions_arrive_once_and_in_order(stage: Square) -> None:
    stage.public()
    _, before = drain(stage.network(), {})
    said = stage.control("POST", "bulk", json={"mention": stage.handle, "count": 5000}, timeout=60)["ids"]
    items, after = drain(stage.network(), before)
    assert [item.external_id for item in items] == said
    assert [item.created_at for item in items] == sorted(item.created_at for item in items)
    assert drain(stage.network(), after) == ([], after)


def test_what_was_taken_back_vanishes_and_comes_once(stage: Square) -> None:
    ana = stage.public()
    said, kept = ana.mention("me arrepiento"), ana.mention("me quedo")
    _, cursor = drain(stage.network(), {})
    ana.delete(said)
    batch = stage.network().collect(cursor)
    assert [one.external_id for one in batch.vanished] == [said]
    again, _ = drain(stage.network(), {})
    assert [item.external_id for item in again] == [kept]


def test_a_like_is_no_talk(stage: Square, live: str) -> None:
    ana = stage.public()
    post = stage.network().publish(Draft("Nos gusta gustar"), key())
    token = stage.control("POST", "neighbours", json={"handle": ana.author.handle})["token"]
    liked = stage.http.put(f"{live}/plaza/api/utterances/{post.ref.external_id}/like",
                           headers={"Authorization": f"Bearer {token}"})
    assert liked.json() == {"liked": True}
    batch = stage.network().collect({})
    assert batch.items == ()
    assert batch.cursor == {"after": "1"}
    assert stage.network().measure([post.ref])[post.ref.external_id].likes == 1


def test_a_private_answer_stays_private(stage: Square) -> None:
    ana = stage.public()
    said = ana.message("¿Me lo guardáis?")
    item = stage.network().collect({}).items[0]
    assert (item.external_id, item.kind) == (said, "direct")
    receipt = stage.network().publish(Draft("Guardado", reply_to=Ref(item.external_id)), key())
    assert ana.received() == ["Guardado"]
    assert stage.network().read(receipt.ref).kind == "direct"


def test_whom_we_block_is_heard_no_more(stage: Square) -> None:
    ana = stage.public()
    stage.network().block(ana.author)
    ana.mention("¿hola?")
    assert stage.network().collect({}).items == ()
    stage.network().unblock(ana.author)
    said = ana.mention("¿y ahora?")
    assert [one.external_id for one in stage.network().collect({}).items] == [said]


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "\u202e\x07"])
def test_what_no_plaza_could_keep_is_refused(stage: Square, text: str) -> None:
    with pytest.raises(Refused):
        stage.network().publish(Draft(text), key())


@pytest.mark.parametrize("token", ["", "nadie", "ñandú", "a b"])
def test_a_dead_token_asks_to_connect_again(stage: Square, live: str, token: str) -> None:
    with pytest.raises(Reconnect):
        Plaza.connect({"base_url": f"{live}/plaza/", "token": token}, stage.http)


def test_an_address_without_a_plaza_is_refused_in_words(stage: Square) -> None:
    with pytest.raises(Refused):
        Plaza.connect({"base_url": "gopher://plaza", "token": "x"}, stage.http)
    with pytest.raises((Refused, TryLater)):
        Plaza.connect({"base_url": "http://127.0.0.1:9", "token": "x"}, stage.http)


def test_the_loopback_is_shut_unless_the_installation_opens_it(live: str) -> None:
    with open_client() as http, pytest.raises(Refused) as caught:
        Plaza.connect({"base_url": live, "token": "x"}, http)
    assert caught.value.reason == "blocked_address"
