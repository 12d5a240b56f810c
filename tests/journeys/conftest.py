"""A town for journeys: the live server, its plaza, and a worker in a process of its own, all over the test database."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection

from tests.journeys.film import film as film

PATIENCE = 40.0


class Town:
    """The plaza of the live server at ``address``, moved by its control API."""

    def __init__(self, address: str, http: httpx.Client, log: Path) -> None:
        self.address, self.http, self.log = address, http, log

    def ask(self, method: str, path: str, **how: Any) -> Any:
        answer = self.http.request(method, path, **how)
        assert answer.status_code < 300, answer.text[:500]
        return answer.json()

    def settle(self, handle: str, name: str = "") -> str:
        """An account for which the scripted public does not speak; its token."""
        return str(self.ask("POST", "neighbours", json={"handle": handle, "name": name or handle.title()})["token"])

    def speak(self, who: str, text: str, **where: str) -> str:
        """Says it as ``who``; its id."""
        return str(self.ask("POST", "speak", json={"as": who, "text": text, **where})["id"])

    def seen(self, author: str = "") -> list[Mapping[str, Any]]:
        """Everything said on the plaza, whoever may see it."""
        return list(self.ask("GET", "seen", params={"author": author} if author else {})["utterances"])

    def fault(self, effect: str, **how: Any) -> None:
        """Breaks the plaza."""
        self.ask("POST", "faults", json={"effect": effect, **how})

    def mend(self) -> None:
        """Takes the faults away."""
        self.ask("DELETE", "faults")

    def until(self, so: Callable[[], Any], what: str = "it", patience: float = PATIENCE) -> Any:
        """What ``so`` answers once it is true; fails with the worker's log if it never is."""
        end = time.monotonic() + patience
        while not (answer := so()):
            assert time.monotonic() < end, f"{what} did not come true in {patience:.0f} s\n{self.log.read_text()[-4000:]}"
            time.sleep(0.1)
        return answer


@pytest.fixture
def town(live: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """The plaza alone: nobody works."""
    settings.TERTULIA_PLAZA_CONTROL = True
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", live.removeprefix("http://"))
    log = tmp_path / "worker.log"
    log.touch()
    with httpx.Client(base_url=f"{live}/plaza/api/public/", timeout=30) as http:
        yield Town(live, http, log)


@pytest.fixture
def worker(town: Town) -> Iterator[subprocess.Popen[bytes]]:
    """`tertulia worker`, as in life, on the test database."""
    with connection.cursor() as sql:  # what a worker of the test before was stopped at
        sql.execute("truncate procrastinate_jobs cascade")
    where = connection.get_connection_params()
    url = f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}"
    with town.log.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tertulia.site.command", "worker"], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tertulia.site.settings", "TERTULIA_URL": town.address})
    yield process
    process.terminate()
    try:
        process.wait(30)
    finally:
        process.kill()
    assert "Traceback" not in town.log.read_text(), town.log.read_text()[-4000:]
