"""Minutes counted only while it is open, on the clocks of the places where people live."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.kit.hours import BadHours, Hours, NeverOpen, read_week

OFFICE = {str(day): [["09:00", "14:00"], ["16:00", "19:00"]] for day in range(5)}
BAR = {"4": [["22:00", "03:30"]], "5": [["22:00", "03:30"]]}
NIGHT = {str(day): [["00:00", "06:00"]] for day in range(7)}
MADRID, MEXICO, BUENOS_AIRES = "Europe/Madrid", "America/Mexico_City", "America/Argentina/Buenos_Aires"


def at(text: str, hours: Hours) -> datetime:
    """A moment by the clock of these hours; a final ``*`` means the second time the clock shows it."""
    return datetime.fromisoformat(text.rstrip("*")).replace(tzinfo=hours.zone, fold=int(text.endswith("*"))).astimezone(UTC)


@pytest.mark.parametrize(("told", "since", "minutes", "due"), [
    # within a span, over the midday closing, over the night, over the weekend
    (OFFICE, "2026-11-18T10:00", 60, "2026-11-18T11:00"),
    (OFFICE, "2026-11-18T13:30", 60, "2026-11-18T16:30"),
    (OFFICE, "2026-11-18T18:30", 60, "2026-11-19T09:30"),
    (OFFICE, "2026-11-20T18:30", 240, "2026-11-23T12:30"),
    # what comes while it is closed counts from the opening; what ends with the span ends there, not at the next opening
    (OFFICE, "2026-11-21T03:00", 60, "2026-11-23T10:00"),
    (OFFICE, "2026-11-18T13:00", 60, "2026-11-18T14:00"),
    (OFFICE, "2026-11-18T13:00", 0, "2026-11-18T13:00"),
    # a span over midnight belongs to the day on which it begins
    (BAR, "2026-11-20T23:00", 180, "2026-11-21T02:00"),
    (BAR, "2026-11-21T01:00", 180, "2026-11-21T22:30"),
    (BAR, "2026-11-22T04:00", 30, "2026-11-27T22:30"),
    # always open
    (None, "2026-11-21T03:00", 60, "2026-11-21T04:00"),
    # the clock goes forward (2026-03-29, 02:00 → 03:00) and back (2026-10-25, 03:00 → 02:00)
    (NIGHT, "2026-03-29T01:00", 120, "2026-03-29T04:00"),
    (NIGHT, "2026-10-25T01:00", 180, "2026-10-25T03:00"),
    (NIGHT, "2026-10-25T01:00", 90, "2026-10-25T02:30"),
    (NIGHT, "2026-10-25T01:00", 150, "2026-10-25T02:30*"),
    ({"6": [["02:30", "05:00"]]}, "2026-03-29T00:00", 60, "2026-03-29T04:00"),
    ({"6": [["00:00", "02:30"]]}, "2026-03-29T01:30", 31, "2026-04-05T00:01"),
])
def test_open_minutes_are_added_by_the_clock_of_the_place(told: Any, since: str, minutes: float, due: str) -> None:
    hours = Hours.of(told, MADRID)
    assert hours.after(at(since, hours), minutes) == at(due, hours)


@pytest.mark.parametrize(("told", "first", "last", "minutes"), [
    (OFFICE, "2026-11-18T10:00", "2026-11-18T11:15", 75),
    (OFFICE, "2026-11-20T18:00", "2026-11-23T10:00", 120),
    (OFFICE, "2026-11-21T03:00", "2026-11-22T03:00", 0),
    (OFFICE, "2026-11-18T11:00", "2026-11-18T10:00", 0),
    (BAR, "2026-11-21T00:00", "2026-11-21T12:00", 210),
    (NIGHT, "2026-03-29T00:00", "2026-03-29T12:00", 300),
    (NIGHT, "2026-10-25T00:00", "2026-10-25T12:00", 420),
    (None, "2026-03-29T00:00", "2026-03-30T00:00", 23 * 60),
])
def test_open_minutes_between_two_moments(told: Any, first: str, last: str, minutes: float) -> None:
    hours = Hours.of(told, MADRID)
    assert hours.between(at(first, hours), at(last, hours)) == minutes


def test_nobody_answers_on_a_day_off_but_what_is_always_open_has_none() -> None:
    day = date(2026, 12, 25)
    hours = Hours.of(OFFICE, MADRID, [day])
    assert hours.after(at("2026-12-24T18:30", hours), 60) == at("2026-12-28T09:30", hours)
    always = Hours.of({str(one): [["00:00", "24:00"]] for one in range(7)}, MADRID, [day])
    assert always.week is None and always.open_at(at("2026-12-25T03:00", always))


def test_an_evening_that_began_before_a_day_off_goes_on_into_it() -> None:
    hours = Hours.of(BAR, MADRID, [date(2026, 11, 21)])
    assert hours.open_at(at("2026-11-21T03:00", hours)) and not hours.open_at(at("2026-11-21T23:00", hours))


@pytest.mark.parametrize(("zone", "due"), [(MADRID, "09:10"), (MEXICO, "09:10"), (BUENOS_AIRES, "09:10"), ("Asia/Kathmandu", "09:10")])
def test_each_place_opens_by_its_own_clock(zone: str, due: str) -> None:
    hours = Hours.of(OFFICE, zone)
    assert hours.after(at("2026-11-18T07:00", hours), 10) == at(f"2026-11-18T{due}", hours)


def test_it_is_open_at_the_minute_it_opens_and_not_at_the_one_it_closes() -> None:
    hours = Hours.of(OFFICE, MADRID)
    assert [hours.open_at(at(f"2026-11-18T{one}", hours)) for one in ("08:59", "09:00", "13:59", "14:00")] == [False, True, True, False]


@pytest.mark.parametrize(("told", "problem", "day", "span"), [
    ([], "week", None, None), ("09:00", "week", None, None), ({"7": []}, "day 7", None, None), ({"0": "09:00"}, "day", 0, None),
    ({"0": [["9:00", "14:00"]]}, "time", 0, 0), ({"1": [["09:00"]]}, "time", 1, 0), ({"0": [["09:60", "10:00"]]}, "time", 0, 0),
    ({"0": [["24:01", "10:00"]]}, "time", 0, 0), ({"0": [[9, 10]]}, "time", 0, 0), ({"0": [["09:00", "09:00"]]}, "empty", 0, 0),
    ({"0": [["24:00", "09:00"]]}, "empty", 0, 0), ({"0": [["09:00", "12:00"], ["11:00", "13:00"]]}, "overlap", 0, 1),
    ({"0": [["22:00", "09:30"]], "1": [["09:00", "10:00"]]}, "overlap", 0, 0), ({}, "never", None, None), ({"0": []}, "never", None, None),
    ({"6": [["22:00", "09:30"]], "0": [["09:00", "10:00"]]}, "overlap", 6, 0),
])
def test_what_is_no_week_is_refused_saying_where(told: Any, problem: str, day: int | None, span: int | None) -> None:
    with pytest.raises(BadHours) as refused:
        read_week(told)
    assert (refused.value.problem, refused.value.day, refused.value.span) == (problem, day, span)


def test_a_place_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadHours, match="zone"):
        Hours.of(None, "Europe/Macondo")


def test_what_does_not_open_for_two_years_says_so() -> None:
    hours = Hours.of({"0": [["09:00", "10:00"]]}, MADRID, [date(2026, 11, 16) + timedelta(days=n) for n in range(900)])
    with pytest.raises(NeverOpen):
        hours.opening(at("2026-11-18T10:00", hours))


minute = st.integers(0, 1440)
weeks = st.one_of(st.sampled_from([OFFICE, BAR, NIGHT, None]), st.dictionaries(
    st.sampled_from("0123456"), st.tuples(minute, minute).map(lambda two: [[_clock(min(two)), _clock(max(two))]]), min_size=1))


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _hours(told: Any, zone: str) -> Hours | None:
    try:
        return Hours.of(told, zone, [date(2026, 10, 26)])
    except BadHours:
        return None


@given(weeks, st.sampled_from([MADRID, MEXICO, BUENOS_AIRES, "Australia/Lord_Howe"]),
       st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.integers(1, 100))  # noqa: DTZ001
def test_what_is_added_is_what_is_between(told: Any, zone: str, since: datetime, minutes: int) -> None:
    moment = since.replace(microsecond=0, tzinfo=UTC)
    if hours := _hours(told, zone):
        due = hours.after(moment, minutes)
        assert hours.between(moment, due) == pytest.approx(minutes)
        assert hours.between(moment, due - timedelta(seconds=1)) < minutes
        assert hours.opening(moment) >= moment and hours.open_at(hours.opening(moment))
        assert due >= hours.after(moment, minutes - 1)
