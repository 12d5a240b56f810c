"""Weeks on a brand's clock, and figures out of what happened. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Week:
    """From Monday 00:00 on the brand's clock, seven days, or as much of them as is compared."""

    monday: date
    start: datetime
    end: datetime

    @property
    def name(self) -> str:
        """``2026-W47``."""
        return name_of(self.monday)


@dataclass(frozen=True, slots=True)
class Begun:
    """A conversation that somebody began: when they asked, when the first answer was out, whose, and how it stands.

    ``open_s``: the seconds between the two in which the channel was answered; None: nobody counted them.
    """

    conversation_id: int
    channel_id: int
    asked_at: datetime
    answered_at: datetime | None
    sentiment: str
    waiting: bool
    open_s: float | None = None

    @property
    def wait_s(self) -> float | None:
        """Seconds to the first answer; only those in which the channel is answered, where they were counted."""
        if self.open_s is not None:
            return self.open_s
        return (self.answered_at - self.asked_at).total_seconds() if self.answered_at else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What one week came to. ``first_answer_s``: median seconds from the first message to the first answer; None: no answers."""

    received: int
    answered: int
    unanswered: int
    first_answer_s: float | None
    published: int
    hidden: int


def week_at(monday: date, zone: ZoneInfo) -> Week:
    """The whole week; one with a clock change has its own length."""
    sunday = monday + timedelta(days=7)
    return Week(monday, datetime(monday.year, monday.month, monday.day, tzinfo=zone),
                datetime(sunday.year, sunday.month, sunday.day, tzinfo=zone))


def monday_of(day: date) -> date:
    """The Monday of the week that ``day`` is in."""
    return day - timedelta(days=day.weekday())


def name_of(day: date) -> str:
    """The week that ``day`` is in, as ISO 8601 writes it: ``2026-W47``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def monday_named(name: str) -> date | None:
    """The Monday of ``2026-W47``; None if there is no such week, or it is before 2000 or after 2999."""
    if not (found := re.fullmatch(r"(2\d{3})-W(\d\d)", name, re.ASCII)):
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def before(week: Week, now: datetime, zone: ZoneInfo) -> Week:
    """The week before; if ``week`` is not over, only as much of it as ``week`` has had, by the clock on the wall."""
    last = week_at(week.monday - timedelta(days=7), zone)
    if not week.start <= now < week.end:
        return last
    wall = now.astimezone(zone).replace(tzinfo=None) - timedelta(days=7)
    return Week(last.monday, last.start, wall.replace(tzinfo=zone))


def change(now: float | None, then: float | None) -> float | None:
    """By how many percent a figure changed; None where there is nothing to compare with."""
    if now is None or not then:
        return None
    return (now - then) / then * 100


def middle(waits: Iterable[float | None]) -> float | None:
    """The median of what is known, each conversation counting once; None if nothing is."""
    known = [one for one in waits if one is not None]
    return median(known) if known else None


def moods(begun: Sequence[Begun]) -> dict[str, int]:
    """How many conversations sounded positive, neutral or negative; "" is not sure, or not read yet."""
    counted = dict.fromkeys(("positive", "neutral", "negative", ""), 0)
    for one in begun:
        counted[one.sentiment if one.sentiment in counted else ""] += 1
    return counted


def span(seconds: float) -> tuple[int, int, int]:
    """Days, hours and minutes, rounded to the minute."""
    minutes = round(seconds / 60)
    return minutes // 1440, minutes // 60 % 24, minutes % 60


def cell(text: object) -> str:
    """A text for a cell of a spreadsheet, which must not take it for a formula."""
    written = str(text)
    return f"'{written}" if written[:1] in ("=", "+", "-", "@", "\t", "\r") and not re.fullmatch(r"-?[\d.,]+", written) else written
