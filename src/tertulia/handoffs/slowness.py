"""Which role is slow: how long desks take to answer, in the brand's open time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from tertulia.brands.models import Brand
from tertulia.handoffs.models import HandOff, Kind, Letter, State, Stint


@dataclass(frozen=True, slots=True)
class Row:
    """A desk with one kind of matter (empty: all). Minutes are open ones; None where nobody answered yet."""

    desk_id: int
    desk: str
    kind: str
    asked: int
    answered: int
    in_time: int
    middle: float | None
    slowest_tenth: float | None
    overdue: int
    passed_on: int
    bounced: int

    @property
    def kind_name(self) -> str:
        """Its kind as people say it."""
        return str(Kind(self.kind).label) if self.kind else ""


def slowness(brand: Brand, since: datetime, now: datetime) -> list[Row]:
    """Desks, and below each its kinds; the slowest desk first. Of what was handed over from ``since`` on and not taken back."""
    matters = list(HandOff.objects.filter(brand=brand, opened_at__gte=since).exclude(state=State.CANCELLED).select_related("desk"))
    ids = [one.pk for one in matters]
    passed = Counter(Stint.objects.filter(hand_off__in=ids, ended__in=("late", "not_mine")).values_list("hand_off", flat=True))
    bounced = Counter(Letter.objects.filter(hand_off__in=ids, state__in=("bounced", "refused")).values_list("hand_off", flat=True))
    groups: dict[tuple[int, str], list[HandOff]] = {}
    for one in matters:
        groups.setdefault((one.desk_id, ""), []).append(one)
        groups.setdefault((one.desk_id, one.kind), []).append(one)
    rows = [_row(kind, some, passed, bounced, now) for (_desk, kind), some in groups.items()]
    weight = {row.desk_id: row.middle if row.middle is not None else -1.0 for row in rows if not row.kind}
    return sorted(rows, key=lambda row: (-weight[row.desk_id], row.desk, bool(row.kind), -row.asked))


def _row(kind: str, some: list[HandOff], passed: Counter[int], bounced: Counter[int], now: datetime) -> Row:
    took = sorted(one.answered_in for one in some if one.answered_in is not None)
    return Row(
        desk_id=some[0].desk_id, desk=some[0].desk.name, kind=kind, asked=len(some), answered=len(took),
        in_time=sum(1 for one in some if one.answered_in is not None and one.answered_in <= one.minutes),
        middle=float(median(took)) if took else None, slowest_tenth=percentile(took, 0.9),
        overdue=sum(1 for one in some if one.state == State.OPEN and one.due_at <= now),
        passed_on=sum(passed[one.pk] for one in some), bounced=sum(bounced[one.pk] for one in some))


def percentile(ordered: list[int], share: float) -> float | None:
    """The value below which ``share`` of the others lie, between two where it falls between."""
    if not ordered:
        return None
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def lately(now: datetime, days: int) -> datetime:
    """So many days ago."""
    return now - timedelta(days=days)
