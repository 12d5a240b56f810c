"""A mail as it came, as values: who, what, in answer to what, its files, and whether a machine wrote it. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import getaddresses, parseaddr

from tertulia.handoffs.quoting import plain
from tertulia.kit.folding import clean

MOST_FILES, LARGEST, LARGEST_ALL = 10, 10 * 1024 * 1024, 20 * 1024 * 1024
#: What may come along: what a browser or an office opens; nothing that runs.
TYPES = (
    "image/png", "image/jpeg", "image/gif", "image/webp", "image/heic", "application/pdf", "text/plain", "text/csv", "application/zip",
    "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/vnd.oasis.opendocument",
    "application/vnd.openxmlformats-officedocument", "audio/", "video/mp4", "video/quicktime", "image/svg+xml", "application/postscript",
)


@dataclass(frozen=True, slots=True)
class File:
    """Something attached."""

    name: str
    mime: str
    content: bytes

    @property
    def digest(self) -> str:
        """The same for the same content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a mail system says of a letter of ours: ``message_id`` of it, ``failed`` for good, and why."""

    message_id: str
    failed: bool
    because: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. ``answers``: the Message-IDs that it names, the nearest first. ``left_out``: files that were not taken, and why.

    ``automatic``: why a machine must have written it; empty: a person did.
    """

    message_id: str
    sender: str
    to: list[str]
    subject: str
    text: str
    answers: list[str]
    automatic: str
    bounce: Bounce | None
    files: list[File] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def allowed(mime: str) -> bool:
    """Whether a file of this type may come along."""
    return mime.lower().startswith(TYPES)


def parse(raw: bytes) -> Mail:
    """A mail out of its bytes; whatever is broken in it is left out."""
    mail = message_from_bytes(raw, _class=EmailMessage, policy=policy.default.clone(raise_on_defect=False))
    assert isinstance(mail, EmailMessage)
    files, left_out = _files(mail)
    return Mail(
        message_id=_header(mail, "Message-ID")[:255], sender=parseaddr(_header(mail, "From"))[1].lower()[:255],
        to=[address for _name, address in getaddresses([_header(mail, name) for name in ("To", "Cc", "Delivered-To", "X-Original-To")])],
        subject=clean(_header(mail, "Subject"))[:255], text=clean(_text(mail)),
        answers=[*_ids(_header(mail, "In-Reply-To")), *reversed(_ids(_header(mail, "References")))],
        automatic=_automatic(mail), bounce=_bounce(mail), files=files, left_out=left_out)


def _header(mail: Message, name: str) -> str:
    try:
        return " ".join(str(mail.get(name, "")).split())
    except (ValueError, IndexError, AttributeError):  # what the parser of headers cannot read raises when it is read
        return ""


def _ids(text: str) -> list[str]:
    return [f"<{part.partition('>')[0]}>" for part in text.split("<")[1:]]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        content = str(body.get_content())
    except (LookupError, ValueError, KeyError):  # a charset nobody knows
        content = bytes(body.get_payload(decode=True) or b"").decode("utf-8", "replace")
    return plain(content) if body.get_content_type() == "text/html" else content


def _automatic(mail: EmailMessage) -> str:
    if (told := _header(mail, "Auto-Submitted").lower()) and told != "no":
        return f"Auto-Submitted: {told}"
    if (told := _header(mail, "Precedence").lower()) in ("bulk", "junk", "list", "auto_reply"):
        return f"Precedence: {told}"
    for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "List-Id", "X-Loop"):
        if name != "X-Auto-Response-Suppress" and mail.get(name):
            return name
    if _header(mail, "Return-Path") == "<>" and mail.get_content_type() != "multipart/report":
        return "Return-Path: <>"
    return ""


# --------------------------------------------------------------------------- bounces


def _bounce(mail: EmailMessage) -> Bounce | None:
    """What a report of delivery (RFC 3464) says. OpenSMTPD 6.8 sends it as ``multipart/mixed`` (2026-11)."""
    if not mail.is_multipart() or not any(part.get_content_type() == "message/delivery-status" for part in mail.iter_parts()):
        return None
    failed, because, ours = False, "", ""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/delivery-status":
            for block in part.get_payload():
                if isinstance(block, Message):
                    failed = failed or _header(block, "Action").lower() == "failed"
                    because = because or _header(block, "Diagnostic-Code") or _header(block, "Status")
        elif kind == "message/rfc822" and isinstance(inside := part.get_payload(0), Message):
            ours = ours or _header(inside, "Message-ID")
        elif kind == "text/rfc822-headers":
            ours = ours or _header(message_from_bytes(bytes(part.get_payload(decode=True) or b""), policy=policy.default), "Message-ID")
    return Bounce(ours, failed, clean(because)[:300])


# --------------------------------------------------------------------------- files


def _files(mail: EmailMessage) -> tuple[list[File], list[str]]:
    kept: list[File] = []
    left_out: list[str] = []
    for name, mime, content in _attached(mail):
        size = sum(len(one.content) for one in kept)
        if not allowed(mime) or len(content) > LARGEST or len(kept) >= MOST_FILES or size + len(content) > LARGEST_ALL:
            left_out.append(name)
        elif content:
            kept.append(File(name, mime, content))
    return kept, left_out


def _attached(mail: EmailMessage) -> Iterator[tuple[str, str, bytes]]:
    body = mail.get_body(("plain", "html"))
    for part in mail.walk():
        if part is body or part.is_multipart() or part.get_content_maintype() == "message":
            continue
        named = part.get_filename()
        if not named and part.get_content_maintype() == "text":
            continue  # the same text as HTML
        content = part.get_payload(decode=True)
        name = clean(str(named or "archivo")).replace("/", "_").replace("\\", "_")[:200]
        yield name, part.get_content_type(), content if isinstance(content, bytes) else b""
