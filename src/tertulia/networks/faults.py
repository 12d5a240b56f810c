"""A layer before a fake network that misbehaves at every point: what becomes of a request, by a plan or by chance.

Support for tests and benches, as ``stage`` and ``testing`` are: ``Faults(fake.answer, kind_of)`` is another ``answer`` for
``tertulia.kit.tests.loopback``. What it did is counted, so that a test can say that the fire it speaks of was there.
"""

from __future__ import annotations

import email.utils
import math
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol, get_args, runtime_checkable

from tertulia.kit.tests.loopback import PAGE, Asked, Told, said

#: What can become of a request. Nothing was done: refuse · dead (the token no longer serves) · reset_before · hang_before ·
#: error_before · html · the 429s, by how they say when: in seconds, as a date, an epoch, an ISO moment, or not at all.
#: It was done: reset_after · hang_after · error_after · slow (the answer drips) · half (it breaks off) · wrong_json ·
#: seen_late (cut, and shown only some time later) · unseen (cut, and never shown).
Fault = Literal[
    "refuse", "dead", "reset_before", "hang_before", "error_before", "html",
    "limit_seconds", "limit_date", "limit_epoch", "limit_iso", "limit",
    "reset_after", "hang_after", "error_after", "slow", "half", "wrong_json", "seen_late", "unseen",
]
FAULTS: tuple[Fault, ...] = get_args(Fault)
#: Those after which it is certain that nothing was done, and those after which it was.
BEFORE, AFTER = FAULTS[:11], FAULTS[11:]
#: What only a fake that ``Shows`` can do.
OF_SHOWING = ("seen_late", "unseen")

LATE = 30.0  # seconds until what is seen late is seen


@runtime_checkable
class Shows(Protocol):
    """A fake that can accept something and show it later to whoever asks for it or lists it."""

    #: Seconds until what is accepted from now on is shown; ``math.inf``: never. A clash with it still counts as accepted.
    visible_after: float


class Faults:
    """``plan`` says, kind by kind, what becomes of the next requests, in order ("" is nothing); then ``chance`` decides.

    ``kind_of``: what a request is, in the words of the plan ("" is never touched). ``dialect``: how this network says
    one of the faults, where 422, 401 and 429 with an English sentence is not its way. ``wait``: the seconds that a 429 asks for.
    """

    def __init__(self, answer: Callable[[Asked], Told], kind_of: Callable[[Asked], str], *,
                 dialect: Mapping[str, Told] | None = None, shows: Shows | None = None, wait: float = 2.0, seed: int = 0) -> None:
        self._answer, self._kind_of, self._shows = answer, kind_of, shows
        self.dialect, self.wait, self.late = dict(dialect or {}), wait, LATE
        self.plan: dict[str, list[str]] = {}
        self.chance: dict[str, float] = {}     # kind → how often something goes wrong
        self.among: Sequence[str] = ()         # what then happens, any of these
        self.seen: Counter[tuple[str, str]] = Counter()  # (kind, fault) → requests
        self._random = random.Random(seed)

    def answer(self, asked: Asked) -> Told:
        """One request, as it ends for whoever asked."""
        kind = self._kind_of(asked)
        fault = self._next(kind) if kind else ""
        self.seen[kind, fault] += 1
        if not fault:
            return self._answer(asked)
        if fault in BEFORE:
            return self.dialect.get(fault) or _undone(fault, self.wait)
        if fault not in AFTER:
            raise ValueError(f"no such fault: {fault}")
        return _spoilt(fault, self._accept(asked, fault))

    def cut(self) -> int:
        """How many requests were touched so far."""
        return sum(many for (_, fault), many in self.seen.items() if fault)

    def _next(self, kind: str) -> str:
        if planned := self.plan.get(kind):
            return planned.pop(0)
        if self.among and self._random.random() < self.chance.get(kind, 0.0):
            return self._random.choice(self.among)
        return ""

    def _accept(self, asked: Asked, fault: str) -> Told:
        if fault not in OF_SHOWING:
            return self._answer(asked)
        if self._shows is None:
            raise ValueError(f"this fake shows everything at once: {fault}")
        before, self._shows.visible_after = self._shows.visible_after, math.inf if fault == "unseen" else self.late
        try:
            return self._answer(asked)
        finally:
            self._shows.visible_after = before


def _undone(fault: str, wait: float) -> Told:
    """An answer before anything was done."""
    now = datetime.now(UTC)
    until = now + timedelta(seconds=math.ceil(wait) + 1)  # a date has no fractions: never earlier than asked
    stays = {"limit_seconds": str(math.ceil(wait)), "limit_date": email.utils.format_datetime(until, usegmt=True),
             "limit_epoch": str(math.ceil(until.timestamp())), "limit_iso": until.isoformat()}
    match fault:
        case "refuse":
            return said({"error": "Validation failed: that is not allowed here"}, 422)
        case "dead":
            return said({"error": "The access token was revoked"}, 401)
        case "error_before":
            return said({"error": "boom"}, 500)
        case "html":
            return PAGE
        case "limit":
            return said({"error": "Too many requests"}, 429)
        case "limit_seconds" | "limit_date":
            return said({"error": "Too many requests"}, 429, Retry_After=stays[fault])
        case "limit_epoch" | "limit_iso":
            return said({"error": "Too many requests"}, 429, X_RateLimit_Reset=stays[fault])
    return Told(manner="reset" if fault == "reset_before" else "hang")


def _spoilt(fault: str, told: Told) -> Told:
    """What arrives of the answer ``told``."""
    match fault:
        case "hang_after":
            return Told(manner="hang")
        case "error_after":
            return said({"error": "boom"}, 502)
        case "wrong_json":
            return said({"hello": ["world"]}, told.status)
        case "slow" | "half":
            return replace(told, manner=fault)
    return Told(manner="reset")
