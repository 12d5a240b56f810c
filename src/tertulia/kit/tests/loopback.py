"""A real HTTP server on loopback, in a thread, that answers what a test says and can misbehave."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """A request, as it came."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Told:
    """An answer. ``manner``: reset (the connection is cut instead), hang (it never comes), slow (byte by byte),
    half (fewer bytes than announced)."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Literal["", "reset", "hang", "slow", "half"] = ""


def said(value: Any, status: int = 200, **headers: str) -> Told:
    """An answer in JSON. Headers with ``_`` for ``-``."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Told(status, json.dumps(value).encode(), {"Content-Type": "application/json; charset=utf-8", **named})


PAGE = Told(200, b"<!doctype html><title>Mantenimiento</title><p>Volvemos enseguida", {"Content-Type": "text/html"})


class Loopback:
    """``answer`` is called for every request, one at a time. ``asked`` keeps them all."""

    def __init__(self, answer: Callable[[Asked], Told]) -> None:
        self.answer, self.asked = answer, list[Asked]()
        self._one, self._over = threading.Lock(), threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_address[1]}"
        self.url = f"http://{self.host}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_any(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(
                    self.command, parts.path, parse_qs(parts.query, keep_blank_values=True),
                    {name.lower(): value for name, value in self.headers.items()},
                    self.rfile.read(int(self.headers.get("Content-Length") or 0)))
                with outer._one:
                    outer.asked.append(asked)
                    told = outer.answer(asked)
                outer._tell(self, told)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any

            def log_message(self, *words: object) -> None:
                """Silent: the test says what went wrong."""

        return Handler

    def _tell(self, handler: BaseHTTPRequestHandler, told: Told) -> None:
        handler.close_connection = handler.close_connection or bool(told.manner)
        if told.manner == "hang":
            self._over.wait(30)
        if told.manner in ("reset", "hang"):
            # SO_LINGER of nothing: the kernel sends RST, not FIN
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()
            return
        handler.send_response_only(told.status)
        for name, value in {"Date": handler.date_time_string(), **told.headers}.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(told.body) + (100 if told.manner == "half" else 0)))
        handler.end_headers()
        try:
            if told.manner == "slow":
                for one in told.body:
                    handler.wfile.write(bytes((one,)))
                    time.sleep(0.05)
            else:
                handler.wfile.write(told.body)
        except OSError:
            pass  # whoever asked did not wait: that is what the test wanted


@contextmanager
def serving(answer: Callable[[Asked], Told]) -> Iterator[Loopback]:
    """A server for the length of a ``with``."""
    server = Loopback(answer)
    try:
        yield server
    finally:
        server.close()
