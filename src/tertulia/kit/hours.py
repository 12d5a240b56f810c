"""Opening hours: spans by weekday on a zone's clock, days off, and minutes counted only while it is open. Pure.

Moments are aware; those that come out are in UTC.

A week is written as JSON: by weekday (``"0"`` is Monday), spans of ``["09:00", "14:00"]``; one that ends before it begins
ends on the next day, ``"24:00"`` is midnight. No week at all, or one that never closes, is always open, days off or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 24 * 60
#: How far ahead an opening is looked for.
FARTHEST = 800

Span = tuple[int, int]
Week = tuple[tuple[Span, ...], ...]


class BadHours(ValueError):
    """These are no hours; ``day`` and ``span`` say where, if it is in one place."""

    def __init__(self, problem: str, day: int | None = None, span: int | None = None) -> None:
        super().__init__(problem)
        self.problem, self.day, self.span = problem, day, span


class NeverOpen(Exception):
    """It does not open in the next two years."""


def read_week(told: Any) -> Week | None:
    """The week that ``told`` (JSON) writes, each day's spans in minutes from midnight, in order; None: always open.

    ``BadHours`` with ``problem``: ``week``, ``day``, ``time``, ``empty`` (a span that ends where it begins), ``overlap``,
    ``never`` (no span at all).
    """
    if told is None:
        return None
    if not isinstance(told, Mapping):
        raise BadHours("week")
    if unknown := set(told) - {str(day) for day in range(7)}:
        raise BadHours(f"day {sorted(map(str, unknown))[0]}")
    week = tuple(_read_day(day, told.get(str(day), [])) for day in range(7))
    if not any(week):
        raise BadHours("never")
    for day, spans in enumerate(week):
        tomorrow = week[(day + 1) % 7]
        if spans and tomorrow and spans[-1][1] - DAY > tomorrow[0][0]:
            raise BadHours("overlap", day, len(spans) - 1)
    return None if _whole(week) else week


def _read_day(day: int, told: Any) -> tuple[Span, ...]:
    if not isinstance(told, (list, tuple)):
        raise BadHours("day", day)
    spans = []
    for place, one in enumerate(told):
        if not isinstance(one, (list, tuple)) or len(one) != 2:
            raise BadHours("time", day, place)
        start, end = (_minutes(edge, day, place) for edge in one)
        if start in (end, DAY):
            raise BadHours("empty", day, place)
        spans.append((start, end if end > start else end + DAY))
    ordered = sorted(spans)
    for before, after in pairwise(ordered):
        if after[0] < before[1]:
            raise BadHours("overlap", day, spans.index(after))
    return tuple(ordered)


def _minutes(told: Any, day: int, place: int) -> int:
    found = re.fullmatch(r"(\d\d):(\d\d)", told, re.ASCII) if isinstance(told, str) else None
    if not found or int(found[2]) > 59 or (minutes := int(found[1]) * 60 + int(found[2])) > DAY:
        raise BadHours("time", day, place)
    return minutes


def _whole(week: Week) -> bool:
    """Whether it never closes."""
    covered = sorted((day * DAY + start, day * DAY + end) for day, spans in enumerate(week) for start, end in spans)
    reached = covered[-1][1] - 7 * DAY  # what Sunday's last span takes of Monday
    for start, end in covered:
        if start > max(reached, 0):
            return False
        reached = max(reached, end)
    return reached >= 7 * DAY


@dataclass(frozen=True, slots=True)
class Hours:
    """A week on a zone's clock, without its days off. ``week`` None: always open."""

    zone: ZoneInfo
    week: Week | None = None
    off: frozenset[date] = field(default_factory=frozenset)

    @classmethod
    def of(cls, told: Any, zone: str, off: Iterable[date] = ()) -> Hours:
        """From what is stored; ``BadHours`` if that is no week or no zone."""
        try:
            return cls(ZoneInfo(zone), read_week(told), frozenset(off))
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise error if isinstance(error, BadHours) else BadHours("zone") from error

    def open_at(self, moment: datetime) -> bool:
        """Whether it is open at this moment (aware)."""
        return self.opening(moment) == moment.astimezone(UTC)

    def opening(self, moment: datetime) -> datetime:
        """The first moment from ``moment`` on at which it is open; ``NeverOpen``."""
        moment = moment.astimezone(UTC)  # two readings of one clock are compared as read, not as moments
        if self.week is None:
            return moment
        return max(moment, next(self._open_from(moment))[0])

    def after(self, moment: datetime, minutes: float) -> datetime:
        """The moment at which it has been open for ``minutes`` since ``moment``; ``NeverOpen``."""
        moment = moment.astimezone(UTC)
        if self.week is None or minutes <= 0:
            return moment + timedelta(minutes=minutes)
        left = timedelta(minutes=minutes)
        for start, end in self._open_from(moment):
            begun = max(start, moment)
            if end - begun >= left:
                return begun + left
            left -= end - begun
        raise NeverOpen

    def between(self, first: datetime, last: datetime) -> float:
        """For how many minutes it was open from ``first`` to ``last``; none if that is backwards."""
        first, last = first.astimezone(UTC), last.astimezone(UTC)
        if last <= first:
            return 0.0
        if self.week is None:
            return (last - first).total_seconds() / 60
        seconds = 0.0
        for start, end in self._spans(first):
            if start >= last:
                break
            seconds += (min(end, last) - max(start, first)).total_seconds()
        return seconds / 60

    def _open_from(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans that end after ``moment``; then ``NeverOpen``."""
        yield from self._spans(moment)
        raise NeverOpen

    def _spans(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open spans that end after ``moment``, in order, as moments; those of the evening before come first."""
        first = moment.astimezone(self.zone).date() - timedelta(days=1)
        for ahead in range(FARTHEST):
            day = first + timedelta(days=ahead)
            if day in self.off:
                continue
            for start, end in self.week[day.weekday()] if self.week else ():
                begins, ends = _moment(day, start, self.zone), _moment(day, end, self.zone)
                if ends > moment and ends > begins:
                    yield begins, ends


@lru_cache(maxsize=4096)
def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """When the clock of ``zone`` shows so many minutes after midnight of ``day``, for the first time.

    An hour that the clock skips is the moment at which it skips it.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minutes)
    moment = wall.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall:
        return moment
    later = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    low, high = min(moment, later), max(moment, later)
    while high - low > timedelta(seconds=1):  # the clock changes somewhere between the two readings
        middle = low + (high - low) / 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset() else (low, middle)
    return high.replace(microsecond=0)
