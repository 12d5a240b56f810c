"""A process that ends, however it ends, is known to be dead by everybody at once."""

from __future__ import annotations

import subprocess
import sys
import time

import psycopg
import pytest
from django.db import connection

from tertulia.kit import life

pytestmark = pytest.mark.django_db(transaction=True)

BREATHE = """
import sys, psycopg, time
from tertulia.kit import life
session = psycopg.connect(sys.argv[1], autocommit=True)
session.execute("select pg_advisory_lock(%s, %s)", [life.CLASS, 4711])
print("here", flush=True)
time.sleep(600)
"""


def lives(number: int) -> bool:
    with connection.cursor() as sql:
        sql.execute(f"select {life.LIVES.format(life='%s')}", [number])
        return bool(sql.fetchone()[0])


def test_this_process_has_one_number_while_it_lives() -> None:
    mine = life.number()
    assert mine == life.number()
    assert lives(mine) and not lives(mine + 1)
    life.end()
    assert not lives(mine)


def test_a_lost_session_is_begun_again_with_the_same_number() -> None:
    mine = life.number()
    with connection.cursor() as sql:
        sql.execute("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = %s and objid = %s::oid",
                    [life.CLASS, mine])
    life._seen = 0.0  # a second later
    assert life.number() == mine and lives(mine)


def test_a_killed_process_is_dead_at_once() -> None:
    where = psycopg.conninfo.make_conninfo(**{key: value for key, value in connection.get_connection_params().items()
                                              if key in {"host", "port", "user", "password", "dbname"}})
    process = subprocess.Popen([sys.executable, "-c", BREATHE, where], stdout=subprocess.PIPE)
    try:
        assert process.stdout and process.stdout.readline() == b"here\n"
        assert lives(4711)
    finally:
        process.kill()
        process.communicate(timeout=10)
    limit = time.monotonic() + 10
    while lives(4711):
        assert time.monotonic() < limit
        time.sleep(0.02)
