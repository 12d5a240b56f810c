"""The ledger and the targets by API."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from ninja.errors import HttpError

from tertulia.brands.bearer import PROBLEMS, enter
from tertulia.inbox import ledger, targets
from tertulia.inbox.ledger import Line
from tertulia.inbox.models import Target

router = Router(tags=["ledger"])

LONGEST = 92


class LineOut(Schema):
    """A day of a channel: what came, and how many of it stand where; ``missing`` are those that stand nowhere."""

    day: date
    channel_id: int
    received: int
    stands: dict[str, int]
    open: int
    missing: int
    adds_up: bool


class LedgerOut(Schema):
    """The days asked for. ``stuck``: things that arrived and were not stored in time."""

    lines: list[LineOut]
    stuck: int
    adds_up: bool


class Days(Schema):
    """From day to day, on the brand's clock."""

    first: date
    last: date


@router.get("/{slug}/ledger", response={200: LedgerOut, **PROBLEMS})
def sums(request: HttpRequest, slug: str, days: Query[Days]) -> dict[str, Any]:
    """How everything that came in those days (92 at most) ended; only days and channels on which something came."""
    brand, _member = enter(request, slug)
    if not 0 <= (days.last - days.first).days < LONGEST or not 2000 <= days.first.year < 3000:
        raise HttpError(422, f"first, last: in order, and {LONGEST} days at most")
    lines, stuck = ledger.sums(brand, days.first, days.last), ledger.stuck(brand)
    return {"lines": [_line(one) for one in lines], "stuck": stuck, "adds_up": not stuck and all(one.adds_up for one in lines)}


def _line(one: Line) -> dict[str, Any]:
    return {"day": one.day, "channel_id": one.channel_id, "received": one.received, "stands": one.stands, "open": one.open,
            "missing": one.missing, "adds_up": one.adds_up}


class TargetOut(Schema):
    """By when a case is answered and solved, in open minutes; ``ceiling_minutes`` by the clock."""

    id: int
    channel_id: int | None
    intent: str
    importance: int
    answer_minutes: int
    solve_minutes: int | None
    ceiling_minutes: int | None


@router.get("/{slug}/targets", response={200: list[TargetOut], **PROBLEMS}, tags=["targets"])
def targets_of(request: HttpRequest, slug: str) -> list[Target]:
    """The brand's targets, in the order in which they are asked."""
    brand, _member = enter(request, slug)
    return list(targets.targets_of(brand))
