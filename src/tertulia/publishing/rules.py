"""What stops a post, and when its hour is. Pure."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tertulia.networks.contract import Limits

#: How long "now" waits, for whoever regrets it.
GRACE = timedelta(seconds=10)
#: How far ahead the posts of a series are made.
AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a variant cannot leave: a code and its figures. ``stops`` False: only a warning."""

    code: str
    have: int = 0
    most: int = 0
    stops: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be published on one channel, in figures."""

    length: int
    size: int          # UTF-8 bytes
    pictures: tuple[tuple[str, int, int], ...] = ()  # type, bytes, length of the alternative text


def faults(said: Said, limits: Limits) -> list[Fault]:
    """What the network would refuse, and what its readers would miss."""
    found = []
    if not said.length and not said.pictures:
        found.append(Fault("empty"))
    elif limits.needs_picture and not said.pictures:
        found.append(Fault("no_picture"))
    if said.length > (room := limits.room(len(said.pictures))):
        found.append(Fault("too_long" if room == limits.characters else "too_long_with_pictures", said.length, room))
    if limits.extra_bytes and said.size > limits.extra_bytes:
        found.append(Fault("too_many_bytes", said.size, limits.extra_bytes))
    if len(said.pictures) > limits.pictures:
        found.append(Fault("too_many_media", len(said.pictures), limits.pictures))
    for picture in said.pictures:
        found += _picture_faults(picture, limits)
    return found


def _picture_faults(picture: tuple[str, int, int], limits: Limits) -> Iterator[Fault]:
    mime, size, alt = picture
    as_it_is = mime in limits.picture_types
    if not as_it_is and "image/jpeg" not in limits.picture_types:  # else it goes out as JPEG
        yield Fault("bad_media")
    if size > limits.picture_bytes:  # as JPEG it may weigh less
        yield Fault("heavy_picture", size, limits.picture_bytes, stops=as_it_is)
    if not limits.alt_characters:
        if alt:
            yield Fault("alt_ignored", stops=False)
    elif alt > limits.alt_characters:
        yield Fault("long_alt", alt, limits.alt_characters)
    elif not alt:
        yield Fault("no_alt", stops=False)


def hour_of(local: datetime, zone: str) -> datetime:
    """The moment of a wall-clock time (naive) in ``zone``.

    An hour that the clocks skip is moved forward by what they skip; of an hour that happens twice, the first.
    """
    # in a gap, fold 0 reads the clock of before, which lands after the gap by its length
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def skipped(local: datetime, zone: str) -> bool:
    """Whether the clocks of ``zone`` skip this wall-clock time."""
    return hour_of(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local


def repeated(local: datetime, zone: str) -> bool:
    """Whether the clocks of ``zone`` show this wall-clock time twice."""
    first, second = (local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
    return first < second


def turned(local: datetime, zone: str, other: str) -> datetime:
    """A wall-clock time (naive) of ``zone`` as the clocks of ``other`` show it."""
    return local if zone == other else hour_of(local, zone).astimezone(ZoneInfo(other)).replace(tzinfo=None)


def moved(local: time | None, day: date) -> datetime:
    """The same hour on another day: what dragging on a calendar means. What had no hour gets noon."""
    return datetime.combine(day, (local or time(12)).replace(second=0, microsecond=0))


def month_of(day: date) -> list[list[date]]:
    """The weeks of the day's month, from Monday, with the days of the neighbours that complete them."""
    return Calendar(0).monthdatescalendar(day.year, day.month)


def week_of(day: date) -> list[date]:
    """The seven days of the day's week, from Monday."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def standing(state: str, dispatches: Collection[str]) -> str:
    """How a post is doing: draft, discarded, scheduled, leaving, sent or trouble, by the states of its dispatches."""
    if state != "scheduled":
        return state
    alive = [one for one in dispatches if one != "cancelled"]
    if not alive or any(one in ("refused", "unsure", "held", "expired") for one in alive):
        return "trouble"
    if all(one == "sent" for one in alive):
        return "sent"
    return "leaving" if any(one in ("sending", "sent") for one in alive) else "scheduled"


def suggestions(now: datetime) -> list[tuple[str, datetime]]:
    """Hours that people often want, after ``now`` (naive, on the brand's clock): a code and the hour."""
    today = now.replace(minute=0, second=0, microsecond=0)
    monday = today + timedelta(days=7 - today.weekday())
    wanted = [("in_an_hour", now.replace(second=0, microsecond=0) + timedelta(hours=1)),
              ("this_evening", today.replace(hour=19)),
              ("tomorrow_morning", (today + timedelta(days=1)).replace(hour=9)), ("monday_morning", monday.replace(hour=9))]
    first = {hour: code for code, hour in reversed(wanted)}  # of two names for one hour, the nearer
    return [(code, hour) for code, hour in wanted if hour > now and first[hour] == code]


@dataclass(frozen=True, slots=True)
class Crowd:
    """A publication at ``hour`` that a quota keeps waiting: with it there are ``have`` where ``most`` may be, until ``free``."""

    hour: datetime
    have: int
    most: int
    free: datetime


def crowded(hours: Sequence[datetime], most: int, window: timedelta) -> list[Crowd]:
    """Which of the publications at these moments (sorted) cannot leave at theirs, if ``most`` may in any ``window``."""
    found, start = [], 0
    for place, hour in enumerate(hours):
        while hours[start] <= hour - window:
            start += 1
        if (have := place - start + 1) > most > 0:
            found.append(Crowd(hour, have, most, hours[place - most] + window))
    return found


def too_early(due_at: datetime, now: datetime) -> bool:
    """Whether the hour is past by more than a person's slowness."""
    return due_at < now - timedelta(minutes=5)
