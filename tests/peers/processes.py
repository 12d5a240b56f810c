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
        self.name, self.log = name, log
        with log.open("wb") as heard:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=heard, stderr=subprocess.STDOUT, start_new_session=True,
                env={**os.environ, **(environment or {})})

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
