"""On which days a post repeats, by the calendar of iCalendar's rules (RFC 5545). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, rrule, weekday

LAST = -1


@dataclass(frozen=True, slots=True)
class Rule:
    """``every``: day, week (on ``weekdays``, 0: Monday), month (on the day of ``first``) or nth (its weekday of the month).

    From ``first`` on, until ``until`` (included) or so many ``times``, if either is said.
    """

    every: str
    first: date
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    times: int | None = None

    @property
    def nth(self) -> int:
        """Which of its weekdays ``first`` is in its month: 1 to 4, or ``LAST``: a fifth one is the last, for many months have none."""
        number = (self.first.day - 1) // 7 + 1
        return number if number < 5 else LAST

    @property
    def on(self) -> tuple[int, ...]:
        """The weekdays of a weekly rule; without any, that of ``first``."""
        return tuple(sorted(set(self.weekdays))) or (self.first.weekday(),)


def days(rule: Rule) -> Iterator[date]:
    """Its days, in order; endless if the rule is."""
    for moment in rrule(dtstart=datetime.combine(rule.first, time()), **_how(rule), **_end(rule)):
        yield moment.date()


def _how(rule: Rule) -> dict[str, Any]:
    match rule.every:
        case "week":
            return {"freq": WEEKLY, "byweekday": rule.on, "wkst": MO}
        case "month":
            # of the days 28 to the one wanted, the last that the month has
            day = rule.first.day
            return {"freq": MONTHLY, "bymonthday": list(range(min(day, 28), day + 1)), "bysetpos": LAST}
        case "nth":
            return {"freq": MONTHLY, "byweekday": weekday(rule.first.weekday(), rule.nth)}
    return {"freq": DAILY}


def _end(rule: Rule) -> dict[str, Any]:
    if rule.times is not None:
        return {"count": rule.times}
    return {"until": datetime.combine(rule.until, time.max)} if rule.until else {}


def between(rule: Rule, after: date, until: date) -> list[date]:
    """Its days later than ``after``, up to ``until``."""
    found = []
    for day in days(rule):
        if day > until:
            break
        if day > after:
            found.append(day)
    return found


def next_days(rule: Rule, after: date, most: int = 5) -> list[date]:
    """Its first days later than ``after``."""
    found: list[date] = []
    for day in days(rule):
        if day > after:
            found.append(day)
        if len(found) == most or day.year > after.year + 100:
            break
    return found


def count(rule: Rule) -> int | None:
    """How many days it has in all; None: it does not end."""
    return None if rule.until is None and rule.times is None else sum(1 for _ in days(rule))
