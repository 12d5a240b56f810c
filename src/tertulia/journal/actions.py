"""Writing a fact."""

from collections.abc import Iterable

from django.db import connection

from tertulia.journal.facts import Announcement, to_data
from tertulia.journal.models import Fact
from tertulia.journal.rules import shard_of
from tertulia.kit import clock, live
from tertulia.kit.writing import insert

SYSTEM = "sistema"


def record(announced: Announcement, *, by: str, because: str = "") -> None:
    """One fact in the caller's transaction; ``RuntimeError`` outside one, for it could outlive what it tells."""
    record_all([announced], by=by, because=because)


def record_all(announced: Iterable[Announcement], *, by: str, because: str = "") -> None:
    """Many facts at once, in order. ``by`` is ``member:7``, ``rule:3``, ``network:plaza`` or ``sistema``."""
    if not connection.in_atomic_block:
        raise RuntimeError("a fact is recorded in the transaction of what it tells")
    now = clock.now()
    rows = [
        Fact(name=one.name, brand_id=one.brand_id, shard=shard_of(one.brand_id), at=now, by=by, because=because[:200],
             data=to_data(one))
        for one in announced
    ]
    insert(Fact, rows)
    live.announce({(row.name, row.brand_id) for row in rows})
