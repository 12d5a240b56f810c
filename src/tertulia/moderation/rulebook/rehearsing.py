"""Trying a rule on what was said, and doing nothing: what it would have touched, and what of that looks wrong."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from tertulia.brands.models import Member
from tertulia.inbox.models import Message
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, stopping, watch
from tertulia.moderation.automatic.engine import Broken
from tertulia.moderation.models import Act, Verdict
from tertulia.moderation.rulebook import facts
from tertulia.moderation.rulebook.books import Book, as_kept, compiled, current_lists, said_of
from tertulia.moderation.rulebook.models import Alarm, Rehearsal, RehearsalState, Rehearsed, Rule
from tertulia.people.queries import customers

log = logging.getLogger(__name__)

DAYS = (7, 30, 90)
#: Messages looked at in one transaction, and finds kept (all are counted).
_AT_ONCE, MOST_KEPT = 500, 500
#: Told so much, an elogio is no insult.
_PRAISES = 0.7
_UNDER_WAY = (RehearsalState.WAITING, RehearsalState.RUNNING)


def ask(rule: Rule, days: int, member: Member | None) -> Rehearsal:
    """A rehearsal of this version over the last ``days``; the one that is under way, if there is one."""
    if going := Rehearsal.objects.filter(rule=rule, state__in=_UNDER_WAY).first():
        return going
    now = clock.now()
    since = now - timedelta(days=days)
    try:
        with transaction.atomic():
            return Rehearsal.objects.create(
                brand_id=rule.brand_id, rule=rule, text=rule.text, days=days, asked_by=member, asked_at=now, since=since, until=now,
                total=Message.objects.filter(brand=rule.brand_id, ours=False, at__gte=since, at__lte=now).count())
    except IntegrityError:  # asked twice at this very moment
        return Rehearsal.objects.get(rule=rule, state__in=_UNDER_WAY)


@job
def rehearse(rehearsal_id: int) -> None:
    """Goes on with a rehearsal from where it stood, until its end or until this worker is told to stop."""
    while not stopping.is_set() and _step(rehearsal_id):
        pass


@watch(every=1.0, told=True)
def rehearsals_to_do() -> Sequence[Wake]:
    """Those that are not over."""
    rows = Rehearsal.objects.filter(state__in=_UNDER_WAY).order_by("asked_at").values_list("pk", flat=True)[:20]
    return [Wake(rehearse, {"rehearsal_id": pk}, lock=f"rehearse:{pk}") for pk in rows]


@transaction.atomic
def _step(rehearsal_id: int) -> bool:
    """One piece; False: there is no more, or somebody else is at it."""
    found = Rehearsal.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("rule", "brand").filter(
        pk=rehearsal_id, state__in=_UNDER_WAY).first()
    if found is None:
        return False
    book = compiled([Rule(pk=found.rule_id, brand=found.brand, name=found.rule.name, text=found.text)], current_lists(found.brand))
    try:
        if book.broken:
            raise RuntimeError(book.broken[0].error)
        with transaction.atomic():
            more = _look(found, book)
    except Exception as error:  # whatever it is, the page says so and nothing is tried for ever
        log.exception("rehearsal %s failed", found.pk)
        found.state, found.error, found.ended_at = RehearsalState.FAILED, str(error)[:500], clock.now()
        more = False
    found.save()
    return more


def _look(found: Rehearsal, book: Book) -> bool:
    messages = list(_next(found)[:_AT_ONCE])
    said = said_of(found.brand, messages, book.matcher)
    held = {}
    for one in messages:
        for match in book.matcher.match(said[one.pk]):
            if isinstance(match, Broken):
                raise RuntimeError(match.error)
            held[one] = as_kept(match.whys, one.text)
    alarms = _alarms(list(held))
    Rehearsed.objects.bulk_create([Rehearsed(rehearsal=found, message=one, whys=whys, alarm=alarms[one.pk])
                                   for one, whys in list(held.items())[:max(0, MOST_KEPT - found.matched)]])
    found.state, found.looked, found.matched = RehearsalState.RUNNING, found.looked + len(messages), found.matched + len(held)
    found.false_alarms += sum(bool(alarms[one.pk]) for one in held)
    if len(messages) == _AT_ONCE:
        found.last_at, found.last_id = messages[-1].at, messages[-1].pk
        return True
    found.state, found.ended_at = RehearsalState.DONE, clock.now()
    record(facts.RuleRehearsed(brand_id=found.brand_id, rule_id=found.rule_id, rehearsal_id=found.pk, matched=found.matched),
           by=SYSTEM, because=f"{found.days} d")
    return False


def _next(found: Rehearsal) -> QuerySet[Message]:
    """What is still to be looked at, the newest first: what matters most is seen first."""
    rows = Message.objects.filter(brand=found.brand, ours=False, at__gte=found.since, at__lte=found.last_at or found.until)
    if found.last_at:
        rows = rows.exclude(Q(at=found.last_at) & Q(pk__gte=found.last_id))
    return rows.select_related("channel", "author").order_by("-at", "-pk")


def _alarms(messages: Sequence[Message]) -> dict[int, str]:
    """Why each of these looks like a false alarm, if it does."""
    kept = set(Verdict.objects.filter(message__in=messages, by__startswith="member:", act__in=[Act.KEEP, Act.UNHIDE]).values_list(
        "message", flat=True))
    known = customers({one.author_id for one in messages if one.author_id})
    return {one.pk: Alarm.KEPT if one.pk in kept else Alarm.CUSTOMER if one.author_id in known else Alarm.PRAISE if _praises(one)
            else Alarm.NONE for one in messages}


def _praises(message: Message) -> bool:
    reading = message.reading or {}
    intent, mood = reading.get("intent") or {}, reading.get("sentiment") or {}
    praised = any(one["label"] == "praise" and one["p"] >= _PRAISES for one in intent.get("labels", ()))
    return bool(praised and intent.get("sure") or mood.get("label") == "positive" and mood.get("sure"))
