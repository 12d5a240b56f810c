"""How terms are written in the lists, and the patterns they become.

Whole words of a folded text (see ``folded``): ``ministr/o/a/os/as`` is one stem with its endings, ``casa/s`` casa or casas,
``franquis*`` any ending, ``(a|b)`` either. Anything between words that is no letter or digit joins them: space, hyphen.
"""

from __future__ import annotations

from collections.abc import Iterable

import regex

from tertulia.language.proofing.folded import fold

_STEM = regex.compile(r"([\p{L}\p{N}\-\)]+)((?:/[\p{L}]+)+)")


def pattern(terms: Iterable[str]) -> regex.Pattern[str]:
    """What finds any of ``terms`` in a folded text, the longest first."""
    found = sorted({_spelled(fold(term)) for term in terms if term.strip()}, key=len, reverse=True)
    inside = "|".join(found) or r"(?!)"
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}_])(?:{inside})(?![\p{{L}}\p{{N}}_])")


def _spelled(term: str) -> str:
    def ended(match: regex.Match[str]) -> str:
        stem, endings = str(match[1]), str(match[2])[1:].split("/")
        if stem.endswith(")"):
            return f"{stem}(?:{'|'.join(endings)})?"
        bare = "" if endings[0] not in _NOUN_PLURALS else "?"
        return f"{stem}(?:{'|'.join(endings)}){bare}"

    spelled = _STEM.sub(ended, term.strip()).replace("*", r"[\p{L}]*")
    return str(regex.sub(r" +", r"[\\s\\-–]+", spelled))


_NOUN_PLURALS = frozenset({"s", "es"})
"""Endings that go after a word that is whole without them."""


def plain(term: str) -> str:
    """A term that a person wrote, without any notation: its signs mean themselves."""
    return str(regex.sub(r"(?:\\ )+", r"[\\s\\-–]+", regex.escape(fold(term.strip()))))
