"""Servers of other people, started for the tests and stopped by their own process group."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path


class DidNotStart(Exception):
    """Says which server, and the end of what it said."""


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody has now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


class Server:
    """One process group, its output in ``log``."""

    def __init__(self, name: str, command: list[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.name, self.log, self._command, self._environment = name, log, command, {**os.environ, **(environment or {})}
        log.write_bytes(b"")
        self.begin()

    def begin(self) -> None:
        """Starts it: the first time by itself, later after ``kill``; what it says is added to the log."""
        with self.log.open("ab") as heard:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=heard, stderr=subprocess.STDOUT,
                                             start_new_session=True, env=self._environment)

    def wait(self, ready: Callable[[], bool], seconds: float = 60) -> None:
        """Until ``ready``; ``DidNotStart`` if it ends first or takes too long."""
        until = time.monotonic() + seconds
        while not ready():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise DidNotStart(f"{self.name}: {self.said()[-1500:]}")
            time.sleep(0.1)

    def said(self) -> str:
        """What it wrote so far."""
        return self.log.read_text("utf-8", "replace")

    def kill(self) -> None:
        """kill -9, to it and its children."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def stop(self) -> None:
        """End it and its children."""
        for how, patience in ((signal.SIGTERM, 5), (signal.SIGKILL, 5)):
            if self._process.poll() is None:
                os.killpg(self._process.pid, how)
                try:
                    self._process.wait(patience)
                except subprocess.TimeoutExpired:
                    continue


def answers(port: int) -> Callable[[], bool]:
    """Whether somebody listens on ``port`` of loopback."""
    def listening() -> bool:
        with socket.socket() as one:
            one.settimeout(0.5)
            return one.connect_ex(("127.0.0.1", port)) == 0
    return listening
