"""The truth of the figures, on a week made by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions as inbox
from tertulia.inbox.models import Conversation, Message
from tertulia.moderation.actions import hide, show, write_house_rule
from tertulia.moderation.models import Verdict
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import Dispatch
from tertulia.reports import queries
from tertulia.site.tests import cast

MADRID = ZoneInfo("Europe/Madrid")
MONDAY = date(2026, 11, 9)
pytestmark = pytest.mark.django_db


def at(day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of the week; day 0 is its Monday."""
    return datetime(2026, 11, 9, hour, minute, tzinfo=MADRID) + timedelta(days=day)


@pytest.fixture
def ana() -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


def end(dispatch: Dispatch | None, state: str, when: datetime) -> None:
    """What a worker would have made of a dispatch, by the moves that the database allows."""
    assert dispatch
    rows = Dispatch.objects.filter(pk=dispatch.pk)
    rows.update(state="sending", lease_until=when)
    rows.update(state=state, lease_until=None, sent_at=when if state == "sent" else None)


def answer(conversation: Conversation, member: Member, when: datetime, state: str = "sent") -> Message:
    theirs = conversation.messages.filter(ours=False).latest("at")
    mine = inbox.reply(theirs, "Gracias por escribir.", member, by=member.key)
    Message.objects.filter(pk=mine.pk).update(at=when)
    end(mine.dispatch, state, when)
    return mine


def test_messages_are_received_and_conversations_are_answered(brand: Brand, channel: Channel, ana: Member) -> None:
    one = cast.conversation(channel, "¿Abrís?", at=at(0, 10))
    cast.arrive(channel, cast.item("más", "¿Hola?", parent=one.branch, at=at(0, 11)))
    answer(one, ana, at(0, 12))
    answer(one, ana, at(0, 13))
    cast.conversation(channel, "Nadie me contesta", at=at(1))
    cast.conversation(channel, "De otra semana", at=at(-1))
    found = queries.figures(brand, queries.week_of(brand, MONDAY))
    assert (found.received, found.answered, found.unanswered) == (3, 1, 1)
    assert found.first_answer_s == 2 * 3600


@pytest.mark.parametrize("state", ["refused", "unsure"])
def test_an_answer_that_did_not_surely_leave_is_no_answer(brand: Brand, channel: Channel, ana: Member, state: str) -> None:
    one = cast.conversation(channel, "¿Abrís?", at=at(0, 10))
    answer(one, ana, at(0, 12), state)
    found = queries.figures(brand, queries.week_of(brand, MONDAY))
    assert (found.answered, found.first_answer_s) == (0, None)
    assert queries.by_member(brand, queries.week_of(brand, MONDAY)) == []
    answer(one, ana, at(0, 15))
    assert queries.figures(brand, queries.week_of(brand, MONDAY)).first_answer_s == 5 * 3600


def test_the_first_answer_is_a_median_over_conversations(brand: Brand, channel: Channel, ana: Member) -> None:
    for n, minutes in enumerate((5, 15, 600)):
        answer(cast.conversation(channel, "Hola", at=at(n, 9), who=f"p{n}"), ana, at(n, 9) + timedelta(minutes=minutes))
    chatty = Conversation.objects.latest("pk")
    for n in range(1, 5):  # a long talk with one person is still one conversation
        cast.arrive(channel, cast.item(f"sigue-{n}", "¿Y?", parent=chatty.branch, at=at(3, 9 + n)))
        answer(chatty, ana, at(3, 9 + n, 1))
    assert queries.figures(brand, queries.week_of(brand, MONDAY)).first_answer_s == 15 * 60


def test_our_own_words_first_are_nobodys_wait(brand: Brand, channel: Channel) -> None:
    ours = cast.item("nuestra", "Os leemos aquí", at=at(0, 8))
    cast.arrive(channel, type(ours)(**{name: getattr(ours, name) for name in ours.__slots__} | {"ours": True}))
    found = queries.figures(brand, queries.week_of(brand, MONDAY))
    assert (found.received, found.answered, found.first_answer_s) == (0, 0, None)


def test_hidden_is_counted_once_and_only_when_it_was_done(brand: Brand, channel: Channel, ana: Member) -> None:
    rule = write_house_rule(brand, "Respeto", "No se insulta.", by=ana.key)
    first, second = (cast.conversation(channel, "¡Inútiles!", at=at(n), who=f"t{n}").messages.get() for n in (0, 1))
    week = queries.week_of(brand, MONDAY)
    for turn in range(2):
        hide(first, rule, ana, by=ana.key)
        end(Verdict.objects.latest("pk").dispatch, "sent", at(2, 10 + turn))
        inbox.set_hidden(first, True, by=ana.key)
        if not turn:
            show(first, ana, by=ana.key)
            end(Verdict.objects.latest("pk").dispatch, "sent", at(2, 10, 30))
            inbox.set_hidden(first, False, by=ana.key)
            assert queries.figures(brand, week).hidden == 1
    hide(second, rule, ana, by=ana.key)
    assert queries.figures(brand, week).hidden == 1
    assert [one.hidden for one in queries.by_channel(brand, week, [])] == [1]


def test_published_is_what_left_one_a_channel(brand: Brand, channel: Channel) -> None:
    for state, when in (("sent", at(0)), ("sent", at(6, 23, 59)), ("sent", at(7, 0)), ("refused", at(1))):
        end(outbox.queue(channel, "publish", {"text": "Hola"}, by="member:1"), state, when)
    week = queries.week_of(brand, MONDAY)
    assert queries.figures(brand, week).published == 2
    assert queries.figures(brand, week, channel.pk + 1).published == 0


def test_days_are_those_of_the_brands_clock_also_when_it_changes(brand: Brand, channel: Channel) -> None:
    for n, moment in enumerate(((25, 0, 30), (25, 2, 30), (25, 23, 30))):  # the 25th of October of 2026 has 25 hours
        cast.conversation(channel, "Hola", at=datetime(2026, 10, *moment, tzinfo=MADRID), who=f"p{n}")
    cast.conversation(channel, "Ya es lunes", at=datetime(2026, 10, 26, 0, 0, tzinfo=MADRID), who="otra")
    days = {day: received for day, received, _sent in queries.by_day(brand, queries.week_of(brand, date(2026, 10, 25)))}
    assert days[date(2026, 10, 25)] == 3
    assert sum(days.values()) == 3
    assert queries.received_by_day(brand, date(2026, 10, 24), 3) == [0, 3, 1]


def test_the_best_post_is_the_one_that_most_people_talked_under(brand: Brand, channel: Channel) -> None:
    for n, root in enumerate(("a", "b", "b")):
        cast.conversation(channel, "Qué bien", at=at(n), who=f"p{n}", root=root)
    best = queries.best_post(brand, queries.week_of(brand, MONDAY))
    assert best and (best[0].external_id, best[1]) == ("b", 2)
    assert queries.best_post(brand, queries.week_of(brand, date(2026, 1, 1))) is None


def test_the_slowest_come_first_and_each_member_is_counted(brand: Brand, channel: Channel, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    for n, (who, hours) in enumerate(((ana, 1), (luis, 9), (luis, 3))):
        answer(cast.conversation(channel, f"Duda {n}", at=at(n, 8), who=f"p{n}"), who, at(n, 8 + hours))
    week = queries.week_of(brand, MONDAY)
    begun = queries.begun_in(brand, week)
    assert [wait / 3600 for _one, wait in queries.slowest(brand, begun, most=2)] == [9, 3]
    assert queries.by_member(brand, week) == [(luis, 2), (ana, 1)]


def test_nothing_of_another_brand_is_counted(brand: Brand, channel: Channel, ana: Member) -> None:
    other = cast.channel(cast.brand(cast.member("Otra"), "Otra"))
    answer(cast.conversation(other, "Hola", at=at(0)), ana, at(1))
    week = queries.week_of(brand, MONDAY)
    found = queries.figures(brand, week)
    assert (found.received, found.answered, found.unanswered) == (0, 0, 0)
    assert queries.by_member(brand, week) == [] and queries.best_post(brand, week) is None and not queries.begun_in(brand, week)


def test_the_report_says_what_it_does_not_know(brand: Brand, channel: Channel) -> None:
    week = queries.week_of(brand, MONDAY)
    assert not queries.lacking(brand, week, at(8))
    cast.conversation(channel, "Sin leer", at=at(0))
    Channel.objects.filter(pk=channel.pk).update(failing_since=at(2), last_success_at=at(2), connected_at=at(-9))
    end(outbox.queue(channel, "publish", {"text": "Hola"}, by="member:1", due_at=at(3)), "unsure", at(3))
    found = queries.lacking(brand, week, at(8))
    assert (found.unread, found.unsure, [one.pk for one in found.silent]) == (1, 1, [channel.pk])
