"""Reactions: functions that handle facts of other parts, each exactly once in the database.

A reaction has a name and, in each shard, a cursor. ``run`` takes a batch of facts in order, handles them and moves
the cursor in one transaction: a crash repeats nothing. It reads only below the oldest transaction still running,
so that a late commit is never skipped. A reaction that raises stops its own cursor, visibly, and no other.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from tertulia.journal.facts import Announcement, Happened, from_data
from tertulia.journal.models import Cursor
from tertulia.journal.rules import SHARDS
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch

log = logging.getLogger(__name__)

Handler = Callable[[Sequence[Happened]], None]
BATCH = 500
LONGEST_REST = timedelta(minutes=10)

_register: dict[str, Reaction] = {}


@dataclass(frozen=True, slots=True)
class Reaction:
    """A named handler and the names of the facts it wants."""

    name: str
    handles: frozenset[str]
    handler: Handler
    part: str


def reaction(*facts: type[Announcement]) -> Callable[[Handler], Handler]:
    """Registers a handler of ``facts``. It gets a batch in order, inside a transaction, and only writes to the database."""

    def register(handler: Handler) -> Handler:
        part = handler.__module__.split(".")[1]
        name = f"{part}.{handler.__name__}"
        if name in _register:
            raise ValueError(f"two reactions called {name}")
        _register[name] = Reaction(name, frozenset(one.name for one in facts), handler, part)
        return handler

    return register


def reactions() -> dict[str, Reaction]:
    """Every reaction there is, by name."""
    return dict(sorted(_register.items()))


@job
def react(name: str, shard: int) -> None:
    """Handles what is new for one reaction in one shard, batch after batch."""
    if name in _register:
        while run(_register[name], shard):
            pass


def run(one: Reaction, shard: int) -> bool:
    """One batch; True if there may be more. Another runner at the same cursor makes this one return at once."""
    with transaction.atomic():
        cursor = _take(one.name, shard)
        if cursor is None or (cursor.retry_at and cursor.retry_at > clock.now()):
            return False
        rows = _settled_after(cursor)
        wanted = [row for row in rows if row.name in one.handles]
        handled = _handle(one, wanted, cursor)
        if handled == len(wanted):
            last = rows[-1] if rows else None
        else:
            last = next((row for row in reversed(rows) if _before(row, wanted[handled])), None)
        if last is not None:
            cursor.transaction, cursor.fact_id, cursor.moved_at = last.transaction, last.id, clock.now()
        cursor.save()
    return handled == len(wanted) and len(rows) == BATCH


def _before(row: Row, other: Row) -> bool:
    return (int(row.transaction), row.id) < (int(other.transaction), other.id)


def _handle(one: Reaction, rows: Sequence[Row], cursor: Cursor) -> int:
    """How many of ``rows`` were handled; the whole batch at once, or, if that raises, one by one up to the broken one."""
    cursor.error, cursor.retry_at = "", None
    facts = [row.happened for row in rows]
    if not rows or _try(one, [fact for fact in facts if fact]) is None:
        cursor.failures, cursor.broken_fact_id = 0, None
        return len(rows)
    for place, fact in enumerate(facts):
        if fact and (error := _try(one, [fact])):
            log.error("reaction %s stopped at fact %s:\n%s", one.name, rows[place].id, error)
            cursor.failures = cursor.failures + 1 if cursor.broken_fact_id == rows[place].id else 1
            cursor.error, cursor.broken_fact_id = error[-4000:], rows[place].id
            cursor.retry_at = clock.now() + min(LONGEST_REST, timedelta(seconds=2**cursor.failures))
            return place
    cursor.failures, cursor.broken_fact_id = 0, None
    return len(rows)


def _try(one: Reaction, facts: Sequence[Happened]) -> str | None:
    try:
        with transaction.atomic():
            one.handler(facts)
    except Exception:  # whatever a reaction raises stops that reaction and nothing else
        return traceback.format_exc()
    return None


# --------------------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Row:
    """A fact's row as read for a reaction."""

    id: int
    transaction: str
    name: str
    happened: Happened | None


_SETTLED = """
    select id, fact.transaction::text as told_in, name, brand_id, at, by, because, data from journal_fact fact
    where shard = %s and (fact.transaction, id) > (%s::xid8, %s) and fact.transaction < pg_snapshot_xmin(pg_current_snapshot())
    order by fact.transaction, id limit %s
"""


def _settled_after(cursor: Cursor) -> list[Row]:
    with connection.cursor() as sql:
        sql.execute(_SETTLED, [cursor.shard, cursor.transaction, cursor.fact_id, BATCH])
        rows = sql.fetchall()
    found = []
    for id_, transaction_, name, brand_id, at, by, because, data in rows:
        what = from_data(name, brand_id, json.loads(data) if isinstance(data, str) else data)
        found.append(Row(id_, transaction_, name, Happened(id_, at, by, because, what) if what else None))
    return found


def _take(name: str, shard: int) -> Cursor | None:
    """The cursor, locked; made at first at the journal's beginning; None if another runner holds it."""
    Cursor.objects.get_or_create(reaction=name, shard=shard)
    return Cursor.objects.select_for_update(no_key=True, skip_locked=True).filter(reaction=name, shard=shard).first()


# --------------------------------------------------------------------------- waking


@watch(every=1.0, told=True)
def behind() -> list[Wake]:
    """Which reactions have facts to read."""
    tails, cursors = _tails(), {(one.reaction, one.shard): one for one in Cursor.objects.all()}
    wakes = []
    for name in _register:
        for shard, tail in tails.items():
            cursor = cursors.get((name, shard))
            if cursor and (cursor.retry_at and cursor.retry_at > clock.now()):
                continue
            if cursor is None or (int(cursor.transaction), cursor.fact_id) < tail:
                wakes.append(Wake(react, {"name": name, "shard": shard}, lock=f"react:{name}:{shard}"))
    return wakes


def _tails() -> dict[int, tuple[int, int]]:
    """The last fact of each shard, settled or not."""
    tails = {}
    with connection.cursor() as sql:
        for shard in range(SHARDS):
            sql.execute("select fact.transaction::text as told_in, id from journal_fact fact where shard = %s "
                        "order by fact.transaction desc, id desc limit 1", [shard])
            if row := sql.fetchone():
                tails[shard] = (int(row[0]), row[1])
    return tails
