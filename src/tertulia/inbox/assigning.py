"""Whose a conversation becomes when it arrives: by the brand's rules, by turn, never more than each can take.

The shares of a brand's people are the lock: two workers that give at once do it one after the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member, Membership
from tertulia.inbox import facts
from tertulia.inbox.deadlines import Clocks
from tertulia.inbox.models import AssignmentRule, Conversation, ConversationState, Share
from tertulia.journal.actions import SYSTEM, record, record_all
from tertulia.kit import clock

MOST = 500
#: What a rule may ask of a conversation.
FIELDS = ("channel", "kind", "intent", "judgement", "department", "language", "open")


def fits(when: Mapping[str, Any], conversation: Conversation, *, is_open: bool) -> bool:
    """Whether a conversation passes the filters of a rule: every one that is there, by any of its values. Pure."""
    has: dict[str, set[Any]] = {
        "channel": {conversation.channel_id}, "kind": {conversation.kind}, "intent": set(conversation.intents),
        "judgement": {conversation.judgement}, "department": {conversation.department}, "language": {conversation.language},
        "open": {is_open}}
    return all(has[name] & set(wanted) for name, wanted in when.items() if name in has and wanted)


@dataclass(slots=True)
class Hand:
    """What a member of a brand can still take."""

    share: Share
    open: int

    @property
    def free(self) -> bool:
        """Whether one more fits."""
        return self.share.capacity is None or self.open < self.share.capacity


@dataclass(slots=True)
class Table:
    """A brand's rules and hands, while they are locked."""

    rules: list[AssignmentRule]
    hands: dict[int, Hand]
    now: datetime

    def rule_for(self, conversation: Conversation, *, is_open: bool) -> tuple[AssignmentRule | None, Hand | None]:
        """The first rule that fits and has somebody free, and whose turn it is there."""
        for rule in self.rules:
            if fits(rule.when, conversation, is_open=is_open):
                among = [rule.member_id] if rule.member_id else rule.among
                free = [self.hands[one] for one in among if one in self.hands and self.hands[one].free]
                if free:
                    return rule, min(free, key=lambda one: (one.share.given_at is not None, one.share.given_at or self.now, one.share.pk))
        return None, None


def _deal(brand_id: int, now: datetime, *, lock: bool) -> Table:
    """The brand's rules, and those of its people who answer and are here."""
    rules = list(AssignmentRule.objects.filter(brand=brand_id, archived_at=None).order_by("order", "pk"))
    team = [one.member_id for one in Membership.objects.filter(brand=brand_id, member__is_active=True).exclude(role=Role.VIEWER)]
    shares = Share.objects.filter(brand=brand_id, member__in=team)
    if lock:
        Share.objects.bulk_create([Share(brand_id=brand_id, member_id=one) for one in team], ignore_conflicts=True)
        shares = shares.select_for_update(no_key=True)
    kept = {one.member_id: one for one in shares.order_by("pk")}
    here = [kept.get(one) or Share(brand_id=brand_id, member_id=one, pk=0) for one in team]
    here = [one for one in here if one.away_until is None or one.away_until <= now]
    limited = [one.member_id for one in here if one.capacity is not None]
    open_ones = dict(in_hand(brand_id).filter(assignee__in=limited).values_list("assignee").annotate(many=Count("pk")))
    return Table(rules, {one.member_id: Hand(one, open_ones.get(one.member_id, 0)) for one in here}, now)


def in_hand(brand_id: int) -> QuerySet[Conversation]:
    """The brand's open conversations that are somebody's."""
    return Conversation.objects.filter(brand=brand_id, state=ConversationState.OPEN, assignee__isnull=False)


def assign_new(conversations: Collection[Conversation]) -> None:
    """Gives those that are nobody's and are owed an answer to whom the brand's rules say."""
    wanted: dict[int, list[Conversation]] = {}
    for one in conversations:
        if one.assignee_id is None and one.waiting_since and one.state == ConversationState.OPEN:
            wanted.setdefault(one.brand_id, []).append(one)
    ruled = AssignmentRule.objects.filter(brand__in=wanted, archived_at=None).values_list("brand", flat=True).distinct()
    for brand_id in sorted(ruled):
        _give(brand_id, wanted[brand_id])


@transaction.atomic
def _give(brand_id: int, conversations: Sequence[Conversation]) -> None:
    table, now = _deal(brand_id, clock.now(), lock=True), clock.now()
    clocks = Clocks.of({one.channel_id for one in conversations})
    # as they are now, in the order in which they wait
    rows = Conversation.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=[one.pk for one in conversations], assignee=None, state=ConversationState.OPEN)
    told: dict[int, list[facts.ConversationAssigned]] = {}
    for one in rows.order_by("waiting_since", "pk"):
        rule, hand = table.rule_for(one, is_open=clocks.hours(one.channel_id).open_at(now))
        if rule is None or hand is None:
            continue
        hand.open, hand.share.given_at = hand.open + 1, clock.now()
        Conversation.objects.filter(pk=one.pk).update(assignee=hand.share.member_id)
        told.setdefault(rule.pk, []).append(
            facts.ConversationAssigned(brand_id=brand_id, conversation_id=one.pk, member_id=hand.share.member_id))
    Share.objects.bulk_update([one.share for one in table.hands.values() if one.share.given_at], ["given_at"])
    names = {one.pk: one.name for one in table.rules}
    for pk, announced in told.items():
        record_all(announced, by=f"assignment:{pk}", because=names[pk])
    given = {one.conversation_id: one.member_id for announced in told.values() for one in announced}
    for conversation in conversations:
        conversation.assignee_id = given.get(conversation.pk, conversation.assignee_id)


def would_go(brand: Brand, conversations: Sequence[Conversation]) -> list[tuple[AssignmentRule | None, int | None]]:
    """For each of these, whose it would become if it arrived now, and by which rule; nobody's: (None, None)."""
    now, clocks = clock.now(), Clocks.of({one.channel_id for one in conversations})
    table, found = _deal(brand.pk, now, lock=False), []
    for one in conversations:
        rule, hand = table.rule_for(one, is_open=clocks.hours(one.channel_id).open_at(now))
        found.append((rule, hand.share.member_id if hand else None))
    return found


def load(brand: Brand) -> dict[int, int]:
    """How many open conversations each member has."""
    return dict(in_hand(brand.pk).values_list("assignee").annotate(many=Count("pk")))


# --------------------------------------------------------------------------- when somebody can take more, or nothing


def give_waiting(brands: Iterable[int]) -> None:
    """Gives what waits and is nobody's, oldest first: somebody has a hand free again, or the rules changed."""
    for brand_id in sorted(set(brands)):
        waiting = Conversation.objects.filter(brand=brand_id, waiting_since__isnull=False, state=ConversationState.OPEN, assignee=None)
        assign_new(list(waiting.order_by("waiting_since")[:MOST]))


def take_from(brand_id: int, member_id: int, *, by: str, because: str) -> int:
    """What a member had open, and owes an answer, is nobody's again and goes to whom the rules say; how many."""
    with transaction.atomic():
        rows = Conversation.objects.select_for_update(no_key=True, of=("self",)).filter(
            brand=brand_id, assignee=member_id, waiting_since__isnull=False).exclude(state=ConversationState.CLOSED).order_by("pk")
        ids = [one.pk for one in rows]
        Conversation.objects.filter(pk__in=ids).update(assignee=None)
        record_all([facts.ConversationAssigned(brand_id=brand_id, conversation_id=pk, member_id=None) for pk in ids],
                   by=by, because=because)
    assign_new(list(Conversation.objects.filter(pk__in=ids)))
    return len(ids)


# --------------------------------------------------------------------------- the rules and the shares


def rules_of(brand: Brand) -> QuerySet[AssignmentRule]:
    """The brand's rules, in the order in which they are asked."""
    return brand.assignment_rules.filter(archived_at=None).select_related("member").order_by("order", "pk")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule says: its name, its filters, and to whom: ``member``, or by turn ``among``."""

    name: str
    when: Mapping[str, Sequence[Any]]
    member: Member | None
    among: Sequence[int]


@transaction.atomic
def write_rule(brand: Brand, told: Ruling, *, by: str, because: str = "", rule: AssignmentRule | None = None) -> AssignmentRule:
    """A new rule, after the others; or ``rule`` says this from now on."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    says = {"name": told.name, "when": {name: list(values) for name, values in told.when.items() if values},
            "member": told.member, "among": list(told.among)}
    if rule:
        AssignmentRule.objects.filter(pk=rule.pk, brand=brand).update(**says)
        kept = AssignmentRule.objects.get(pk=rule.pk)
    else:
        last = rules_of(brand).last()
        kept = AssignmentRule.objects.create(brand=brand, order=last.order + 1 if last else 0, **says)
    record(facts.AssignmentChanged(brand_id=brand.pk), by=by, because=because)
    return kept


@transaction.atomic
def archive_rule(rule: AssignmentRule, *, by: str, because: str = "", back: bool = False) -> None:
    """The rule gives nothing more; with ``back``, it gives again."""
    if AssignmentRule.objects.filter(pk=rule.pk, archived_at__isnull=not back).update(archived_at=None if back else clock.now()):
        record(facts.AssignmentChanged(brand_id=rule.brand_id), by=by, because=because)


@transaction.atomic
def order_rules(brand: Brand, wanted: Sequence[int], *, by: str, because: str = "") -> None:
    """The rules are asked in this order; those not named, after them as they were."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    rows = list(rules_of(brand))
    rows.sort(key=lambda one: wanted.index(one.pk) if one.pk in wanted else len(wanted))
    for place, one in enumerate(rows):
        one.order = place
    AssignmentRule.objects.bulk_update(rows, ["order"])
    record(facts.AssignmentChanged(brand_id=brand.pk), by=by, because=because)


@transaction.atomic
def set_share(brand: Brand, member: Member, *, capacity: int | None, away_until: datetime | None, by: str, because: str = "") -> None:
    """How many open conversations a member takes at once (None: any number), and until when they take none."""
    Share.objects.update_or_create(brand=brand, member=member, defaults={"capacity": capacity, "away_until": away_until})
    record(facts.ShareChanged(brand_id=brand.pk, member_id=member.pk), by=by or SYSTEM, because=because)
