"""What may be said in the plaza: values in, verdict out."""

from __future__ import annotations

import re
import unicodedata

CHARACTERS = 500
PICTURES = 4
PICTURE_BYTES = 4 * 1024 * 1024
PICTURE_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
ALT_CHARACTERS = 1000
COLORS = ("#8a3b12", "#1f6f5c", "#5b3f8c", "#a3305a", "#2b5f9e", "#6b6b1f", "#7a4b2a", "#3f6b2f")

_HANDLE = re.compile(r"[a-z0-9_]{1,40}")
_MENTION = re.compile(r"(?<![\w@])@([a-z0-9_]{1,40})", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Refusal(Exception):
    """The plaza says no: a code of ``networks.contract.Reason`` and words for a person."""

    def __init__(self, reason: str, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.reason, self.words, self.status = reason, words, status


def clean(text: object, *, empty: bool = False, longest: int = CHARACTERS) -> str:
    """The text as it is kept (NFC, no spaces around); ``Refusal`` if it cannot be said. ``empty``: it may be."""
    if not isinstance(text, str):
        raise Refusal("invalid", "El texto tiene que ser un texto.")
    if _CONTROL.search(text):
        raise Refusal("invalid", "El texto lleva caracteres de control.")
    text = unicodedata.normalize("NFC", text).strip()
    if not text and not empty:
        raise Refusal("empty", "No dice nada.")
    if len(text) > longest:
        raise Refusal("too_long", f"Son {len(text)} caracteres y caben {longest}.")
    return text


def handle(text: object) -> str:
    """A handle as it is kept: lower case, letters, digits and low lines, at most 40."""
    found = str(text).lower().lstrip("@")
    if not _HANDLE.fullmatch(found) or found.isdigit():  # digits alone are ids
        raise Refusal("invalid", "Un alias lleva letras sin acento, cifras y guiones bajos (no solo cifras), 40 como mucho.")
    return found


def mentions(text: str) -> tuple[str, ...]:
    """The handles named in ``text``, in their order, once each."""
    return tuple(dict.fromkeys(name.lower() for name in _MENTION.findall(text)))


def initials(name: str) -> str:
    """One or two letters to stand for a face."""
    words = [word for word in re.findall(r"\w+", name) if not word.isdigit()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "·"


def color(handle: str) -> str:
    """Always the same colour for the same handle."""
    return COLORS[sum(handle.encode()) % len(COLORS)]
