"""A deadline that passed: told once, told higher up, over when it is answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, assigning, breaches, targets
from tertulia.inbox.models import Breach, Conversation
from tertulia.journal.models import Fact
from tertulia.notices.models import Notice
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
BY = "member:0"
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
FOUR = NOON + timedelta(hours=4)


@pytest.fixture
def late(brand: Brand, channel: Channel) -> Conversation:
    """A conversation that began at noon, with four hours to answer it."""
    Channel.objects.filter(pk=channel.pk).update(connected_at=datetime(2020, 1, 1, tzinfo=UTC))
    targets.promise_first(brand, by=BY)
    talk = cast.conversation(channel, at=NOON)
    actions.attach_readings({talk.messages.get().pk: {}}, by=BY)
    return Conversation.objects.get(pk=talk.pk)


def told() -> list[tuple[str, str]]:
    return list(Notice.objects.filter(kind="inbox.breach").order_by("pk").values_list("member__name", "key"))


def test_nobody_is_told_before_it_is_late(late: Conversation) -> None:
    assert late.answer_due_at == FOUR and not breaches.anything_to_do(FOUR - timedelta(seconds=1))
    breaches.mind(FOUR - timedelta(seconds=1))
    assert not Breach.objects.exists() and not told()


def test_one_debt_is_told_once_however_often_it_is_looked_at(late: Conversation, ana: Member) -> None:
    for minute in (0, 1, 60):
        assert breaches.anything_to_do(FOUR)
        breaches.mind(FOUR + timedelta(minutes=minute))
    breach = Breach.objects.get()
    assert told() == [("Ana Torres", f"{breach.pk}:0")] and breach.owed_since == NOON and breach.due_at == FOUR
    assert Fact.objects.filter(name="DeadlineBroken").count() == 1


def test_it_is_told_to_whose_it_is_and_else_to_everybody_there(late: Conversation, brand: Brand) -> None:
    luis, eva = cast.joined(brand, "agent", "Luis"), cast.joined(brand, "agent", "Eva")
    cast.joined(brand, "viewer", "Jefa")
    assigning.set_share(brand, eva, capacity=None, away_until=FOUR + timedelta(days=1), by=BY)
    breaches.mind(FOUR)
    assert [name for name, _key in told()] == ["Ana Torres", "Luis"]
    Breach.objects.all().delete()
    Notice.objects.all().delete()
    actions.assign(late, luis, by=BY)
    breaches.mind(FOUR)
    assert [name for name, _key in told()] == ["Luis"]


def test_the_ladder_is_climbed_in_open_minutes_and_no_step_twice(late: Conversation, brand: Brand, ana: Member) -> None:
    luis, eva = cast.joined(brand, "editor", "Luis"), cast.joined(brand, "owner", "Eva")
    actions.assign(late, ana, by=BY)
    targets.set_ladder(brand, [(luis, 30), (eva, 120)], by=BY)
    seen = []
    for minute in (0, 29, 30, 31, 119, 120, 500):
        breaches.mind(FOUR + timedelta(minutes=minute))
        seen.append(len(told()))
    assert seen == [1, 1, 2, 2, 2, 3, 3] and [name for name, _key in told()] == ["Ana Torres", "Luis", "Eva"]


def test_an_answer_stops_it_and_one_that_fails_goes_on_where_it_was(late: Conversation, brand: Brand, ana: Member) -> None:
    luis = cast.joined(brand, "owner", "Luis")
    actions.assign(late, ana, by=BY)
    targets.set_ladder(brand, [(luis, 30)], by=BY)
    breaches.mind(FOUR)
    mine = actions.reply(late.messages.get(), "Perdón", ana, by=BY)
    breaches.mind(FOUR + timedelta(minutes=40))
    assert Breach.objects.get().ended_at and len(told()) == 1
    Dispatch.objects.filter(pk=mine.dispatch_id).update(state="cancelled")
    actions.reply_failed(Dispatch.objects.get(), by=BY)
    breaches.mind(FOUR + timedelta(minutes=50))
    assert Breach.objects.get().ended_at is None and [name for name, _key in told()] == ["Ana Torres", "Luis"]


def test_a_new_debt_is_a_new_breach(late: Conversation, ana: Member) -> None:
    breaches.mind(FOUR)
    actions.reply(late.messages.get(), "Sí", ana, by=BY)
    more = cast.arrive(late.channel, cast.item("more", "¿Y hoy?", parent=late.branch, at=FOUR + timedelta(hours=1)))[0]
    actions.attach_readings({more.pk: {}}, by=BY)
    breaches.mind(FOUR + timedelta(hours=6))
    assert Breach.objects.count() == 2 and Breach.objects.filter(ended_at=None).count() == 1 and len(told()) == 2


def test_more_time_given_later_stops_the_climbing(late: Conversation, brand: Brand) -> None:
    luis = cast.joined(brand, "owner", "Luis")
    actions.assign(late, luis, by=BY)
    breaches.mind(FOUR)
    targets.set_ladder(brand, [(luis, 10)], by=BY)
    Conversation.objects.filter(pk=late.pk).update(answer_due_at=FOUR + timedelta(days=1))
    breaches.mind(FOUR + timedelta(hours=1))
    assert len(told()) == 1
