"""A sign of life that ends with the process: an advisory lock on a database session of its own.

PostgreSQL lets go of it the moment the process is killed, so that others know at once, with no beat to miss. A process
that hangs keeps it: against that there are leases.
"""

from __future__ import annotations

import random
import threading
import time

import psycopg
from django.db import connection

from tertulia.kit.live import session_of_its_own

#: The first half of the locks' names.
CLASS = 0x7E27

_guard = threading.Lock()
_number = 0
_seen = 0.0
_session: psycopg.Connection[tuple[object, ...]] | None = None


def number() -> int:
    """This process's number, its lock held a second ago at most: asked for again if the database was away meanwhile.

    ``OperationalError`` while it is.
    """
    global _seen
    with _guard:
        if _session is None or time.monotonic() - _seen > 1.0:
            if not _holds():
                with connection.wrap_database_errors:
                    _begin()
            _seen = time.monotonic()
        return _number


def _holds() -> bool:
    if _session is None or _session.closed:
        return False
    try:
        _session.execute("select 1")
    except psycopg.Error:
        _session.close()
        return False
    return True


def _begin() -> None:
    global _number, _session
    session = session_of_its_own()
    _number = _number or random.SystemRandom().randrange(1, 2**31)
    if session.execute("select pg_try_advisory_lock(%s, %s)", [CLASS, _number]).fetchone() != (True,):
        _number = random.SystemRandom().randrange(1, 2**31)  # somebody has it, or our old session lingers
        session.execute("select pg_advisory_lock(%s, %s)", [CLASS, _number])
    _session = session


def end() -> None:
    """Gives the number back: as if the process had ended."""
    global _number, _session
    with _guard:
        if _session is not None:
            _session.close()
        _number, _session = 0, None


#: For a query: whether the process numbered ``{life}`` lives.
LIVES = (f"exists (select 1 from pg_locks where locktype = 'advisory' and classid = {CLASS} and objid = {{life}}::bigint::oid "
         "and granted and database = (select oid from pg_database where datname = current_database()))")
