"""Putting messages into the moderators' queue, and taking them out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from tertulia.brands.models import Member
from tertulia.inbox.models import Message
from tertulia.journal.actions import record, record_all
from tertulia.kit import clock
from tertulia.moderation import facts
from tertulia.moderation.models import Case, Verdict
from tertulia.moderation.rules import digest_of, weight_of

#: Why a reading queues a message, by how grave it is.
READS = {3: "hate", 2: "offence", 0: "reading"}


@transaction.atomic
def enqueue(message: Message, *, because: str, by: str, proposed: str = "", again: bool = False) -> Case | None:
    """A moderator has to look at the message; asked again, the reason is added to the open case.

    A message that a person decided about since it was last edited is not queued again by a rule or a reading: None, unless
    it is to be looked at ``again`` for something else. ``proposed``: the act that is asked for.
    """
    if (case := _open(message)) is None and not again and not by.startswith("member:") and _decided(message):
        return None
    if case is None:
        try:
            with transaction.atomic():
                case = Case.objects.create(
                    brand_id=message.brand_id, message=message, at=clock.now(), same=digest_of(message.folded),
                    weight=weight_of(message.reading), proposed=proposed, reasons=[{"because": because[:200], "by": by}])
        except IntegrityError:  # somebody queued it at this very moment
            case = _open(message)
            if case is None:
                return None
        else:
            record(facts.CaseQueued(brand_id=case.brand_id, case_id=case.pk, message_id=message.pk), by=by, because=because)
            return case
    if not any(one["by"] == by and one["because"] == because[:200] for one in case.reasons):
        case.reasons = [*case.reasons, {"because": because[:200], "by": by}]
        case.proposed = proposed or case.proposed
        case.save(update_fields=["reasons", "proposed"])
    return case


@transaction.atomic
def enqueue_read(messages: Sequence[int], *, by: str) -> int:
    """Of these messages, those of which it is surely understood that they insult or hate go to the queue; how many were not there."""
    sure = (Q(reading__hate__label="hateful", reading__hate__sure=True)
            | Q(reading__offence__label__in=["OFP", "OFG"], reading__offence__sure=True))
    rows = Message.objects.filter(sure, pk__in=messages, ours=False, vanished_at=None)
    now, found = clock.now(), list(rows.only("pk", "brand_id", "folded", "reading", "edited_at"))
    before = dict(Case.objects.filter(message__in=found).order_by("decided_at").values_list("message_id", "decided_at"))
    new = [one for one in found if one.pk not in before or _edited_since(one, before[one.pk])]
    Case.objects.bulk_create([
        Case(brand_id=one.brand_id, message=one, at=now, same=digest_of(one.folded), weight=weight_of(one.reading),
             reasons=[{"because": READS[weight_of(one.reading)], "by": "reading"}]) for one in new], ignore_conflicts=True)
    made = Case.objects.filter(message__in=new, at=now, decided_at=None)
    record_all([facts.CaseQueued(brand_id=one.brand_id, case_id=one.pk, message_id=one.message_id) for one in made], by=by)
    return len(made)


def _open(message: Message) -> Case | None:
    return Case.objects.select_for_update(no_key=True).filter(message=message, decided_at=None).first()


def _edited_since(message: Message, decided_at: datetime | None) -> bool:
    return decided_at is not None and message.edited_at is not None and message.edited_at > decided_at


def _decided(message: Message) -> bool:
    done = Case.objects.filter(message=message, decided_at__isnull=False)
    return done.filter(decided_at__gt=message.edited_at).exists() if message.edited_at else done.exists()


def close_cases(messages: Sequence[int], verdict: Verdict | None, member: Member | None, *, by: str, because: str = "") -> int:
    """The open cases of these messages are decided; how many. Inside the transaction of the verdict."""
    now, closed = clock.now(), 0
    for case in Case.objects.select_for_update(no_key=True).filter(message__in=messages, decided_at=None).order_by("pk"):
        closed += 1
        Case.objects.filter(pk=case.pk).update(
            decided_at=now, decided_by=member, verdict=verdict if verdict and verdict.message_id == case.message_id else None,
            holder=None, token=None, held_until=None)
        record(facts.CaseDecided(brand_id=case.brand_id, case_id=case.pk, message_id=case.message_id), by=by, because=because)
    return closed
