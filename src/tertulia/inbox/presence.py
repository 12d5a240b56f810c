"""Who has a conversation open, and who is writing in it: seen by the others within a moment, kept with few writes.

A page says that it is there every twelve seconds while somebody looks at it. Only what changes for the others is announced:
somebody comes, begins to write, or goes. Who says nothing for half a minute is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from tertulia.brands.models import Brand, Member
from tertulia.inbox.models import Conversation, Presence
from tertulia.kit import live

#: How long a word of somebody's being there, or writing, is believed.
SEEN, WRITING = timedelta(seconds=30), timedelta(seconds=20)
#: What is fresher than this is not written again.
FRESH = timedelta(seconds=8)
ANNOUNCED = "PresenceChanged"


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody who has a conversation open."""

    member: Member
    writing: bool


def here(brand: Brand, conversations: Sequence[int], but: Member, now: datetime) -> dict[int, list[Here]]:
    """Who else is in these conversations of the brand, by conversation; who writes comes first."""
    known = Conversation.objects.filter(brand=brand, pk__in=conversations).values_list("pk", flat=True)
    return among(list(known), but, now)


def among(conversations: Sequence[int], but: Member, now: datetime) -> dict[int, list[Here]]:
    """The same, of conversations that the caller may see."""
    rows = Presence.objects.filter(conversation__in=conversations, seen_at__gt=now - SEEN).exclude(member=but).select_related("member")
    found: dict[int, list[Here]] = {}
    for one in rows.order_by("member__name", "pk"):
        writing = one.writing_at is not None and one.writing_at > now - WRITING
        found.setdefault(one.conversation_id, []).append(Here(one.member, writing))
    return {pk: sorted(those, key=lambda one: not one.writing) for pk, those in found.items()}


@transaction.atomic
def beat(conversation: Conversation, member: Member, now: datetime, *, writing: bool = False) -> None:
    """``member`` has it open at ``now``; ``writing``: a key was pressed there just now."""
    kept = Presence.objects.filter(conversation=conversation, member=member).first()
    if kept is None:
        kept = Presence(conversation=conversation, member=member, seen_at=now - 2 * SEEN)
    came = kept.seen_at <= now - SEEN
    began = writing and (kept.writing_at is None or kept.writing_at <= now - WRITING)
    stale = kept.seen_at <= now - FRESH or (writing and kept.writing_at is not None and kept.writing_at <= now - FRESH)
    if not (came or began or stale):
        return
    kept.seen_at, kept.writing_at = now, now if writing else kept.writing_at
    Presence.objects.bulk_create([kept], update_conflicts=True, unique_fields=["conversation", "member"],
                                 update_fields=["seen_at", "writing_at"])
    if came or began:
        live.announce([(ANNOUNCED, conversation.brand_id)])


@transaction.atomic
def rest(conversation: Conversation, member: Member) -> None:
    """``member`` writes there no more."""
    if Presence.objects.filter(conversation=conversation, member=member, writing_at__isnull=False).update(writing_at=None):
        live.announce([(ANNOUNCED, conversation.brand_id)])


@transaction.atomic
def leave(conversation: Conversation, member: Member, now: datetime) -> None:
    """``member`` closed it; until when they saw it stays known."""
    before = Presence.objects.filter(conversation=conversation, member=member, seen_at__gt=now - SEEN)
    if before.update(seen_at=now - SEEN, writing_at=None):
        live.announce([(ANNOUNCED, conversation.brand_id)])
