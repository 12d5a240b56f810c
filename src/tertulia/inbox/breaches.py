"""Deadlines that passed: found, told once, told higher up while nobody answers, and over when it is answered or solved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet

from tertulia.brands.facts import Role
from tertulia.brands.models import Membership
from tertulia.inbox import facts
from tertulia.inbox.deadline_notices import BREACH
from tertulia.inbox.deadlines import BATCH, Clocks
from tertulia.inbox.models import Breach, Conversation, Ending, LadderStep, Message, Share
from tertulia.journal.actions import SYSTEM, record_all
from tertulia.notices.actions import Telling, tell_all

DUE = {"answer": "answer_due_at", "solve": "solve_due_at"}
#: What these open breaches were about is not owed any more.
_PAID = Q(kind="answer") & (Q(conversation__answer_due_at=None) | ~Q(conversation__waiting_since=F("owed_since"))) | Q(
    kind="solve", conversation__solve_due_at=None)


def late(kind: str, now: datetime) -> QuerySet[Conversation]:
    """Conversations, of any brand, whose deadline passed and of which nobody was told."""
    known = Breach.objects.filter(conversation=OuterRef("pk"), kind=kind, ended_at=None)
    return Conversation.objects.filter(~Exists(known), **{f"{DUE[kind]}__lte": now})


def anything_to_do(now: datetime) -> bool:
    """Whether ``mind`` may have something to do."""
    return Breach.objects.filter(ended_at=None).exists() or any(late(kind, now).exists() for kind in DUE)


def mind(now: datetime) -> None:
    """Ends the breaches of what was answered or solved, begins those of what passed, and tells higher up what goes on."""
    Breach.objects.filter(_PAID, ended_at=None).update(ended_at=now)
    for kind in DUE:
        while begin(kind, now) == BATCH:
            pass
    climb(now)


@transaction.atomic
def begin(kind: str, now: datetime) -> int:
    """A breach for each conversation that is late and has none for this debt, told to whose it is; how many were looked at."""
    rows = list(late(kind, now).select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by(DUE[kind])[:BATCH])
    since = _owed_since(kind, rows)
    before = {(one.conversation_id, one.owed_since): one
              for one in Breach.objects.filter(conversation__in=[one.pk for one in rows], kind=kind)}
    new, again = [], []
    for one in rows:
        if (known := before.get((one.pk, since[one.pk]))) is not None:
            again.append(known.pk)  # answered, and the answer did not leave: told already
        else:
            new.append(Breach(conversation=one, kind=kind, owed_since=since[one.pk], due_at=getattr(one, DUE[kind]), at=now, told=1))
    Breach.objects.filter(pk__in=again).update(ended_at=None)
    Breach.objects.bulk_create(new)
    record_all([facts.DeadlineBroken(brand_id=one.conversation.brand_id, conversation_id=one.conversation_id, breach_id=one.pk)
                for one in new], by=SYSTEM)
    duty = OnDuty({one.brand_id for one in rows}, now)
    tell_all([_telling(one, duty.of(one.conversation), 0) for one in new], now=now)
    return len(rows)


def _owed_since(kind: str, rows: Sequence[Conversation]) -> dict[int, datetime]:
    """What names the debt: since when the answer is owed, or when the oldest of what is to be solved came."""
    if kind == "answer":
        return {one.pk: one.waiting_since or one.first_at for one in rows}
    left = Message.objects.filter(Q(ending=None) | Q(ending=Ending.HANDED), conversation__in=[one.pk for one in rows], ours=False)
    return {one.pk: one.first_at for one in rows} | dict(left.values_list("conversation").annotate(since=Min("at")))


@transaction.atomic
def climb(now: datetime, most: int = 1000) -> int:
    """Tells the next of the ladder what has been late for as long, in open minutes, as their step says; how many were told."""
    ladders: dict[int, list[LadderStep]] = {}
    for step in LadderStep.objects.order_by("order"):
        ladders.setdefault(step.brand_id, []).append(step)
    if not ladders:
        return 0
    still = Q(kind="answer", conversation__answer_due_at__lte=now) | Q(kind="solve", conversation__solve_due_at__lte=now)
    higher = Q()
    for brand_id, ladder in ladders.items():
        higher |= Q(conversation__brand=brand_id, told__lte=len(ladder))
    open_ones = list(Breach.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).filter(
        still, higher, ended_at=None).select_related("conversation").order_by("at")[:most])
    clocks = Clocks.of({one.conversation.channel_id for one in open_ones})
    tellings = []
    for one in open_ones:
        ladder, was = ladders[one.conversation.brand_id], one.told
        late_for = clocks.hours(one.conversation.channel_id).between(one.due_at, now)
        while one.told <= len(ladder) and late_for >= ladder[one.told - 1].after_minutes:
            tellings.append(_telling(one, [ladder[one.told - 1].member_id], one.told))
            one.told += 1
        if one.told != was:
            one.save(update_fields=["told"])
    return tell_all(tellings, now=now)


def _telling(breach: Breach, members: Sequence[int], step: int) -> Telling:
    return Telling(brand_id=breach.conversation.brand_id, kind=BREACH.name, members=members, key=f"{breach.pk}:{step}",
                   about={"breach": breach.pk, "conversation": breach.conversation_id, "step": step})


class OnDuty:
    """Who of these brands' teams answers and is not away."""

    def __init__(self, brands: Iterable[int], now: datetime) -> None:
        away = set(Share.objects.filter(brand__in=brands, away_until__gt=now).values_list("brand", "member"))
        self._teams: dict[int, list[int]] = {}
        self._owners: dict[int, list[int]] = {}
        for brand, member, role in Membership.objects.filter(brand__in=brands, member__is_active=True).exclude(
                role=Role.VIEWER).order_by("pk").values_list("brand", "member", "role"):
            if (brand, member) not in away:
                self._teams.setdefault(brand, []).append(member)
            if role == Role.OWNER:
                self._owners.setdefault(brand, []).append(member)

    def of(self, conversation: Conversation) -> list[int]:
        """Whose it is, if they are there; else everybody who is; else who is in charge."""
        team = self._teams.get(conversation.brand_id, [])
        if conversation.assignee_id in team:
            return [conversation.assignee_id] if conversation.assignee_id else []
        return team or self._owners.get(conversation.brand_id, [])
