"""Informe: a week against the one before."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.models import Brand
from tertulia.inbox.labels import SENTIMENTS
from tertulia.inbox.ledger import COLUMNS
from tertulia.inbox.ledger_words import NAMES, sentence
from tertulia.kit import clock
from tertulia.kit.words import day as short_day
from tertulia.reports import queries
from tertulia.reports.rules import Figures, Week, before, cell, change, monday_named, monday_of, moods, name_of, week_at
from tertulia.reports.words import FIGURES, length


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure as the page shows it."""

    name: str
    value: str
    was: str
    delta: float | None
    good: str
    meaning: str
    note: str


@dataclass(frozen=True, slots=True)
class Spell:
    """The week asked for, what it is compared with, and the moment."""

    week: Week
    before: Week
    now: datetime
    zone: ZoneInfo

    @property
    def running(self) -> bool:
        """Whether the week is not over."""
        return self.week.start <= self.now < self.week.end


def _spell(request: BrandRequest) -> Spell:
    """The week that ``?semana=2026-W47`` names, or this one."""
    now, zone = clock.now(), ZoneInfo(request.brand.time_zone)
    this = monday_of(now.astimezone(zone).date())
    asked = monday_named(request.GET.get("semana", "")) or this
    week = week_at(min(asked, this), zone)
    return Spell(week, before(week, now, zone), now, zone)


@for_brand("see")
@require_safe
def week(request: BrandRequest) -> HttpResponse:
    """The report of a week."""
    brand, spell = request.brand, _spell(request)
    begun, days = queries.begun_in(brand, spell.week), queries.by_day(brand, spell.week)
    counted = queries.figures(brand, spell.week)
    best, heard, book = queries.best_post(brand, spell.week), moods(begun), queries.ledger_of(brand, spell.week)
    context = {
        "spell": spell, "last_day": spell.week.monday + timedelta(days=6), "until": spell.now.astimezone(spell.zone),
        "tiles": _tiles(counted, queries.figures(brand, spell.before), [row[1] for row in days]), "figures": counted,
        "days": [(date_format(day, "D j"), theirs, mine) for day, theirs, mine in days],
        "moods": [(name, SENTIMENTS[name], heard[name]) for name in ("positive", "neutral", "negative")], "not_sure": heard[""],
        "begun": len(begun),
        "channels": [(one, length(one.first_answer_s)) for one in queries.by_channel(brand, spell.week, begun)],
        "best": best, "members": queries.by_member(brand, spell.week),
        "slowest": [(one, length(wait)) for one, wait in queries.slowest(brand, begun)],
        "book": book, "book_line": sentence(book), "lacks": queries.lacking(brand, spell.week, spell.now), **_around(brand, spell)}
    return render(request, "reports/week.html", context)


def _tiles(now: Figures, then: Figures, received: list[int]) -> list[Tile]:
    tiles = []
    for field, (name, good, meaning) in FIGURES.items():
        value, was = getattr(now, field), getattr(then, field)
        shown = length if field == "first_answer_s" else str
        compared = field != "unanswered"
        note = _("antes %(was)s") % {"was": shown(was)} if compared else _("siguen esperando")
        tiles.append(Tile(str(name), shown(value), shown(was), change(value, was) if compared else None, good, str(meaning), note))
    return tiles


def _around(brand: Brand, spell: Spell) -> dict[str, Any]:
    """The weeks to choose from, the newest first, as far back as there is anything to see (a year at most), and those beside."""
    first, now = queries.first_day(brand) or spell.now, spell.now.astimezone(spell.zone).date()
    this, oldest = monday_of(now), monday_of(first.astimezone(spell.zone).date())
    mondays = [this - timedelta(days=7 * n) for n in range(53)]
    mondays = [one for one in mondays if one >= min(oldest, this)]
    if spell.week.monday not in mondays:
        mondays.append(spell.week.monday)
    place = mondays.index(spell.week.monday)
    return {"weeks": [{"name": name_of(one), "label": _week_label(one, this)} for one in mondays],
            "older": name_of(mondays[place + 1]) if place + 1 < len(mondays) else "",
            "newer": name_of(mondays[place - 1]) if place else ""}


def _week_label(monday: date, this: date) -> str:
    if monday == this:
        return _("Esta semana")
    if monday == this - timedelta(days=7):
        return _("La semana pasada")
    days = {"first": short_day(monday), "last": short_day(monday + timedelta(days=6), "j M Y")}
    return _("%(first)s – %(last)s") % days


@for_brand("see")
@require_safe
def spreadsheet(request: BrandRequest) -> HttpResponse:
    """The same figures for a spreadsheet: UTF-8 with its mark and semicolons, as Spanish ones open them."""
    spell = _spell(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{request.brand.slug}-{spell.week.name}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, delimiter=";")
    writer.writerows([cell(one) for one in row] for row in _lines(request.brand, spell))
    return response


def _lines(brand: Brand, spell: Spell) -> Iterator[tuple[object, ...]]:
    """Part, what, this week, the week before."""
    now, then = asdict(queries.figures(brand, spell.week)), asdict(queries.figures(brand, spell.before))
    yield _("parte"), _("dato"), spell.week.name, spell.before.name
    for field, value in now.items():
        name = FIGURES[field][0] if field != "first_answer_s" else _("Primera respuesta (segundos, mediana)")
        yield _("semana"), name, _number(value), "" if field == "unanswered" else _number(then[field])
    for day, theirs, mine in queries.by_day(brand, spell.week):
        yield _("día"), _("%(day)s recibidos") % {"day": day.isoformat()}, theirs, ""
        yield _("día"), _("%(day)s enviados") % {"day": day.isoformat()}, mine, ""
    begun = queries.begun_in(brand, spell.week)
    for name, many in moods(begun).items():
        yield _("ánimo"), SENTIMENTS.get(name, _("Sin seguridad")), many, ""
    book = queries.ledger_of(brand, spell.week)
    for name in COLUMNS:
        yield _("libro"), NAMES[name][0], book.stands.get(name, 0), ""
    for one in queries.by_channel(brand, spell.week, begun):
        yield _("canal"), _("%(channel)s recibidos") % {"channel": one.channel}, one.received, ""
        yield _("canal"), _("%(channel)s publicadas") % {"channel": one.channel}, one.published, ""
    for member, many in queries.by_member(brand, spell.week):
        yield _("equipo"), member or _("Desde la propia red"), many, ""


def _number(value: float | None) -> object:
    return "" if value is None else round(value)
