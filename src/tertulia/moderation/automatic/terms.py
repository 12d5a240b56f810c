"""Words and phrases looked for in texts, all at once: a dictionary of words, asked once for every word it has not met yet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tertulia.moderation.automatic.folding import ANY, SQUEEZED, WORD, Span, Text, disguises, fold, squeeze

#: Words whose hits are remembered; then all are forgotten, so that invented words cannot fill the memory.
_REMEMBERED = 100_000
_TERM_WORD = re.compile(r"([^\W_]+)(\*?)")
#: So common that they say nothing of where a phrase may be.
_COMMON = frozenset([
    "a", "al", "con", "de", "del", "el", "en", "es", "eres", "esa", "ese", "eso", "esta", "este", "esto", "ha",
    "han", "hay", "he", "hijo", "la", "las", "le", "lo", "los", "mas", "me", "mi", "muy", "ni", "no", "nos", "o",
    "os", "para", "pero", "por", "que", "se", "si", "sin", "son", "soy", "su", "sus", "te", "tu", "tus", "un", "una",
    "uno", "va", "vamos", "y", "ya", "yo", "como", "cuando", "donde", "todo", "todos", "toda", "gracias", "hola",
    "bien", "hoy", "puta", "mierda", "favor", "dias"])

Hits = dict[int, list[str]]


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase as it is looked for: the numbers of its words in order; ``said``: as people wrote it. ``sign``: it has no
    words (an emoji) and is looked for as it stands.
    """

    said: str
    words: tuple[int, ...]
    anchor: int
    weight: float
    sign: str = ""


class TermIndex:
    """Every term of a brand's rules; ``add`` them all, then ask ``hits``."""

    def __init__(self) -> None:
        self._ids: dict[tuple[str, bool], int] = {}
        self._weights: dict[int, float] = {}
        self._words: dict[str, tuple[int, ...]] = {}
        self._stems: dict[str, tuple[tuple[str, int], ...]] = {}
        self._by_length: dict[int, tuple[tuple[str, int], ...]] = {}
        self._memory: dict[str, tuple[int, ...]] = {}

    def add(self, said: str) -> Term:
        """``said`` is looked for from now on."""
        found = [(word, bool(star)) for word, star in _TERM_WORD.findall(fold(said))]
        if not found:
            return Term(said, (), 0, 0.01, said.strip())
        words = tuple(self._id(word, stem) for word, stem in found)
        anchor = min(words, key=self._weights.__getitem__)
        return Term(said, words, anchor, self._weights[anchor])

    def _id(self, word: str, stem: bool) -> int:
        known = self._ids.get((word, stem))
        if known is not None:
            return known
        number = self._ids[word, stem] = len(self._ids) + 1
        self._weights[number] = 1.0 if word in _COMMON else (3.0 if stem else 1.0) / len(word) ** 2
        squeezed = squeeze(word)
        if stem:
            self._put(self._stems, word[:3], (word, number))
            if len(squeezed) >= 3:
                self._put(self._stems, SQUEEZED + squeezed[:3], (SQUEEZED + squeezed, number))
        else:
            self._put(self._words, word, number)
            self._put(self._words, SQUEEZED + squeezed, number)
            self._put(self._by_length, len(word), (word, number))
        self._memory.clear()
        return number

    @staticmethod
    def _put(table: dict, key: object, value: object) -> None:  # type: ignore[type-arg]
        table[key] = (*table.get(key, ()), value)

    def of_word(self, word: str) -> tuple[int, ...]:
        """The numbers of the words that a folded ``word`` may be."""
        found = self._memory.get(word)
        if found is None:
            if len(self._memory) >= _REMEMBERED:
                self._memory.clear()
            found = self._memory[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> tuple[int, ...]:
        found: dict[int, None] = {}
        for form in (word, *disguises(word)):
            if ANY in form:
                found |= dict.fromkeys(self._masked(form))
                continue
            found |= dict.fromkeys(self._words.get(form, ()))
            for stem, number in self._stems.get(form[:4] if form[0] == SQUEEZED else form[:3], ()):
                if form.startswith(stem):
                    found[number] = None
        return tuple(found)

    def _masked(self, form: str) -> list[int]:
        """The words that ``form`` may be, any letter standing where it has a sign."""
        return [number for word, number in self._by_length.get(len(form), ())
                if all(one in (ANY, other) for one, other in zip(form, word, strict=True))]

    def hits(self, text: Text) -> Hits:
        """By number of a word looked for, the words of ``text`` that are it."""
        found: Hits = {}
        of_word, memory = self.of_word, self._memory
        for word in set(text.words):
            numbers = memory.get(word)
            if numbers is None:
                numbers = of_word(word)
            for number in numbers:
                found.setdefault(number, []).append(word)
        for _start, _end, forms in text.disguised:
            for form in forms:
                for number in of_word(form):
                    said = found.setdefault(number, [])
                    if form not in said:
                        said.append(form)
        return found


def spans(term: Term, text: Text, hits: Hits, most: int = 20) -> list[Span]:
    """Where ``term`` is said, in ``text.plain``, in order."""
    if term.sign:
        return [one.span() for one in re.finditer(re.escape(fold(term.sign) or term.sign), text.plain)][:most]
    for number in term.words:
        if number not in hits:
            return []
    places = [_places(hits[number], text) for number in term.words]
    return (_chained(places, text) if len(places) > 1 else places[0])[:most]


def _places(words: list[str], text: Text) -> list[Span]:
    if len(words) == 1:
        return text.places(words[0])
    return sorted({place for word in words for place in text.places(word)})


def _chained(places: list[list[Span]], text: Text) -> list[Span]:
    """The runs of one place of each list, with no word between them."""
    runs = places[0]
    for following in places[1:]:
        starts = _next_words(text, {end for _start, end in runs})
        by_start: dict[int, list[Span]] = {}
        for place in following:
            by_start.setdefault(place[0] + (text.plain[place[0]] in "$€"), []).append(place)
        runs = [(start, place[1]) for start, end in runs if (after := starts.get(end)) is not None for place in by_start.get(after, ())]
    return runs


def _next_words(text: Text, ends: Iterable[int]) -> dict[int, int]:
    """By end of a word, where the next word begins."""
    found = {}
    for end in ends:
        if following := WORD.search(text.plain, end):
            found[end] = following.start()
    return found
