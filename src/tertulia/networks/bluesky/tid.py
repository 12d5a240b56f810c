"""Record keys: a TID says a moment in microseconds and a clock's number, in 13 sortable letters (atproto.com/specs/tid)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from tertulia.networks.contract import Key

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_SECOND = 1_000_000


def of_key(key: Key) -> str:
    """The record key of a dispatch: always the same for ``key``, in the second that was fixed for it.

    Many posts are due at the same round second, so what is left of the microseconds and of the clock's number comes
    from the key's own value: two dispatches of one second meet once in a thousand million.
    """
    drawn = _draw(key.value)
    micros = int(key.at.timestamp()) * _SECOND + drawn % _SECOND
    return _encode((micros << 10) | (drawn // _SECOND) % 1024)


def of_subject(subject: str) -> str:
    """The record key of a record that there should be one of for each ``subject``, as a block."""
    return _encode(_draw(subject))


def at(moment: datetime) -> str:
    """A moment as records write it: UTC, milliseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _draw(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") & ((1 << 63) - 1)


def _encode(number: int) -> str:
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(60, -1, -5))
