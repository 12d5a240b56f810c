"""Lengths of texts as the networks count them, which is never ``len``."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import regex

from tertulia.kit.lengths import rules
from tertulia.kit.lengths.rules import Piece

__all__ = ["RULES", "Excess", "length", "over"]

RULES: Mapping[str, Callable[[str], Iterator[Piece]]] = {
    "code points": rules.code_points, "trimmed code points": rules.trimmed_code_points, "graphemes": rules.graphemes,
    "utf16": rules.utf16, "trimmed utf16": rules.trimmed_utf16, "bytes": rules.utf8,
    "weighted": rules.weighted, "emoji bytes": rules.emoji_bytes, "local mentions": rules.local_mentions,
}
"""Name of a rule to how it counts."""

_CLUSTER = regex.compile(r"\X")


class Excess(NamedTuple):
    """A text counts ``length``, and what no longer fits begins at ``start``: code points of the text as given."""

    length: int
    start: int


def length(text: str, rule: str) -> int:
    """What ``text`` counts by a rule of ``RULES``, composed (NFC) as networks keep it. ``KeyError``: no such rule."""
    return sum(piece.weight for piece in RULES[rule](unicodedata.normalize("NFC", text)))


def over(text: str, rule: str, most: int) -> Excess | None:
    """Where ``text`` passes ``most``; None where it fits. No sign is cut: an emoji, a link are in or out, whole."""
    total, passed = 0, None
    for piece in RULES[rule](unicodedata.normalize("NFC", text)):
        total += piece.weight
        if passed is None and total > most:
            passed = piece.start
    return None if passed is None else Excess(total, _as_given(text, passed))


def _as_given(text: str, at: int) -> int:
    """The offset in ``text`` of the sign that holds offset ``at`` of its composed form."""
    composed = 0
    for match in _CLUSTER.finditer(text):
        composed += len(unicodedata.normalize("NFC", match[0]))
        if composed > at:
            return int(match.start())
    return len(text)
