"""Processes of ours that run beside us: started, watched, started again when they die, stopped together.

A child holds a pipe to its parent (`hold_lifeline`): when the parent dies, even killed outright, the child ends itself.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LIFELINE = "TERTULIA_LIFELINE"
LOG_LIMIT = 5_000_000
"""Bytes of a log, above which it is put aside as `NAME.log.1` when its process starts."""

STEADY = 60.0
"""Seconds of life after which an earlier death no longer counts."""

Say = Callable[[str], None]


def hold_lifeline() -> None:
    """In a child: end as if asked to when the parent is gone. Does nothing in a process that has no such parent."""
    if os.environ.pop(LIFELINE, None) is None:
        return

    def wait() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="lifeline", daemon=True).start()


@dataclass
class Child:
    """A process that should always be running. `name` is what a person reads; output goes to the end of `log`."""

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    deaths: int = 0
    started: float = 0.0
    due: float = 0.0

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment, LIFELINE: "1"},
                start_new_session=True,  # Ctrl-C reaches the parent only, which stops its children in order
            )
        self.started = time.monotonic()

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def look(self, say: Say) -> None:
        """Start it again if it died: at once, then after 1, 2, 4… seconds, thirty at most."""
        if self.process is None or self.alive():
            return
        now = time.monotonic()
        if not self.due:
            self.deaths = 1 if now - self.started > STEADY else self.deaths + 1
            pause = 0.0 if self.deaths == 1 else min(30.0, 2.0 ** (self.deaths - 2))
            self.due = now + pause
            again = f"en {pause:.0f} s" if pause else "ahora mismo"
            ending = _ending(self.process.returncode)
            say(f"{self.name} se ha parado ({ending}). Arranca de nuevo {again}. Registro: {self.log}")
        if now >= self.due:
            self.due = 0.0
            self._let_go()
            self.start()

    def _let_go(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            self.process.stdin.close()

    def last_lines(self, count: int = 20) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-count:])


def stop_all(children: Sequence[Child], patience: float = 25.0) -> None:
    """Ask all to end, wait `patience` seconds in all, then end those left."""
    for child in children:
        if child.process is not None and child.alive():
            child.process.terminate()
    until = time.monotonic() + patience
    for child in children:
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
        child._let_go()
        child.process = None


def _ending(code: int | None) -> str:
    if code is None or code >= 0:
        return f"código {code}"
    try:
        return f"señal {signal.Signals(-code).name}"
    except ValueError:
        return f"señal {-code}"


def python(*words: str) -> list[str]:
    """The command that runs a module of ours with this very interpreter."""
    return [sys.executable, "-m", *words]
