"""When something may reach somebody."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from tertulia.notices.rules import MOST_TRIES, Quiet, after_quiet, mail_due, next_digest, rest

MADRID = ZoneInfo("Europe/Madrid")


def at(text: str) -> datetime:
    """A moment on Madrid's clock; 2026-11-23 is a Monday."""
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


NIGHT = Quiet(time(21), time(8), MADRID)
LUNCH = Quiet(time(14), time(16, 30), MADRID)
REST = Quiet(time(21), time(8), MADRID, weekends=True)


@pytest.mark.parametrize(("quiet", "moment", "goes"), [
    (None, "2026-11-23T03:00", "2026-11-23T03:00"),
    (NIGHT, "2026-11-23T20:59", "2026-11-23T20:59"),
    (NIGHT, "2026-11-23T21:00", "2026-11-24T08:00"),
    (NIGHT, "2026-11-24T03:00", "2026-11-24T08:00"),
    (NIGHT, "2026-11-24T08:00", "2026-11-24T08:00"),
    (LUNCH, "2026-11-24T15:00", "2026-11-24T16:30"),
    (LUNCH, "2026-11-24T16:30", "2026-11-24T16:30"),
    (REST, "2026-11-27T22:00", "2026-11-30T08:00"),  # Friday's night, the weekend, and Monday's small hours
    (REST, "2026-11-28T12:00", "2026-11-30T08:00"),
    (Quiet(time(13), time(14), MADRID, weekends=True), "2026-11-29T12:00", "2026-11-30T00:00"),
    (NIGHT, "2026-10-24T23:30", "2026-10-25T08:00"),  # the night that is an hour longer
    (NIGHT, "2027-03-27T23:30", "2027-03-28T08:00"),  # and the one that is shorter
])
def test_what_falls_in_quiet_hours_waits_for_their_end(quiet: Quiet | None, moment: str, goes: str) -> None:
    assert after_quiet(at(moment), quiet) == at(goes)


def test_a_mail_waits_a_minute_or_for_the_hour_and_then_for_the_quiet_to_end() -> None:
    now = at("2026-11-23T20:30:10")
    assert mail_due(now, hourly=False, quiet=NIGHT) == at("2026-11-23T20:31:10")
    assert mail_due(now, hourly=True, quiet=None) == at("2026-11-23T21:00")
    assert mail_due(now, hourly=True, quiet=NIGHT) == at("2026-11-24T08:00")


@pytest.mark.parametrize(("after", "weekday", "comes"), [
    ("2026-11-23T08:59", None, "2026-11-23T09:00"),
    ("2026-11-23T09:00", None, "2026-11-24T09:00"),
    ("2026-11-23T09:00", 0, "2026-11-30T09:00"),
    ("2026-11-23T08:00", 0, "2026-11-23T09:00"),
    ("2026-11-23T10:00", 4, "2026-11-27T09:00"),
    ("2026-10-24T10:00", None, "2026-10-25T09:00"),
])
def test_the_next_digest_is_at_its_hour_of_a_clock(after: str, weekday: int | None, comes: str) -> None:
    assert next_digest(at(after), MADRID, time(9), weekday) == at(comes)


def test_a_letter_rests_longer_each_time_and_is_given_up() -> None:
    rests = [rest(tries) for tries in range(1, MOST_TRIES + 1)]
    assert [one.total_seconds() / 60 for one in rests if one] == [1, 2, 4, 8, 16, 32] and rests[-1] is None
