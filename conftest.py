"""What every test of the project gets: the guard against calls outside, the database, a live server, a browser."""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from typing import Any

import pytest

pytest_plugins = ["tests.live"]


_attempts: list[str] = []
"""Addresses outside this machine that the running test tried to call."""


def _inside(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return host in ("", "localhost", socket.gethostname())


def _forbid_outside(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit hook: sees every connection of every thread, and cannot be got round from Python."""
    if event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        if not _inside(str(arguments[1][0])):
            _attempts.append(str(arguments[1][0]))
            raise ConnectionRefusedError(f"{arguments[1][0]}: tests talk to this machine only")
    elif event == "socket.getaddrinfo" and arguments[0] is not None:
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
        try:
            ipaddress.ip_address(host.split("%")[0])
        except ValueError:
            if not _inside(host):
                # What a machine without network would answer; no question leaves for a name server.
                raise socket.gaierror(socket.EAI_NONAME, f"{host}: tests ask no name server") from None


def pytest_configure(config: pytest.Config) -> None:
    sys.addaudithook(_forbid_outside)


@pytest.fixture(autouse=True)
def nothing_leaves_this_machine() -> Iterator[None]:
    """Fails the test that called outside, also when its code took the refusal for a network that is down."""
    _attempts.clear()
    yield
    assert not _attempts, f"called outside this machine: {_attempts}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """The session that says this process lives ends before the test database is dropped."""
    if nextitem is None:
        from tertulia.kit import life

        life.end()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """pytest-django asks for this before it makes the test database: the moment to have a server."""
    from tertulia.kit import database

    database.ensure()
    yield


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Our own server is thrown away whole: dropping its databases first would only cost time."""
    from tertulia.kit import database

    return database.external() is None
