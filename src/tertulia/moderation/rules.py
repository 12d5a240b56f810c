"""How strikes add up, what a verdict leads to, which month a moment belongs to. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

#: The steps of a brand that chose none: living strikes → what happens.
LADDER: Sequence[tuple[int, str]] = ((1, "note"), (2, "warn"), (3, "hide"), (4, "block"))

#: How long a moderator has a case before another may get it.
CLAIM = timedelta(minutes=5)

#: When the network is asked whether it did what was decided, counted from its saying so.
LOOKS = (timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=1))

#: How many times a link of an appeal may be opened in an hour, and how many that open nothing be tried from one address.
KNOCKS, SPAN = 60, 3600

_SPACE = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class Living:
    """A strike that counts at the moment asked for, and the step that was reached with it."""

    weight: int
    step: str


def step_after(ladder: Iterable[tuple[int, str]], before: Sequence[Living], weight: int) -> str:
    """The highest step that ``weight`` more reaches and that no living strike reached before; empty: none."""
    points = sum(one.weight for one in before) + weight
    taken = {one.step for one in before}
    reached = [act for at, act in sorted(ladder) if at <= points]
    return reached[-1] if reached and reached[-1] not in taken else ""


def digest_of(folded: str) -> str:
    """Equal for texts that differ only in signs and spaces; empty for one without words."""
    words = _SPACE.sub(" ", folded).strip()
    return hashlib.blake2s(words.encode(), digest_size=16).hexdigest() if words else ""


def next_look(looks: int, now: datetime, since: datetime) -> datetime | None:
    """When to ask again after ``looks`` looks that did not see it done; None: no more."""
    return max(now, since + LOOKS[looks]) if looks < len(LOOKS) else None


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_named(written: str) -> date | None:
    """The first day of ``2026-11``; None if it is no month."""
    if not re.fullmatch(r"20\d\d-(0[1-9]|1[0-2])", written, re.ASCII):
        return None
    year, month = written.split("-")
    return date(int(year), int(month), 1)


def month_after(first: date) -> date:
    """The first day of the month after."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def weight_of(reading: Mapping[str, Any] | None) -> int:
    """How soon a moderator should see a message, by what was surely understood: 3 hate, 2 an insult, 1 something else, 0 nothing."""
    sure = {name: str(head.get("label", "")) for name, head in (reading or {}).items() if isinstance(head, dict) and head.get("sure")}
    if sure.get("hate") == "hateful":
        return 3
    return 2 if sure.get("offence") in ("OFP", "OFG") else 0
