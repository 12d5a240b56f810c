"""What was sent is looked at again, and compared with what was approved."""

from __future__ import annotations

import html
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tertulia.brands.actions import add_picture
from tertulia.channels.models import Channel, ChannelState
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.kit.jobs import drain
from tertulia.kit.tests.beside import beside
from tertulia.networks.contract import Ref
from tertulia.networks.mastodon.tests.fake import Fake
from tertulia.networks.stage import png
from tertulia.outbox import actions, pacing, queries, readback
from tertulia.outbox.models import Dispatch, Readback
from tertulia.outbox.payloads import to_point, to_say
from tertulia.outbox.rules import LOOKS, look_after_failure, next_look
from tertulia.outbox.tests.stage import Square, fediverse, fresh, hide, say, send, settle, square

pytestmark = pytest.mark.django_db(transaction=True)
SINCE = clock.now()


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        yield found


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Fake, Channel]]:
    with fediverse(monkeypatch) as found:
        yield found


def sent(dispatch: Dispatch) -> Readback:
    """It left, and is to be looked at."""
    assert settle(dispatch).state == "sent"
    readback.begin([(dispatch.pk, clock.now())])
    return Readback.objects.get(dispatch=dispatch)


def looked(dispatch: Dispatch, **ago: float) -> Readback:
    """As it is after a look, so long after the sending."""
    kept = Readback.objects.get(dispatch=dispatch)
    Readback.objects.filter(pk=kept.pk).update(since=clock.now() - timedelta(**ago), due_at=clock.now())
    readback.look(kept.pk)
    return Readback.objects.get(dispatch=dispatch)


def news() -> list[str]:
    told = ("DispatchDiffers", "DispatchVanished", "DispatchMatched", "DispatchNoted")
    return list(Fact.objects.filter(name__in=told).order_by("id").values_list("name", flat=True))


@pytest.mark.parametrize(("passed", "seen", "expected"), [
    (0, False, LOOKS[0]), (6, False, LOOKS[1]), (6, True, LOOKS[2]), (61, False, LOOKS[2]), (3601, True, LOOKS[3]),
    (9000, False, LOOKS[3]), (90_000, True, None)])
def test_when_it_is_looked_at(passed: float, seen: bool, expected: timedelta | None) -> None:
    found = next_look(SINCE, SINCE + timedelta(seconds=passed), seen=seen)
    assert found == (SINCE + expected if expected else None)


@pytest.mark.parametrize(("passed", "after", "expected"), [(5, None, 305), (5, 60, 305), (5, 7200, 7205), (180_000, None, None)])
def test_a_look_that_failed_waits_as_long_as_the_network_asked(passed: float, after: float | None, expected: float | None) -> None:
    found = look_after_failure(SINCE, SINCE + timedelta(seconds=passed), after)
    assert found == (SINCE + timedelta(seconds=expected) if expected else None)


def test_what_is_as_it_was_approved_is_looked_at_four_times_at_most_and_nobody_is_told(plaza: Square) -> None:
    picture = add_picture(plaza.brand, png(8, 8), by="member:1", alt="Una hogaza")
    dispatch = actions.queue(plaza.channel, "publish", to_say(
        "Pan  de nueces\n\nhttps://faro.example/", pictures=[(picture.pk, "Una hogaza")]), by="member:1")
    back = sent(dispatch)
    assert back.due_at == back.since + LOOKS[0]
    for ago in (6, 3700, 90_000):
        back = looked(dispatch, seconds=ago)
        assert (back.state, back.differences) == ("same", [])
    assert (back.due_at, back.tries) == (None, 3)
    assert news() == [] and queries.counts(plaza.brand)["unseen"] == 0


def test_every_verb_that_says_nothing_of_ours_is_left_alone(plaza: Square) -> None:
    hidden = hide(plaza.channel, plaza.comment())
    assert send(hidden.pk) == "sent"
    readback.begin([(hidden.pk, clock.now())])
    assert not Readback.objects.exists()


def test_what_the_network_rewrites_harmlessly_is_the_same(place: tuple[Fake, Channel]) -> None:
    fake, channel = place
    parent = fake.post(fake.whose("ana"), {"status": "@panaderia ¿hay pan?"})
    dispatch = say(channel, "Sí,  hasta las 8 🥖\n\n\nhttps://www.faro.example/pan/?a=1&b=2 #pan", reply_to=Ref(parent["id"]))
    sent(dispatch)
    back = looked(dispatch, seconds=6)
    assert back.found["text"].startswith("@ana"), "so that they hear of it"
    assert (back.state, back.differences) == ("same", [])


def test_words_that_the_network_drops_are_a_difference_until_somebody_takes_note(place: tuple[Fake, Channel]) -> None:
    fake, channel = place
    dispatch = say(channel, "Pan de nueces hasta las 8")
    sent(dispatch)
    status = fake.statuses[fresh(dispatch).external_id]
    status["content"], status["language"] = f"<p>{html.escape('Pan de nueces')}</p>", "en"
    back = looked(dispatch, seconds=6)
    assert back.state == "differs"
    assert [(one["what"], one["live"]) for one in back.differences] == [("text", "Pan de nueces"), ("language", "en")]
    assert queries.counts(channel.brand)["unseen"] == 1
    assert [one.pk for one in queries.dispatches_of(channel.brand, "attention")] == [dispatch.pk]
    readback.note(dispatch, by="member:1")
    readback.note(dispatch, by="member:2")
    assert queries.counts(channel.brand)["unseen"] == 0
    assert not queries.dispatches_of(channel.brand, "attention").exists()
    assert looked(dispatch, hours=2).seen_by == "member:1", "the same as before is no news"
    status["content"] = "<p>Otra cosa</p>"
    assert looked(dispatch, hours=25).seen_at is None
    status["content"], status["language"] = "<p>Pan de nueces hasta las 8</p>", "es"
    assert looked(dispatch, hours=25).state == "same"
    assert news() == ["DispatchDiffers", "DispatchNoted", "DispatchDiffers", "DispatchMatched"]
    assert fresh(dispatch).state == "sent"


def test_what_shows_late_is_awaited_a_minute_and_then_somebody_is_told(plaza: Square) -> None:
    plaza.fault("invisible", "POST", "utterances", seconds=3600)
    dispatch = say(plaza.channel)
    sent(dispatch)
    back = looked(dispatch, seconds=6)
    assert (back.state, back.due_at) == ("waiting", back.since + LOOKS[1])
    back = looked(dispatch, seconds=61)
    assert (back.state, back.found) == ("gone", {}) and back.gone_at
    assert news() == ["DispatchVanished"] and queries.counts(plaza.brand)["unseen"] == 1
    assert looked(dispatch, hours=2).due_at == Readback.objects.get().since + LOOKS[3], "and it is looked for again"


def test_what_was_deleted_over_there_is_noticed_once(place: tuple[Fake, Channel]) -> None:
    fake, channel = place
    dispatch = say(channel)
    sent(dispatch)
    assert looked(dispatch, seconds=6).state == "same"
    kept = fake.statuses.pop(fresh(dispatch).external_id)
    assert looked(dispatch, hours=2).state == "gone"
    assert looked(dispatch, hours=25).state == "gone"
    fake.statuses[kept["id"]] = kept
    assert looked(dispatch, hours=25).gone_at is None
    assert news() == ["DispatchVanished", "DispatchMatched"]


def test_what_we_deleted_ourselves_is_no_news(plaza: Square) -> None:
    dispatch = say(plaza.channel)
    sent(dispatch)
    away = actions.queue(plaza.channel, "delete", to_point(Ref(fresh(dispatch).external_id)), by="member:7")
    assert send(away.pk) == "sent"
    back = looked(dispatch, hours=2)
    assert (back.state, back.seen_by) == ("gone", "member:7")
    assert news() == [] and queries.counts(plaza.brand)["unseen"] == 0


@pytest.mark.parametrize("effect", ["error_before", "limit", "bad_json", "dead_token"])
def test_a_look_that_fails_touches_nothing_and_is_made_again(plaza: Square, effect: str) -> None:
    dispatch = say(plaza.channel)
    sent(dispatch)
    before = Dispatch.objects.values().get(pk=dispatch.pk)
    plaza.fault(effect, "GET", "utterances/*")
    back = looked(dispatch, seconds=6)
    assert (back.state, back.tries) == ("waiting", 1)
    assert back.due_at and back.due_at > clock.now() + timedelta(minutes=4)
    plaza.mend()
    assert looked(dispatch, seconds=400).state == "same"
    assert Dispatch.objects.values().get(pk=dispatch.pk) == before
    assert Channel.objects.get(pk=plaza.channel.pk).state == ChannelState.ACTIVE


def test_nothing_is_read_while_the_account_is_closed_has_to_send_or_does_not_work(plaza: Square) -> None:
    dispatch = say(plaza.channel)
    back = sent(dispatch)
    soon = clock.now() + timedelta(seconds=6)
    assert readback.due(clock.now(), 9) == [] and readback.due(soon, 9) == [back.pk]
    pacing.close(pacing.account_of(plaza.channel), soon + timedelta(hours=1), "limited")
    assert readback.due(soon, 9) == []
    assert readback.due(soon + timedelta(hours=1), 9) == [back.pk]
    say(plaza.channel, "Antes se envía", due_at=soon + timedelta(minutes=50))
    assert readback.due(soon + timedelta(hours=1), 9) == []
    Channel.objects.update(state=ChannelState.RECONNECT)
    assert readback.due(soon + timedelta(minutes=61), 9) == []


def test_what_somebody_looks_at_is_not_looked_at_by_another(plaza: Square) -> None:
    dispatch = say(plaza.channel)
    back = sent(dispatch)
    Readback.objects.filter(pk=back.pk).update(due_at=clock.now())
    readback.look(back.pk)
    readback.look(back.pk)
    assert Readback.objects.get(pk=back.pk).tries == 1


def test_readers_share_the_work_and_none_reads_twice_at_once(plaza: Square) -> None:
    backs = [sent(say(plaza.channel, f"Número {number}")) for number in range(6)]
    Readback.objects.update(due_at=clock.now())
    plaza.fault("slow", "GET", "utterances/*", seconds=0.2, times=6)
    readers = [beside(partial(readback.read, reader)) for reader in (0, 0, 1, 1, 2)]
    for one in readers:
        one.join(20)
    assert [(one.state, one.tries) for one in Readback.objects.filter(pk__in=[back.pk for back in backs])] == [("same", 1)] * 6


def test_what_was_sent_is_looked_at_by_the_workers_own_beat(plaza: Square) -> None:
    dispatch = say(plaza.channel)
    assert send(dispatch.pk) == "sent"
    drain(skip="plaza")
    back = Readback.objects.get(dispatch=dispatch)
    Readback.objects.update(due_at=clock.now())
    drain(skip="plaza")
    assert Readback.objects.get(pk=back.pk).state == "same"
