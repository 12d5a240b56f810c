"""What was found by looking for a way to lose, to double or to stop something: each of these once was one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.db import DatabaseError, OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tertulia import networks
from tertulia.channels.actions import pause
from tertulia.channels.models import Channel
from tertulia.journal.models import Fact
from tertulia.kit import clock, jobs
from tertulia.networks import calls
from tertulia.networks.contract import Pace, Receipt, Ref, Refused, TryLater
from tertulia.outbox import claiming, pacing, queries, reactions, rules, sending
from tertulia.outbox.models import Attempt, Dispatch
from tertulia.outbox.pacing import server_of
from tertulia.outbox.payloads import storable, to_say
from tertulia.outbox.tests.stage import Square, claim, fresh, outcomes, pass_time, say, send, square
from tertulia.site.tests import cast


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        yield found


@pytest.fixture
def channel(transactional_db: None) -> Channel:
    return cast.channel(cast.brand(cast.member()))


def left(dispatch: Dispatch, seconds: float) -> None:
    """Its worker died, so long after its last request."""
    Dispatch.objects.filter(pk=dispatch.pk).update(lease_until=clock.now() + rules.LEASE - timedelta(seconds=seconds), life=1)


# --------------------------------------------------------------------------- workers that die


@pytest.mark.parametrize("whose", ["account", "app"])
def test_what_a_dead_worker_had_does_not_stay_on_its_way_while_the_account_is_closed(channel: Channel, whose: str) -> None:
    dispatch = say(channel)
    assert claim(dispatch)
    left(dispatch, 6)
    scope = pacing.account_of(channel) if whose == "account" else server_of(channel).scope
    pacing.close(scope, clock.now() + timedelta(hours=2), "limited")
    assert queries.servers_with_due(clock.now()) == [], "no lane is begun in vain"
    assert [wake.lock for wake in reactions.abandoned()] == ["take_back"]
    assert claiming.take_back() == 1
    assert fresh(dispatch).state == "waiting" and outcomes(dispatch) == [""]
    assert reactions.abandoned() == []


def test_the_living_are_not_robbed(channel: Channel) -> None:
    dispatch = say(channel)
    assert claim(dispatch)
    Dispatch.objects.filter(pk=dispatch.pk).update(lease_until=clock.now() + timedelta(seconds=20))
    assert claiming.take_back() == 0, "thirty seconds in a call"


def test_a_lease_given_by_a_clock_that_went_back_ends_with_its_process(channel: Channel) -> None:
    dispatch = say(channel)
    assert claim(dispatch)
    left(dispatch, -3600)
    assert claiming.take_back() == 1


def test_what_takes_one_worker_after_another_with_it_is_for_a_person(channel: Channel) -> None:
    dispatch = say(channel)
    for _ in range(rules.LIVES):
        pass_time(dispatch)
        assert claim(dispatch)
    pass_time(dispatch)
    assert fresh(dispatch).state == "unsure"
    assert Fact.objects.filter(name="DispatchUnsure").count() == 1


# --------------------------------------------------------------------------- nobody keeps the others waiting


def test_thousands_that_may_not_leave_are_put_aside_at_once(channel: Channel) -> None:
    now = clock.now()
    Dispatch.objects.bulk_create(Dispatch(
        brand_id=channel.brand_id, channel=channel, verb="publish", payload=to_say("Pan"), created_at=now, created_by="member:1",
        due_at=now, try_at=now, expires_at=now + timedelta(hours=12)) for _ in range(1200))
    pause(channel, by="member:1")
    with CaptureQueriesContext(connection) as asked:
        assert claiming.next_claim(server_of(channel)) is None
    assert Dispatch.objects.filter(state="held", reason="paused").count() == 1200
    assert Fact.objects.filter(name="DispatchHeld").count() == 1200
    assert len(asked) < 100


def test_a_network_whose_folder_was_taken_away_stops_no_other(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    dispatch = say(channel)
    Channel.objects.filter(pk=channel.pk).update(network="myspace")
    wakes = reactions.servers_with_due()
    assert len(wakes) == 1
    sending.run_lane(claiming.Server("myspace", channel.base_url))
    assert (fresh(dispatch).state, fresh(dispatch).reason) == ("held", "unsupported")


def test_a_watch_that_fails_stops_neither_the_others_nor_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def broken() -> list[jobs.Wake]:
        asked.append("broken")
        raise LookupError("no network called 'myspace'")

    def sound() -> list[jobs.Wake]:
        asked.append("sound")
        return []

    monkeypatch.setattr(jobs, "_watches", [jobs.Watch(broken, 0.0, False), jobs.Watch(sound, 0.0, False)])
    jobs.wake_due(1.0)
    jobs.wake_due(2.0)
    assert asked == ["broken", "sound"] * 2


def test_the_waker_outlives_whatever_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = threading.Semaphore(0)

    def fail(now: float, *, told: bool = False) -> None:
        rounds.release()
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(jobs, "wake_due", fail)
    waker = jobs.Waker()
    thread = threading.Thread(target=waker.run)
    thread.start()
    try:
        assert rounds.acquire(timeout=5) and rounds.acquire(timeout=5)
    finally:
        waker.stop()
        thread.join(5)


def test_no_lane_is_begun_for_a_place_that_is_taken(channel: Channel) -> None:
    for number in range(8):
        say(channel, f"Aviso {number}")
    parallel = claiming.parallel(server_of(channel))
    assert len(reactions.servers_with_due()) == min(parallel, 5)
    for _ in range(parallel):
        claiming.next_claim(server_of(channel))
    assert reactions.servers_with_due() == []


def test_jobs_that_killed_workers_left_half_done_are_swept_away(transactional_db: None) -> None:
    assert jobs.wake([jobs.Wake(jobs.sweep, {}, lock=f"{number}") for number in range(2)]) == 2
    with connection.cursor() as sql:
        sql.execute("update procrastinate_jobs set status = 'doing'")
        sql.execute("update procrastinate_events set at = now() - interval '2 hours' "
                    "where job_id = (select min(id) from procrastinate_jobs)")
        jobs.sweep.func()
        sql.execute("select queueing_lock from procrastinate_jobs")
        assert sql.fetchall() == [("1",)], "the other may still be done by somebody who was only slow"


@pytest.mark.parametrize(("calls_", "seconds"), [(0, 60), (0.5, 60), (10, 0)])
def test_a_pace_at_which_nothing_would_ever_leave_is_no_pace(calls_: Any, seconds: int) -> None:
    with pytest.raises(ValueError, match="nothing would ever leave"):
        Pace(calls=calls_, seconds=seconds)


# --------------------------------------------------------------------------- what networks say


@pytest.mark.parametrize("after", [0, -5, 1e12, 1e300, float("nan")])
def test_a_wait_that_makes_no_sense_is_neither_asked_again_at_once_nor_never(channel: Channel, after: float) -> None:
    dispatch = say(channel)
    made = claim(dispatch)
    assert made
    sending._failed(made, TryLater("limited", after=after, scope="account"))
    kept = fresh(dispatch)
    assert kept.state in ("waiting", "expired")
    assert timedelta(seconds=4) < kept.try_at - clock.now() <= rules.LONGEST_WAIT


def test_an_epoch_in_milliseconds_is_an_epoch() -> None:
    now = clock.now()
    assert calls.wait_asked({"retry-after": str(int((now.timestamp() + 90) * 1000))}, now) == pytest.approx(90, abs=1)


NONSENSE = "Pan \0 de \ud83d nueces"


@pytest.mark.parametrize("failure", [
    Refused("invalid", NONSENSE, {"body": NONSENSE, "list": [NONSENSE, float("nan")], NONSENSE: {1: b"\0"}}),
    TryLater("limited", NONSENSE, after=9),
])
def test_words_that_the_database_cannot_keep_end_no_attempt_without_a_trace(channel: Channel, failure: Any) -> None:
    dispatch = say(channel)
    made = claim(dispatch)
    assert made and sending._failed(made, failure)
    assert fresh(dispatch).detail == "Pan  de ? nueces"
    assert outcomes(dispatch) == [type(failure).__name__.lower()]


def test_a_receipt_that_the_database_cannot_keep_is_a_receipt(channel: Channel) -> None:
    dispatch = say(channel)
    made = claim(dispatch)
    assert made
    ref = Ref("7\0" * 600, "https://a.example/" + "x" * 2000, {"cid": NONSENSE})
    assert sending._sent(made, Receipt(ref, evidence={"said": NONSENSE})) == "sent"
    assert len(fresh(dispatch).external_id) == 500


def test_what_can_be_kept_is_kept_as_it_is() -> None:
    plain = {"a": [1, 2.5, None, True, "ñ 🥖"], "b": {}}
    assert storable(plain) == plain


@pytest.mark.parametrize("trouble", [OperationalError("away"), DatabaseError("no"), OverflowError("date value out of range")])
def test_an_answer_counts_though_what_it_says_of_limits_cannot_be_kept(
        channel: Channel, monkeypatch: pytest.MonkeyPatch, trouble: Exception) -> None:
    made = claim(say(channel))
    assert made

    def fail(*_: Any) -> float:
        raise trouble

    monkeypatch.setattr(calls, "allowance", fail)
    monkeypatch.setattr(networks.load(channel.network), "allowance", fail, raising=False)
    sending._heed(made, httpx.Response(200))


# --------------------------------------------------------------------------- answers that come late


def test_the_proof_that_a_slow_worker_brings_answers_the_question(channel: Channel) -> None:
    dispatch = say(channel)
    made = claim(dispatch)
    assert made
    pass_time(dispatch)
    again = claim(dispatch)
    assert again
    Dispatch.objects.filter(pk=dispatch.pk).update(state="unsure", lease_until=None)
    assert sending._sent(made, Receipt(Ref("42"))) == "sent"
    assert (fresh(dispatch).state, fresh(dispatch).external_id) == ("sent", "42")
    assert sending._sent(again, Receipt(Ref("43"))) == "", "and no other takes its place"
    assert Attempt.objects.filter(outcome="sent").count() == 2


def test_the_answer_in_hand_waits_for_the_database(plaza: Square, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = sending._sent, iter([OperationalError("the connection is lost"), OperationalError("and still")])

    def away(*what: Any) -> str:
        if trouble := next(failures, None):
            raise trouble
        return real(*what)

    monkeypatch.setattr(sending, "_sent", away)
    dispatch = say(plaza.channel)
    assert send(dispatch.pk) == "sent"
    assert outcomes(dispatch) == ["sent"] and plaza.texts() == ["Hay pan de nueces"]
