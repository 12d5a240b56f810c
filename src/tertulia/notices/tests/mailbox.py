"""A mail server for tests: real SMTP on the loopback, that keeps what it accepts and can misbehave."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any


class Mailbox(socketserver.ThreadingTCPServer):
    """What was accepted is in ``mails``. ``refuses``: what it answers to a recipient. ``hangs_up``: once, after it accepted.
    ``taken`` is called each time something was accepted, before that is said.
    """

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: list[EmailMessage] = []
        self.refuses, self.hangs_up = "", False
        self.taken: Callable[[], None] = lambda: None

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    @property
    def subjects(self) -> list[str]:
        """The subjects of what was accepted, in order."""
        return [str(one["Subject"]).strip() for one in self.mails]

    def text(self, place: int = -1) -> str:
        """One mail's plain text."""
        return self.mails[place].get_body(("plain",)).get_content()  # type: ignore[union-attr]


class _Talk(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("220 mail.example")
        while line := self.rfile.readline():
            match line[:4].upper():
                case b"RCPT" if self.server.refuses:
                    self._say(self.server.refuses)
                case b"DATA":
                    self._say("354 go on")
                    self._take()
                    self.server.taken()
                    if self.server.hangs_up:
                        self.server.hangs_up = False
                        return
                    self._say("250 kept")
                case b"QUIT":
                    return self._say("221 bye")
                case _:
                    self._say("250 fine")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))  # type: ignore[arg-type]

    def _say(self, words: str) -> None:
        with suppress(OSError):  # who was killed does not listen
            self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """A server that runs, and the product set to use it."""
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        settings.DEFAULT_FROM_EMAIL = "Tertulia <avisos@tertulia.example>"
        yield server
        server.shutdown()
        thread.join(5)
