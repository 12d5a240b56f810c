"""Nothing lost, nothing twice, in order: against a server with the real one's habits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tertulia.kit.tests.loopback import PAGE, said
from tertulia.networks.bluesky import Bluesky
from tertulia.networks.bluesky.tests.fake import OURS, FakeAppView, every, playing
from tertulia.networks.contract import Item, TryLater
from tertulia.networks.stage import drain


@pytest.fixture
def there() -> FakeAppView:
    return FakeAppView()


@pytest.fixture
def network(there: FakeAppView) -> Iterator[Bluesky]:
    with playing(there.answer) as (bluesky, _, _):
        yield bluesky


def ids(items: list[Item]) -> list[str]:
    return [item.external_id for item in items]


def test_a_burst_of_five_thousand_arrives_once_and_in_order(there: FakeAppView, network: Bluesky) -> None:
    _, cursor = drain(network, {})
    # seven a millisecond, so that every page ends within one
    spoken = [there.say(f"n {n}", at + timedelta(milliseconds=n // 7)) for n, at in enumerate([*every(0, 5000)])]
    there.calls.clear()
    items, after = drain(network, cursor)
    assert ids(items) == spoken
    assert len(there.calls) < 200  # not a walk from the top for every page
    assert ids(drain(network, after)[0]) == []
    assert ids(drain(network, cursor)[0]) == spoken
    assert len(json.dumps(after)) < 200_000
    there.calls.clear()
    drain(network, after)
    assert len(there.calls) <= 4  # and the next quiet poll is cheap again


def test_what_arrives_while_a_burst_is_read_is_not_lost(there: FakeAppView, network: Bluesky) -> None:
    moments = every(1, 1300)
    spoken = [there.say("antes", next(moments)) for _ in range(950)]
    cursor: Mapping[str, Any] = {}
    items: list[Item] = []
    more = True
    while more:
        batch = network.collect(cursor)
        assert len(batch.items) <= 200
        items.extend(batch.items)
        cursor, more = json.loads(json.dumps(batch.cursor)), batch.more
        spoken += [there.say("durante", moment) for _, moment in zip(range(17), moments, strict=False)]
    assert ids(items) == spoken[:len(items)]
    assert ids([*items, *drain(network, cursor)[0]]) == spoken


def test_a_failure_half_way_costs_nothing_that_was_read(there: FakeAppView, network: Bluesky) -> None:
    spoken = [there.say(f"n {n}", at) for n, at in enumerate(every(1, 640))]
    cursor: Mapping[str, Any] = {}
    items: list[Item] = []
    faults = [said({"error": "RateLimitExceeded"}, 429, ratelimit_reset="60"), PAGE, said({"error": "UpstreamFailure"}, 502)]
    more, turn = True, 0
    while more:
        turn += 1
        there.faults = [faults[turn % 3]] if turn % 2 else []
        try:
            batch = network.collect(cursor)
        except TryLater:
            continue
        items.extend(batch.items)
        cursor, more = json.loads(json.dumps(batch.cursor)), batch.more
    assert ids(items) == spoken


def test_reading_a_cursor_leaves_it_as_it_was(there: FakeAppView, network: Bluesky) -> None:
    _, cursor = drain(network, {})
    before = json.dumps(cursor)
    there.say("hola", datetime.now(UTC))
    network.collect(cursor)
    assert json.dumps(cursor) == before


def test_a_hundred_and_fifty_in_one_millisecond_do_not_hold_it_for_ever(there: FakeAppView, network: Bluesky) -> None:
    now = datetime.now(UTC)
    for number in range(150):
        there.say(f"n {number}", now)
    items, _ = drain(network, {})
    assert len(set(ids(items))) == len(items) >= 100


def test_a_late_mention_is_found_when_the_day_is_walked_again(there: FakeAppView, network: Bluesky) -> None:
    known = [there.say(f"n {n}", at) for n, at in enumerate(every(60, 250))]
    items, cursor = drain(network, {})
    assert ids(items) == known
    late = there.say("programado hace rato", datetime.now(UTC) - timedelta(hours=3))
    a_quarter_later = {**cursor, "walked": cursor["walked"] - 16 * 60_000}
    assert ids(drain(network, a_quarter_later)[0]) == [late]


def test_what_is_older_than_a_month_is_not_fetched_at_first(there: FakeAppView, network: Bluesky) -> None:
    there.say("viejo", datetime.now(UTC) - timedelta(days=31))
    recent = there.say("reciente", datetime.now(UTC) - timedelta(days=29))
    assert ids(drain(network, {})[0]) == [recent]


def test_a_reply_that_nobody_was_told_of_is_found_in_its_thread(there: FakeAppView, network: Bluesky) -> None:
    now = datetime.now(UTC)
    post = there.say("hogazas", now - timedelta(minutes=9), did=OURS)
    told = there.say("¿de centeno?", now - timedelta(minutes=8), on=post)
    _, cursor = drain(network, {})
    hidden = there.say("¿y de espelta?", now - timedelta(minutes=7), on=post, notify=False)
    deeper = there.say("yo también", now - timedelta(minutes=6), on=told, notify=False)
    items, cursor = drain(network, cursor)
    assert [(item.external_id, item.parent_id, item.root_id, item.kind) for item in items] == [
        (hidden, post, post, "comment"), (deeper, told, post, "comment")]
    there.calls.clear()
    assert drain(network, cursor)[0] == []
    assert "app.bsky.feed.getPostThread" not in there.calls


def test_a_thread_of_which_everything_was_told_is_not_read_again(there: FakeAppView, network: Bluesky) -> None:
    now = datetime.now(UTC)
    post = there.say("hogazas", now - timedelta(minutes=9), did=OURS)
    drain(network, {})
    for number in range(250):
        there.say(f"n {number}", now - timedelta(seconds=500 - number), on=post)
    there.calls.clear()
    items, _ = drain(network, {})
    assert len([item for item in items if not item.ours]) == 250
    assert "app.bsky.feed.getPostThread" not in there.calls


def test_what_a_mention_answers_comes_once_before_it(there: FakeAppView, network: Bluesky) -> None:
    now = datetime.now(UTC)
    begun = there.say("¿dónde compráis pan?", now - timedelta(days=40), notify=False)
    first = there.say("en @ours.test", now - timedelta(minutes=2), on=begun)
    items, cursor = drain(network, {})
    assert (items[0].external_id, items[0].kind) == (begun, "post")
    second = there.say("sí, en @ours.test", now - timedelta(minutes=1), on=begun)
    assert ids(drain(network, cursor)[0]) == [second]
    assert ids(items) == [begun, first]


def test_only_what_is_still_there_is_still_there(there: FakeAppView, network: Bluesky) -> None:
    said_now = [there.say(f"n {n}", at) for n, at in enumerate(every(1, 60))]
    del there.posts[said_now[7]]
    assert network.still_there(said_now) == set(said_now) - {said_now[7]}
    there.calls.clear()
    assert network.still_there([]) == frozenset()
    assert there.calls == []
