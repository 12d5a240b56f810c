"""Paging by key: a page begins after the last row of the one before, so depth costs nothing and nothing shifts."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateTimeField, F, Model, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """``rows`` and the mark of the next page (empty: this was the last)."""

    rows: Sequence[Row]
    next: str = ""


def page(rows: QuerySet[Row], order: str, after: str = "", size: int = 50) -> Page[Row]:
    """``size`` rows by ``order`` ("-last_at": newest first; ties by id), after mark ``after`` (bad marks begin anew)."""
    return cut(list(ordered(rows, order, after)[: size + 1]), order, size)


def ordered(rows: QuerySet[Row], order: str, after: str = "") -> QuerySet[Row]:
    """The rows of ``page`` and all after them."""
    field, descending = order.lstrip("-"), order.startswith("-")
    sign = "-" if descending else ""
    rows = rows.order_by(f"{sign}{field}", f"{sign}pk")
    kind = rows.model._meta.get_field(field)
    mark = read(after)
    if mark is None or isinstance(mark[0], datetime) != isinstance(kind, DateTimeField):
        return rows  # none, or of another order
    # compared as a pair, which an index finds at once: spelled with OR it would be walked from its beginning
    beyond = TupleLessThan if descending else TupleGreaterThan
    return rows.filter(beyond(Tuple(F(field), F("pk")), (mark[0], mark[1])))


def cut(found: Sequence[Row], order: str, size: int) -> Page[Row]:
    """A page of the first ``size`` of what was found, with its mark if there is more."""
    shown = found[:size]
    return Page(shown, mark_of(shown[-1], order) if len(found) > size else "")


def gathered(rows: QuerySet[Any, tuple[Any, ...]], most: int) -> list[tuple[Any, ...]]:
    """Up to ``most`` of the rows in any order, planned as if all were wanted.

    Told of the limit, or of an order, PostgreSQL would walk the whole table hoping to meet a few soon.
    """
    try:
        sql, values = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"with every as materialized ({sql}) select * from every limit %s", [*values, most])
        return list(cursor.fetchall())


def mark_of(row: Model, order: str) -> str:
    """The mark of a row in this order."""
    return written(getattr(row, order.lstrip("-")), row.pk)


def written(value: Any, key: int) -> str:
    """A mark, out of the row's place in the order and its id."""
    if isinstance(value, datetime):
        value = {"at": value.isoformat()}
    return base64.urlsafe_b64encode(json.dumps([value, key]).encode()).decode().rstrip("=")


def read(mark: str) -> tuple[Any, int] | None:
    """What ``written`` wrote; None: it is no mark."""
    try:
        value, key = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        if isinstance(value, dict):
            value = datetime.fromisoformat(value["at"])
        known = isinstance(value, datetime) or (isinstance(value, int) and abs(value) < 2**31)
        return (value, int(key)) if known and abs(int(key)) < 2**63 else None
    except (ValueError, KeyError, TypeError):
        return None
