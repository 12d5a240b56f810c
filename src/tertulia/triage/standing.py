"""What people said of readings and did not take back, as pages ask for it."""

from __future__ import annotations

from tertulia.brands.models import Brand
from tertulia.triage import queries
from tertulia.triage.models import Correction


def said_in(conversation_id: int) -> dict[tuple[int | None, str], Correction]:
    """What stands of the messages of a conversation, by message and head."""
    rows = Correction.objects.filter(message__conversation=conversation_id, undone_at=None).select_related("by")
    return {(one.message_id, one.head): one for one in rows}


def lately(brand: Brand, head: str, most: int = 30) -> list[Correction]:
    """What was said of ``head`` last, the newest first; each with its message, if that is still there."""
    rows = queries.standing(brand).filter(head=head).select_related("message__conversation", "message__author", "by")
    return list(rows.order_by("-at", "-pk")[:most])
