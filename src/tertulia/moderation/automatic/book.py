"""What all the rules of a brand look for, and what it tells of each message: terms, links, signs, labels, whose it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tertulia.moderation.automatic.cases import Case
from tertulia.moderation.automatic.folding import Span, Text, fold
from tertulia.moderation.automatic.terms import Hits, Term, TermIndex, spans
from tertulia.moderation.automatic.tree import Condition

#: Places that are told of one condition; more would hide what matters.
MOST_SPANS = 20
#: Signs of one kind from which on rules for many of them are called; and percent of capitals, for those about shouting.
SEVERAL, SHOUTING = 3, 50
#: As many letters of a handle call the rules for handles that begin so.
STEM = 3


class Why(NamedTuple):  # made for every condition that holds: a frozen dataclass takes three times as long
    """A condition that held (``negated``: that did not, as was asked): where in the raw text, by which term, with which value.

    ``place``: which of the rule's conditions, from 0.
    """

    place: int
    condition: Condition
    spans: tuple[Span, ...] = ()
    value: str = ""
    negated: bool = False


#: The whys, if it holds; False: it does not; None: it cannot be known.
Held = list[Why] | Literal[False] | None
Check = Callable[[Case], Held]


@dataclass(frozen=True, slots=True)
class Anchors:
    """Things of which one must be there; ``weight``: how often, about, one is (1: nearly always)."""

    keys: frozenset[object]
    weight: float


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition to be checked, with its anchors (None: it may hold of anything). ``costs``: 0 where a look at what is known
    is enough, 1 where the text is searched.
    """

    check: Check
    anchors: Anchors | None = None
    costs: int = 0


class Terms:
    """Terms of which any is looked for."""

    __slots__ = ("_by_word", "_signs", "_words", "anchors")

    def __init__(self, book: Book, entries: Sequence[str]) -> None:
        self._by_word: dict[int, list[Term]] = {}
        self._signs: list[Term] = []
        keys: set[object] = set()
        weight = 0.0
        for entry in entries:
            term = book.terms.add(entry)
            weight += term.weight
            if term.sign:
                keys.add(book.want_sign(term))
                self._signs.append(term)
            else:
                keys.add(term.anchor)
                self._by_word.setdefault(term.anchor, []).append(term)
        self._words = frozenset(self._by_word)
        self.anchors = Anchors(frozenset(keys), weight)

    def found(self, text: Text, hits: Hits) -> tuple[list[Span], list[str]]:
        """Where in the raw text any is said, and which."""
        places: list[Span] = []
        said: list[str] = []
        called = [term for key in self._words.intersection(hits) for term in self._by_word[key]]
        for term in called + self._signs if self._signs else called:
            if there := spans(term, text, hits):
                places += there
                said.append(term.said)
        return sorted({text.span(*one) for one in places})[:MOST_SPANS], sorted(said)


class Book:
    """What all the rules of a brand look for: the terms, the lists, and the signals that have to be told."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        self.lists = lists
        self.terms = TermIndex()
        self._names: dict[str, tuple[Text, Hits]] = {}
        self._heads: set[str] = set()
        self._signs: dict[str, str] = {}
        self._exact: set[str] = set()
        self._wanted: set[str] = set()

    def list_of(self, name: str) -> Sequence[str]:
        """Its entries; ``LookupError`` with a sentence if there is no such list."""
        if name not in self.lists:
            raise LookupError(f"no hay ninguna lista «{name}»")
        return self.lists[name]

    def want(self, signal: str, weight: float) -> Anchors:
        """An anchor on a signal."""
        self._wanted.add(signal)
        return Anchors(frozenset((signal,)), weight)

    def want_label(self, head: str, codes: Sequence[str]) -> Anchors:
        """An anchor on labels of a reading."""
        self._heads.add(head)
        return Anchors(frozenset((head, code) for code in codes), 0.3)

    def want_exactly(self, said: Sequence[str]) -> Anchors:
        """An anchor on strings as they stand in the raw text."""
        self._exact.update(said)
        return Anchors(frozenset(("exact", one) for one in said), 0.02)

    def want_sign(self, term: Term) -> object:
        """The key of a term without words."""
        self._signs[term.said] = fold(term.sign) or term.sign
        return ("sign", term.said)

    def signals(self, case: Case) -> list[object]:
        """What is there of all that rules are anchored on, besides words and patterns."""
        plain, wanted = case.text.plain, self._wanted
        found: list[object] = []
        if "link" in wanted and case.links():
            found.append("link")
        for sign in "@#":
            if sign in plain:
                found += [sign, f"{sign}s"] if plain.count(sign) >= SEVERAL else [sign]
        if "shouts" in wanted and case.capitals() >= SHOUTING:
            found.append("shouts")
        if "personal" in wanted and ("@" in plain or any(digit in plain for digit in "0123456789")):
            found.append("personal")
        if ("emoji" in wanted or "emojis" in wanted) and not plain.isascii() and (many := case.emoji()):
            found += ["emoji", "emojis"] if many >= SEVERAL else ["emoji"]
        if case.handle:
            found += [("handle", case.handle), ("handle*", case.handle[:STEM])]
        if "name" in wanted:
            found += [("name", number) for number in self.name_hits(case.said.name or case.said.handle)[1]]
        found += [("sign", said) for said, sign in self._signs.items() if sign in plain]
        found += [("exact", said) for said in self._exact if said in case.said.text]
        if reading := case.said.reading:
            for head in self._heads:
                if (told := reading.get(head)) and told.get("sure"):
                    found += [(head, one["label"]) for one in told["labels"]] if "labels" in told else [(head, told["label"])]
        return found

    def name_hits(self, name: str) -> tuple[Text, Hits]:
        """The terms in a person's name; names come back, so they are remembered a while."""
        if name not in self._names:
            if len(self._names) > 5_000:
                self._names.clear()
            text = Text(name)
            self._names[name] = (text, self.terms.hits(text))
        return self._names[name]
