"""Telling members, reading and choosing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tertulia.brands.models import Brand, Member
from tertulia.journal.actions import record
from tertulia.kit import clock, live
from tertulia.notices import facts
from tertulia.notices.kinds import Kind, kind
from tertulia.notices.models import Browser, Delivery, Notice, Preference, QuietHours, Way
from tertulia.notices.wishes import Wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One thing, of one brand, of which members are to be told. ``kind``, ``key`` and ``about``: see ``Notice``."""

    brand_id: int
    kind: str
    members: Sequence[int]
    key: str
    about: Mapping[str, int | str]


def tell(brand_id: int, kind: Kind | str, members: Iterable[Member | int], *, key: str, about: Mapping[str, int | str],
         now: datetime | None = None) -> int:
    """Tells members, each once for this kind and key, by the ways they chose; how many had not been told yet.

    ``about``: ids alone. In the caller's transaction if there is one.
    """
    ids = [one.pk if isinstance(one, Member) else one for one in members]
    name = kind.name if isinstance(kind, Kind) else kind
    return tell_all([Telling(brand_id=brand_id, kind=name, members=ids, key=key, about=about)], now=now)


_TELL = """
    insert into notices_notice (brand_id, member_id, kind, key, about, at, shown)
    select brand_id, member_id, kind, key, about, %s, shown
    from unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::jsonb[], %s::bool[])
         as told (brand_id, member_id, kind, key, about, shown)
    on conflict do nothing returning id, brand_id, member_id, kind
"""


@transaction.atomic
def tell_all(tellings: Sequence[Telling], *, now: datetime | None = None) -> int:
    """``tell`` of many things at once. ``ValueError``: nobody registered such a kind."""
    if unknown := {one.kind for one in tellings if kind(one.kind) is None}:
        raise ValueError(f"nobody registered {sorted(unknown)}")
    now = now or clock.now()
    wanted = [(one, member) for one in tellings for member in dict.fromkeys(one.members)]
    if not wanted:
        return 0
    wishes = Wishes({member for _one, member in wanted}, {one.brand_id for one in tellings})
    rows = [(one.brand_id, member, one.kind, one.key, json.dumps(dict(one.about)), Way.PAGE in wishes.ways(member, one.brand_id, one.kind))
            for one, member in wanted]
    with connection.cursor() as sql:
        sql.execute(_TELL, [now, *map(list, zip(*rows, strict=True))])
        new = sql.fetchall()
    Delivery.objects.bulk_create(
        [one for pk, brand, member, name in new for one in wishes.deliveries(pk, member, brand, name, now)],
        ignore_conflicts=True, batch_size=500)
    _ring({member for _pk, _brand, member, _name in new})
    return len(new)


def _ring(members: Iterable[int]) -> None:
    """The bells of these members, wherever a page of theirs is open, look again."""
    live.announce((bell_of(one), None) for one in members)


def bell_of(member: int) -> str:
    """The name under which it is announced that the member has a notice more, or less."""
    return f"Told:{member}"


# --------------------------------------------------------------------------- choosing


@transaction.atomic
def choose(brand: Brand, member: Member, *, ways: Mapping[str, Iterable[str]] | None = None, hourly: bool | None = None,
           by: str, because: str = "") -> None:
    """From now on the member hears of the brand so, also of what still waits to be sent."""
    chosen, _new = Preference.objects.get_or_create(brand=brand, member=member)
    if ways is not None:
        chosen.ways = {name: sorted(Way(one) for one in some) for name, some in ways.items()}
    if hourly is not None:
        chosen.hourly = hourly
    chosen.save()
    _send_anew(member, brand)
    record(facts.NoticesChosen(brand_id=brand.pk, member_id=member.pk), by=by, because=because)


@transaction.atomic
def keep_quiet(member: Member, hours: Mapping[str, Any] | None, *, by: str, because: str = "") -> None:
    """From now on the member is left in peace at these hours (the fields of ``QuietHours``); None: at none."""
    if hours is None:
        QuietHours.objects.filter(member=member).delete()
    else:
        QuietHours.objects.update_or_create(member=member, defaults=dict(hours))
    _send_anew(member)
    record(facts.NoticesChosen(brand_id=None, member_id=member.pk), by=by, because=because)


def _send_anew(member: Member, brand: Brand | None = None) -> None:
    """What waits to be sent, and was in no letter yet, goes as the member wants it now."""
    waiting = Delivery.objects.filter(notice__member=member, sent_at=None, letter=None, due_at__isnull=False)
    if brand:
        waiting = waiting.filter(notice__brand=brand)
    told = list(Notice.objects.filter(pk__in=waiting.values("notice")))
    waiting.delete()
    wishes, now = Wishes([member.pk], {one.brand_id for one in told}), clock.now()
    Delivery.objects.bulk_create(
        [new for one in told for new in wishes.deliveries(one.pk, member.pk, one.brand_id, one.kind, now)], ignore_conflicts=True)


# --------------------------------------------------------------------------- browsers


@transaction.atomic
def add_browser(member: Member, endpoint: str, public_key: str, secret: str, name: str, *, by: str, because: str = "") -> Browser:
    """The member is told in this browser too; one that somebody else used before is theirs no more."""
    browser, _new = Browser.objects.update_or_create(endpoint=endpoint, defaults={
        "member": member, "public_key": public_key, "secret": secret, "name": name[:80], "added_at": clock.now()})
    Delivery.objects.filter(browser=browser).exclude(notice__member=member).delete()
    record(facts.BrowserAdded(brand_id=None, member_id=member.pk, browser_id=browser.pk), by=by, because=because)
    return browser


@transaction.atomic
def remove_browser(browser: Browser, *, by: str, because: str = "") -> None:
    """The member is not told in this browser any more."""
    pk, member = browser.pk, browser.member_id
    browser.delete()
    record(facts.BrowserRemoved(brand_id=None, member_id=member, browser_id=pk), by=by, because=because)


def move_browser(before: str, endpoint: str, public_key: str, secret: str) -> bool:
    """The browser's push service gave it another address; whether we knew the old one, which nobody else can know."""
    if Browser.objects.filter(endpoint=endpoint).exists():
        return False
    return bool(Browser.objects.filter(endpoint=before).update(endpoint=endpoint, public_key=public_key, secret=secret))


# --------------------------------------------------------------------------- reading


def mark_read(member: Member, notices: Sequence[int], *, brand: Brand | None = None) -> int:
    """The member has seen these (only those of the brand, if given); how many were new to them. Reading is no fact."""
    new = Notice.objects.filter(member=member, pk__in=notices, read_at=None)
    changed = (new.filter(brand=brand) if brand else new).update(read_at=clock.now())
    if changed:
        _ring([member.pk])
    return changed


def mark_all_read(member: Member, brand: Brand | None = None) -> datetime | None:
    """The member has seen all, of the brand or of every one; the moment that ``mark_unread`` takes back (None: all was read)."""
    now = clock.now()
    unread = Notice.objects.filter(member=member, shown=True, read_at=None)
    if not (unread.filter(brand=brand) if brand else unread).update(read_at=now):
        return None
    _ring([member.pk])
    return now


def mark_unread(member: Member, *, notices: Sequence[int] = (), moment: datetime | None = None) -> int:
    """These, or all that were read at that very moment, are new again."""
    rows = Notice.objects.filter(member=member).exclude(read_at=None)
    changed = (rows.filter(read_at=moment) if moment else rows.filter(pk__in=notices)).update(read_at=None)
    if changed:
        _ring([member.pk])
    return changed
