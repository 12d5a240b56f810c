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
    "cancelled": frozenset({"waiting"}),
}

#: States that a person has to look at.
NEEDS_A_PERSON = ("refused", "unsure", "held", "expired")

#: States that end by themselves.
ON_THE_WAY = ("waiting", "ready", "sending")

#: Why a dispatch is held: a person has to say what becomes of it, …
FOR_A_PERSON = ("late", "review")
#: … or somebody stopped the brand, or everything. For any other reason its channel holds it.
BY_A_PAUSE = ("brand_paused", "all_paused")
#: What its channel's state does not end.
NOT_BY_ITS_CHANNEL = (*FOR_A_PERSON, *BY_A_PAUSE)

#: What a person may say of each thing that was held; the other choice is a moment, its new hour.
SEND, ASK, DISCARD = "send", "ask", "discard"
Choice = str | datetime

#: Verbs that make something new each time; the others are safe to repeat by nature.
CREATES = frozenset({"publish", "reply", "message"})

#: How long a worker may be silent before another takes over. Renewed at every request it sends.
LEASE = timedelta(seconds=50)
#: How long after its last request another takes over what a dead process had; a live one may have lost its session for less.
MOURNING = timedelta(seconds=5)
#: Rests before trying again what may have been done: where the key makes that harmless, …
REPEATS = tuple(timedelta(seconds=wait) for wait in (2, 8, 25, 60, 180, 600))
#: … and where the network has to be asked first: a server may finish a request seconds after its answer was lost.
LOOKUPS = (timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120))
LONGEST_REST = timedelta(minutes=10)
#: While a server cannot be reached, it is knocked at least so often.
LONGEST_KNOCK = timedelta(minutes=1)
#: The longest wait that a network is believed to want: some say it in milliseconds, or in nonsense.
LONGEST_WAIT = timedelta(days=7)
#: How many workers may die with the same dispatch in their hands before a person looks at it.
LIVES = 5


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


def rests(verb: str, *, repeatable: bool, findable: bool) -> tuple[timedelta, ...]:
    """How often, and after how long, a thing of unknown end is tried or looked for again; none: only a person can tell."""
    if repeatable or verb not in CREATES:
        return REPEATS
    return LOOKUPS if findable else ()


def look_at(verb: str, asked_at: datetime, rests: tuple[timedelta, ...]) -> datetime:
    """When what a dead process asked for may be looked for: a network may do it seconds after the line was cut.

    Repeating it where that is harmless, and asking a person where nothing can be looked for, need not wait.
    """
    return asked_at + rests[0] if verb in CREATES and rests == LOOKUPS else asked_at


def after_failure(failure: Outcome, *, verb: str, rests: tuple[timedelta, ...], tries: int, unsure_tries: int, now: datetime,
                  expires_at: datetime) -> Next:
    """What a failed attempt leads to. ``tries`` counts attempts so far, ``unsure_tries`` those with unknown end before it."""
    match failure:
        case TryLater():
            wait = asked_for(failure.after, tries)
            blocks = failure.scope if failure.scope != "none" else ""
            if failure.reason == "unreachable":  # one of them knocks for all that go there, and often
                wait, blocks = min(wait, LONGEST_KNOCK), "app"
            state = "expired" if now + wait >= expires_at else "waiting"
            return Next(state, try_at=now + wait, reason=failure.reason, blocks=blocks)
        case Reconnect():
            return Next("held", reason=failure.reason)
        case Gone() if verb in ("delete", "hide", "unhide"):
            return Next("sent", reason="not_found")  # what was to disappear is not there
        case Unsure() if unsure_tries < len(rests):
            return Next("waiting", try_at=now + rests[unsure_tries], reason=failure.reason)
        case Unsure():
            return Next("unsure", reason=failure.reason)
        case Refused() | Gone():
            return Next("refused", reason=failure.reason)
    return Next("unsure", reason=failure.reason)


def asked_for(seconds: float | None, tries: int) -> timedelta:
    """The wait that a network asks for; our own, growing, if it says none, or one that is over."""
    if seconds is None or not seconds > 0:
        return rest(tries)
    return timedelta(seconds=min(seconds, LONGEST_WAIT.total_seconds()))


def rest(tries: int) -> timedelta:
    """How long to rest after the ``tries``-th attempt when the network does not say: 5 s, doubling, to ten minutes."""
    return min(timedelta(seconds=5 * 2 ** min(max(0, tries - 1), 20)), LONGEST_REST)


def must_look_first(verb: str, *, repeatable: bool, unknown_before: bool, late: bool) -> bool:
    """Whether an earlier attempt may have done it, so that the network is asked before anything is sent again.

    Past its deadline (``late``) a thing is only looked for, also where repeating it would be harmless.
    """
    return verb in CREATES and unknown_before and (late or not repeatable)


def preselected(verb: str, *, late: bool) -> Choice:
    """What becomes of something held by a pause when nobody says: a post is asked about, and whatever is ``late``."""
    return ASK if late or verb == "publish" else SEND


#: Of what was sent, what a person has to look at too: how the live thing compares with what was approved.
READ_BACK_WRONG = ("differs", "gone")

#: When the live thing is looked at, counted from its sending; the second time only if it was not seen at the first.
LOOKS = (timedelta(seconds=5), timedelta(seconds=60), timedelta(hours=1), timedelta(hours=24))
#: How long the network may take to show it before somebody is told that it is not seen.
SLOW_TO_SHOW = LOOKS[1]
#: How long it is tried to read it before that is given up.
READABLE = timedelta(days=2)


def next_look(since: datetime, now: datetime, *, seen: bool) -> datetime | None:
    """When to look again at what was sent at ``since``; None: it was looked at often enough."""
    moments = [since + one for one in LOOKS if not (seen and one == SLOW_TO_SHOW)]
    return next((one for one in moments if one > now), None)


def look_after_failure(since: datetime, now: datetime, after: float | None) -> datetime | None:
    """When to look again after a look that failed; ``after``: the seconds that the network asked for."""
    later = now + max(timedelta(seconds=after or 0), timedelta(minutes=5))
    return later if later < since + READABLE else None
