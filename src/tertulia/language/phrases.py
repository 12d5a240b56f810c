"""Lists of phrases found in folded texts: whole words, accents and capitals aside, each place with the list it is of."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tertulia.language.folding import Folded, fold
from tertulia.language.reading import Span

LISTS = Path(__file__).parent / "lists"
_WORDS = re.compile(r"@\w|\w+|[^\w\s]")
_SHORTEST = 2  # letters of the beginning of a word that an open phrase must give


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase of list ``name`` at ``start`` to ``end`` of the folded text."""

    name: str
    start: int
    end: int

    def span(self, original: str, folded: Folded, weight: float = 0.0) -> Span:
        """Where that is in the original."""
        start, end = folded.starts[self.start], folded.ends[self.end - 1]
        return Span(start, end, original[start:end], weight)


class Phrases:
    """Named lists of phrases, looked up by their first word: what a text costs does not grow with the lists.

    A phrase is words, the last with ``*`` where it may go on. Of two that begin at one place both are found.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self._whole: dict[str, list[tuple[tuple[str, ...], bool, str]]] = {}
        self._open: dict[str, list[str]] = {}
        for name, phrases in lists.items():
            for phrase in phrases:
                self._add(name, phrase)
        self._lengths = sorted({len(start) for start in self._open})
        self.names = frozenset(lists)

    def _add(self, name: str, phrase: str) -> None:
        goes_on = phrase.endswith("*")
        first, *rest = _WORDS.findall(fold(phrase.removesuffix("*")).text)
        if goes_on and not rest:
            if len(first) < _SHORTEST:
                raise ValueError(f"{name}: {phrase!r} is too short to go on")
            self._open.setdefault(first, []).append(name)
        else:
            self._whole.setdefault(first, []).append((tuple(rest), goes_on, name))

    def find(self, text: str) -> Iterator[Found]:
        """Every phrase in the folded ``text``, in order."""
        words = [(match.group(), match.start(), match.end()) for match in _WORDS.finditer(text)]
        for at, (word, start, end) in enumerate(words):
            for rest, goes_on, name in self._whole.get(word, ()):
                last = at + len(rest)
                if last < len(words) and _follows([told[0] for told in words[at + 1 : last + 1]], rest, goes_on):
                    yield Found(name, start, words[last][2])
            for length in self._lengths:
                if length > len(word):
                    break
                for name in self._open.get(word[:length], ()):
                    yield Found(name, start, end)


def _follows(words: list[str], rest: tuple[str, ...], goes_on: bool) -> bool:
    if goes_on and words:
        return words[-1].startswith(rest[-1]) and tuple(words[:-1]) == rest[:-1]
    return tuple(words) == rest


@cache
def phrases_of(name: str) -> Phrases:
    """The phrases of ``lists/<name>.toml``."""
    return Phrases(tomllib.loads((LISTS / f"{name}.toml").read_text(encoding="utf-8")))
