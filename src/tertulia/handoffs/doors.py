"""Private links: made when a letter leaves or somebody copies one; every time one is used is written down."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse

from tertulia.brands.rules import hash_of
from tertulia.handoffs import queries
from tertulia.handoffs.letters import door_life, page_of, write_letter
from tertulia.handoffs.models import LIVE, Door, HandOff, Holder, Visit
from tertulia.kit import clock


def make_link(hand_off: HandOff, holder: Holder) -> str:
    """A new private link to the matter for this holder; a member's is the page where they sign in."""
    if holder.member_id:
        return page_of(hand_off)
    now, token = clock.now(), secrets.token_urlsafe(24)
    Door.objects.create(hand_off=hand_off, holder=holder, hash=hash_of(token), made_at=now, expires_at=door_life(now, hand_off.due_at))
    return settings.PUBLIC_URL + reverse("outside:matter", args=[token])


def state_of(door: Door | None) -> str:
    """What a link is now: ``good``, ``expired``, ``revoked`` (somebody else has the matter, or it is over) or ``unknown``."""
    if door is None:
        return "unknown"
    if door.revoked_at:
        return "revoked"
    return "expired" if door.expires_at <= clock.now() else "good"


@transaction.atomic
def enter(door: Door, what: str) -> None:
    """Writes down that somebody came through, and what for."""
    now = clock.now()
    Visit.objects.create(door=door, at=now, what=what)
    Door.objects.filter(pk=door.pk).update(used_at=now)


@transaction.atomic
def ask_again(door: Door) -> bool:
    """Whoever has an old link asks for another one: it is mailed to the holder, at most once an hour, never shown here.

    False: the matter is over, or is not theirs any more.
    """
    stint = queries.current(door.hand_off)
    if door.hand_off.state not in LIVE or stint is None or stint.holder_id != door.holder_id:
        return False
    now = clock.now()
    write_letter(door.hand_off, door.holder, "link", f"link:{stint.pk}:{now:%Y%m%d%H}")
    enter(door, "link")
    return True


def visits(hand_off: HandOff, most: int = 20) -> list[Visit]:
    """Who came through the doors of a matter, the newest first."""
    return list(Visit.objects.filter(door__hand_off=hand_off).select_related("door__holder").order_by(F("at").desc())[:most])
