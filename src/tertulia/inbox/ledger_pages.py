"""Libro: how everything they said ended, day by day; the very messages behind each number; an export."""

from __future__ import annotations

import csv
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.channels.queries import channels_of
from tertulia.inbox import labels, ledger
from tertulia.inbox.forms import chosen
from tertulia.inbox.ledger import COLUMNS, Line
from tertulia.inbox.ledger_words import NAMES, REASONS
from tertulia.inbox.models import Message
from tertulia.inbox.spans import said
from tertulia.kit import clock

#: No span is longer than this many days: a page of a year of days helps nobody.
LONGEST = 92
#: What every row shows; the others only where they hold anything.
ALWAYS = ("answered", "hidden", "handed", "silent", "waiting")


@dataclass(frozen=True, slots=True)
class Period:
    """From day to day, on the brand's clock, and the period's name (empty: any span)."""

    name: str
    first: date
    last: date
    today: date

    @property
    def query(self) -> dict[str, str]:
        """What names it in an address."""
        return {"desde": self.first.isoformat(), "hasta": self.last.isoformat()}

    def shifted(self, way: int) -> dict[str, str]:
        """The period before (-1) or after (1)."""
        if self.name == "mes":
            other = (self.first - timedelta(days=1)) if way < 0 else (self.last + timedelta(days=1))
            return {"periodo": self.name, "fecha": other.isoformat()}
        days = timedelta(days=((self.last - self.first).days + 1) * way)
        if self.name:
            return {"periodo": self.name, "fecha": (self.first + days).isoformat()}
        return {"desde": (self.first + days).isoformat(), "hasta": (self.last + days).isoformat()}


def _day(told: str) -> date | None:
    try:
        found = date.fromisoformat(told)
    except ValueError:
        return None
    return found if 2000 <= found.year < 3000 else None


def period_of(request: BrandRequest) -> Period:
    """The days that an address asks for: ``periodo`` and ``fecha``, or ``desde`` and ``hasta``; else today."""
    today = clock.now().astimezone(ZoneInfo(request.brand.time_zone)).date()
    first, last = _day(request.GET.get("desde", "")), _day(request.GET.get("hasta", ""))
    if first and last and first <= last:
        return Period("", max(first, last - timedelta(days=LONGEST)), last, today)
    name, day = request.GET.get("periodo", "dia"), _day(request.GET.get("fecha", "")) or today
    if name == "semana":
        monday = day - timedelta(days=day.weekday())
        return Period(name, monday, monday + timedelta(days=6), today)
    if name == "mes":
        next_month = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return Period(name, day.replace(day=1), next_month - timedelta(days=1), today)
    return Period("dia", day, day, today)


# --------------------------------------------------------------------------- the page


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: its name, its cells (column, how many, address) and the segments of its bar."""

    line: Line
    channel: Any
    cells: list[tuple[str, int, str]]
    segments: list[tuple[str, str, str, int]]
    missing_url: str
    all_url: str

    @property
    def terms(self) -> list[tuple[str, int, str]]:
        """The cells that hold anything."""
        return [one for one in self.cells if one[1]]


@require_safe
@for_brand("see")
def book(request: BrandRequest) -> HttpResponse:
    """The sums of a day by channel, or of a week or a month by day."""
    brand, period = request.brand, period_of(request)
    channels = {one.pk: one for one in channels_of(brand)}
    channel = next((channels[one] for one in chosen(request.GET, "canal") if one in channels), None)
    lines = [one for one in ledger.sums(brand, period.first, min(period.last, period.today))
             if channel is None or one.channel_id == channel.pk]
    one_day = period.first == period.last
    shown = ledger.by_channel(lines, period.first) if one_day else ledger.by_day(lines, period.first, min(period.last, period.today))
    total = ledger.together(lines, period.first, channel.pk if channel else None)
    columns = [name for name in COLUMNS if name in ALWAYS or total.stands.get(name)]
    most = max((one.received for one in shown), default=0)
    address, day = reverse("ledger:ledger", args=[brand.slug]), min(period.last, period.today).isoformat()
    context = {
        "period": period, "one_day": one_day, "total": _row(request, total, columns, most, period, channels),
        "rows": [_row(request, one, columns, most, Period("", one.day, one.day, period.today), channels, channel) for one in shown],
        "columns": [(name, *NAMES[name]) for name in columns], "channels": list(channels.values()), "channel": channel,
        "older": f"{address}?{urlencode(_with(channel, period.shifted(-1)))}",
        "newer": f"{address}?{urlencode(_with(channel, period.shifted(1)))}" if period.last < period.today else "",
        "periods": [(label, f"{address}?{urlencode(_with(channel, {'periodo': name, 'fecha': day}))}", name == period.name)
                    for name, label in (("dia", _("Día")), ("semana", _("Semana")), ("mes", _("Mes")))],
        "stuck": ledger.stuck(brand), "span": urlencode(period.query)}
    return render(request, "inbox/ledger.html", context)


def _with(channel: Any, query: dict[str, str]) -> dict[str, str]:
    return {**query, "canal": str(channel.pk)} if channel else query


def _row(request: BrandRequest, line: Line, columns: Sequence[str], most: int, period: Period, channels: dict[int, Any],
         channel: Any = None) -> Row:
    where = reverse("ledger:entries", args=[request.brand.slug])
    query = dict(period.query)
    if pk := line.channel_id or (channel.pk if channel else None):
        query["canal"] = str(pk)

    def address(stands: str) -> str:
        return f"{where}?{urlencode({**query, 'como': stands} if stands else query)}"

    segments, reached = [], 0.0
    for name in COLUMNS:
        if many := line.stands.get(name, 0):
            wide = many / (most or 1) * 100
            segments.append((name, f"{reached:.2f}%", f"{wide:.2f}%", many))
            reached += wide
    return Row(line, channels.get(line.channel_id or 0), [(name, line.stands.get(name, 0), address(name)) for name in columns], segments,
               address("missing"), address(""))


# --------------------------------------------------------------------------- the very messages


@require_safe
@for_brand("see")
def entries(request: BrandRequest) -> HttpResponse:
    """The messages behind a number: how each ended, by whom and why; or where it stands, and since when."""
    brand, period = request.brand, period_of(request)
    stands = request.GET.get("como", "")
    stands = stands if stands in (*COLUMNS, "missing", "open") else ""
    channel = next(iter(chosen(request.GET, "canal")), None)
    rows = ledger.standing(brand, period.first, period.last, stands=stands, channel_id=channel)
    page = ledger.page_of(rows, request.GET.get("despues", ""))
    query = {**period.query, **({"como": stands} if stands else {}), **({"canal": str(channel)} if channel else {})}
    names = {"missing": _("Los que faltan"), "open": _("Abiertos")}
    now = clock.now()
    return render(request, "inbox/ledger_entries.html", {
        "period": period, "rows": [(one, _how(one, now)) for one in page.rows],
        "next": urlencode({**query, "despues": page.next}) if page.next else "",
        "back": reverse("ledger:ledger", args=[brand.slug]) + f"?{urlencode(period.query)}",
        "what": names.get(stands) or (NAMES[stands][0] if stands else _("Recibidos")),
        "meaning": NAMES[stands][1] if stands in NAMES else ""})


def _how(message: Message, now: datetime) -> str:
    """How it ended, by whom and why; or since when it is open, and with whom."""
    stands: str = message.stands  # type: ignore[attr-defined]
    because = str({**labels.REASONS, **REASONS}.get(message.ended_because, message.ended_because))
    if stands == "answered":
        mine = message.answered_with
        return _("Respondió %(who)s") % {"who": mine.member or _("la marca, desde la red")} if mine else ""
    if stands in ("waiting", "snoozed", "lost"):
        age = said((now - message.at).total_seconds() / 60)
        who = message.conversation.assignee
        told = _("Abierto desde hace %(age)s, lo lleva %(who)s") % {"age": age, "who": who} if who else _(
            "Abierto desde hace %(age)s, sin asignar") % {"age": age}
        return told
    return because


# --------------------------------------------------------------------------- exports

_FIELDS = {
    "pk": "id", "at": "at", "received_at": "received_at", "channel__network": "network", "channel__handle": "channel", "kind": "kind",
    "author__handle": "author", "author__name": "author_name", "conversation_id": "conversation", "stands": "stands",
    "ended_at": "ended_at",
    "ended_by": "ended_by", "ended_because": "because", "answered_with_id": "answer", "answered_with__at": "answered_at",
    "answered_with__member__name": "answered_by", "url": "url"}


@require_safe
@for_brand("see")
def spreadsheet(request: BrandRequest) -> StreamingHttpResponse:
    """Every message of those days and how it stands: UTF-8 with its mark and semicolons, as Spanish spreadsheets open them."""
    return _stream(request, _csv(request), "text/csv; charset=utf-8", "csv")


@require_safe
@for_brand("see")
def data(request: BrandRequest) -> StreamingHttpResponse:
    """The same as a list of objects."""
    return _stream(request, _json(request), "application/json", "json")


def _pieces(request: BrandRequest) -> Iterator[list[dict[str, Any]]]:
    period = period_of(request)
    yield from ledger.entries(request.brand, period.first, period.last)


def _csv(request: BrandRequest) -> Iterator[str]:
    yield "\ufeff"
    yield _rows([list(_FIELDS.values())])
    for piece in _pieces(request):
        yield _rows([[_cell(one[name]) for name in _FIELDS] for one in piece])


def _rows(rows: Sequence[Sequence[Any]]) -> str:
    text = StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue()


def _cell(value: Any) -> Any:
    """For a spreadsheet, which must not take what somebody wrote for a formula."""
    if isinstance(value, datetime):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _json(request: BrandRequest) -> Iterator[str]:
    before = "["
    for piece in _pieces(request):
        for one in piece:
            told = {_FIELDS[name]: value.isoformat() if isinstance(value, datetime) else value for name, value in one.items()}
            yield f"{before}\n{json.dumps(told, ensure_ascii=False)}"
            before = ","
    yield "[]" if before == "[" else "\n]"


def _stream(request: BrandRequest, pieces: Iterator[str], kind: str, ending: str) -> StreamingHttpResponse:
    period = period_of(request)
    # a server that waits for nothing wants an iterator that does not either
    body: Any = _waited(pieces) if hasattr(request, "scope") else pieces
    response = StreamingHttpResponse(body, content_type=kind)
    name = f"{request.brand.slug}-libro-{period.first.isoformat()}-{period.last.isoformat()}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


async def _waited(pieces: Iterator[str]) -> AsyncIterator[str]:
    def read() -> str | None:
        return next(pieces, None)

    while (piece := await sync_to_async(read)()) is not None:
        yield piece
