"""A text without case and accents, with the way back to its own code points. «ñ» stays: «año» is not «ano»."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import regex


@lru_cache(maxsize=4_096)
def _plain(char: str) -> str:
    """One sign folded: one sign, or none for what is not seen."""
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return ""
    if char in "ñÑ":
        return "ñ"
    return (unicodedata.normalize("NFKD", char)[0].lower() or char)[0]


class Folded:
    """``text`` is the folded text; ``span`` says where a piece of it stands in the original."""

    __slots__ = ("_at", "_length", "text")

    def __init__(self, original: str) -> None:
        said: list[str] = []
        self._at: list[int] = []
        self._length = len(original)
        for place, char in enumerate(original):
            if plain := _plain(char):
                said.append(plain)
                self._at.append(place)
            elif char == "\u0303" and said and said[-1] == "n":
                said[-1] = "ñ"
        self.text = "".join(said)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Of ``text[start:end]``, in the original: with the marks that belong to its last sign."""
        if start >= end:
            at = self._at[start] if start < len(self._at) else self._length
            return at, at
        return self._at[start], self._at[end] if end < len(self._at) else self._length

    def find(self, pattern: regex.Pattern[str]) -> Iterator[tuple[int, int]]:
        """Where ``pattern`` stands in the original; trailing spaces are not part of it."""
        for match in pattern.finditer(self.text):
            start, end = self.span(*match.span())
            yield start, end


def fold(text: str) -> str:
    """``text`` folded, without the way back."""
    return Folded(text).text
