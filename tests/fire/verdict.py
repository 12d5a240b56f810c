"""What is asked of every fire at its end: each dispatch is on the network once, or says visibly why it is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.fire.server import MARK

ENDS_WITHOUT = ("refused", "expired", "cancelled")
MUST_SAY_WHY = ("refused", "unsure", "held")
LATE = timedelta(minutes=1)


@dataclass
class Verdict:
    """Dispatches by what is wrong with them. ``unsure`` is no fault: a person decides there."""

    doubled: list[str] = field(default_factory=list)   # on the network more than once
    lost: list[str] = field(default_factory=list)      # said to be sent and not there, or nowhere and no state says so
    belied: list[str] = field(default_factory=list)    # said not to be published, and it is there
    stuck: list[str] = field(default_factory=list)     # sending past its lease, or due for more than a minute
    mute: list[str] = field(default_factory=list)      # without a reason, or without the attempts that led to it
    strange: list[str] = field(default_factory=list)   # on the network and no dispatch of ours
    unsure: list[str] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)

    def faults(self) -> dict[str, list[str]]:
        """What must be empty."""
        named = ("doubled", "lost", "belied", "stuck", "mute", "strange")
        return {name: getattr(self, name) for name in named if getattr(self, name)}


def judge(there: Sequence[Sequence[str]], after: int = 0) -> Verdict:
    """Of every dispatch that is due, given the marks that are on each network, of those ``after`` one."""
    from tertulia.kit import clock
    from tertulia.outbox.models import Dispatch

    now, verdict = clock.now(), Verdict()
    on_network = Counter(mark for place in there for mark in place if int(mark) > after)
    attempts = _attempts()
    known = set()
    for one in Dispatch.objects.filter(due_at__lte=now).order_by("pk").values():
        found = MARK.search(one["payload"]["text"].encode())
        assert found
        mark = found[1].decode()
        known.add(mark)
        verdict.states[one["state"]] += 1
        _weigh(verdict, one, on_network[mark], attempts.get(one["id"], []), now, _told(one, mark, attempts.get(one["id"], [])))
    verdict.strange = sorted(set(on_network) - known)
    return verdict


def _attempts() -> dict[int, list[dict[str, Any]]]:
    from tertulia.outbox.models import Attempt

    found: dict[int, list[dict[str, Any]]] = {}
    for one in Attempt.objects.order_by("dispatch_id", "version").values():
        found.setdefault(one["dispatch_id"], []).append(one)
    return found


def _told(one: dict[str, Any], mark: str, attempts: Sequence[dict[str, Any]]) -> str:
    """A dispatch with its whole story, for whoever has to find out."""
    story = " → ".join(f"{a['worker'].rsplit(':')[-1]}@{a['started_at']:%M:%S.%f}"[:-3] + ("?" if a["looked"] else "")
                       + f" {a['outcome'] or '…'}:{a['reason']}" for a in attempts)
    return f"{one['id']}/{mark} {one['state']} {one['reason']} [{story}]"


def _weigh(verdict: Verdict, one: dict[str, Any], times: int, attempts: Sequence[dict[str, Any]], now: Any, told: str) -> None:
    state = one["state"]
    if times > 1:
        verdict.doubled.append(f"{times} times: {told}")
    if state == "sent" and not times:
        verdict.lost.append(told)
    if state in ENDS_WITHOUT and times:
        verdict.belied.append(told)
    if state == "unsure":
        verdict.unsure.append(told)
    overdue = state in ("waiting", "ready") and one["try_at"] < now - LATE
    if overdue or (state == "sending" and one["lease_until"] < now - timedelta(seconds=2)):
        verdict.stuck.append(told)
    ends = {a["outcome"] for a in attempts}
    fits = {"sent": ends & {"sent", "gone"}, "refused": ends & {"refused", "gone"}, "unsure": ends & {"unsure", ""}}
    mute = state in MUST_SAY_WHY and not one["reason"]
    if mute or len(attempts) != one["version"] or not fits.get(state, True):
        verdict.mute.append(told)
