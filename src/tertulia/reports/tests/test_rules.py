"""Weeks and figures, as tables."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tertulia.reports.rules import Begun, before, cell, change, middle, monday_named, moods, name_of, span, week_at

MADRID = ZoneInfo("Europe/Madrid")


@pytest.mark.parametrize(("day", "name"), [
    (date(2026, 11, 22), "2026-W47"), (date(2026, 11, 23), "2026-W48"), (date(2027, 1, 1), "2026-W53"), (date(2024, 12, 30), "2025-W01")])
def test_a_week_is_named_as_iso_does(day: date, name: str) -> None:
    assert name_of(day) == name
    assert monday_named(name) == day - timedelta(days=day.weekday())


@pytest.mark.parametrize("name", ["", "2026", "2026-W54", "2026-W00", "2025-W53", "1999-W01", "٢٠٢٦-W47", "2026-W47\n", "' or 1=1"])
def test_nonsense_is_no_week(name: str) -> None:
    assert monday_named(name) is None


@pytest.mark.parametrize(("monday", "hours"), [(date(2026, 3, 23), 167), (date(2026, 10, 19), 169), (date(2026, 11, 16), 168)])
def test_a_week_with_a_clock_change_has_its_own_length(monday: date, hours: int) -> None:
    week = week_at(monday, MADRID)
    assert (week.end.timestamp() - week.start.timestamp()) / 3600 == hours


def test_a_running_week_is_compared_with_as_much_of_the_last() -> None:
    week = week_at(date(2026, 11, 16), MADRID)
    assert before(week, datetime(2026, 11, 18, 10, tzinfo=MADRID), MADRID).end == datetime(2026, 11, 11, 10, tzinfo=MADRID)
    assert before(week, datetime(2026, 11, 23, 0, tzinfo=MADRID), MADRID).end == datetime(2026, 11, 16, tzinfo=MADRID)
    after_the_change = week_at(date(2026, 10, 26), MADRID)
    then = before(after_the_change, datetime(2026, 10, 26, 9, tzinfo=MADRID), MADRID)
    assert then.end == datetime(2026, 10, 19, 9, tzinfo=MADRID), "the clock on the wall says nine both times"


@pytest.mark.parametrize(("now", "then", "percent"), [
    (3, 2, 50), (1, 2, -50), (0, 4, -100), (2, 2, 0), (5, 0, None), (None, 3, None), (3, None, None), (0, 0, None)])
def test_change_is_said_only_where_there_is_something_to_compare(
        now: float | None, then: float | None, percent: float | None) -> None:
    assert change(now, then) == percent


@pytest.mark.parametrize(("waits", "median"), [
    ([], None), ([None], None), ([60.0], 60), ([60.0, None, 120.0], 90),
    ([1.0, 2.0, 9000.0], 2)])
def test_the_median_is_of_what_is_known(waits: list[float | None], median: float | None) -> None:
    assert middle(waits) == median


def test_what_is_not_sure_is_counted_apart() -> None:
    noon = datetime(2026, 11, 18, 12, tzinfo=MADRID)
    begun = [Begun(n, 1, noon, None, feeling, False) for n, feeling in enumerate(["positive", "", "negative", "", "other"])]
    assert moods(begun) == {"positive": 1, "neutral": 0, "negative": 1, "": 3}


@pytest.mark.parametrize(("seconds", "parts"), [(20, (0, 0, 0)),
    (40, (0, 0, 1)),
    (3600, (0, 1, 0)),
    (5400, (0, 1, 30)), (90000, (1, 1, 0))])
def test_lengths_are_rounded_to_the_minute(seconds: float, parts: tuple[int, int, int]) -> None:
    assert span(seconds) == parts


@pytest.mark.parametrize(("text", "written"), [
    ("@bar", "'@bar"), ("=1+1", "'=1+1"), ("-5", "-5"), ("-cmd", "'-cmd"), (12, "12"), ("hola", "hola"), ("", "")])
def test_no_cell_is_a_formula(text: object, written: str) -> None:
    assert cell(text) == written
