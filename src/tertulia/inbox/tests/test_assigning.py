"""Whose a conversation becomes: by rule, by turn, never more than each can take, whoever gives at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tertulia.brands import actions as brands
from tertulia.brands.facts import MemberRemoved
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, assigning
from tertulia.inbox.assigning import Ruling, fits, set_share, write_rule
from tertulia.inbox.facts import ConversationAssigned, ReplyWritten, ShareChanged
from tertulia.inbox.models import AssignmentRule, Conversation
from tertulia.inbox.timekeeping import on_assigned, on_hand_free, on_member_away
from tertulia.journal.facts import Happened
from tertulia.journal.models import Fact
from tertulia.kit.tests.beside import beside
from tertulia.notices.models import Notice
from tertulia.site.tests import cast

BY = "member:0"
EVERYTHING: dict[str, Any] = {}


def happened(what: Any, by: str = BY) -> list[Happened]:
    return [Happened(1, datetime.now(UTC), by, "", what)]


def arrive(channel: Channel, many: int = 1, reading: dict[str, Any] | None = None) -> list[Conversation]:
    """New conversations, read."""
    talks = [cast.conversation(channel, key=f"k{Conversation.objects.count()}-{n}", who=f"w{n}") for n in range(many)]
    for one in talks:
        actions.attach_readings({one.messages.get().pk: reading or {}}, by=BY)
    return [Conversation.objects.get(pk=one.pk) for one in talks]


def intent(label: str) -> dict[str, Any]:
    return {"intent": {"sure": True, "labels": [{"label": label, "p": 0.9}]}}


@pytest.mark.parametrize(("when", "is_open", "held"), [
    ({}, True, True), ({"channel": [3]}, True, True), ({"channel": [4]}, True, False), ({"intent": ["praise", "complaint"]}, True, True),
    ({"intent": ["praise"]}, True, False), ({"kind": ["comment"], "intent": ["complaint"], "language": ["es"]}, True, True),
    ({"kind": ["direct"], "intent": ["complaint"]}, True, False), ({"judgement": ["angry"]}, True, True), ({"open": [True]}, True, True),
    ({"open": [False]}, True, False), ({"department": ["Tienda"]}, True, True), ({"department": []}, True, True),
    ({"unknown": [1]}, True, True),
])
def test_every_filter_must_pass_by_any_of_its_values(when: dict[str, Any], is_open: bool, held: bool) -> None:
    talk = Conversation(channel_id=3, kind="comment", intents=["complaint"], language="es", judgement="angry", department="Tienda")
    assert fits(when, talk, is_open=is_open) is held


@pytest.mark.django_db
def test_what_arrives_is_whose_the_first_rule_that_fits_says(brand: Brand, channel: Channel, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    write_rule(brand, Ruling("Quejas", {"intent": ["complaint"]}, luis, []), by=BY)
    write_rule(brand, Ruling("Lo demás", EVERYTHING, ana, []), by=BY)
    assert arrive(channel, reading=intent("complaint"))[0].assignee == luis and arrive(channel, reading=intent("praise"))[0].assignee == ana
    fact = Fact.objects.filter(name="ConversationAssigned").order_by("id").first()
    assert fact and fact.by.startswith("assignment:") and fact.because == "Quejas"


@pytest.mark.django_db
def test_without_rules_it_is_nobodys_and_what_is_somebodys_stays(brand: Brand, channel: Channel, ana: Member) -> None:
    talk = arrive(channel)[0]
    assert talk.assignee is None
    actions.assign(talk, ana, by=BY)
    write_rule(brand, Ruling("Todo", EVERYTHING, cast.joined(brand, "agent"), []), by=BY)
    actions.attach_readings({talk.messages.get().pk: {}}, by=BY)
    assert Conversation.objects.get(pk=talk.pk).assignee == ana


@pytest.mark.django_db
def test_by_turn_each_gets_one_and_nobody_more_than_they_take(brand: Brand, channel: Channel, ana: Member) -> None:
    luis, eva = cast.joined(brand, "agent", "Luis"), cast.joined(brand, "agent", "Eva")
    set_share(brand, eva, capacity=1, away_until=None, by=BY)
    write_rule(brand, Ruling("Todo", EVERYTHING, None, [luis.pk, eva.pk]), by=BY)
    assert [str(one.assignee) for one in arrive(channel, 5)] == ["Eva", "Luis", "Luis", "Luis", "Luis"]


@pytest.mark.django_db
def test_when_nobody_is_free_it_waits_and_goes_to_the_first_hand_that_is(brand: Brand, channel: Channel, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    set_share(brand, luis, capacity=1, away_until=None, by=BY)
    write_rule(brand, Ruling("Todo", EVERYTHING, luis, []), by=BY)
    first, second = arrive(channel, 2)
    assert (first.assignee, second.assignee) == (luis, None)
    mine = actions.reply(first.messages.get(), "Sí", luis, by=BY)
    on_hand_free(happened(ReplyWritten(brand_id=brand.pk, message_id=mine.pk, conversation_id=first.pk, dispatch_id=mine.dispatch_id or 0)))
    assert Conversation.objects.get(pk=second.pk).assignee == luis


@pytest.mark.django_db
def test_what_somebody_away_or_gone_had_goes_to_others(brand: Brand, channel: Channel, ana: Member) -> None:
    luis, eva = cast.joined(brand, "agent", "Luis"), cast.joined(brand, "agent", "Eva")
    write_rule(brand, Ruling("Luis", EVERYTHING, luis, []), by=BY)
    write_rule(brand, Ruling("Eva", EVERYTHING, eva, []), by=BY)
    talk = arrive(channel)[0]
    assert talk.assignee == luis
    set_share(brand, luis, capacity=None, away_until=datetime.now(UTC) + timedelta(days=1), by=BY)
    on_member_away(happened(ShareChanged(brand_id=brand.pk, member_id=luis.pk)))
    assert Conversation.objects.get(pk=talk.pk).assignee == eva
    brands.remove_member(brand, eva, by=BY)
    on_member_away(happened(MemberRemoved(brand_id=brand.pk, member_id=eva.pk)))
    assert Conversation.objects.get(pk=talk.pk).assignee is None


@pytest.mark.django_db
def test_who_is_given_one_is_told_unless_they_took_it(brand: Brand, channel: Channel, ana: Member) -> None:
    talk = arrive(channel)[0]
    on_assigned(happened(ConversationAssigned(brand_id=brand.pk, conversation_id=talk.pk, member_id=ana.pk), ana.key))
    assert not Notice.objects.exists()
    for _twice in range(2):
        on_assigned(happened(ConversationAssigned(brand_id=brand.pk, conversation_id=talk.pk, member_id=ana.pk), "assignment:1"))
    assert Notice.objects.get().member == ana


@pytest.mark.django_db
def test_trying_gives_nothing(brand: Brand, channel: Channel, ana: Member) -> None:
    talk = arrive(channel)[0]
    rule = write_rule(brand, Ruling("Todo", EVERYTHING, ana, []), by=BY)
    assert assigning.would_go(brand, [talk]) == [(rule, ana.pk)] and Conversation.objects.get(pk=talk.pk).assignee is None


@pytest.mark.django_db
def test_rules_change_places_go_and_come_back(brand: Brand, ana: Member) -> None:
    one, two = (write_rule(brand, Ruling(name, EVERYTHING, ana, []), by=BY) for name in ("uno", "dos"))
    assigning.order_rules(brand, [two.pk, one.pk], by=BY)
    assert [rule.name for rule in assigning.rules_of(brand)] == ["dos", "uno"]
    assigning.archive_rule(two, by=BY)
    assigning.archive_rule(AssignmentRule.objects.get(pk=two.pk), by=BY, back=True)
    assert assigning.rules_of(brand).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_together_never_give_more_than_somebody_takes(brand: Brand, channel: Channel, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    set_share(brand, luis, capacity=3, away_until=None, by=BY)
    talks = arrive(channel, 12)
    write_rule(brand, Ruling("Todo", EVERYTHING, luis, []), by=BY)

    def give(some: list[Conversation]) -> None:
        for one in some:
            assigning.assign_new([one])

    threads = [beside(lambda n=n: give(talks[n::3])) for n in range(3)]  # type: ignore[misc]
    for one in threads:
        one.join()
    assert Conversation.objects.filter(assignee=luis).count() == 3
