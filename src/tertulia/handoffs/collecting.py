"""Reading the brand's box by IMAP: every mail is taken once, in order, and the box is left as it is.

The connection goes to an address judged as every other call's is (``kit.http.addresses``), with time-outs. What was
read is written mail by mail: a worker that dies begins again after the last one taken.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta

import httpx
from django.db import transaction

from tertulia.handoffs import facts
from tertulia.handoffs.models import Arrival, Mailbox
from tertulia.handoffs.taking import take
from tertulia.journal.actions import record
from tertulia.kit import clock, http
from tertulia.kit.secrets import Unreadable, unseal
from tertulia.kit.steps import reach

TIMEOUT = 15.0
EVERY, LEASE = timedelta(minutes=1), timedelta(minutes=5)
MOST, LARGEST = 50, 30 * 1024 * 1024
_NUMBER = re.compile(rb"(\d+)")


class CannotRead(Exception):
    """The box cannot be read; the text says why, in the words of the server or of the net."""


class _Plain(imaplib.IMAP4):
    """IMAP over a connection to an address that was judged."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        failure: OSError = OSError(self.host)
        for address in http.addresses(self.host, self.port, http.allowed_private()):
            try:
                return socket.create_connection((address, self.port), timeout)
            except OSError as error:
                failure = error
        raise failure


class _Secure(_Plain):
    """The same, encrypted from the start."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return ssl.create_default_context().wrap_socket(super()._create_socket(timeout), server_hostname=self.host)


@contextmanager
def opened(box: Mailbox) -> Iterator[tuple[imaplib.IMAP4, int, int]]:
    """The box's folder for reading alone, with its UIDVALIDITY and the next UID. ``CannotRead``."""
    link = None
    try:
        link = (_Secure if box.security == "tls" else _Plain)(box.host, box.port, TIMEOUT)
        if box.security == "starttls":
            link.starttls(ssl.create_default_context())
        link.login(box.user, unseal(box.password) if box.password else "")
        answer, told = link.select(_quoted(box.folder), readonly=True)
        if answer != "OK":
            raise CannotRead(_words(told))
        validity, upcoming = (_number(link.response(name)[1]) for name in ("UIDVALIDITY", "UIDNEXT"))
        yield link, validity, upcoming
    except (imaplib.IMAP4.error, OSError, httpx.ConnectError, Unreadable, ValueError) as error:
        said = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error) or type(error).__name__
        raise CannotRead(_words([said])) from error
    finally:
        if link is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                link.logout()


def _quoted(folder: str) -> str:
    return '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _words(told: Sequence[object]) -> str:
    first = told[0] if told else ""
    return (first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first))[:200]


def _number(told: Sequence[object]) -> int:
    found = _NUMBER.search(bytes(told[0])) if told and isinstance(told[0], bytes) else None
    return int(found[1]) if found else 0


# --------------------------------------------------------------------------- a round


def collect(mailbox_id: int) -> int:
    """Takes what is new in a box, if it is time and nobody else is at it; how many mails."""
    if (box := _claim(mailbox_id)) is None:
        return 0
    taken = 0
    try:
        with opened(box) as (link, validity, upcoming):
            for uid in _new(box, link, validity, upcoming):
                raw = _fetched(link, uid)
                reach("handoffs.mail fetched")
                taken += _took(box, validity, uid, raw)
    except CannotRead as error:
        _failed(box, str(error))
        return taken
    Mailbox.objects.filter(pk=box.pk).update(
        lease_until=None, read_at=clock.now(), next_at=clock.now() + EVERY, failures=0, error="")
    return taken


@transaction.atomic
def _claim(mailbox_id: int) -> Mailbox | None:
    now = clock.now()
    box = (Mailbox.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("brand")
           .filter(pk=mailbox_id, next_at__lte=now).exclude(host="").exclude(lease_until__gt=now).first())
    if box:
        box.lease_until = now + LEASE
        box.save(update_fields=["lease_until"])
    return box


def _new(box: Mailbox, link: imaplib.IMAP4, validity: int, upcoming: int) -> list[int]:
    """The UIDs to read, in order. At first, and when the server numbers anew, only what is of these days is looked at."""
    if box.validity != validity:
        first = box.validity is None
        box.validity, box.read_to = validity, max(0, upcoming - 1) if first else 0
        Mailbox.objects.filter(pk=box.pk).update(validity=validity, read_to=box.read_to)
    since = (box.read_at or clock.now()) - timedelta(days=3)
    asked = f"UID {box.read_to + 1}:*" if box.read_to else f"SINCE {since:%d-%b-%Y}"
    answer, told = link.uid("SEARCH", asked)
    if answer != "OK":
        raise CannotRead(_words(told))
    found = sorted(int(one) for one in (told[0] or b"").split())
    return [one for one in found if one > box.read_to][:MOST]


def _fetched(link: imaplib.IMAP4, uid: int) -> bytes:
    """A mail's bytes; of one that is too large, its header alone."""
    _answer, told = link.uid("FETCH", str(uid), "(RFC822.SIZE)")
    size = _number([re.sub(rb".*RFC822\.SIZE ", b"", bytes(told[0]))]) if told and isinstance(told[0], bytes) else 0
    answer, told = link.uid("FETCH", str(uid), "(BODY.PEEK[HEADER])" if size > LARGEST else "(BODY.PEEK[])")
    if answer != "OK":
        raise CannotRead(_words(told))
    return next((bytes(one[1]) for one in told if isinstance(one, tuple)), b"")


@transaction.atomic
def _took(box: Mailbox, validity: int, uid: int, raw: bytes) -> int:
    """Takes one and moves on, in one transaction: what was taken is never looked at again, whatever happens."""
    arrival: Arrival | None = None
    if raw:  # else somebody deleted it meanwhile
        arrival = take(box, validity, uid, raw)
    Mailbox.objects.filter(pk=box.pk).update(read_to=uid)
    box.read_to = uid
    return int(arrival is not None)


def _failed(box: Mailbox, because: str) -> None:
    failures = box.failures + 1
    rest = timedelta(minutes=min(60, 2 ** min(failures, 6)))
    Mailbox.objects.filter(pk=box.pk).update(
        lease_until=None, failures=failures, error=because[:200], next_at=clock.now() + rest)
    if failures == 1:
        with transaction.atomic():
            record(facts.MailboxFailed(brand_id=box.brand_id), by="sistema", because=because)
