"""Live updates: who listens hears, also who comes just as the last one leaves, and after the connection was lost."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from tertulia.kit.live import Heard, Listener, announce

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def ear(listener: Listener) -> Iterator[queue.Queue[list[Heard]]]:
    heard: queue.Queue[list[Heard]] = queue.Queue()
    with listener.subscribed(heard.put):
        yield heard


def tell(name: str) -> None:
    with transaction.atomic():
        announce([(name, 7)])


def test_who_comes_as_the_last_one_leaves_hears() -> None:
    """As when somebody goes from one page to another."""
    listener = Listener()
    with ear(listener) as first:
        assert first.get(timeout=10) == []
    for number in range(3):
        with ear(listener) as heard:
            tell(f"Happened{number}")
            while (what := heard.get(timeout=10)) == []:
                pass
            assert what == [(f"Happened{number}", 7)]


def test_a_connection_that_was_lost_is_made_again_and_told() -> None:
    listener = Listener()
    with ear(listener) as heard:
        assert heard.get(timeout=10) == []
        with connection.cursor() as sql:
            sql.execute("select pg_terminate_backend(pid) from pg_stat_activity "
                        "where query like 'listen %' and datname = current_database()")
        assert heard.get(timeout=10) == [], "there again"
        tell("Happened")
        assert heard.get(timeout=10) == [("Happened", 7)]
