"""Words cut into the pieces that the encoder knows: the likeliest cut by the pieces' own log-probabilities."""

from __future__ import annotations

import re
from struct import unpack_from

_UNKNOWN = 0
_WORD = "\u2581"  # how a word begins
_FOLDED = re.compile(r"[^A-ZÀ-ÐÒ-ðò-\u024f\u0370-\u1fff\u2c00-\ud7ff]+")  # folded texts have no other letters than these
_WORDS_KEPT = 60_000


class Pieces:
    """The pieces of a SentencePiece model (unigrams), of those that folded texts may have. Remembers the words it cut."""

    def __init__(self, model: bytes) -> None:
        self._known: dict[str, tuple[int, float]] = {}
        least, at, number = 0.0, 0, 0
        while at < len(model) and model[at] == 0x0A:  # a piece: its length, its name, its log-probability
            size, at = _varint(model, at + 1)
            letters = model[at + 1]
            name, score = model[at + 2 : at + 2 + letters].decode(), unpack_from("<f", model, at + 3 + letters)[0]
            least = min(least, score)
            if number > 2 and _FOLDED.fullmatch(name):
                self._known[name] = number, score
            at, number = at + size, number + 1
        self._least = least - 10
        self._longest = max(map(len, self._known))
        self._cut: dict[str, list[int]] = {}

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces of every word of ``text``."""
        if len(self._cut) > _WORDS_KEPT:
            self._cut = {}
        found: list[int] = []
        for word in text.split():
            cut = self._cut.get(word)
            if cut is None:
                cut = self._cut[word] = self._best(_WORD + word)
            found += cut
        return found

    def _best(self, word: str) -> list[int]:
        """The cut of highest score. A letter that no piece has is unknown."""
        best: list[tuple[float, int, int]] = [(0.0, 0, _UNKNOWN)]  # score up to here, where the last piece begins, which it is
        for end in range(1, len(word) + 1):
            ways = [(best[end - 1][0] + self._least, end - 1, _UNKNOWN)]
            for start in range(max(0, end - self._longest), end):
                piece = self._known.get(word[start:end])
                if piece:
                    ways.append((best[start][0] + piece[1], start, piece[0]))
            best.append(max(ways))
        found, end = [], len(word)
        while end:
            _, end, piece_number = best[end]
            found.append(piece_number)
        return found[::-1]


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value, shift = 0, 0
    while data[at] & 0x80:
        value, shift, at = value | (data[at] & 0x7F) << shift, shift + 7, at + 1
    return value | data[at] << shift, at + 1
