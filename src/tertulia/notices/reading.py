"""What a member has seen. That they read something is no fact: nobody but their own pages wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from tertulia.brands.models import Brand, Member
from tertulia.kit import clock
from tertulia.notices.models import Notice
from tertulia.notices.rules import KEPT
from tertulia.notices.telling import ring


def forget(now: datetime) -> int:
    """What was told long ago is gone; how much."""
    return Notice.objects.filter(at__lt=now - KEPT).delete()[1].get("notices.Notice", 0)


def mark_read(member: Member, notices: Sequence[int], *, brand: Brand | None = None) -> int:
    """The member has seen these (only those of the brand, if given); how many were new to them."""
    new = Notice.objects.filter(member=member, pk__in=notices, read_at=None)
    changed = (new.filter(brand=brand) if brand else new).update(read_at=clock.now())
    if changed:
        ring([member.pk])
    return changed


def mark_all_read(member: Member, brand: Brand | None = None) -> datetime | None:
    """The member has seen all, of the brand or of every one; the moment that ``mark_unread`` takes back (None: all was read)."""
    now = clock.now()
    unread = Notice.objects.filter(member=member, shown=True, read_at=None)
    if not (unread.filter(brand=brand) if brand else unread).update(read_at=now):
        return None
    ring([member.pk])
    return now


def mark_unread(member: Member, *, notices: Sequence[int] = (), moment: datetime | None = None) -> int:
    """These, or all that were read at that very moment, are new again."""
    rows = Notice.objects.filter(member=member).exclude(read_at=None)
    changed = (rows.filter(read_at=moment) if moment else rows.filter(pk__in=notices)).update(read_at=None)
    if changed:
        ring([member.pk])
    return changed
