"""Reading what members were told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand, Member
from tertulia.notices.asking import load, needed, words_of
from tertulia.notices.kinds import Kind, Words, kind
from tertulia.notices.models import Browser, Delivery, Notice, Preference, QuietHours, Way
from tertulia.notices.rules import KEPT, MOST_TRIES
from tertulia.notices.wishes import ways_of


@dataclass(frozen=True, slots=True)
class Told:
    """A notice as pages list it. ``pending``: what it tells is still so."""

    notice: Notice
    kind: Kind
    words: Words
    pending: bool

    @property
    def unread(self) -> bool:
        """Whether it is new to the member."""
        return self.notice.read_at is None


def told(member: Member, brand: Brand | None = None, *, unread: bool = False, before: int = 0, most: int = 20) -> list[Told]:
    """What the member was told in their page, newest first: of the brand or of every brand of theirs; from before a notice on."""
    rows = Notice.objects.filter(member=member, shown=True, brand__memberships__member=member)
    rows = rows.filter(brand=brand) if brand else rows
    rows = rows.filter(read_at=None) if unread else rows
    rows = rows.filter(pk__lt=before) if before else rows
    return listed(member, rows.select_related("brand", "member").order_by("-pk")[:most])


def listed(member: Member, notices: Iterable[Notice]) -> list[Told]:
    """The member's notices (with their brands) as pages list them; those of kinds that no part of this version tells are left out."""
    notices = [one for one in notices if one.member_id == member.pk]
    load(notices)
    found = []
    for one in notices:
        if its := kind(one.kind):
            words = words_of(its, one)
            found.append(Told(one, its, words or Words(title=_("Ya no existe")), words is not None and needed(its, one)))
    return found


def unread_count(member: Member, brand: Brand | None = None) -> int:
    """How much is new to the member, in the brand or in all of theirs."""
    rows = Notice.objects.filter(member=member, shown=True, read_at=None, brand__memberships__member=member)
    return (rows.filter(brand=brand) if brand else rows).count()


def notice_of(member: Member, pk: int) -> Notice:
    """One of the member's notices; ``Notice.DoesNotExist``."""
    return Notice.objects.select_related("brand", "member").get(pk=pk, member=member)


def told_since(member: Member, moment: datetime) -> bool:
    """Whether the member was told anything since."""
    return Notice.objects.filter(member=member, shown=True, at__gte=moment).exists()


# --------------------------------------------------------------------------- choices


def preference_of(member: Member, brand: Brand) -> Preference | None:
    """What the member chose for the brand, if they did."""
    return Preference.objects.filter(member=member, brand=brand).first()


def way_of(member: Member, brand: Brand, name: str) -> frozenset[Way]:
    """How the member hears of this kind in this brand."""
    return ways_of(preference_of(member, brand), name)


def quiet_hours_of(member: Member) -> QuietHours | None:
    """When the member is left in peace, if ever."""
    return QuietHours.objects.filter(member=member).first()


def time_zones_of(member: Member) -> set[str]:
    """The clocks of the member's brands."""
    return set(Brand.objects.filter(memberships__member=member).values_list("time_zone", flat=True))


def browsers_of(member: Member) -> list[tuple[Browser, str]]:
    """The member's browsers, newest first, each with why its last push did not arrive (empty: it did)."""
    failed = Delivery.objects.filter(browser=OuterRef("pk"), sent_at=None).exclude(error="").order_by("-notice_id").values("error")
    rows = Browser.objects.filter(member=member).annotate(trouble=Subquery(failed[:1])).order_by("-added_at")
    return [(one, one.trouble or "") for one in rows]


# --------------------------------------------------------------------------- letters


def due_members(now: datetime, most: int = 100) -> list[int]:
    """The members for whom a mail is due; those who got one a moment ago are for the claim to see."""
    return list(_due(now).filter(browser=None).values_list("notice__member", flat=True).distinct()[:most])


def due_browsers(now: datetime, most: int = 100) -> list[int]:
    """The browsers for which a push is due."""
    return list(_due(now).exclude(browser=None).values_list("browser", flat=True).distinct()[:most])


def _due(now: datetime) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(sent_at=None, due_at__lte=now, tries__lt=MOST_TRIES)
    return rows.exclude(lease_until__gt=now).order_by()


def forgettable(now: datetime) -> bool:
    """Whether something was told so long ago that it goes."""
    return Notice.objects.filter(at__lt=now - KEPT).exists()


def undelivered(brand: Brand, member: Member) -> Delivery | None:
    """The last of the member's notices whose mail could not leave."""
    rows = Delivery.objects.filter(notice__brand=brand, notice__member=member, browser=None, sent_at=None).exclude(error="")
    return rows.order_by(F("due_at").asc(nulls_first=True), "-notice_id").first()


def mails_of(member: Member, notices: Sequence[Notice]) -> dict[int, Delivery]:
    """How the mails of these notices stand, by notice."""
    return {one.notice_id: one for one in Delivery.objects.filter(notice__in=notices, notice__member=member, browser=None)}
