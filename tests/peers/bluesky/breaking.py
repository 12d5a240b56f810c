"""A proxy on loopback before a real server, that spoils the next call of a kind as networks do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

_SKIPPED = {"host", "content-length", "transfer-encoding", "connection", "content-encoding", "accept-encoding"}


class Breaking:
    """Passes calls on to ``server``. ``spoil(method, how)``: the next call of that XRPC method goes wrong."""

    def __init__(self, server: str) -> None:
        self._server, self._spoiled = server, dict[str, str]()
        self._left: int | None = None  # calls that still pass before nobody answers; None: it is there
        self._http = httpx.Client(timeout=30, trust_env=False)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                with suppress(BrokenPipeError, ConnectionResetError):  # who asked may be dead: a test killed it
                    proxy._pass(self)

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._listening.daemon_threads = True
        self.host = f"127.0.0.1:{self._listening.server_port}"
        self.url = f"http://{self.host}"
        threading.Thread(target=self._listening.serve_forever, daemon=True).start()

    def spoil(self, method: str, how: str) -> None:
        """``how``: refuse, limit, error, html, lost (done, but the answer never arrives)."""
        self._spoiled[method] = how

    def leave(self, after: int = 0) -> None:
        """Once ``after`` more calls have passed, every connection is cut, until ``come_back``."""
        self._left = after

    def come_back(self) -> None:
        """Pass calls on again."""
        self._left = None

    @property
    def away(self) -> bool:
        """Whether it is gone by now."""
        return self._left == 0

    def close(self) -> None:
        """Stop listening."""
        self._listening.shutdown()
        self._listening.server_close()
        self._http.close()

    def _pass(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        if self.away:
            request.close_connection = True
            request.connection.close()
            return
        self._left = self._left and self._left - 1
        how = self._spoiled.pop(request.path.partition("?")[0].rsplit("/", 1)[-1], "")
        if how in _ANSWERS:
            status, headers, content = _ANSWERS[how]()
            self._answer(request, status, headers, content)
            return
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _SKIPPED}
        real = self._http.request(request.command, self._server + request.path, content=body or None, headers=headers)
        if how == "lost":
            request.close_connection = True
            request.connection.close()
            return
        kept = {name: value for name, value in real.headers.items() if name.lower() not in _SKIPPED}
        self._answer(request, real.status_code, kept, real.content)

    @staticmethod
    def _answer(request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], content: bytes) -> None:
        request.send_response_only(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)


def _error(name: str, words: str) -> bytes:
    return json.dumps({"error": name, "message": words}).encode()


_Answer = tuple[int, dict[str, str], bytes]
_JSON = {"Content-Type": "application/json"}
_ANSWERS: dict[str, Callable[[], _Answer]] = {
    "refuse": lambda: (400, _JSON, _error("InvalidRequest", "Record does not match its lexicon")),
    "limit": lambda: (429, {**_JSON, "RateLimit-Reset": str(int(time.time()) + 90), "RateLimit-Remaining": "0"},
                      _error("RateLimitExceeded", "Rate Limit Exceeded")),
    "error": lambda: (500, _JSON, _error("InternalServerError", "Internal Server Error")),
    "html": lambda: (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Mantenimiento</title>"),
}
