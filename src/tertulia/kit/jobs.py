"""Jobs: procrastinate wakes them and spreads them over workers; the truth about what is due stays in our own rows.

A part declares jobs (``@job``) and watches (``@watch``: a query that says which jobs are due now). Each worker process
asks the watches on their beat and whenever a transaction tells something; a queueing lock keeps a job from being queued
twice. A job that was lost is found by the next beat, for its row is still due.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, overload

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, close_old_connections, connection
from procrastinate import exceptions
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from tertulia.kit.live import Heard, listener

log = logging.getLogger(__name__)

#: What is raised when the database goes away.
AWAY = (OperationalError, InterfaceError, exceptions.ConnectorException, OSError)


@dataclass(frozen=True, slots=True)
class Wake:
    """A job that is due, its arguments, and the lock under which only one of it waits in the queue (higher ``priority`` first)."""

    job: Task[Any, Any, Any]
    arguments: Mapping[str, Any]
    lock: str
    priority: int = 0


@dataclass(slots=True)
class Watch:
    """A query for due work and how often it is asked."""

    find: Callable[[], Sequence[Wake]]
    every: float
    told: bool
    next_at: float = field(default=0.0)


_watches: list[Watch] = []


@overload
def job(function: Callable[..., None]) -> Task[Any, Any, Any]: ...


@overload
def job(*, queue: str) -> Callable[[Callable[..., None]], Task[Any, Any, Any]]: ...


def job(function: Callable[..., None] | None = None, *, queue: str = "default") -> Any:
    """Registers ``function`` as a job named ``<part>.<function>``; its arguments are plain JSON.

    A ``queue`` of ``QUEUES`` has threads of its own in each worker, so that slow networks keep nothing else waiting.
    """

    def register(function: Callable[..., None]) -> Task[Any, Any, Any]:
        part = function.__module__.split(".")[1]
        return app.task(name=f"{part}.{function.__name__}", queue=queue)(function)

    return register(function) if function else register


def watch(*, every: float, told: bool = False) -> Callable[[Callable[[], Sequence[Wake]]], Callable[[], Sequence[Wake]]]:
    """Registers a query for due work, asked each ``every`` seconds and, if ``told``, whenever something happens."""

    def register(find: Callable[[], Sequence[Wake]]) -> Callable[[], Sequence[Wake]]:
        _watches.append(Watch(find, every, told))
        return find

    return register


def wake(due: Sequence[Wake]) -> int:
    """Queues what is not queued yet; how many were."""
    queued = 0
    for one in due:
        try:
            one.job.configure(queueing_lock=one.lock, priority=one.priority).defer(**one.arguments)
            queued += 1
        except exceptions.AlreadyEnqueued:
            continue
    return queued


def wake_due(now: float, *, told: bool = False) -> None:
    """Asks every watch whose time has come (or that wants to be told) and queues what it finds; raises ``AWAY`` alone."""
    for one in _watches:
        if one.next_at <= now or (told and one.told):
            one.next_at = now + one.every
            try:
                wake(one.find())
            except AWAY:
                raise
            except Exception:  # a fault of one watch: the others are asked all the same, and this one again at its hour
                log.exception("the watch %s failed", one.find.__name__)


_LEFT = """
    delete from procrastinate_jobs job where status = 'doing' and worker_id is null and not exists (
        select from procrastinate_events told where told.job_id = job.id and told.at > now() - interval '1 hour')
"""


@job
def sweep() -> None:
    """Deletes the jobs that workers which were killed left half done: what was due in them was found again long ago."""
    with connection.cursor() as sql:
        sql.execute(_LEFT)


@watch(every=600)
def left_by_the_killed() -> Sequence[Wake]:
    """Always: it costs little."""
    return [Wake(sweep, {}, lock="sweep")]


def drain(skip: str = "", most: int = 200) -> int:
    """Does here and now what workers would, until nothing is due; how many jobs. For setting up and for tests.

    Rare watches (over 5 s) are not asked, nor jobs whose name begins with ``skip``. ``RuntimeError``: it never ends.
    """
    ran: dict[str, int] = {}
    while due := [one for watch in _watches if watch.every <= 5 for one in watch.find()
                  if not (skip and one.job.name.startswith(skip))]:
        for one in due:
            one.job.func(**one.arguments)
            ran[one.lock] = ran.get(one.lock, 0) + 1
            if ran[one.lock] > most:
                raise RuntimeError(f"{one.lock} is always due")
    return sum(ran.values())


class Waker:
    """The thread of a worker process that asks the watches."""

    PULSE = 0.25
    #: Between two rounds there is always so much: what is told in a burst is handled in few jobs, not in one each.
    BREATH = 0.25

    def __init__(self) -> None:
        self._told, self._stopped = threading.Event(), threading.Event()

    def hear(self, heard: list[Heard]) -> None:
        """Something happened: look at once."""
        self._told.set()

    def run(self) -> None:
        """Until ``stop``; the database may go and come back."""
        with listener.subscribed(self.hear):
            while not self._stopped.is_set():
                told = self._told.wait(self.PULSE)
                self._told.clear()
                try:
                    close_old_connections()
                    wake_due(time.monotonic(), told=told)
                except Exception as error:  # whatever it is, nobody would ask the watches any more without this thread
                    log.warning("the database is away: %s", error, exc_info=not isinstance(error, AWAY))
                    connection.close()
                    self._stopped.wait(1.0)
                self._stopped.wait(self.BREATH)
        connection.close()

    def stop(self) -> None:
        """Ends ``run`` within a pulse."""
        self._stopped.set()
        self._told.set()


#: Set when this worker was told to stop: long jobs end at their next chance.
stopping = threading.Event()
#: The queues, and how many jobs of each a worker process does at once.
QUEUES = {"default": 8, "outbox": 16}


def run_worker() -> None:
    """A worker process: runs until it is told to stop, letting jobs under way end (20 s at most)."""
    waker = Waker()
    thread = threading.Thread(target=waker.run, name="waker", daemon=True)
    thread.start()
    try:
        while not _work():
            log.warning("the worker lost the database; trying again")
            time.sleep(1.0)
    finally:
        waker.stop()
        thread.join(5.0)


def _work() -> bool:
    """True when it ended because it was told to; False when the database went away."""

    # an app of its own: were the connector replaced, the waker's thread would queue through this loop's connections
    mine = app.with_connector(app.connector.get_worker_connector())  # type: ignore[attr-defined]

    async def run() -> None:
        # jobs are synchronous and run in the loop's own threads
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(sum(QUEUES.values()) + 4))
        async with mine.open_async(), asyncio.TaskGroup() as group:
            workers = [group.create_task(mine.run_worker_async(
                queues=[queue], name=queue, concurrency=concurrency, delete_jobs="always", fetch_job_polling_interval=1.0,
                install_signal_handlers=False, shutdown_graceful_timeout=20.0, update_heartbeat_interval=5.0,
                stalled_worker_timeout=20.0)) for queue, concurrency in QUEUES.items()]

            def stop() -> None:
                stopping.set()
                for one in workers:
                    one.cancel()

            for name in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(name, stop)

    lost = False
    try:
        asyncio.run(run())
    except* (exceptions.ConnectorException, OSError, DatabaseError):
        log.exception("the worker stopped")
        lost = True
    return not lost
