"""Children that are started, watched, started again and stopped: real ones."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tertulia.kit import processes
from tertulia.kit.processes import Child, stop_all

SOURCE = str(Path(processes.__file__).parents[2])
SLEEPER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('here', flush=True); time.sleep(60)"


def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it never came"
        time.sleep(0.02)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    made = Child("La web", SLEEPER, tmp_path / "web.log")
    made.start()
    until(lambda: "here" in made.last_lines())
    yield made
    stop_all([made], 1)


def kill(child: Child) -> None:
    assert child.process
    child.process.kill()
    child.process.wait()


def test_one_that_dies_is_started_again_at_once_and_it_is_said(child: Child) -> None:
    said: list[str] = []
    kill(child)
    child.look(said.append)
    assert child.alive()
    assert said[0].startswith("La web se ha parado (señal SIGKILL). Arranca de nuevo ahora mismo.")


def test_one_that_keeps_dying_waits_longer_each_time_and_is_told_once_a_death(child: Child) -> None:
    said: list[str] = []
    for _ in range(2):
        kill(child)
        child.look(said.append)
        child.look(said.append)
    assert not child.alive()
    assert len(said) == 2
    assert "en 1 s" in said[1]
    until(lambda: child.look(said.append) or child.alive())
    assert len(said) == 2


def test_one_that_will_not_end_is_ended(tmp_path: Path) -> None:
    stubborn = Child("Terca", [sys.executable, "-c", STUBBORN], tmp_path / "stubborn.log")
    stubborn.start()
    until(lambda: "here" in stubborn.last_lines())
    started = time.monotonic()
    stop_all([stubborn], patience=0.3)
    assert not stubborn.alive()
    assert time.monotonic() - started < 5


def test_a_log_that_has_grown_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "LOG_LIMIT", 10)
    log = tmp_path / "web.log"
    log.write_text("of the last time\n")
    child = Child("La web", [sys.executable, "-c", "print('new')"], log)
    child.start()
    until(lambda: not child.alive())
    stop_all([child])
    assert log.read_text() == "new\n"
    assert (tmp_path / "web.log.1").read_text() == "of the last time\n"


def test_a_child_ends_when_its_parent_is_killed_outright(tmp_path: Path) -> None:
    child = (
        "import time; from tertulia.kit.processes import hold_lifeline; hold_lifeline(); "
        "print('here', flush=True); time.sleep(60)"
    )
    parent = (
        "import sys, time; from pathlib import Path; from tertulia.kit.processes import Child; "
        f"child = Child('x', [sys.executable, '-c', {child!r}], Path({str(tmp_path / 'child.log')!r})); child.start(); "
        "print(child.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", parent], env={**os.environ, "PYTHONPATH": SOURCE}, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        pid = int(running.stdout.readline())
        until(lambda: (tmp_path / "child.log").read_text() == "here\n")
        running.send_signal(signal.SIGKILL)
    until(lambda: _gone(pid))


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    status = Path(f"/proc/{pid}/status")
    # Where nobody reaps orphans, as in a bare container, an ended one stays listed.
    return status.exists() and "State:\tZ" in status.read_text()
