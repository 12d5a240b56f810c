"""The servers of other people that tests/peers plays on. Not installed: skipped, and said; or failed, where
TERTULIA_PEERS=required asks for them (``python tests/peers/install.py`` installs them)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

from tests.peers import install
from tests.peers.bluesky.running import BlueskyNetwork
from tests.peers.processes import Server, answers, free_ports


def _without(peer: str, reason: str) -> NoReturn:
    if os.environ.get("TERTULIA_PEERS") == "required":
        pytest.fail(f"{peer} was required: {reason}", pytrace=False)
    pytest.skip(f"NOT TESTED against {peer}: {reason}")


@pytest.fixture(scope="session")
def bluesky_network() -> Iterator[BlueskyNetwork]:
    """Bluesky's PLC, PDS and AppView; about ten seconds to start."""
    if reason := install.missing():
        _without("Bluesky", reason)
    network = BlueskyNetwork()
    network.start()
    yield network
    network.stop()


@dataclass(frozen=True)
class MastodonMock:
    """A fake of Mastodon's API. ``tokens`` of its demo accounts, by name; ``host`` is what a client must be allowed."""

    url: str
    host: str
    tokens: dict[str, str]


@pytest.fixture(scope="session")
def mastodon_mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MastodonMock]:
    """mastodon_mock with its demo accounts, everything in memory."""
    with serve_mastodon_mock(tmp_path_factory.mktemp("mastodon_mock")) as mock:
        yield mock


@contextmanager
def serve_mastodon_mock(folder: Path) -> Iterator[MastodonMock]:
    """A mastodon_mock of one's own, on a free port; what it says is written in ``folder``."""
    command = Path(sys.executable).parent / "mastodon_mock"
    if not command.exists():
        _without("mastodon_mock", "it is not installed beside this Python (it is in the dev requirements)")
    (port,) = free_ports(1)
    server = Server("mastodon_mock", [
        str(command), "serve", "--host", "127.0.0.1", "--port", str(port), "--in-memory", "--demo",
    ], folder / "log")
    server.wait(answers(port))
    names = ("ada", "grace", "alan", "katherine")
    try:
        yield MastodonMock(f"http://127.0.0.1:{port}", f"127.0.0.1:{port}", {name: f"{name}_token" for name in names})
    finally:
        server.stop()


@pytest.fixture(scope="session")
def clients() -> None:
    """The networks' own Python clients, which the public of tests/peers/product uses."""
    if absent := install.absent_clients():
        _without("the whole product", f"{', '.join(absent)} not installed: run `python tests/peers/install.py`")
