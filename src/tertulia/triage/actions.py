"""Reading messages and keeping what was understood."""

from collections.abc import Sequence

from django.db import transaction

from tertulia import language
from tertulia.inbox.actions import attach_readings
from tertulia.inbox.models import Message
from tertulia.journal.actions import record_all
from tertulia.kit import clock
from tertulia.triage import facts
from tertulia.triage.models import Reading


@transaction.atomic
def read(message_ids: Sequence[int], *, by: str, because: str = "") -> int:
    """Reads these messages (again, if they were read before); how many."""
    messages = list(Message.objects.filter(pk__in=message_ids, ours=False).order_by("pk"))
    readings = language.read_many([one.text for one in messages])
    now = clock.now()
    rows = [Reading(message=message, model=reading.version, heads=reading.as_dict(), at=now)
            for message, reading in zip(messages, readings, strict=True)]
    Reading.objects.bulk_create(rows, batch_size=500, update_conflicts=True, unique_fields=["message"],
                                update_fields=["model", "heads", "at"])
    attach_readings({row.message_id: row.heads for row in rows}, by=by)
    record_all([facts.MessageRead(brand_id=one.brand_id, message_id=one.pk, conversation_id=one.conversation_id)
                for one in messages], by=by, because=because)
    return len(messages)
