"""A TCP wire on loopback between the product and a real server, with a gate for what creates; it can be cut in many ways."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from contextlib import suppress
from typing import Literal

from tests.peers.processes import free_ports

#: ``lost``: the request is done, its answer never arrives. ``stopped``: the request never arrives.
Fate = Literal["lost", "stopped"]
_METHODS = (b"GET ", b"POST ", b"PUT ", b"PATCH ", b"DELETE ")
_RESET = struct.pack("ii", 1, 0)


class Wire:
    """Carries bytes to ``port`` of loopback. ``creates``: how requests that create begin; ``open`` says how many may pass."""

    def __init__(self, port: int, creates: bytes) -> None:
        self._to, self._creates = port, creates
        self._door, (self.port,) = socket.socket(), free_ports(1)
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._door.bind(("127.0.0.1", self.port))  # by its number: only such a port stays ours when the door is shut
        self.host, self.url = f"127.0.0.1:{self.port}", f"http://127.0.0.1:{self.port}"
        self._changed, self._up, self._over = threading.Condition(), threading.Event(), False
        self._alive: set[socket.socket] = set()
        self._fates: list[tuple[bytes, Fate]] = []
        self._free, self._line = 0, list[object]()
        self.passed = 0               # requests that went on to the server
        self.made: list[float] = []   # when the server said yes to a request that creates: monotonic seconds
        self.befell: list[str] = []   # what became of the requests that were spoiled
        self.mend()
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    # ------------------------------------------------------------------ what a test does

    def open(self, many: int) -> None:
        """So many more requests that create may pass; the others wait."""
        with self._changed:
            self._free += many
            self._changed.notify_all()

    @property
    def waiting(self) -> int:
        """How many requests stand at the gate."""
        return len(self._line)

    def let_one_in(self) -> None:
        """One of those that wait, unless one may pass already."""
        with self._changed:
            if self.waiting and not self._free:
                self._free = 1
                self._changed.notify_all()

    def spoil(self, begins: bytes, *fates: Fate) -> None:
        """What becomes of the next requests that begin so."""
        with self._changed:
            self._fates += [(begins, one) for one in fates]

    def cut(self) -> None:
        """Every connection is reset, and nobody is let in, until ``mend``."""
        self._up.clear()
        with suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        with self._changed:
            for one in self._alive:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
            self._changed.notify_all()

    def mend(self) -> None:
        """Lets everybody in again."""
        self._door.listen(64)
        self._up.set()

    def close(self) -> None:
        """Ends every thread."""
        self._over = True
        self.cut()
        self._up.set()
        for one in self._threads:
            one.join(10)
        self._door.close()

    # ------------------------------------------------------------------ carrying

    def _listen(self) -> None:
        while not self._over:
            self._up.wait()
            with suppress(OSError):
                client, _ = self._door.accept()
                thread = threading.Thread(target=self._carry, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _carry(self, client: socket.socket) -> None:
        with client, socket.socket() as server, suppress(OSError):
            with self._changed:
                self._alive |= {client, server}
            well = False
            try:
                server.connect(("127.0.0.1", self._to))
                well = self._exchange(client, server)
            finally:
                with self._changed:
                    self._alive -= {client, server}
                for one in () if well else (client, server):
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)

    def _exchange(self, client: socket.socket, server: socket.socket) -> bool:
        """Until one of them ends, well or not; whoever asked may die: what was asked is done all the same."""
        listened, asked, fate = [client, server], b"", ""
        while self._up.is_set():
            ready = select.select(listened, [], [])[0]
            if client in ready:
                if not (told := client.recv(1 << 16)):
                    if not asked:
                        return True
                    listened = [server]  # its answer is waited for, and nobody hears it
                if told.startswith(_METHODS):
                    asked, fate = told, self._fate(told)
                    if fate == "stopped" or not self._through_gate(told):
                        return False
                server.sendall(told)
            if server in ready:
                answer = server.recv(1 << 16)
                if answer and asked.startswith(self._creates) and answer.startswith(b"HTTP/1.1 2"):
                    self.made.append(time.monotonic())
                if not answer and asked and self._up.is_set():
                    self.befell.append(f"unanswered: {_what(asked)}")
                if not answer or fate == "lost" or client not in listened:
                    return not asked and self._up.is_set()
                asked = b""
                client.sendall(answer)
        return False

    def _fate(self, told: bytes) -> str:
        with self._changed:
            found = next((one for one in self._fates if told.startswith(one[0])), None)
            if found is None:
                return ""
            self._fates.remove(found)
            self.befell.append(f"{found[1]}: {_what(told)}")
            return found[1]

    def spoils(self, begins: bytes) -> int:
        """How many requests that begin so are still to be spoiled."""
        return sum(one[0] == begins for one in self._fates)

    def _through_gate(self, told: bytes) -> bool:
        if not told.startswith(self._creates):
            return True
        with self._changed:
            self._line.append(me := object())
            self._changed.wait_for(lambda: (self._free > 0 and self._line[0] is me) or not self._up.is_set())
            self._line.remove(me)
            self._changed.notify_all()
            if not self._up.is_set():
                return False
            self._free, self.passed = self._free - 1, self.passed + 1
            return True


def _what(told: bytes) -> str:
    return f"{b' '.join(told.split(b' ', 2)[:2]).decode()} at {time.monotonic():.1f}"
