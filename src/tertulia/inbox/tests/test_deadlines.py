"""By when: targets, hours, ceilings, written beside conversations and counted again when anything changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels import actions as channels
from tertulia.channels.models import Channel
from tertulia.inbox import actions, targets
from tertulia.inbox.deadlines import set_due_of_brand
from tertulia.inbox.due import Case, answer_due, order_of, solve_due, target_for
from tertulia.inbox.models import Conversation, Target
from tertulia.inbox.timekeeping import on_brand_created, on_promises_changed
from tertulia.journal.facts import Happened
from tertulia.kit.hours import Hours
from tertulia.site.tests import cast

MADRID = "Europe/Madrid"
OFFICE = {str(day): [["09:00", "18:00"]] for day in range(5)}
BY = "member:0"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(MADRID)).astimezone(UTC)


def target(answer: int = 60, **more: Any) -> Target:
    told = {"intent": "", "importance": 1, "channel_id": None, "solve_minutes": None, "ceiling_minutes": 1440, **more}
    return Target(answer_minutes=answer, order=order_of(told["channel_id"], told["intent"], told["importance"]), **told)


@pytest.mark.parametrize(("hours", "since", "answer", "due"), [
    # the example of the page: a complaint of Saturday night is answered before Monday at 10
    (OFFICE, "2026-11-21T03:00", 60, "2026-11-23T10:00"),
    (OFFICE, "2026-11-18T10:00", 60, "2026-11-18T11:00"),
    (OFFICE, "2026-11-18T16:00", 240, "2026-11-19T11:00"),
    # a ceiling that falls while it is closed: the next opening, and an hour to answer
    (OFFICE, "2026-11-20T17:00", 240, "2026-11-23T10:00"),
    (OFFICE, "2026-11-20T17:30", 60, "2026-11-23T09:30"),
    # a ceiling that falls while it is open
    (OFFICE, "2026-11-17T10:00", 900, "2026-11-18T10:00"),
    ({"1": [["09:00", "11:00"]], "2": [["09:00", "11:00"]]}, "2026-11-17T10:00", 240, "2026-11-18T10:00"),
    # always open
    (None, "2026-11-21T03:00", 240, "2026-11-21T07:00"), (None, "2026-11-21T03:00", 3000, "2026-11-22T03:00"),
])
def test_when_an_answer_is_due(hours: Any, since: str, answer: int, due: str) -> None:
    assert answer_due(Hours.of(hours, MADRID), at(since), target(answer)) == at(due)


def test_without_a_ceiling_it_takes_as_long_as_it_is_open() -> None:
    assert answer_due(Hours.of(OFFICE, MADRID), at("2026-11-17T10:00"), target(900, ceiling_minutes=None)) == at("2026-11-18T16:00")


def test_a_solution_is_due_when_somebody_promised_it() -> None:
    hours = Hours.of(OFFICE, MADRID)
    assert solve_due(hours, at("2026-11-17T10:00"), target()) is None
    assert solve_due(hours, at("2026-11-17T10:00"), target(solve_minutes=600)) == at("2026-11-18T11:00")


def test_the_most_specific_target_holds() -> None:
    kept = sorted([target(240), target(60, intent="complaint"), target(30, intent="complaint", importance=3), target(10, channel_id=7)],
                  key=lambda one: one.order)

    def held(**more: Any) -> int:
        found = target_for(kept, Case(**{"channel_id": 1, **more}))
        assert found
        return found.answer_minutes

    assert held() == 240 and held(intents=("question",)) == 240 and held(intents=("praise", "complaint")) == 60
    assert held(intents=("complaint",), importance=3) == 30 and held(intents=("complaint",), importance=2) == 60
    assert held(channel_id=7, intents=("complaint",)) == 10 and target_for([], Case(1)) is None


# --------------------------------------------------------------------------- beside a conversation

COMPLAINT = {"intent": {"sure": True, "labels": [{"label": "complaint", "p": 0.9}]}}
PRAISE = {"intent": {"sure": True, "labels": [{"label": "praise", "p": 0.9}]}}


def now_of(talk: Conversation) -> Conversation:
    return Conversation.objects.get(pk=talk.pk)


@pytest.fixture
def promised(brand: Brand, channel: Channel) -> Channel:
    """A channel connected long ago, of a brand with the first targets, always open."""
    Channel.objects.filter(pk=channel.pk).update(connected_at=datetime(2020, 1, 1, tzinfo=UTC))
    targets.promise_first(brand, by=BY)
    channel.refresh_from_db()
    return channel


@pytest.mark.django_db
def test_a_conversation_is_due_by_the_first_of_its_messages(promised: Channel) -> None:
    start = datetime(2026, 11, 18, 9, tzinfo=UTC)
    first, second = cast.arrive(promised, cast.item("a", "Mal", at=start),
                                cast.item("b", "Gracias", parent="a", at=start + timedelta(hours=1)))
    actions.attach_readings({first.pk: COMPLAINT, second.pk: PRAISE}, by=BY)
    talk = now_of(first.conversation)
    assert talk.answer_due_at == start + timedelta(hours=1) and talk.solve_due_at == start + timedelta(hours=24)
    # somebody says that it was no complaint: the deadline follows
    actions.attach_readings({first.pk: PRAISE}, by=BY)
    assert now_of(talk).answer_due_at == start + timedelta(hours=4) and now_of(talk).solve_due_at is None


@pytest.mark.django_db
def test_an_answer_stops_the_clock_and_what_they_say_next_starts_it(promised: Channel, ana: Member) -> None:
    talk = cast.conversation(promised)
    message = talk.messages.get()
    actions.attach_readings({message.pk: COMPLAINT}, by=BY)
    assert now_of(talk).answer_due_at
    actions.reply(message, "Lo siento", ana, by=BY)
    assert now_of(talk).answer_due_at is None and now_of(talk).solve_due_at is None and now_of(talk).solved_at
    more = cast.arrive(promised, cast.item("more", "No me vale", parent=message.external_id or ""))[0]
    actions.attach_readings({more.pk: COMPLAINT}, by=BY)
    assert now_of(talk).answer_due_at == more.at + timedelta(hours=1)


@pytest.mark.django_db
def test_handing_over_stops_the_answer_but_not_the_solution(promised: Channel) -> None:
    talk = cast.conversation(promised)
    message = talk.messages.get()
    actions.attach_readings({message.pk: COMPLAINT}, by=BY)
    actions.hand_over(talk, by=BY, because="tienda")
    assert now_of(talk).answer_due_at is None and now_of(talk).solve_due_at == message.at + timedelta(hours=24)
    before = datetime.now(UTC)
    actions.bring_back(talk, by=BY)
    due = now_of(talk).answer_due_at
    assert due and due >= before + timedelta(hours=1) and now_of(talk).solve_due_at == message.at + timedelta(hours=24)


@pytest.mark.django_db
def test_what_came_before_the_channel_was_connected_is_owed_since_then(brand: Brand, channel: Channel) -> None:
    targets.promise_first(brand, by=BY)
    talk = cast.conversation(channel, at=datetime(2020, 1, 1, tzinfo=UTC))
    actions.attach_readings({talk.messages.get().pk: COMPLAINT}, by=BY)
    assert now_of(talk).answer_due_at == channel.connected_at + timedelta(hours=1)


@pytest.mark.django_db
def test_hours_days_off_and_targets_move_what_waits(brand: Brand, promised: Channel) -> None:
    talk = cast.conversation(promised, at=at("2026-11-20T17:30"))
    actions.attach_readings({talk.messages.get().pk: COMPLAINT}, by=BY)

    def due() -> datetime | None:
        set_due_of_brand(brand.pk)
        return now_of(talk).answer_due_at

    brands.set_hours(brand, OFFICE, by=BY)
    assert due() == at("2026-11-23T09:30")
    brands.add_days_off(brand, [(at("2026-11-23T12:00").date(), "Fiesta local")], by=BY)
    assert due() == at("2026-11-24T09:30")
    channels.set_hours(promised, {"5": [["10:00", "12:00"]]}, by=BY)
    assert due() == at("2026-11-21T11:00")
    one = targets.targets_of(brand).get(intent="complaint")
    targets.promise(brand, targets.Promise(None, "complaint", 1, 30, None, None), by=BY, target=one)
    assert due() == at("2026-11-21T10:30") and now_of(talk).solve_due_at is None
    for each in targets.targets_of(brand):
        targets.drop(each, by=BY)
    assert due() is None


@pytest.mark.django_db
def test_a_brand_begins_with_targets_and_changes_are_heard(brand: Brand, promised: Channel) -> None:
    from tertulia.brands.facts import BrandCreated
    from tertulia.inbox.facts import TargetsChanged

    Target.objects.all().delete()
    talk = cast.conversation(promised)
    happened = [Happened(1, datetime.now(UTC), BY, "", BrandCreated(brand_id=brand.pk))]
    on_brand_created(happened)
    on_brand_created(happened)
    assert sorted(targets.targets_of(brand).values_list("intent", "answer_minutes", "ceiling_minutes")) == [
        ("", 240, 1440), ("complaint", 60, 1440), ("incident", 60, 1440)]
    on_promises_changed([Happened(2, datetime.now(UTC), BY, "", TargetsChanged(brand_id=brand.pk))])
    assert now_of(talk).answer_due_at == talk.messages.get().at + timedelta(hours=4)


@pytest.mark.django_db
def test_one_case_has_one_target(brand: Brand) -> None:
    told = targets.Promise(None, "question", 1, 60, None, None)
    targets.promise(brand, told, by=BY)
    with pytest.raises(targets.AlreadyPromised):
        targets.promise(brand, told, by=BY)
