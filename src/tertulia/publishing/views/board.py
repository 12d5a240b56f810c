"""The calendar: month or week on the brand's clock, drafts beside it, a look at one post."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tertulia import networks
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.channels import queries as channels
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.publishing import queries, rules, sentences
from tertulia.publishing.models import Post, PostState
from tertulia.publishing.sheets import previews, sheet_of
from tertulia.publishing.views.composer import by_htmx, find

#: How each standing is drawn by the calendar's stylesheet.
_LOOKS = {"draft": "draft", "scheduled": "ready", "leaving": "ready", "sent": "sent", "trouble": "trouble"}
_FILTERS = ("draft", "scheduled", "sent", "trouble")


@dataclass(frozen=True, slots=True)
class Entry:
    """A post on the calendar. ``at``: its hour on the brand's clock (naive), if it has one."""

    post: Post
    stand: str
    at: datetime | None
    channels: tuple[Channel, ...]

    @property
    def look(self) -> str:
        """Its class in the stylesheet."""
        return _LOOKS[self.stand]

    @property
    def movable(self) -> bool:
        """Whether it may still go to another hour."""
        return self.stand in ("draft", "scheduled")

    @property
    def says(self) -> str:
        """Its first words, its own or a channel's."""
        texts = [self.post.text, *(one.text for one in self.post.variants.all())]
        return next((text.strip() for text in texts if text.strip()), "") or _("Sin texto todavía")

    @property
    def state(self) -> str:
        """Its state in a word."""
        return sentences.stand(self.stand)[0]


@dataclass(slots=True)
class Day:
    """A day of the calendar, and what it holds by hour."""

    date: date
    today: bool
    past: bool
    other: bool
    place: int
    entries: list[Entry] = field(default_factory=list)
    crowds: list[str] = field(default_factory=list)  # what does not fit in a network's quota, in sentences

    @property
    def hours(self) -> list[tuple[int, list[Entry]]]:
        """The 24 hours of its clock, each with its entries."""
        return [(hour, [one for one in self.entries if one.at and one.at.hour == hour]) for hour in range(24)]


@require_safe
@for_brand("see")
def calendar(request: BrandRequest) -> HttpResponse:
    """``GET calendario/?vista=mes|semana&fecha=2026-11-26&canal=3&estado=draft``; through htmx, the board alone."""
    template = "publishing/board.html" if by_htmx(request) else "publishing/calendar.html"
    return render(request, template, _context(request))


@require_safe
@for_brand("see")
def peek(request: BrandRequest, pk: int) -> HttpResponse:
    """``GET calendario/<pk>/``: a look at one post, and what can be done with it."""
    post = find(request, pk)
    sheet = sheet_of(post)
    entry, local = _entry(post, request.brand.time_zone), sentences.local_hour(post)
    past = local is not None and rules.too_early(rules.hour_of(local, post.zone), clock.now())
    doing = [(one.dispatch, *sentences.dispatch(one.dispatch.state, one.dispatch.reason)) for one in post.variants.all() if one.dispatch]
    return render(request, "publishing/peek.html", {
        "entry": entry, "post": post, "past": past, "previews": previews(sheet),
        "pictures": sheet.pictures, "stand_words": sentences.stand(entry.stand),
        "hour": sentences.hour(local) if local else "", "seen": json.dumps({"seen": post.version}),
        "series_template": post.series and post.series.posts.filter(state=PostState.TEMPLATE).first(),
        "doing": doing if post.state == PostState.SCHEDULED else []})


#: How many posts are named where a channel is about to end; the rest are counted.
FEW = 3


@require_safe
@for_brand("see")
def at_risk(request: BrandRequest, pk: int) -> HttpResponse:
    """``GET calendario/canal/<pk>/``: for Canales, what would not leave once the channel's credentials have ended."""
    try:
        channel = channels.channel_of(request.brand, pk)
    except Channel.DoesNotExist as error:
        raise Http404(pk) from error
    posts = queries.at_risk(channel) if channel.expires_at else Post.objects.none()
    return render(request, "publishing/at_risk.html", {
        "many": posts.count(), "posts": [(one, sentences.hour(sentences.local_hour(one) or datetime.min)) for one in posts[:FEW]]})


# --------------------------------------------------------------------------- inside


def _context(request: BrandRequest) -> dict[str, Any]:
    brand, asked = request.brand, request.GET
    here = clock.now().astimezone(ZoneInfo(brand.time_zone))
    view = "semana" if asked.get("vista") == "semana" else "mes"
    day = _day(asked.get("fecha", ""), here.date())
    rows = rules.month_of(day) if view == "mes" else [rules.week_of(day)]
    first, last = rows[0][0], rows[-1][-1]
    all_channels = list(channels.channels_of(brand))
    channel = next((one for one in all_channels if str(one.pk) == asked.get("canal")), None)
    stand = asked.get("estado") if asked.get("estado") in _FILTERS else ""
    found = _entries(queries.on_days(brand, first, last), brand.time_zone, channel, stand or "")
    tray = _entries(queries.undated_drafts(brand)[:50], brand.time_zone, channel, stand or "")
    days = {one: Day(one, one == here.date(), one < here.date(), view == "mes" and one.month != day.month, one.weekday())
            for row in rows for one in row}
    for entry in found:
        if entry.at and entry.at.date() in days:
            days[entry.at.date()].entries.append(entry)
    _crowd(days, all_channels, brand.time_zone)
    for one in days.values():
        one.entries.sort(key=lambda entry: (entry.at or datetime.min, entry.post.pk))
    links = _Links(brand.slug, {
        "vista": view, "fecha": day.isoformat(), "canal": channel.pk if channel else "", "estado": stand})
    return {
        "view": view, "rows": [[days[one] for one in row] for row in rows], "hours": _by_hour(days.values()),
        "title": _title(view, first, last, day), "tray": tray, "empty": not found, "place": sentences.place(brand.time_zone),
        "here": links.to(), "earlier": links.to(fecha=_step(view, day, -1)), "later": links.to(fecha=_step(view, day, 1)),
        "today": links.to(fecha=""),
        "views": [{"label": label, "url": links.to(vista=name), "current": view == name}
                  for label, name in ((_("Mes"), "mes"), (_("Semana"), "semana"))],
        "by_channel": [(one, links.to(canal="" if channel == one else one.pk), channel == one) for one in all_channels],
        "by_stand": [(sentences.stand(code)[0], code, links.to(estado="" if stand == code else code), stand == code)
                     for code in _FILTERS],
        "series": [(one, sentences.repeats(queries.rule_of(one.series), one.series.local_time))
                   for one in queries.templates_of(brand)[:20] if one.series],
        "weekdays": [capfirst(date_format(one, "D")) for one in rows[0]]}


def _crowd(days: dict[date, Day], all_channels: Iterable[Channel], zone: str) -> None:
    """Notes on each day what does not fit in the quotas of the networks."""
    first, last = (rules.hour_of(datetime.combine(day, time()), zone) for day in (min(days), max(days) + timedelta(days=1)))
    for channel in all_channels:
        by_day: dict[date, list[rules.Crowd]] = defaultdict(list)
        for one in queries.crowds(channel, first, last):
            by_day[one.hour.astimezone(ZoneInfo(zone)).date()].append(one)
        for day, found in by_day.items():
            if day in days and not days[day].past:
                days[day].crowds.append(sentences.crowded_day(networks.manifest(channel.network).title, found))


class _Links:
    """Addresses of the calendar that keep what is asked of it, but for what changes."""

    def __init__(self, slug: str, asked: dict[str, Any]) -> None:
        self.path, self.asked = reverse("publishing:calendar", args=[slug]), asked

    def to(self, **changed: Any) -> str:
        kept = {name: value for name, value in (self.asked | changed).items() if value}
        return f"{self.path}?{urlencode(kept)}"


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if 2000 <= day.year <= 2100 else today


def _step(view: str, day: date, by: int) -> str:
    if view == "semana":
        return (day + timedelta(days=7 * by)).isoformat()
    months = day.year * 12 + day.month - 1 + by
    return date(months // 12, months % 12 + 1, 1).isoformat()


def _title(view: str, first: date, last: date, day: date) -> str:
    if view == "mes":
        return capfirst(date_format(day, "F Y"))
    if first.month == last.month:
        begins, ends = str(first.day), date_format(last, _("j \\d\\e F \\d\\e Y"))
    else:
        begins, ends = date_format(first, _("j \\d\\e M")), date_format(last, _("j \\d\\e M \\d\\e Y"))
    return _("%(first)s a %(last)s") % {"first": begins, "last": ends}


def _entry(post: Post, zone: str) -> Entry:
    variants = list(post.variants.all())
    stand = rules.standing(post.state, [one.dispatch.state for one in variants if one.dispatch])
    at = post.due_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if post.due_at else (
        datetime.combine(post.local_date, post.local_time or time(12)) if post.local_date else None)
    return Entry(post, stand, at, tuple(one.channel for one in variants))


def _entries(posts: Iterable[Post], zone: str, channel: Channel | None, stand: str) -> list[Entry]:
    drawn = [_entry(one, zone) for one in posts]
    return [one for one in drawn if (channel is None or channel in one.channels)
            and (not stand or one.stand == stand or (stand == "scheduled" and one.stand == "leaving"))]


def _by_hour(days: Iterable[Day]) -> list[tuple[int, list[tuple[Day, list[Entry]]]]]:
    """The rows of a week: hour → each day with what it holds then."""
    rows: dict[int, list[tuple[Day, list[Entry]]]] = defaultdict(list)
    for day in days:
        for hour, entries in day.hours:
            rows[hour].append((day, entries))
    return sorted(rows.items())
