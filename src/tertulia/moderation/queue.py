"""The moderators' queue: one case at a time, each in one person's hands."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import BooleanField, Count, Q, QuerySet, Value, When
from django.db.models import Case as _Choose

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Message
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.moderation import actions, facts
from tertulia.moderation.models import Act, Case, HouseRule, Lifted, Verdict
from tertulia.moderation.rules import CLAIM


class Taken(Exception):
    """Somebody else decided the case, or has it now; ``case`` says who."""

    def __init__(self, case: Case) -> None:
        super().__init__(case.pk)
        self.case = case


@dataclass(frozen=True, slots=True)
class Decision:
    """What a moderator says of a case; ``same``: also of every other open case with the same words."""

    act: str
    rule: HouseRule | None = None
    note: str = ""
    same: bool = False


def open_cases(brand: Brand) -> QuerySet[Case]:
    """What waits, the gravest and oldest first."""
    return Case.objects.filter(brand=brand, decided_at=None).order_by("-weight", "at", "pk")


def case_of(brand: Brand, pk: int) -> Case:
    """One of the brand's cases; ``Case.DoesNotExist`` if it is another's."""
    return _whole(Case.objects.all()).get(brand=brand, pk=pk)


def _whole(rows: QuerySet[Case]) -> QuerySet[Case]:
    return rows.select_related("message__channel", "message__author", "message__conversation__subject", "message__brand", "holder",
                               "decided_by", "verdict__rule")


# --------------------------------------------------------------------------- taking one


@transaction.atomic
def claim(brand: Brand, member: Member, wanted: int | None = None) -> Case | None:
    """The member's next case, theirs for ``CLAIM``: the one they have already, else the first that nobody has. None: there is none.

    ``wanted``: that very one, if nobody else has it (``Taken``).
    """
    now = clock.now()
    free = Q(held_until=None) | Q(held_until__lte=now) | Q(holder=member)
    if wanted is not None:
        case = _that_one(brand, wanted, free)
    else:
        mine = Case.objects.filter(brand=brand, decided_at=None, holder=member, held_until__gt=now).order_by("-held_until")
        rows = open_cases(brand).filter(free).annotate(skipped=_Choose(
            When(skipped_by__contains=[member.pk], then=Value(True)), default=Value(False), output_field=BooleanField()))
        found = mine.select_for_update(no_key=True).first() or rows.order_by("skipped", "-weight", "at", "pk").select_for_update(
            no_key=True, skip_locked=True).first()
        if found is None:
            return None
        case = found
    token = case.token if case.holder_id == member.pk and case.token else uuid.uuid4()
    # one in the hands of each: what they had open elsewhere goes back
    Case.objects.filter(brand=brand, holder=member, decided_at=None).exclude(pk=case.pk).update(holder=None, token=None, held_until=None)
    Case.objects.filter(pk=case.pk).update(holder=member, token=token, held_until=now + CLAIM)
    return case_of(brand, case.pk)


def _that_one(brand: Brand, pk: int, free: Q) -> Case:
    case = Case.objects.select_for_update(no_key=True).get(brand=brand, pk=pk)
    if case.decided_at is not None or not Case.objects.filter(free, pk=pk).exists():
        raise Taken(case_of(brand, pk))
    return case


@transaction.atomic
def skip(brand: Brand, pk: int, member: Member) -> None:
    """The member leaves it to others, and sees it last."""
    case = Case.objects.select_for_update(no_key=True).get(brand=brand, pk=pk)
    if case.decided_at is None and case.holder_id == member.pk:
        case.skipped_by = sorted({*case.skipped_by, member.pk})
        case.holder = case.token = case.held_until = None
        case.save(update_fields=["skipped_by", "holder", "token", "held_until"])


# --------------------------------------------------------------------------- deciding


@transaction.atomic
def decide(brand: Brand, pk: int, token: str, decision: Decision, member: Member, *, by: str, because: str = "") -> Sequence[Verdict]:
    """Decides a case with the token that its claim gave. ``Taken``: another was faster; ``actions.CannotDo``: the network cannot."""
    case = Case.objects.select_for_update(no_key=True).get(brand=brand, pk=pk)
    if case.decided_at is not None or str(case.token) != token:
        raise Taken(case_of(brand, pk))
    cases = [case]
    if decision.same and case.same:
        now = clock.now()
        others = open_cases(brand).filter(same=case.same).exclude(pk=case.pk).filter(
            Q(held_until=None) | Q(held_until__lte=now) | Q(holder=member))
        cases += list(others.select_for_update(no_key=True, skip_locked=True))
    messages = {one.pk: one for one in Message.objects.select_related("channel", "author", "brand", "conversation__subject").filter(
        pk__in=[one.message_id for one in cases])}
    return [act(messages[one.message_id], decision, member, by=by, because=because) for one in cases]


@transaction.atomic
def act(message: Message, decision: Decision, member: Member, *, by: str, because: str = "") -> Verdict:
    """The verdict of a person; whatever stood already is confirmed by closing the case."""
    match decision.act:
        case Act.KEEP:
            verdict = actions.keep(message, member, by=by, because=because, note=decision.note)
        case Act.NOTE:
            verdict = actions.note(message, decision.rule, member, by=by, because=because, text=decision.note)
        case Act.HIDE | Act.DELETE | Act.BLOCK if decision.rule is not None:
            act = {Act.HIDE: actions.hide, Act.DELETE: actions.delete, Act.BLOCK: actions.block}[Act(decision.act)]
            verdict = act(message, decision.rule, member, by=by, because=because, note=decision.note)
        case _:
            raise ValueError(decision.act)
    actions.close_cases([message.pk], verdict, member, by=by, because=because)
    return verdict


@transaction.atomic
def undo(brand: Brand, verdicts: Sequence[int], member: Member, *, by: str, because: str = "") -> int:
    """Takes back what was just decided, and puts the cases back; how many. A deletion that left cannot: ``TooLate``."""
    undone = 0
    whole = Verdict.objects.select_related("message__channel", "message__author", "message__brand", "message__conversation__subject",
                                           "rule", "profile", "dispatch")
    for verdict in whole.filter(brand=brand, pk__in=verdicts).order_by("-pk"):
        match verdict.act:
            case Act.HIDE:
                actions.show(verdict.message, member, by=by, because=because)
            case Act.DELETE:
                actions.take_back(verdict, member, by=by, because=because)
            case Act.BLOCK:
                actions.unblock(verdict, member, by=by, because=because)
            case _:
                actions.lift(verdict, Lifted.UNDONE, by=by, because=because)
        undone += 1
        _put_back(verdict, by=by, because=because)
    return undone


def _put_back(verdict: Verdict, *, by: str, because: str) -> None:
    if Case.objects.filter(message=verdict.message_id, decided_at=None).exists():
        return
    case = Case.objects.select_for_update(no_key=True).filter(message=verdict.message_id).order_by("-decided_at").first()
    if case is not None:
        Case.objects.filter(pk=case.pk).update(decided_at=None, decided_by=None, verdict=None)
        record(facts.CaseQueued(brand_id=case.brand_id, case_id=case.pk, message_id=case.message_id), by=by, because=because)


# --------------------------------------------------------------------------- beside a case


def equal_to(case: Case) -> int:
    """How many other open cases say the same."""
    return open_cases(case.brand).filter(same=case.same).exclude(pk=case.pk).count() if case.same else 0


def decided_before(case: Case) -> Sequence[tuple[str, str, int]]:
    """What was decided of messages that said the same: (act, house rule, how many), the most frequent first."""
    if not case.same:
        return []
    done = Verdict.objects.filter(cases__brand=case.brand, cases__same=case.same, cases__decided_at__isnull=False)
    rows = done.values_list("act", "rule__number", "rule__title").annotate(many=Count("pk")).order_by("-many")[:5]
    return [(str(Act(act).label), f"{number}. {title}" if number else "", many) for act, number, title, many in rows]
