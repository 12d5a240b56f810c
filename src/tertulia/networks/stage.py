"""What the shared suite plays on: an account of ours on a live server, other people there, and ways to break it."""

from __future__ import annotations

import json
import struct
import time
import uuid
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Literal, Protocol

import pytest

from tertulia.kit import clock
from tertulia.networks.contract import Author, Batch, Draft, Item, Key, Receipt, Ref, TryLater, Unsure

#: How a server can misbehave at its next request that creates (or, for ``verb="collect"``, that reads what arrived).
#: refuse: a clear no · limit: 429, with a wait · error: 500, nothing done · html: 200 and a page, nothing done ·
#: lost: done, and the answer never arrives · dead: the credentials no longer serve.
Break = Literal["refuse", "limit", "error", "html", "lost", "dead"]


class Person(Protocol):
    """Somebody else on the same server. Ids are those ``collect`` will give. ``NotImplementedError``: cannot."""

    author: Author  # as the network under test would describe them

    def comment(self, on: Ref, text: str) -> str: ...

    def mention(self, text: str) -> str: ...

    def message(self, text: str) -> str: ...

    def delete(self, external_id: str) -> None: ...

    def received(self) -> list[str]:
        """Texts of the private messages that the account sent them."""
        ...


class Stage(Protocol):
    """A fresh account of ours on a server, seen from outside. ``NotImplementedError``: this server cannot."""

    patience: float  # seconds the server may take to show what was done (0: at once)
    burst: int       # how many mentions to ask for at once; more than two of its pages

    def network(self) -> Any:
        """A new instance of the network's class for the account, its client open."""
        ...

    def public(self, number: int = 0) -> Person: ...

    def break_next(self, how: Break, verb: Literal["publish", "collect"] = "publish") -> None: ...

    def seen(self) -> list[str]:
        """Texts of the account's own public posts that are on the server now."""
        ...


def key(at: datetime | None = None) -> Key:
    """A new key, of now unless told."""
    return Key(uuid.uuid4().hex, at or clock.now())


def deliver(network: Any, draft: Draft, name: Key, tries: int = 4) -> Receipt:
    """Publish as the outbox does: in doubt look, and repeat only what is certainly not there."""
    for _ in range(tries):
        try:
            return network.publish(draft, name)  # type: ignore[no-any-return]
        except TryLater:
            continue
        except Unsure:
            if found := network.find(draft, name):
                return found  # type: ignore[no-any-return]
    raise AssertionError(f"not delivered in {tries} tries")


def drain(network: Any, cursor: Mapping[str, Any]) -> tuple[list[Item], Mapping[str, Any]]:
    """Every page from ``cursor`` on, and the cursor after them, each through JSON as a database would keep it."""
    items: list[Item] = []
    for _ in range(1000):
        batch: Batch = network.collect(cursor)
        cursor = json.loads(json.dumps(dict(batch.cursor)))
        items.extend(batch.items)
        if not batch.more:
            return items, cursor
    raise AssertionError("collect never said that nothing is left")


def gather(stage: Stage, cursor: Mapping[str, Any], wanted: set[str]) -> tuple[list[Item], Mapping[str, Any]]:
    """Drain until all ``wanted`` ids arrived or the server's patience is over."""
    items: list[Item] = []
    until = time.monotonic() + stage.patience
    while True:
        more, cursor = drain(stage.network(), cursor)
        items.extend(more)
        if wanted <= {item.external_id for item in items} or time.monotonic() > until:
            return items, cursor
        time.sleep(0.2)


def eventually(stage: Stage, true: Callable[[], object]) -> bool:
    """Whether ``true`` becomes so within the server's patience."""
    until = time.monotonic() + stage.patience
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True


@contextmanager
def if_offered(what: str) -> Iterator[None]:
    """Skip, saying why, where the stage cannot do ``what``."""
    try:
        yield
    except NotImplementedError as error:
        pytest.skip(f"this server cannot {what}: {error}")


def png(width: int = 8, height: int = 8) -> bytes:
    """The smallest honest picture: a grey PNG."""
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    rows = b"".join(b"\0" + b"\x80" * width for _ in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def words(topic: str) -> str:
    """A sentence that no other test says, with what trips servers: accents, an emoji family, quotes, an ampersand."""
    return f"{topic}: ¿vendéis «pan» & café? 👩‍👩‍👧 {uuid.uuid4().hex[:8]}"
