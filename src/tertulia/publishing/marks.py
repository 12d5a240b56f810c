"""What a network will colour in a text: links, mentions, tags; and where the text stops fitting. Pure.

Every network has its own fine print; a preview follows what they have in common.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import regex

_ENDINGS = "es|com|org|net|cat|eus|gal|info|mx|ar|cl|co|pe|uy"
_LINK = rf"(?P<link>https?://[^\s<>\"]+|(?<![\w@.])(?:[a-z0-9-]+\.)+(?:{_ENDINGS})\b(?:/[^\s<>\"]*)?)"
_MENTION = r"(?P<mention>(?<![\w@./])@\w[\w.-]*(?:@[\w.-]*\w)?)"
_TAG = r"(?P<tag>(?<![\w&/#])#\w*[^\W\d_]\w*)"
_MARK = regex.compile(f"{_LINK}|{_MENTION}|{_TAG}", regex.IGNORECASE)
_TRAILING = ".,;:!?»”’\"')"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text. ``kind``: link, mention, tag or nothing; ``over``: it does not fit."""

    text: str
    kind: str = ""
    over: bool = False


def pieces(text: str, fits: int | None = None) -> list[Piece]:
    """``text`` cut where its colour changes and, if given, after the ``fits`` characters that fit. Nothing is lost."""
    cuts: list[tuple[int, int, str]] = []
    at = 0
    for match in _MARK.finditer(text):
        end = match.start() + len(match[0].rstrip(_TRAILING))
        cuts += [(at, match.start(), ""), (match.start(), end, match.lastgroup or "")]
        at = end
    cuts.append((at, len(text), ""))
    found: list[Piece] = []
    for start, end, kind in cuts:
        middle = end if fits is None else min(max(fits, start), end)
        found += [Piece(text[start:middle], kind), Piece(text[middle:end], kind, over=True)]
    return [piece for piece in found if piece.text]


def fitting(text: str, count: Callable[[str], int], most: int) -> int:
    """How many characters of ``text`` fit in ``most`` by a network's ``count``, never cutting a grapheme."""
    if count(text) <= most:
        return len(text)
    ends = [match.end() for match in regex.finditer(r"\X", text[:most * 40])]
    low, high = 0, len(ends)
    while low < high:  # the longest prefix that fits
        middle = (low + high + 1) // 2
        if count(text[:ends[middle - 1]]) <= most:
            low = middle
        else:
            high = middle - 1
    return ends[low - 1] if low else 0
