"""By when something must be answered or solved: which target holds, and what moment that is. Pure.

A target counts open minutes, from when the message came or, if the brand was closed, from its next opening. Its ceiling is
counted by the clock from that same moment; where it falls while the brand is closed it moves to the next opening, with
``GRACE`` minutes to answer. What comes first holds. So with an office that opens from Monday to Friday, 9 to 18, one hour
and a ceiling of 24, what comes on Saturday at 3:00 is due on Monday at 10:00.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from tertulia.kit.hours import Hours, NeverOpen

#: Open minutes to answer, after the opening to which a ceiling moved.
GRACE = 60
#: Intents of which one target each is made for a new brand: open minutes to answer and to solve; then what all others get.
FIRST = {"complaint": (60, 1440), "incident": (60, 1440)}
OTHERS = (240, None)
#: Minutes by the clock that nothing should wait longer.
CEILING = 24 * 60


class Aim(Protocol):
    """A row of targets."""

    channel_id: int | None
    intent: str
    importance: int
    answer_minutes: int
    solve_minutes: int | None
    ceiling_minutes: int | None


A = TypeVar("A", bound=Aim)


@dataclass(frozen=True, slots=True)
class Case:
    """What decides which target holds for a message."""

    channel_id: int
    intents: tuple[str, ...] = ()
    importance: int | None = None


def target_for(targets: Iterable[A], case: Case) -> A | None:
    """The first that fits; None: nothing was promised for it."""
    return next((one for one in targets if one.channel_id in (None, case.channel_id)
                 and (not one.intent or one.intent in case.intents) and one.importance <= (case.importance or 1)), None)


def order_of(channel_id: int | None, intent: str, importance: int) -> int:
    """The place of a target: the more it says of its case, the sooner it is asked."""
    return (channel_id is None) * 100 + (not intent) * 10 + 3 - importance


def answer_due(hours: Hours, since: datetime, target: Aim) -> datetime | None:
    """By when it must be answered; None: the brand does not open."""
    try:
        begun = hours.opening(since)
        due = hours.after(begun, target.answer_minutes)
        if target.ceiling_minutes is None:
            return due
        ceiling = begun + timedelta(minutes=target.ceiling_minutes)
        return min(due, ceiling if hours.open_at(ceiling) else hours.after(ceiling, GRACE))
    except NeverOpen:
        return None


def solve_due(hours: Hours, since: datetime, target: Aim) -> datetime | None:
    """By when it must be solved; None: nobody promised, or the brand does not open."""
    if target.solve_minutes is None:
        return None
    try:
        return hours.after(since, target.solve_minutes)
    except NeverOpen:
        return None


def earliest(moments: Sequence[datetime | None]) -> datetime | None:
    """The first of those that are known."""
    return min((one for one in moments if one is not None), default=None)
