"""The one door to the outside: a ``httpx`` client that reaches no private address, says who it is, and gives up.

Guards against SSRF: a name is resolved here, every address it has is judged, and the connection goes to the
address judged (no second look-up that could answer differently). Redirects are followed by hand, judged again.
"""

from __future__ import annotations

import ipaddress
import os
import socket
import ssl
import time
import zlib
from collections.abc import Iterable, Iterator
from functools import cache

import httpcore
import httpx

from tertulia import __version__

USER_AGENT = f"Tertulia/{__version__} (+https://github.com/tertulia)"
TIMEOUT = httpx.Timeout(20.0, connect=8.0)
MAX_BYTES = 12 * 1024 * 1024
MAX_SECONDS = 120.0  # for a whole answer: a server that drips a byte now and then would hold a worker for ever

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class BlockedAddress(httpx.ConnectError):
    """The address is private, and nobody allowed it."""


class NoSuchName(httpx.ConnectError):
    """The resolver says that nothing has this name. One that is cut off from the world may say so of every name."""


class AnswerTooBig(httpx.ReadError):
    """The server went on talking past the ceiling."""


def allowed_private() -> frozenset[str]:
    """``host:port`` pairs on private addresses that the installation's owner allows (TERTULIA_PRIVATE_HOSTS)."""
    return frozenset(filter(None, os.environ.get("TERTULIA_PRIVATE_HOSTS", "").replace(" ", "").split(",")))


def addresses(host: str, port: int, allowed: frozenset[str]) -> list[str]:
    """The addresses of ``host`` that may be called; ``BlockedAddress`` if any of them is private and not allowed."""
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (socket.gaierror, UnicodeError) as error:
        none = isinstance(error, socket.gaierror) and error.errno == socket.EAI_NONAME
        raise (NoSuchName if none else httpx.ConnectError)(f"{host}: {error}") from error
    if f"{host}:{port}" not in allowed and (hidden := [one for one in found if not _public(one)]):
        raise BlockedAddress(f"{host} → {hidden[0]}")
    return sorted(found, key=lambda one: ":" in one)  # IPv4 first: fewer machines lie about having it


def _public(address: str) -> bool:
    one = ipaddress.ip_address(address.split("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        inner = one.ipv4_mapped or one.sixtofour or (ipaddress.IPv4Address(one.packed[12:]) if one in _NAT64 else None)
        one = inner or one
    return one.is_global and not one.is_multicast


class _GuardedBackend(httpcore.NetworkBackend):
    """Resolves, judges, and connects to the very address judged."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self._allowed, self._plain = allowed, httpcore.SyncBackend()

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
                    socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None) -> httpcore.NetworkStream:
        try:
            candidates = addresses(host, port, self._allowed)
        except httpx.ConnectError as error:
            raise _Carried(error) from error
        failure: Exception = httpcore.ConnectError(host)
        for address in candidates:
            try:
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def sleep(self, seconds: float) -> None:
        self._plain.sleep(seconds)


class _Carried(Exception):
    """Takes our own error through httpcore, which would not know it."""

    def __init__(self, error: httpx.ConnectError) -> None:
        self.error = error


@cache
def _tls() -> ssl.SSLContext:
    # reading the certificates takes 60 ms: once a process, not once a client
    return httpx.create_ssl_context()


class _Transport(httpx.HTTPTransport):
    def __init__(self, allowed: frozenset[str]) -> None:
        super().__init__(verify=_tls(), retries=0)
        self._pool = httpcore.ConnectionPool(
            ssl_context=_tls(), max_connections=20, max_keepalive_connections=5,
            keepalive_expiry=15, network_backend=_GuardedBackend(allowed))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            response = super().handle_request(request)
        except _Carried as carried:
            raise carried.error from None
        stream = response.stream
        assert isinstance(stream, httpx.SyncByteStream)
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in ("identity", "gzip", ""):
            stream.close()
            raise httpx.DecodingError(f"an answer in {encoding[:40]!r}, which was not asked for", request=request)
        kept = [(name, value) for name, value in response.headers.raw if name.lower() != b"content-encoding"]
        return httpx.Response(response.status_code, headers=kept, stream=_Capped(stream, encoding == "gzip"),
                              extensions=response.extensions)


class _Capped(httpx.SyncByteStream):
    """Counts what comes out, not what comes in: a small compressed answer can be a very large one."""

    def __init__(self, stream: httpx.SyncByteStream, compressed: bool) -> None:
        self._stream = stream
        self._open = zlib.decompressobj(zlib.MAX_WBITS | 16) if compressed else None

    def __iter__(self) -> Iterator[bytes]:
        left, until = MAX_BYTES, time.monotonic() + MAX_SECONDS
        for chunk in self._stream:
            if self._open:
                try:
                    chunk = self._open.decompress(chunk, left + 1)
                except zlib.error as error:
                    raise httpx.DecodingError(str(error)) from error
            left -= len(chunk)
            if left < 0:
                raise AnswerTooBig(f"more than {MAX_BYTES} bytes")
            if time.monotonic() > until:
                raise httpx.ReadTimeout(f"more than {MAX_SECONDS:.0f} seconds")
            yield chunk

    def close(self) -> None:
        self._stream.close()


def open_client(*, timeout: httpx.Timeout = TIMEOUT, allow: Iterable[str] = ()) -> httpx.Client:
    """A client to call networks with. ``allow``: more ``host:port`` on private addresses. Close it."""
    return httpx.Client(
        transport=_Transport(allowed_private() | frozenset(allow)), timeout=timeout, follow_redirects=False,
        headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"}, trust_env=False)
