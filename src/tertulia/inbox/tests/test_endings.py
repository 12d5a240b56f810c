"""How what they say ends, by every path, and what a conversation owes after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions
from tertulia.inbox.ending import lapse
from tertulia.inbox.models import Conversation, Ending, Message
from tertulia.journal.models import Fact
from tertulia.networks.contract import Item, Vanished
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
BY = "member:0"


def endings(talk: Conversation) -> list[str | None]:
    return list(talk.messages.filter(ours=False).order_by("at", "pk").values_list("ending", flat=True))


def again(talk: Conversation) -> Conversation:
    return Conversation.objects.get(pk=talk.pk)


def two(channel: Channel) -> Conversation:
    """A conversation with two messages of theirs."""
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    first, _second = cast.arrive(channel, cast.item("a", "¿Abrís?", at=long_ago),
                                 cast.item("b", "¿Hola?", parent="a", at=long_ago + timedelta(hours=1)))
    return first.conversation


def go(mine: Message, *states: str) -> None:
    """Our answer's dispatch goes through these states."""
    for one in states:
        Dispatch.objects.filter(pk=mine.dispatch_id).update(
            state=one, external_id="x" if one == "sent" else "", lease_until=datetime.now(UTC) if one == "sending" else None)


def test_an_answer_ends_all_that_waited_with_itself(channel: Channel, ana: Member) -> None:
    talk = two(channel)
    mine = actions.reply(talk.messages.first(), "Sí", ana, by=BY)
    assert endings(talk) == ["answered", "answered"]
    assert set(talk.messages.filter(ours=False).values_list("answered_with", flat=True)) == {mine.pk}
    assert again(talk).state == "closed" and again(talk).waiting_since is None and again(talk).solved_at


def test_an_answer_that_does_not_leave_ends_nothing_and_one_sent_at_last_does(channel: Channel, ana: Member) -> None:
    talk = two(channel)
    since = again(talk).waiting_since
    mine = actions.reply(talk.messages.first(), "Sí", ana, by=BY)
    go(mine, "ready", "sending", "refused")
    actions.reply_failed(Dispatch.objects.get(), by=BY)
    now = again(talk)
    assert endings(talk) == [None, None] and now.waiting_since == since and now.state == "open" and now.first_answer_at is None
    go(mine, "waiting", "ready", "sending", "sent")
    actions.note_sent(Dispatch.objects.get(), by=BY)
    assert endings(talk) == ["answered", "answered"] and again(talk).state == "closed"


def test_what_fails_leaves_what_another_answer_answered(channel: Channel, ana: Member) -> None:
    talk = two(channel)
    failed = actions.reply(talk.messages.first(), "Sí", ana, by=BY)
    better = actions.reply(talk.messages.first(), "Sí, de 10 a 14", ana, by=BY)
    go(failed, "cancelled")
    actions.reply_failed(Dispatch.objects.get(pk=failed.dispatch_id), by=BY)
    assert set(talk.messages.filter(ours=False).values_list("answered_with", flat=True)) == {better.pk}
    assert again(talk).waiting_since is None


def test_closing_what_is_owed_says_why_and_taking_it_back_owes_it_again(brand: Brand, channel: Channel) -> None:
    talk = two(channel)
    with pytest.raises(actions.NoReason):
        actions.close(talk, by=BY)
    before = actions.Before.of(again(talk))
    actions.close(talk, by=BY, because="spam")
    assert endings(talk) == ["silent", "silent"] and talk.messages.first().ended_because == "spam"
    assert actions.put_back(brand, [before], by=BY) == 1
    assert endings(talk) == [None, None] and again(talk).state == "open" and again(talk).waiting_since == before.waiting_since


def test_what_is_answered_closes_without_a_reason(channel: Channel, ana: Member) -> None:
    talk = two(channel)
    actions.reply(talk.messages.first(), "Sí", ana, by=BY)
    actions.reopen(talk, by=BY)
    assert again(talk).state == "open" and again(talk).waiting_since is None
    actions.close(talk, by=BY)
    assert again(talk).state == "closed" and endings(talk) == ["answered", "answered"]


def test_reopening_owes_again_what_nobody_answered(channel: Channel) -> None:
    talk = two(channel)
    actions.close(talk, by=BY, because="spam")
    actions.reopen(talk, by=BY)
    assert endings(talk) == [None, None] and again(talk).waiting_since


def test_undoing_a_reopening_closes_it_as_it_was(brand: Brand, channel: Channel) -> None:
    talk = two(channel)
    actions.close(talk, by=BY, because="spam")
    before = actions.Before.of(again(talk))
    actions.reopen(talk, by=BY)
    actions.put_back(brand, [before], by=BY, because="deshacer")
    assert again(talk).state == "closed" and endings(talk) == ["silent", "silent"]


def test_hiding_ends_it_with_its_rule_and_showing_it_owes_it_again(channel: Channel) -> None:
    talk = cast.conversation(channel)
    insult = talk.messages.get()
    actions.set_hidden(insult, True, by=BY, because="1. Sin insultos")
    insult.refresh_from_db()
    assert insult.ending == "hidden" and insult.ended_because == "1. Sin insultos" and again(talk).state == "closed"
    actions.set_hidden(insult, False, by=BY)
    assert endings(talk) == [None] and again(talk).state == "open" and again(talk).waiting_since == insult.at


def test_what_its_author_takes_away_is_withdrawn_and_what_we_delete_is_deleted(channel: Channel) -> None:
    talk = two(channel)
    cast.arrive(channel, Vanished("a"))
    assert endings(talk) == ["withdrawn", None] and again(talk).waiting_since == talk.messages.last().at
    actions.settle(list(talk.messages.all()), Ending.DELETED, by=BY, because="norma 2")
    assert endings(talk) == ["deleted", "deleted"]


def test_settling_twice_is_settling_once(channel: Channel) -> None:
    talk = two(channel)
    messages = list(talk.messages.all())
    assert actions.settle(messages, Ending.SILENT, by=BY, because="spam") == 2
    assert actions.settle(messages, Ending.HIDDEN, by=BY, because="otra") == 0
    assert endings(talk) == ["silent", "silent"] and Fact.objects.filter(name="MessageEnded").count() == 2


@pytest.mark.parametrize("ending", ["hidden", "deleted", "handed", "silent"])
def test_what_somebody_decides_has_its_reason(channel: Channel, ending: str) -> None:
    with pytest.raises(actions.NoReason):
        actions.settle(list(two(channel).messages.all()), ending, by=BY)


def test_what_is_handed_over_waits_for_nobody_here_until_it_comes_back(channel: Channel, ana: Member) -> None:
    talk = two(channel)
    actions.hand_over(talk, by=BY, because="queja a la tienda")
    assert endings(talk) == ["handed", "handed"] and again(talk).state == "handed" and again(talk).waiting_since is None
    actions.reply(talk.messages.first(), "Lo estamos viendo con la tienda", ana, by=BY)
    assert again(talk).state == "handed" and endings(talk) == ["handed", "handed"]
    before = datetime.now(UTC)
    actions.bring_back(talk, by=BY)
    now = again(talk)
    assert endings(talk) == [None, None] and now.state == "open" and now.waiting_since is not None and now.waiting_since >= before
    actions.reply(talk.messages.first(), "Ya está", ana, by=BY)
    assert endings(talk) == ["answered", "answered"] and again(talk).state == "closed"


def test_who_asks_again_while_it_is_handed_is_owed_an_answer(channel: Channel) -> None:
    talk = two(channel)
    actions.hand_over(talk, by=BY, because="queja")
    cast.arrive(channel, cast.item("c", "¿Y?", parent="b"))
    assert endings(talk) == ["handed", "handed", None] and again(talk).state == "open"
    actions.bring_back(talk, by=BY)
    assert endings(talk) == [None, None, None]


def test_what_our_account_answers_on_the_network_itself_is_answered(channel: Channel) -> None:
    talk = two(channel)
    start = again(talk).last_at
    told = [cast.item("r", "Sí", parent="b", who="libreria", at=start + timedelta(minutes=5)),
            cast.item("d", "Gracias. ¿Y el domingo?", parent="r", at=start + timedelta(minutes=9))]
    ours = Item(**{**{name: getattr(told[0], name) for name in told[0].__dataclass_fields__}, "ours": True})
    cast.arrive(channel, ours, told[1])
    assert endings(talk) == ["answered", "answered", None]
    now = again(talk)
    assert now.waiting_since == told[1].created_at and now.state == "open"
    assert set(Message.objects.filter(ending="answered").values_list("answered_with__external_id", flat=True)) == {"r"}


def test_an_old_answer_that_arrives_late_does_not_end_what_came_after_it(channel: Channel) -> None:
    talk = two(channel)
    late = cast.item("r", "Hola", parent="a", who="libreria", at=again(talk).first_at + timedelta(minutes=1))
    cast.arrive(channel, Item(**{**{name: getattr(late, name) for name in late.__dataclass_fields__}, "ours": True}))
    assert endings(talk) == ["answered", None] and again(talk).state == "open"


def test_when_the_networks_window_is_over_it_lapses(channel: Channel) -> None:
    talk = two(channel)
    now = datetime.now(UTC)
    Conversation.objects.filter(pk=talk.pk).update(window_ends_at=now + timedelta(hours=1))
    assert lapse(now, by=BY) == 0
    assert lapse(now + timedelta(hours=2), by=BY) == 1 and lapse(now + timedelta(hours=2), by=BY) == 0
    assert endings(talk) == ["lapsed", "lapsed"] and again(talk).state == "closed"
