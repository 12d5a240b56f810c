"""How a dispatch moves, and what an answer means for it. Pure: values in, verdict out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from tertulia.networks.contract import Gone, Outcome, Reconnect, Refused, TryLater, Unsure

#: state → states it may become. The database refuses any other move (a trigger made from this table).
GRAPH: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"ready", "sending", "held", "cancelled", "expired"}),
    "ready": frozenset({"waiting", "sending", "held", "cancelled", "expired"}),
    "sending": frozenset({"sending", "waiting", "sent", "refused", "unsure", "held", "expired"}),
    "held": frozenset({"waiting", "cancelled", "expired"}),
    "unsure": frozenset({"sent", "waiting", "cancelled"}),
    "refused": frozenset({"waiting", "cancelled"}),
    "expired": frozenset({"waiting", "cancelled"}),
    "sent": frozenset(),
    "cancelled": frozenset(),
}

#: States that a person has to look at.
NEEDS_A_PERSON = ("refused", "unsure", "held", "expired")

#: Verbs that make something new each time; the others are safe to repeat by nature.
CREATES = frozenset({"publish", "reply", "message"})

LEASE = timedelta(seconds=50)
LOOKUPS = (timedelta(seconds=2), timedelta(seconds=8), timedelta(seconds=25))
LONGEST_REST = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a dispatch: its state, when to try again, why, and whose limit was hit if any."""

    state: str
    try_at: datetime | None = None
    reason: str = ""
    blocks: str = ""  # "account" or "app": nothing else of it may be sent until ``try_at``


def may_move(before: str, after: str) -> bool:
    """Whether the graph has this move."""
    return after in GRAPH[before]


def after_failure(failure: Outcome, *, verb: str, tries: int, unsure_tries: int, now: datetime, expires_at: datetime) -> Next:
    """What a failed attempt leads to. ``tries`` counts attempts so far, ``unsure_tries`` those with unknown end."""
    match failure:
        case TryLater():
            wait = timedelta(seconds=failure.after) if failure.after is not None else rest(tries)
            if now + wait >= expires_at:
                return Next("expired", reason=failure.reason)
            blocks = failure.scope if failure.scope != "none" else ""
            return Next("waiting", try_at=now + wait, reason=failure.reason, blocks=blocks)
        case Reconnect():
            return Next("held", reason=failure.reason)
        case Gone() if verb in ("delete", "hide", "unhide"):
            return Next("sent", reason="not_found")  # what was to disappear is not there
        case Unsure() if unsure_tries < len(LOOKUPS):
            return Next("waiting", try_at=now + LOOKUPS[unsure_tries], reason=failure.reason)
        case Unsure():
            return Next("unsure", reason=failure.reason)
        case Refused() | Gone():
            return Next("refused", reason=failure.reason)
    return Next("unsure", reason=failure.reason)


def rest(tries: int) -> timedelta:
    """How long to rest after the ``tries``-th attempt when the network does not say: 5 s, doubling, to ten minutes."""
    return min(timedelta(seconds=5 * 2 ** max(0, tries - 1)), LONGEST_REST)


def must_look_first(verb: str, *, repeatable: bool, unknown_before: bool) -> bool:
    """Whether an earlier attempt may have done it, so that the network is asked before anything is sent again."""
    return verb in CREATES and unknown_before and not repeatable
