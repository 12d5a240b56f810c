"""The journal's promise: each fact is handled exactly once in the database, whatever commits late, crashes or raises."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tertulia.journal import reactions
from tertulia.journal.actions import record
from tertulia.journal.facts import Announcement, Happened, fact
from tertulia.journal.models import Cursor, Fact
from tertulia.kit import clock

pytestmark = pytest.mark.django_db(transaction=True)

BRAND = 4  # shard 0


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SomethingHappened(Announcement):
    """For these tests."""

    number: int


@pytest.fixture
def handled() -> Iterator[list[int]]:
    """A table that the reactions of these tests write to, outside the journal."""
    with connection.cursor() as sql:
        sql.execute("create table if not exists handled_by_test (number int)")
        sql.execute("truncate handled_by_test")
    yield []
    with connection.cursor() as sql:
        sql.execute("drop table handled_by_test")


def numbers() -> list[int]:
    with connection.cursor() as sql:
        sql.execute("select number from handled_by_test")
        return [row[0] for row in sql.fetchall()]


def note(happened: Sequence[Happened]) -> None:
    with connection.cursor() as sql:
        for one in happened:
            sql.execute("insert into handled_by_test values (%s)", [one.what.number])


def a_reaction(handler: reactions.Handler = note, name: str = "tests.note") -> reactions.Reaction:
    return reactions.Reaction(name, frozenset({"SomethingHappened"}), handler, "tests")


def tell(*what: int) -> None:
    with transaction.atomic():
        for number in what:
            record(SomethingHappened(brand_id=BRAND, number=number), by="test")


@contextmanager
def another_connection() -> Iterator[tuple[threading.Event, threading.Event]]:
    """A transaction in a thread that has begun writing (first event) and commits a fact when let go (second event)."""
    begun, go = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            with connection.cursor() as sql:
                sql.execute("select pg_current_xact_id()")
            begun.set()
            go.wait(10)
            record(SomethingHappened(brand_id=BRAND, number=1), by="test")
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    begun.wait(10)
    yield begun, go
    go.set()
    thread.join(10)


def test_a_fact_that_commits_late_is_never_skipped(handled: list[int]) -> None:
    one = a_reaction()
    with another_connection() as (_, go):
        tell(2)
        reactions.run(one, 0)
        assert numbers() == [], "a fact above a running transaction was read too early"
        go.set()
    reactions.run(one, 0)
    assert numbers() == [1, 2]


def test_writers_that_commit_in_any_order_are_each_read_once(handled: list[int]) -> None:
    one, many = a_reaction(), 8 * 25
    chance = random.Random(7)

    def write(writer: int) -> None:
        for turn in range(25):
            with transaction.atomic():
                record(SomethingHappened(brand_id=BRAND, number=writer * 25 + turn), by="test")
                with connection.cursor() as sql:
                    sql.execute("select pg_sleep(%s)", [chance.random() / 100])
        connection.close()

    writers = [threading.Thread(target=write, args=[number]) for number in range(8)]
    for thread in writers:
        thread.start()
    while any(thread.is_alive() for thread in writers):
        reactions.run(one, 0)
    reactions.run(one, 0)
    assert sorted(numbers()) == list(range(many))


def test_a_session_that_dies_in_the_middle_of_a_batch_repeats_nothing(handled: list[int]) -> None:
    tell(*range(10))

    def die(happened: Sequence[Happened]) -> None:
        note(happened[:5])
        with connection.cursor() as sql:
            sql.execute("select pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseError):
        reactions.run(a_reaction(die), 0)
    connection.close()
    assert numbers() == []
    reactions.run(a_reaction(), 0)
    assert numbers() == list(range(10))


CRASH = """
import os, django
django.setup()
from tertulia.journal import reactions
from tertulia.journal.tests import test_cursors as tests

def die(happened):
    tests.note(happened[:5])
    os.kill(os.getpid(), 9)

reactions.run(tests.a_reaction(die), 0)
"""


def test_a_process_killed_in_the_middle_of_a_batch_repeats_nothing(handled: list[int]) -> None:
    tell(*range(10))
    where = connection.get_connection_params()
    url = f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}"
    done = subprocess.run(
        [sys.executable, "-c", CRASH], env={**os.environ, "DATABASE_URL": url,
                                            "DJANGO_SETTINGS_MODULE": "tertulia.site.settings"},
        capture_output=True, check=False, timeout=60)
    assert done.returncode == -9, done.stderr.decode()
    assert numbers() == []
    reactions.run(a_reaction(), 0)
    assert numbers() == list(range(10))


def test_a_reaction_that_raises_stops_its_own_cursor_and_no_other(handled: list[int]) -> None:
    tell(*range(6))

    def choke(happened: Sequence[Happened]) -> None:
        if any(one.what.number == 3 for one in happened):
            raise ValueError("three")
        note(happened)

    reactions.run(a_reaction(choke, "tests.choke"), 0)
    assert numbers() == [0, 1, 2]
    stopped = Cursor.objects.get(reaction="tests.choke")
    assert "ValueError: three" in stopped.error and stopped.retry_at and stopped.retry_at > clock.now()
    reactions.run(a_reaction(), 0)
    assert numbers() == [0, 1, 2, *range(6)]

    reactions.run(a_reaction(note, "tests.choke"), 0)
    assert len(numbers()) == 9, "it rests before it tries again"
    Cursor.objects.filter(reaction="tests.choke").update(retry_at=clock.now() - timedelta(seconds=1))
    reactions.run(a_reaction(note, "tests.choke"), 0)
    assert numbers()[9:] == [3, 4, 5]
    mended = Cursor.objects.get(reaction="tests.choke")
    assert (mended.error, mended.failures, mended.broken_fact_id) == ("", 0, None)


def test_two_runners_at_one_cursor_take_turns(handled: list[int]) -> None:
    tell(*range(20))
    inside, go = threading.Event(), threading.Event()

    def slow(happened: Sequence[Happened]) -> None:
        inside.set()
        go.wait(10)
        note(happened)

    def first() -> None:
        reactions.run(a_reaction(slow), 0)
        connection.close()

    thread = threading.Thread(target=first)
    Cursor.objects.create(reaction="tests.note", shard=0)
    thread.start()
    inside.wait(10)
    assert reactions.run(a_reaction(), 0) is False
    go.set()
    thread.join(10)
    assert numbers() == list(range(20))


def test_a_fact_needs_the_transaction_of_what_it_tells() -> None:
    with pytest.raises(RuntimeError):
        record(SomethingHappened(brand_id=BRAND, number=1), by="test")


def test_the_database_refuses_to_change_or_delete_a_fact() -> None:
    tell(1)
    with pytest.raises(DatabaseError, match="append only"):
        Fact.objects.update(by="somebody else")
    with pytest.raises(DatabaseError, match="append only"):
        Fact.objects.all().delete()


def test_what_is_behind_is_woken_and_nothing_else(handled: list[int]) -> None:
    reactions._register["tests.note"] = a_reaction()
    try:
        tell(1)
        assert {wake.lock for wake in reactions.behind()} >= {"react:tests.note:0"}
        limit = time.monotonic() + 30  # a transaction of another database of this server holds ours back, too
        while "react:tests.note:0" in {wake.lock for wake in reactions.behind()} and time.monotonic() < limit:
            reactions.react.func("tests.note", 0)
        assert numbers() == [1]
        assert "react:tests.note:0" not in {wake.lock for wake in reactions.behind()}
    finally:
        del reactions._register["tests.note"]


BURN = """
do $$ begin
    while length(pg_current_xact_id()::text) <= (select max(length(transaction::text)) from journal_fact) loop
        commit;
    end loop;
end $$
"""


def test_order_is_by_number_where_transaction_ids_gain_a_digit(handled: list[int]) -> None:
    for number in range(4):
        tell(number)
    with connection.cursor() as sql:
        sql.execute(BURN)
    for number in range(4, 8):
        tell(number)
    first, last = Fact.objects.order_by("id").first(), Fact.objects.order_by("id").last()
    assert first and last and len(first.transaction) < len(last.transaction)
    reactions._register["tests.note"] = a_reaction()
    try:
        while due := [wake for wake in reactions.behind() if wake.arguments["name"] == "tests.note"]:
            due[0].job.func(**due[0].arguments)
    finally:
        del reactions._register["tests.note"]
    assert numbers() == list(range(8))
