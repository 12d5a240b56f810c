"""The fake networks in a process of their own: ``python -m tests.fire.server``, moved by JSON lines (see ``Networks``).

Many requests at once, each answered after a delay; the fakes themselves are asked one at a time, so that they need no
locks. It stands in for ``kit.tests.loopback``, which answers one at a time and in the process of the test.
"""

from __future__ import annotations

import asyncio
import email.utils
import json
import re
import socket
import struct
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tertulia.kit.tests.loopback import Asked, Told
from tertulia.networks.faults import Faults, Shows
from tests.fire.kinds import KINDS

#: The name of a dispatch inside its text, letters and digits only so that every way of writing a body keeps it.
MARK = re.compile(rb"fuego(\d+)x")
HANG = 25.0  # seconds: longer than our client waits


class Place:
    """One fake network on one port."""

    def __init__(self, kind: str, delay: float) -> None:
        self.kind, self.delay = KINDS[kind], delay
        self.fake = self.kind.make()
        self.faults = Faults(self._accept, self.kind.kind_of, dialect=self.kind.dialect(),
                             shows=self.fake if isinstance(self.fake, Shows) else None)
        self.made: dict[str, float] = {}       # mark → when it was first accepted
        self.requests = 0
        self.slow: list[float] = []            # seconds that the next requests which create wait before they are accepted
        self.port = 0
        self._listening: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def listen(self) -> None:
        """On a free port; after ``deafen``, on the same one."""
        self._listening = await asyncio.start_server(self._serve, "127.0.0.1", self.port, backlog=512)
        self.port = self._listening.sockets[0].getsockname()[1]

    def deafen(self) -> None:
        """The network is cut: nobody is let in, and whoever is in is thrown out."""
        if self._listening:
            self._listening.close()
        for one in list(self._open):
            _reset(one)

    def _accept(self, asked: Asked) -> Told:
        told: Told = self.fake.answer(asked)
        if told.status < 300 and self.kind.creates(asked) and (mark := MARK.search(asked.body)):
            self.made.setdefault(mark[1].decode(), time.time())
        return told

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError):
            while (asked := await _read(reader)) and await self._answer(asked, writer):
                pass
        self._open.discard(writer)
        writer.close()

    async def _answer(self, asked: Asked, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection goes on."""
        self.requests += 1
        wait = self.delay / 2
        if self.slow and self.kind.creates(asked):
            wait += self.slow.pop(0)
        await asyncio.sleep(wait)
        told = self.faults.answer(asked)
        await asyncio.sleep(self.delay / 2)
        if told.manner == "hang":
            await asyncio.sleep(HANG)
        if told.manner in ("reset", "hang"):
            _reset(writer)
            return False
        writer.write(_head(told))
        for piece in ([bytes((one,)) for one in told.body] if told.manner == "slow" else [told.body]):
            writer.write(piece)
            await writer.drain()
            if told.manner == "slow":
                await asyncio.sleep(0.002)
        return not told.manner


def _reset(writer: asyncio.StreamWriter) -> None:
    # SO_LINGER of nothing: the kernel sends RST, not FIN
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    parts = urlsplit(target)
    return Asked(method, parts.path, parse_qs(parts.query, keep_blank_values=True), headers, body)


def _head(told: Told) -> bytes:
    promised = len(told.body) + (100 if told.manner == "half" else 0)
    headers = {"Date": email.utils.formatdate(usegmt=True), **told.headers, "Content-Length": str(promised)}
    return f"HTTP/1.1 {told.status} X\r\n{''.join(f'{name}: {value}' + chr(13) + chr(10) for name, value in headers.items())}\r\n".encode()


class Networks:
    """What the harness may ask: a line ``{"do": name, …}`` is answered with a line, by the method of that name."""

    def __init__(self) -> None:
        self.places: list[Place] = []

    async def open(self, kind: str, accounts: list[str], delay: float = 0.0) -> Any:
        """A new place; how to connect each account, and its ``host:port``."""
        place = Place(kind, delay)
        await place.listen()
        self.places.append(place)
        url = f"http://127.0.0.1:{place.port}"
        return {"host": f"127.0.0.1:{place.port}", "joined": [place.kind.join(place.fake, one, url) for one in accounts]}

    async def plan(self, at: int, plan: Mapping[str, list[str]]) -> Any:
        """What becomes of its next requests, by kind of request."""
        self.places[at].faults.plan = {kind: list(faults) for kind, faults in plan.items()}

    async def slow(self, at: int, seconds: list[float]) -> Any:
        """How long its next requests that create wait before they are accepted."""
        self.places[at].slow = list(seconds)

    async def burn(self, chance: Mapping[str, float], seed: int, but: list[str]) -> Any:
        """From now on, at every place, anything its kind can do but ``but`` happens by chance."""
        for number, place in enumerate(self.places):
            place.faults.among = [one for one in place.kind.faults() if one not in but]
            place.faults.chance = dict(chance)
            place.faults._random.seed(seed + number)
            place.kind.burns(place.fake)

    async def calm(self) -> Any:
        """No more faults."""
        for place in self.places:
            place.faults.chance, place.faults.plan, place.slow = {}, {}, []

    async def delay(self, seconds: float) -> Any:
        """How long every answer takes from now on."""
        for place in self.places:
            place.delay = seconds

    async def cut(self) -> Any:
        """Nobody can reach any place."""
        for place in self.places:
            place.deafen()

    async def mend(self) -> Any:
        """Everybody can again."""
        for place in self.places:
            await place.listen()

    async def there(self) -> Any:
        """Of each place: the marks of everything that is on the network, as often as it is there."""
        return [[mark[1].decode() for text in place.kind.texts(place.fake) if (mark := MARK.search(text.encode()))]
                for place in self.places]

    async def made(self) -> Any:
        """Of every mark, when it was first accepted: seconds of the epoch."""
        return {mark: at for place in self.places for mark, at in place.made.items()}

    async def seen(self) -> Any:
        """How many requests came, and what befell them, kind by kind."""
        told: dict[str, dict[str, int]] = {}
        for place in self.places:
            counted = told.setdefault(place.kind.name, {"requests": 0})
            counted["requests"] += place.requests
            for (kind, fault), many in place.faults.seen.items():
                if fault:
                    counted[f"{kind}:{fault}"] = counted.get(f"{kind}:{fault}", 0) + many
        return told


async def main() -> None:
    """Until the harness closes the line."""
    networks, reader = Networks(), asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        asked = json.loads(line)
        told = await getattr(networks, asked.pop("do"))(**asked)
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
