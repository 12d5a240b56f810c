"""How fast an account and a server may go, whoever asks, and which of their dispatches leaves first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tertulia.channels.actions import connect
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.networks.contract import Pace
from tertulia.networks.plaza import NETWORK as Plaza
from tertulia.outbox import actions, pacing, queries
from tertulia.outbox.claiming import next_claim
from tertulia.outbox.models import Bucket, Dispatch
from tertulia.outbox.pacing import Server, server_of
from tertulia.outbox.sending import run_lane
from tertulia.outbox.tests.stage import Square, fresh, hide, say, square
from tertulia.site.tests import cast

NOW = datetime.fromisoformat("2026-11-22T09:00:00+00:00")


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        yield found


@pytest.fixture
def another(plaza: Square) -> Channel:
    """Another account of the same brand, on the same server."""
    token = plaza.post("neighbours", handle="faro", name="Faro", brand=True)["token"]
    return connect(plaza.brand, "plaza", {**plaza.answers, "token": token}, by=plaza.member.key)


def paced(monkeypatch: pytest.MonkeyPatch, *paces: Pace, parallel: int = 5) -> None:
    """The plaza says that it lets us go at these paces."""
    monkeypatch.setattr(Plaza, "manifest", replace(Plaza.manifest, pace=paces, parallel=parallel))


@pytest.mark.parametrize(("before", "seconds", "after"), [
    (0, 0, 0), (0, 60, 1), (0, 90, 1.5), (4, 60, 5), (10, 60, 10), (3, 86400, 10), (3, -5, 3),
])
def test_a_bucket_fills_with_time_and_never_beyond(before: float, seconds: float, after: float) -> None:
    assert pacing.filled(before, Pace(calls=10, seconds=600), timedelta(seconds=seconds)) == pytest.approx(after)


def test_an_account_spends_its_tokens_and_the_next_comes_in_time(plaza: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    paced(monkeypatch, Pace(calls=3, seconds=300))
    for number in range(5):
        say(plaza.channel, f"Aviso {number}")
    run_lane(server_of(plaza.channel))
    assert plaza.texts() == ["Aviso 0", "Aviso 1", "Aviso 2"]
    closed = Bucket.objects.get(pace="3/300:")
    assert closed.until and timedelta(seconds=90) < closed.until - clock.now() <= timedelta(seconds=100)
    assert queries.servers_with_due(clock.now()) == []
    Bucket.objects.filter(pk=closed.pk).update(filled_at=clock.now() - timedelta(seconds=101), until=clock.now())
    run_lane(server_of(plaza.channel))
    assert plaza.texts()[3:] == ["Aviso 3"]


def test_a_limit_of_one_verb_lets_the_others_go(plaza: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    paced(monkeypatch, Pace(calls=1, seconds=3600, verbs=("publish", "reply")))
    about = plaza.comment()
    first, second, third = say(plaza.channel, "Una"), say(plaza.channel, "Otra"), hide(plaza.channel, about)
    run_lane(server_of(plaza.channel))
    assert [fresh(one).state for one in (first, second, third)] == ["sent", "waiting", "sent"]


def test_the_whole_app_shares_its_tokens_and_accounts_do_not(
        plaza: Square, another: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    def sent() -> list[int]:
        return [Dispatch.objects.filter(channel=one, state="sent").count() for one in (plaza.channel, another)]

    paced(monkeypatch, Pace(calls=2, seconds=3600))
    for channel in (plaza.channel, another):
        for number in range(3):
            say(channel, f"Aviso {number}")
    run_lane(server_of(plaza.channel))
    assert sent() == [2, 2]
    Bucket.objects.all().delete()
    paced(monkeypatch, Pace(calls=1, seconds=3600, scope="app"))
    run_lane(server_of(plaza.channel))
    assert sent() in ([3, 2], [2, 3])


def test_an_account_that_was_limited_for_hours_does_not_keep_the_others_waiting(plaza: Square, another: Channel) -> None:
    mine = [say(plaza.channel, f"Lenta {number}") for number in range(3)]
    theirs = [say(another, f"Aviso {number}") for number in range(3)]
    plaza.fault("limit", "POST", "utterances", seconds=7200)
    run_lane(server_of(plaza.channel))
    assert [fresh(one).state for one in theirs] == ["sent"] * 3
    assert [fresh(one).state for one in mine] == ["waiting"] * 3
    assert mine[0].attempts.count() == 1 and mine[1].attempts.count() == 0
    until = Bucket.objects.get(scope=pacing.account_of(plaza.channel), pace="").until
    assert until and until > clock.now() + timedelta(hours=1.9), "over an hour is obeyed too"


def test_no_more_calls_at_once_than_the_network_takes(plaza: Square, another: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    paced(monkeypatch, parallel=3)
    for channel in (plaza.channel, another):
        for number in range(3):
            say(channel, f"Aviso {number}")
    server = server_of(plaza.channel)
    claims = [next_claim(server) for _ in range(5)]
    assert [claim is not None for claim in claims] == [True, True, True, False, False]
    assert queries.servers_with_due(clock.now()) == [(server, 3, 3)]


def test_the_longest_due_leaves_first_whatever_its_account(plaza: Square, another: Channel) -> None:
    start = clock.now() - timedelta(minutes=10)
    wanted = [say((plaza.channel, another)[place % 2], f"{place}", due_at=start + timedelta(seconds=place)).pk for place in (3, 0, 2, 1)]
    server, order = server_of(plaza.channel), []
    while claimed := next_claim(server):
        order.append(claimed.dispatch.pk)
    assert order == [wanted[1], wanted[3], wanted[2], wanted[0]]


@pytest.mark.django_db
def test_a_longer_wait_that_was_asked_for_before_stands() -> None:
    pacing.close("account:7", NOW + timedelta(hours=2), "limited")
    pacing.close("account:7", NOW + timedelta(minutes=1), "limited")
    assert Bucket.objects.get().until == NOW + timedelta(hours=2)


def test_what_waits_for_its_turn_past_its_hour_is_ready(plaza: Square) -> None:
    pacing.close(pacing.account_of(plaza.channel), clock.now() + timedelta(hours=1), "limited")
    old, new = say(plaza.channel, due_at=clock.now() - timedelta(seconds=30)), say(plaza.channel)
    later = say(plaza.channel, due_at=clock.now() + timedelta(days=1))
    assert actions.mark_ready(by="system") == 1
    assert [fresh(one).state for one in (old, new, later)] == ["ready", "waiting", "waiting"]
    Bucket.objects.all().delete()
    run_lane(server_of(plaza.channel))
    assert fresh(old).state == "sent"


@pytest.mark.django_db
def test_servers_are_told_apart_by_network_and_address() -> None:
    assert Server("mastodon", "https://uno.example").scope == "app:mastodon@https://uno.example"
    owner = cast.member()
    channel = cast.channel(cast.brand(owner))
    assert server_of(channel).network == channel.network
