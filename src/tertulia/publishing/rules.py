"""What stops a post, and when its hour is. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tertulia.networks.contract import Limits


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
    if said.length > limits.characters:
        found.append(Fault("too_long", said.length, limits.characters))
    if limits.extra_bytes and said.size > limits.extra_bytes:
        found.append(Fault("too_many_bytes", said.size, limits.extra_bytes))
    if len(said.pictures) > limits.pictures:
        found.append(Fault("too_many_media", len(said.pictures), limits.pictures))
    for mime, size, alt in said.pictures:
        if mime not in limits.picture_types:
            found.append(Fault("bad_media"))
        if size > limits.picture_bytes:
            found.append(Fault("heavy_picture", size, limits.picture_bytes))
        if alt > limits.alt_characters:
            found.append(Fault("long_alt", alt, limits.alt_characters))
        if not alt:
            found.append(Fault("no_alt", stops=False))
    return found


def hour_of(local: datetime, zone: str) -> datetime:
    """The moment of a wall-clock time (naive) in ``zone``.

    An hour that the clocks skip is moved forward by what they skip; of an hour that happens twice, the first.
    """
    # in a gap, fold 0 reads the clock of before, which lands after the gap by its length
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def skipped(local: datetime, zone: str) -> bool:
    """Whether the clocks of ``zone`` skip this wall-clock time."""
    return hour_of(local, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local


def moved(local: datetime, day: datetime) -> datetime:
    """The same hour on another day: what dragging on a calendar means."""
    return day.replace(hour=local.hour, minute=local.minute, second=0, microsecond=0)


def too_early(due_at: datetime, now: datetime) -> bool:
    """Whether the hour is past by more than a person's slowness."""
    return due_at < now - timedelta(minutes=5)
