"""The rules of posts as tables: hours across the changes of clocks, what stops a post, how it is doing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from tertulia.networks.contract import Limits
from tertulia.publishing import rules, sentences
from tertulia.publishing.rules import Fault, Said

LIMITS = Limits(characters=300, pictures=4, picture_bytes=1000, picture_types=("image/jpeg",), alt_characters=20, extra_bytes=3000)
PLAIN = ("image/jpeg", 900, 5)


@pytest.mark.parametrize(("zone", "local", "moment", "skipped", "repeated"), [
    ("Europe/Madrid", "2026-11-26T12:00", "2026-11-26T11:00", False, False),
    ("Europe/Madrid", "2026-07-01T12:00", "2026-07-01T10:00", False, False),
    ("Europe/Madrid", "2027-03-28T01:59", "2027-03-28T00:59", False, False),
    ("Europe/Madrid", "2027-03-28T02:00", "2027-03-28T01:00", True, False),
    ("Europe/Madrid", "2027-03-28T02:30", "2027-03-28T01:30", True, False),
    ("Europe/Madrid", "2027-03-28T03:00", "2027-03-28T01:00", False, False),
    ("Europe/Madrid", "2026-10-25T02:30", "2026-10-25T00:30", False, True),
    ("Europe/Madrid", "2026-10-25T03:00", "2026-10-25T02:00", False, False),
    ("Atlantic/Canary", "2027-03-28T01:30", "2027-03-28T01:30", True, False),
    ("America/Mexico_City", "2022-04-03T02:30", "2022-04-03T08:30", True, False),  # the last year with summer time
    ("America/Mexico_City", "2022-10-30T01:30", "2022-10-30T06:30", False, True),
    ("America/Mexico_City", "2027-04-04T02:30", "2027-04-04T08:30", False, False),
    ("America/Argentina/Buenos_Aires", "2026-12-31T23:59", "2027-01-01T02:59", False, False),
    ("America/Santiago", "2026-09-06T00:30", "2026-09-06T04:30", True, False),  # midnight itself is skipped
    ("Australia/Lord_Howe", "2026-10-04T02:15", "2026-10-04T15:45", True, False),  # by half an hour, and only in theory
])
def test_an_hour_of_the_clock_is_a_moment_also_when_clocks_change(
    zone: str, local: str, moment: str, skipped: bool, repeated: bool,
) -> None:
    wall = datetime.fromisoformat(local)
    if zone != "Australia/Lord_Howe":
        assert rules.hour_of(wall, zone) == datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert rules.skipped(wall, zone) is skipped
    assert rules.repeated(wall, zone) is repeated


def test_moving_keeps_the_hour_of_the_clock_across_the_change() -> None:
    before = rules.moved(time(12, 15), date(2027, 3, 27))
    after = rules.moved(time(12, 15), date(2027, 3, 29))
    assert (before.hour, after.hour) == (12, 12)
    assert rules.hour_of(before, "Europe/Madrid").hour == 11 and rules.hour_of(after, "Europe/Madrid").hour == 10
    assert rules.moved(None, date(2027, 3, 29)).time() == time(12)


@pytest.mark.parametrize(("said", "codes"), [
    (Said(10, 10), []),
    (Said(0, 0), ["empty"]),
    (Said(0, 0, (PLAIN,)), []),
    (Said(300, 3000), []),
    (Said(301, 301), ["too_long"]),
    (Said(299, 3001), ["too_many_bytes"]),
    (Said(5, 5, (PLAIN,) * 5), ["too_many_media"]),
    (Said(5, 5, (("image/png", 1, 1),)), []),  # it goes out as JPEG
    (Said(5, 5, (("image/jpeg", 1001, 1),)), ["heavy_picture"]),
    (Said(5, 5, (("image/jpeg", 1, 21),)), ["long_alt"]),
    (Said(5, 5, (("image/jpeg", 1, 0),)), ["no_alt"]),
])
def test_what_a_network_would_refuse_is_a_fault(said: Said, codes: list[str]) -> None:
    assert [one.code for one in rules.faults(said, LIMITS)] == codes


@pytest.mark.parametrize(("limits", "said", "found"), [
    ({"picture_types": ("image/png",)}, Said(5, 5, (PLAIN,)), [Fault("bad_media")]),
    ({}, Said(5, 5, (("image/png", 1001, 1),)), [Fault("heavy_picture", 1001, 1000, stops=False)]),
    ({}, Said(5, 5, (("image/jpeg", 1001, 1),)), [Fault("heavy_picture", 1001, 1000)]),
    ({"with_pictures": 100}, Said(101, 101, (PLAIN,)), [Fault("too_long_with_pictures", 101, 100)]),
    ({"with_pictures": 100}, Said(100, 100, (PLAIN,)), []),
    ({"with_pictures": 100}, Said(300, 300), []),
    ({"with_pictures": 100}, Said(301, 301), [Fault("too_long", 301, 300)]),
    ({"with_pictures": 900}, Said(301, 301, (PLAIN,)), [Fault("too_long", 301, 300)]),
    ({"needs_picture": True}, Said(5, 5), [Fault("no_picture")]),
    ({"needs_picture": True}, Said(0, 0), [Fault("empty")]),
    ({"needs_picture": True}, Said(0, 0, (PLAIN,)), []),
    ({"alt_characters": 0}, Said(5, 5, (PLAIN,)), [Fault("alt_ignored", stops=False)]),
    ({"alt_characters": 0}, Said(5, 5, (("image/jpeg", 900, 0),)), []),
])
def test_a_network_s_own_ways_with_pictures(limits: dict[str, Any], said: Said, found: list[Fault]) -> None:
    assert rules.faults(said, replace(LIMITS, **limits)) == found


def test_every_fault_has_a_sentence_of_its_own() -> None:
    codes = {"too_long", "too_long_with_pictures", "too_many_bytes", "too_many_media", "no_picture", "bad_media", "heavy_picture",
             "long_alt", "alt_ignored", "no_alt"}
    said = {sentences.fault(Fault(code, 12, 10)) for code in codes} | {sentences.fault(Fault("heavy_picture", 12, 10, stops=False))}
    assert len(said) == len(codes) + 1 and sentences.fault(Fault("unheard_of")) not in said


def test_only_a_missing_alternative_text_lets_a_post_go() -> None:
    assert not Fault("no_alt", stops=False).stops
    assert [one.stops for one in rules.faults(Said(5, 5, (("image/jpeg", 1, 0),)), LIMITS)] == [False]


@pytest.mark.parametrize(("state", "dispatches", "stand"), [
    ("draft", [], "draft"),
    ("draft", ["cancelled"], "draft"),
    ("scheduled", ["waiting", "ready"], "scheduled"),
    ("scheduled", ["sending", "waiting"], "leaving"),
    ("scheduled", ["sent", "waiting"], "leaving"),
    ("scheduled", ["sent", "sent", "cancelled"], "sent"),
    ("scheduled", ["sent", "unsure"], "trouble"),
    ("scheduled", ["held", "waiting"], "trouble"),
    ("scheduled", ["refused"], "trouble"),
    ("scheduled", ["expired"], "trouble"),
    ("scheduled", ["cancelled"], "trouble"),
    ("discarded", [], "discarded"),
])
def test_how_a_post_is_doing_comes_from_its_dispatches(state: str, dispatches: list[str], stand: str) -> None:
    assert rules.standing(state, dispatches) == stand


def test_a_month_and_a_week_begin_on_monday() -> None:
    month = rules.month_of(date(2026, 11, 22))
    assert (month[0][0], month[-1][-1]) == (date(2026, 10, 26), date(2026, 12, 6))
    assert rules.week_of(date(2026, 11, 22)) == [date(2026, 11, day) for day in range(16, 23)]


@pytest.mark.parametrize(("now", "codes"), [
    (datetime(2026, 11, 24, 10, 7), ["in_an_hour", "this_evening", "tomorrow_morning", "monday_morning"]),
    (datetime(2026, 11, 22, 19, 30), ["in_an_hour", "tomorrow_morning"]),  # a Sunday
])
def test_the_hours_offered_are_yet_to_come(now: datetime, codes: list[str]) -> None:
    offered = rules.suggestions(now)
    assert [code for code, _hour in offered] == codes
    assert all(hour > now for _code, hour in offered)
