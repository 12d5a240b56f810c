"""Paging by key: a page begins after the last row of the one before, so depth costs nothing and nothing shifts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """``rows`` and the mark of the next page (empty: this was the last)."""

    rows: Sequence[Row]
    next: str = ""


def page(rows: QuerySet[Row], order: str, after: str = "", size: int = 50) -> Page[Row]:
    """``size`` rows by ``order`` ("-last_at": newest first; ties by id), after mark ``after`` (bad marks begin anew)."""
    field, descending = order.lstrip("-"), order.startswith("-")
    sign, compare = ("-", "lt") if descending else ("", "gt")
    rows = rows.order_by(f"{sign}{field}", f"{sign}pk")
    if (mark := _read(after)) is not None:
        value, key = mark
        rows = rows.filter(Q(**{f"{field}__{compare}": value}) | Q(**{field: value, f"pk__{compare}": key}))
    found = list(rows[: size + 1])
    more = len(found) > size
    found = found[:size]
    return Page(found, _mark(found[-1], field) if more else "")


def _mark(row: Model, field: str) -> str:
    value: Any = getattr(row, field)
    if isinstance(value, datetime):
        value = {"at": value.isoformat()}
    return base64.urlsafe_b64encode(json.dumps([value, row.pk]).encode()).decode().rstrip("=")


def _read(mark: str) -> tuple[Any, int] | None:
    try:
        value, key = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if isinstance(value, dict):
            value = datetime.fromisoformat(value["at"])
        return (value, int(key)) if mark and value is not None else None
    except (ValueError, KeyError, TypeError):
        return None
