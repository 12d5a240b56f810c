"""Worker processes of the product over the test database, as an installation runs them; killed when a test wants."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tertulia.kit.processes import Child, python, stop_all


def database_url() -> str:
    """The test database, as DATABASE_URL tells it to another process."""
    where = connection.settings_dict
    who = quote(where["USER"]) + (f":{quote(where['PASSWORD'])}" if where["PASSWORD"] else "")
    port = f"&port={where['PORT']}" if where["PORT"] else ""
    return f"postgresql://{who}@/{quote(where['NAME'])}?host={quote(where['HOST'], safe='')}{port}"


def until(true: Callable[[], object], seconds: float, what: str) -> float:
    """Waits until ``true``: how many seconds it took. ``AssertionError`` naming ``what`` if it takes longer."""
    begun = time.monotonic()
    while not true():
        waited = time.monotonic() - begun
        assert waited < seconds, f"after {seconds:.0f} s, still not: {what}"
        time.sleep(0.05)
    return time.monotonic() - begun


class Crew:
    """The workers. They end with this process, whatever ends it."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._children = folder, list[Child]()

    def start(self, count: int = 1) -> None:
        """Starts ``count`` workers and waits until they fetch jobs."""
        before = _newest_worker()
        for _ in range(count):
            name = f"worker-{len(self._children) + 1}"
            child = Child(name, python("tertulia.site.command", "worker"), self._folder / f"{name}.log", {
                "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "tertulia.site.settings",
                "TERTULIA_NO_POOL": ""})
            child.start()
            self._children.append(child)
        until(lambda: _newest_worker() - before >= count, 60, f"{count} workers at work: {self.said()}")

    def kill(self) -> None:
        """kill -9, to all of them."""
        for child in self._children:
            if child.process and child.alive():
                child.process.kill()
                child.process.wait()

    def stop(self) -> None:
        """Asks them to end; then makes them."""
        stop_all(self._children, patience=10)

    def said(self) -> str:
        """The end of what each one wrote."""
        return "\n".join(f"{child.name}: {child.last_lines(15)}" for child in self._children)


def _newest_worker() -> int:
    with connection.cursor() as sql:
        sql.execute("select coalesce(max(id), 0) from procrastinate_workers")
        return int(sql.fetchone()[0])
