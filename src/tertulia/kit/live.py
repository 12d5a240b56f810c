"""Live updates: one ``NOTIFY`` a transaction, one ``LISTEN`` a process, fanned out in memory.

A notification carries only a name and a brand: the page asks again for what it shows, with its own rights.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

CHANNEL = "tertulia"
_NOT_OF_A_PLAIN_SESSION = {"context", "cursor_factory", "prepare_threshold"}
Heard = tuple[str, int | None]


def session_of_its_own() -> psycopg.Connection[tuple[object, ...]]:
    """A session outside the pool, for what lasts as long as it does: a lock that is a sign of life, a ``LISTEN``."""
    parameters = connection.get_connection_params()
    return psycopg.connect(
        **{name: value for name, value in parameters.items() if name not in _NOT_OF_A_PLAIN_SESSION}, autocommit=True)


def announce(what: Iterable[Heard]) -> None:
    """Tells every listening process, when the transaction commits, that ``(name, brand)`` happened."""
    with connection.cursor() as sql:
        for part in _parts(sorted(set(what), key=str)):
            sql.execute("select pg_notify(%s, %s)", [CHANNEL, json.dumps(part)])


def _parts(what: list[Heard]) -> Iterator[list[Heard]]:
    # a payload holds 8000 bytes; a hundred names stay far below
    for start in range(0, len(what), 100):
        yield what[start : start + 100]


class Listener:
    """One ``LISTEN`` connection in a thread of its own; reconnects for ever; calls every subscriber with what it hears."""

    def __init__(self) -> None:
        self._subscribers: set[Callable[[list[Heard]], None]] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    @contextmanager
    def subscribed(self, subscriber: Callable[[list[Heard]], None]) -> Iterator[None]:
        """``subscriber`` is called (in the listener's thread) while inside.

        ``[]`` tells it that something may have been missed: the connection stands only now, or was lost and stands again.
        """
        with self._lock:
            self._subscribers.add(subscriber)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._listen, name="live", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            with self._lock:
                self._subscribers.discard(subscriber)

    def _wanted(self) -> bool:
        """Whether anybody listens. If nobody does the thread is over from here on: who comes next starts another."""
        with self._lock:
            if not self._subscribers:
                self._thread = None
            return self._thread is not None

    def _listen(self) -> None:
        while self._wanted():
            try:
                self._listen_once()
            except (psycopg.Error, OSError):
                time.sleep(0.5)

    def _listen_once(self) -> None:
        with session_of_its_own() as link:
            link.execute(f"listen {CHANNEL}")
            self._tell([])  # whoever subscribed before the LISTEN stood looks once for what it missed
            while self._subscribers:
                for notice in link.notifies(timeout=1.0):
                    self._tell([(name, brand) for name, brand in json.loads(notice.payload)])

    def _tell(self, heard: list[Heard]) -> None:
        with self._lock:
            subscribers = list(self._subscribers)
        for subscriber in subscribers:
            subscriber(heard)


listener = Listener()
