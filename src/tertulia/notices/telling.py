"""Telling members what concerns them, each once, by the ways they chose."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from tertulia.brands.models import Member
from tertulia.kit import clock, live
from tertulia.notices.kinds import Kind, kind
from tertulia.notices.models import Delivery, Way
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
    ring({member for _pk, _brand, member, _name in new})
    return len(new)


def ring(members: Iterable[int]) -> None:
    """The bells of these members, wherever a page of theirs is open, look again."""
    live.announce((bell_of(one), None) for one in members)


def bell_of(member: int) -> str:
    """The name under which it is announced that the member has a notice more, or less."""
    return f"Told:{member}"
