"""Reading messages and keeping what was understood; hearing what people say instead, and learning it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from tertulia.brands.models import Brand, Member
from tertulia.inbox.actions import attach_readings
from tertulia.inbox.models import Message
from tertulia.journal.actions import record, record_all
from tertulia.kit import clock
from tertulia.language.learning import learn as learn_lessons
from tertulia.language.read import shipped
from tertulia.language.reading import HEADS
from tertulia.triage import facts, queries
from tertulia.triage.models import BrandModel, Correction, Reading
from tertulia.triage.rules import as_said, checked, echo, offends, told
from tertulia.triage.taught import ground, taught_by

_JUST_NOW = timedelta(minutes=30)


class NothingToConfirm(Exception):
    """Nothing was understood of it: it is ours, or was not read, or has no such head."""


@transaction.atomic
def read(message_ids: Collection[int], *, by: str, because: str = "", again: bool = False) -> int:
    """Reads these messages, each with what its brand taught; how many.

    ``again``: they were read before, and only those of which something else is told now are announced. What a person said
    of a message stands over its reading.
    """
    theirs = Message.objects.filter(pk__in=message_ids, ours=False, erased_at=None)
    messages = list(theirs.select_related("author").defer("folded").order_by("pk"))
    heads = _understood(messages)
    # from here on nobody says anything of them; who did meanwhile is heard
    there = set(theirs.select_for_update(no_key=True).filter(pk__in=heads).order_by("pk").values_list("pk", flat=True))
    messages = [one for one in messages if one.pk in there]
    shown = _with_words(messages, heads)
    changed = _changed(messages, shown) if again else messages
    _keep(messages, heads)
    attach_readings({one.pk: shown[one.pk] for one in messages}, by=by)
    record_all([facts.MessageRead(brand_id=one.brand_id, message_id=one.pk, conversation_id=one.conversation_id)
                for one in changed], by=by, because=because)
    return len(messages)


def _understood(messages: Sequence[Message]) -> dict[int, dict[str, Any]]:
    """The model's reading of each message as JSON, by message id."""
    reader = shipped()
    known = queries.circumstances(messages)
    taught = taught_by({one.brand_id for one in messages}, reader.version)
    groups: dict[int, list[Message]] = {}
    for one in messages:
        groups.setdefault(one.brand_id if one.brand_id in taught else 0, []).append(one)
    heads: dict[int, dict[str, Any]] = {}
    for brand, mine in groups.items():
        readings = reader.read_many([one.text for one in mine], brand=taught.get(brand),
                                    circumstances=[known[one.pk] for one in mine], near=False)
        # what it is like is looked up when somebody asks (``near``): it would weigh more than all the rest
        heads |= {one.pk: reading.as_dict() for one, reading in zip(mine, readings, strict=True)}
    return heads


def _with_words(messages: Sequence[Message], heads: Mapping[int, Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    """The readings as they are shown: what people said in the place of what the model told."""
    words = queries.words_about({one.pk: one.text for one in messages})
    return {one.pk: as_said(heads[one.pk], words.get(one.pk, ())) for one in messages}


def _changed(messages: Sequence[Message], shown: Mapping[int, Mapping[str, Any]]) -> list[Message]:
    """Those of which other labels are told than before, or the same with more or less doubt."""

    def labels(heads: Mapping[str, Any] | None) -> dict[str, Any]:
        found = {head: told(heads, head) for head in HEADS}
        return {head: (one.labels, one.sure) for head, one in found.items()}

    return [one for one in messages if labels(one.reading) != labels(shown[one.pk])]


# one parameter for all rows: as arrays the driver would quote every sign of every reading (2026-11: a third of the time)
_KEEP = """
    insert into triage_reading (message_id, brand_id, author_id, said_at, echo, offends, model, heads, at)
    select row.*, %s from jsonb_to_recordset(%s::jsonb) row (message_id bigint, brand_id bigint, author_id bigint, said_at timestamptz,
                                                      echo bigint, offends boolean, model text, heads jsonb)
    on conflict (message_id) do update set said_at = excluded.said_at, echo = excluded.echo, offends = excluded.offends,
                                           model = excluded.model, heads = excluded.heads, at = excluded.at
"""


def _keep(messages: Sequence[Message], heads: Mapping[int, dict[str, Any]]) -> None:
    rows = [{"message_id": one.pk, "brand_id": one.brand_id, "author_id": one.author_id, "said_at": one.at.isoformat(),
             "echo": echo(one.text), "offends": offends(heads[one.pk]), "model": heads[one.pk]["version"], "heads": heads[one.pk]}
            for one in messages]
    with connection.cursor() as sql:
        sql.execute(_KEEP, [clock.now(), json.dumps(rows)])


# --------------------------------------------------------------------------- what people say


@transaction.atomic
def correct(message: Message, head: str, right: Sequence[str], member: Member, *, by: str, because: str = "") -> Correction:
    """A member says which labels of ``head`` hold; shown at once, and learned soon. Said twice, it stands once.

    What somebody had said of it before is taken back by it. ``NotALabel``: the head has no such label, or too many.
    ``NothingToConfirm``: it is ours.
    """
    kept = Message.objects.select_for_update(no_key=True).select_related("brand").get(pk=message.pk)
    if kept.ours:
        raise NothingToConfirm(kept.pk)
    labels = checked(head, right, [one.key for one in queries.departments(kept.brand)])
    before = Correction.objects.filter(message=kept, head=head, undone_at=None).first()
    if before and before.text == kept.text and before.right == labels:
        return before
    now = clock.now()
    reading = Reading.objects.filter(message=kept).first()
    said = told(reading.heads if reading else None, head)
    new = Correction(
        brand=kept.brand, message=kept, text=kept.text, head=head, said=list(said.labels), p=said.p, sure=said.sure,
        version=reading.model if reading else "", right=labels, by=member, at=now)
    if before:
        Correction.objects.filter(pk=before.pk).update(undone_at=now, undone_by=member)
        if before.text == kept.text:  # by now the model may have learned it: what it had told before that counts
            new.said, new.p, new.sure, new.version = before.said, before.p, before.sure, before.version
    new.confirms = set(new.said) == set(labels)
    new.save()
    _show(kept, reading, by=by)
    record(facts.ReadingCorrected(brand_id=kept.brand_id, correction_id=new.pk, message_id=kept.pk, head=head,
                                  confirmed=new.confirms), by=by, because=because)
    return new


def confirm(message: Message, head: str, member: Member, *, by: str, because: str = "") -> Correction:
    """«Así es»: what is told of ``head`` is right. ``NothingToConfirm``: nothing was told."""
    now = Message.objects.filter(pk=message.pk).values_list("reading", flat=True).first()
    if not (said := told(now, head)).labels:
        raise NothingToConfirm(head)
    return correct(message, head, said.labels, member, by=by, because=because)


@transaction.atomic
def undo(correction: Correction, member: Member, *, by: str, because: str = "") -> bool:
    """Takes back what was said: it is shown no more and teaches no more. False: it was taken back before."""
    message = Message.objects.select_for_update(no_key=True).filter(corrections=correction).first()
    done = Correction.objects.filter(pk=correction.pk, undone_at=None).update(undone_at=clock.now(), undone_by=member)
    if not done:
        return False
    if message:
        _show(message, Reading.objects.filter(message=message).first(), by=by)
    record(facts.CorrectionUndone(brand_id=correction.brand_id, correction_id=correction.pk, message_id=correction.message_id,
                                  head=correction.head), by=by, because=because)
    return True


def _show(message: Message, reading: Reading | None, *, by: str) -> None:
    """The message's reading with what people say of it now."""
    attach_readings(_with_words([message], {message.pk: reading.heads if reading else {}}), by=by)


# --------------------------------------------------------------------------- learning


@transaction.atomic
def learn(brand_id: int, *, by: str, because: str = "") -> bool:
    """Learns all that the brand's people said and did not take back; whether that changed anything.

    Who teaches nothing has no model: it is read with the general one.
    """
    brand = Brand.objects.select_for_update(no_key=True).get(pk=brand_id)
    examples, departments = queries.lessons(brand)
    reader = shipped()
    before = taught_by([brand_id], reader.version).get(brand_id)
    if not examples:
        changed = BrandModel.objects.filter(brand=brand).delete()[0] > 0
    else:
        model = learn_lessons(examples, reader, departments, before=before)
        changed = before is None or before.version != model.version
        if changed:
            measured = {name: {"of": one.of, "general": one.general, "brand": one.brand}
                        for name, head in model.heads.items() if (one := head.held_back)}
            BrandModel.objects.update_or_create(brand=brand, defaults={
                "content": model.to_bytes(), "version": model.version, "general": ground(model.general), "at": clock.now(),
                "made_from": sum(one.said for one in examples), "held_back": measured})
    if changed:
        record(facts.BrandTaught(brand_id=brand_id), by=by, because=because)
    return changed


def read_again(brand: Brand, *, by: str, because: str = "", since: datetime | None = None) -> int:
    """Reads again what waits for an answer, and what people just spoke of (since half an hour ago); how many."""
    spoken = queries.just_spoken_of(brand, since or clock.now() - _JUST_NOW)
    return read({*queries.unanswered(brand), *spoken}, by=by, because=because, again=True)
