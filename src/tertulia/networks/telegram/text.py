"""Texts as Telegram measures them: its offsets and lengths are UTF-16 code units."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]


def count(text: str) -> int:
    """UTF-16 code units, without the white space at both ends, which Telegram drops."""
    return len(_units(text.strip())) // 2


def plain(text: str, entities: Sequence[Json]) -> str:
    """``text`` in NFC; the address behind a link is written after its words."""
    units, behind = _units(text), sorted((_end(one), str(one["url"])) for one in entities if one["type"] == "text_link")
    for end, url in reversed(behind):
        units = units[:end] + _units(f" ({url})") + units[end:]
    return unicodedata.normalize("NFC", _text(units))


def _units(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def _text(units: bytes) -> str:
    return units.decode("utf-16-le", "replace")


def _end(entity: Json) -> int:
    """Where it ends, in bytes of UTF-16."""
    return 2 * (int(entity["offset"]) + int(entity["length"]))
