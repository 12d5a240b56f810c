"""The ledger: everything they said, and how it ended. Each day of each channel adds up, or the ledger names what is missing.

Received = answered + hidden + deleted + handed + silent + lapsed + withdrawn + open. What is open stands somewhere that
people see: it waits, or is snoozed. What claims to be answered by an answer that did not leave, and what is open where
nobody would see it, is *missing*: with that, a day does not add up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When

from tertulia.brands.models import Brand
from tertulia.channels.models import Arrival
from tertulia.inbox.models import ConversationState, Ending, Message
from tertulia.kit import clock, paging
from tertulia.outbox.models import DispatchState

#: Where what has not ended stands; then what is wrong.
OPEN = ("waiting", "snoozed")
MISSING = ("unsent", "lost")
COLUMNS = (*Ending.values, *OPEN, *MISSING)
#: What arrived and was not stored after this long got stuck.
STUCK = timedelta(minutes=2)

_FAILED = (DispatchState.REFUSED, DispatchState.EXPIRED, DispatchState.CANCELLED)
_UNSENT = Q(ending=Ending.ANSWERED) & (Q(answered_with=None) | Q(answered_with__dispatch__state__in=_FAILED))
_OWED = Q(ending=None, conversation__waiting_since__isnull=False)
STANDS = Case(
    When(_UNSENT, then=Value("unsent")), When(ending__isnull=False, then=F("ending")),
    When(_OWED & Q(conversation__state=ConversationState.SNOOZED), then=Value("snoozed")),
    When(_OWED & Q(conversation__state=ConversationState.OPEN), then=Value("waiting")),
    default=Value("lost"), output_field=CharField())


@dataclass(frozen=True, slots=True)
class Line:
    """A day (or days) of a channel (None: of all): how many came, and how many stand in each of ``COLUMNS``."""

    day: date
    channel_id: int | None
    received: int
    stands: dict[str, int] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """How many have not ended."""
        return sum(self.stands.get(name, 0) for name in OPEN)

    @property
    def missing(self) -> int:
        """How many are nowhere."""
        return self.received - sum(self.stands.get(name, 0) for name in (*Ending.values, *OPEN))

    @property
    def adds_up(self) -> bool:
        """Whether each one that came has its place."""
        return self.missing == 0


def span_of(brand: Brand, first: date, last: date) -> tuple[datetime, datetime]:
    """From the beginning of ``first`` to the end of ``last`` on the brand's clock."""
    zone = ZoneInfo(brand.time_zone)
    return datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone)


def _theirs(brand: Brand, first: date, last: date, channel_id: int | None = None) -> QuerySet[Message]:
    start, end = span_of(brand, first, last)
    rows = Message.objects.filter(brand=brand, ours=False, at__gte=start, at__lt=end)
    return rows.filter(channel=channel_id) if channel_id else rows


_SUMS = """
    with theirs as materialized (
        select (at at time zone %(zone)s)::date as day, channel_id, conversation_id, ending, answered_with_id
        from inbox_message where brand_id = %(brand)s and not ours and at >= %(start)s and at < %(end)s
    ), stands as (
        select theirs.day, theirs.channel_id, case
            when theirs.ending = 'answered' and (mine.id is null or sent.state in ('refused', 'expired', 'cancelled')) then 'unsent'
            when theirs.ending is not null then theirs.ending
            when talk.waiting_since is not null and talk.state = 'snoozed' then 'snoozed'
            when talk.waiting_since is not null and talk.state = 'open' then 'waiting'
            else 'lost' end as stands
        from theirs
        left join inbox_conversation talk on theirs.ending is null and talk.id = theirs.conversation_id
        left join inbox_message mine on theirs.ending = 'answered' and mine.id = theirs.answered_with_id
        left join outbox_dispatch sent on sent.id = mine.dispatch_id
    )
    select day, channel_id, null as stands, count(*) from theirs group by day, channel_id
    union all select day, channel_id, stands, count(*) from stands group by day, channel_id, stands
"""


def sums(brand: Brand, first: date, last: date) -> list[Line]:
    """A line for each day and channel on which anything came, in order: two counts of the same, that have to agree."""
    start, end = span_of(brand, first, last)
    with connection.cursor() as sql:
        sql.execute(_SUMS, {"zone": brand.time_zone, "brand": brand.pk, "start": start, "end": end})
        rows = sql.fetchall()
    lines = {(day, channel_id): Line(day, channel_id, many) for day, channel_id, stands, many in rows if stands is None}
    for day, channel_id, stands, many in rows:
        if stands is not None:
            lines[day, channel_id].stands[stands] = many
    return [lines[key] for key in sorted(lines)]


def together(lines: Sequence[Line], day: date, channel_id: int | None = None) -> Line:
    """Several lines as one."""
    stands: dict[str, int] = {}
    for one in lines:
        for name, many in one.stands.items():
            stands[name] = stands.get(name, 0) + many
    return Line(day, channel_id, sum(one.received for one in lines), stands)


def by_day(lines: Sequence[Line], first: date, last: date) -> list[Line]:
    """A line for each day from ``first`` to ``last``, also those on which nothing came."""
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [together([one for one in lines if one.day == day], day) for day in days]


def by_channel(lines: Sequence[Line], first: date) -> list[Line]:
    """A line for each channel."""
    return [together([one for one in lines if one.channel_id == pk], first, pk)
            for pk in sorted({one.channel_id for one in lines if one.channel_id})]


def adds_up(brand: Brand, day: date) -> bool:
    """Whether each thing that came on that day has its place, and nothing that arrived got stuck before it."""
    return all(one.adds_up for one in sums(brand, day, day)) and not stuck(brand)


def stuck(brand: Brand) -> int:
    """How many things arrived and were not stored in time."""
    return Arrival.objects.filter(channel__brand=brand, stored_at=None, arrived_at__lt=clock.now() - STUCK).count()


# --------------------------------------------------------------------------- the very messages


def standing(brand: Brand, first: date, last: date, *, stands: str = "", channel_id: int | None = None) -> QuerySet[Message]:
    """What came in those days, with how it ``stands``; ``missing`` and ``open`` name several at once."""
    rows = _theirs(brand, first, last, channel_id).annotate(stands=STANDS)
    names = {"missing": MISSING, "open": OPEN}.get(stands, (stands,) if stands in COLUMNS else ())
    return rows.filter(stands__in=names) if names else rows


def page_of(rows: QuerySet[Message], after: str = "", size: int = 50) -> paging.Page[Message]:
    """A page of them, newest first."""
    return paging.page(rows.select_related("author", "channel", "conversation__assignee", "answered_with__member"), "-at", after, size)


def entries(brand: Brand, first: date, last: date, size: int = 1000) -> Iterator[list[dict[str, Any]]]:
    """Everything that came in those days, oldest first, for an export: in pieces, each read by itself."""
    rows: QuerySet[Message, dict[str, Any]] = standing(brand, first, last).values(  # type: ignore[misc]
        "pk", "at", "received_at", "channel__network", "channel__handle", "kind", "author__handle", "author__name", "conversation_id",
        "stands", "ended_at", "ended_by", "ended_because", "answered_with_id", "answered_with__at", "answered_with__member__name", "url")
    mark: tuple[datetime, int] | None = None
    while True:
        later = rows.filter(Q(at__gt=mark[0]) | Q(at=mark[0], pk__gt=mark[1])) if mark else rows
        if mark:
            later = later.filter(at__gte=mark[0])  # for the index
        piece = list(later.order_by("at", "pk")[:size])
        if piece:
            yield piece
            mark = piece[-1]["at"], piece[-1]["pk"]
        if len(piece) < size:
            return
