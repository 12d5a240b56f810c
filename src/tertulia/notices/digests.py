"""Who gets a brand's digest: members, and whoever outside the team was asked and said yes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.db import transaction

from tertulia.brands.models import Brand, Member
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.notices import facts
from tertulia.notices.models import DigestRecipient, Every
from tertulia.notices.rules import next_digest

_SALT = "tertulia.digest"


class SaidNo(Exception):
    """Whoever has that address wants no digest of this brand: only they can change that."""


def signed(one: DigestRecipient) -> str:
    """What names a recipient in the links of their letters."""
    return signing.dumps(one.pk, salt=_SALT)


def recipient_of(text: str) -> DigestRecipient | None:
    """The recipient whom one of our links names; None if it is not ours, or the team took them off."""
    try:
        number = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    return DigestRecipient.objects.select_related("brand").filter(pk=number).first()


def next_due(one: DigestRecipient, after: datetime) -> datetime:
    """When their next digest leaves."""
    weekday = one.weekday if one.every == Every.WEEK else None
    return next_digest(after, ZoneInfo(one.brand.time_zone), one.hour, weekday)


@transaction.atomic
def add(brand: Brand, email: str, name: str, *, every: str, weekday: int, hour: time, language: str, sections: Sequence[str],
        by: str, because: str = "") -> DigestRecipient:
    """Somebody outside is asked by mail whether they want the digest; one who is there gets it as said now. ``SaidNo``."""
    email = email.strip().lower()
    one = DigestRecipient.objects.select_for_update(no_key=True).filter(brand=brand, email=email).first()
    if one and one.ended_at:
        raise SaidNo(email)
    wanted: dict[str, Any] = {"name": name, "every": Every(every), "weekday": weekday, "hour": hour, "language": language,
                              "sections": list(sections)}
    if one is None:
        now = clock.now()
        one = DigestRecipient.objects.create(brand=brand, email=email, added_at=now, added_by=by, due_at=now, **wanted)
        record(facts.DigestRecipientAdded(brand_id=brand.pk, recipient_id=one.pk), by=by, because=because)
        return one
    _change(one, wanted)
    return one


def _change(one: DigestRecipient, wanted: dict[str, Any]) -> None:
    for field, value in wanted.items():
        setattr(one, field, value)
    if one.confirmed_at:
        one.due_at = next_due(one, clock.now())
    one.save()


@transaction.atomic
def take(brand: Brand, member: Member, *, every: str, weekday: int, hour: time, by: str, because: str = "") -> DigestRecipient:
    """A member wants the digest themselves."""
    now = clock.now()
    one, new = DigestRecipient.objects.select_for_update(no_key=True).get_or_create(
        brand=brand, email=member.email.lower(), defaults={"added_at": now, "added_by": by, "hour": hour})
    one.confirmed_at, one.ended_at = one.confirmed_at or now, None
    _change(one, {"member": member, "name": member.name, "language": member.language, "every": Every(every), "weekday": weekday,
                  "hour": hour})
    if new:
        record(facts.DigestRecipientAdded(brand_id=brand.pk, recipient_id=one.pk), by=by, because=because)
    return one


@transaction.atomic
def remove(one: DigestRecipient, *, by: str, because: str = "") -> None:
    """The team takes a recipient off, or a member themselves."""
    pk, brand = one.pk, one.brand_id
    one.delete()
    record(facts.DigestRecipientRemoved(brand_id=brand, recipient_id=pk), by=by, because=because)


@transaction.atomic
def confirm(one: DigestRecipient, *, because: str = "") -> None:
    """Who was asked, or had said no, says yes."""
    if one.confirmed_at and one.ended_at is None:
        return
    now = clock.now()
    one.confirmed_at, one.ended_at, one.until, one.error, one.tries, one.letter = now, None, None, "", 0, None
    one.due_at = next_due(one, now)
    one.save()
    record(facts.DigestRecipientConfirmed(brand_id=one.brand_id, recipient_id=one.pk), by=f"recipient:{one.pk}", because=because)


@transaction.atomic
def leave(one: DigestRecipient, *, because: str = "") -> None:
    """They want no digest, or no question about it, any more."""
    if one.ended_at is None:
        one.ended_at, one.due_at = clock.now(), None
        one.save()
        record(facts.DigestRecipientRemoved(brand_id=one.brand_id, recipient_id=one.pk), by=f"recipient:{one.pk}", because=because)


# --------------------------------------------------------------------------- reading


def due(now: datetime, most: int = 50) -> list[int]:
    """The recipients to whom a letter is due."""
    rows = DigestRecipient.objects.filter(due_at__lte=now).exclude(lease_until__gt=now)
    return list(rows.order_by("due_at").values_list("pk", flat=True)[:most])


def of_brand(brand: Brand) -> list[DigestRecipient]:
    """Everybody who gets the brand's digest, is asked, or said no; members first."""
    return list(DigestRecipient.objects.filter(brand=brand).select_related("member").order_by("member__name", "email"))


def of_member(brand: Brand, member: Member) -> DigestRecipient | None:
    """The member's own digest of the brand, if they take it."""
    return DigestRecipient.objects.filter(brand=brand, member=member, ended_at=None).first()
