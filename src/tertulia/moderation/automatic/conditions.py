"""Each kind of condition as a closure over a message, with its anchors: what must be there if it holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from tertulia.moderation.automatic import patterns, personal
from tertulia.moderation.automatic.cases import Case, Domains, handle_key
from tertulia.moderation.automatic.folding import EMOJI, Span, Text, fold
from tertulia.moderation.automatic.kinds import KINDS
from tertulia.moderation.automatic.terms import Hits, Term, TermIndex, spans
from tertulia.moderation.automatic.tree import Condition, Leaf

_OPS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}
#: Places that are told of one condition; more would hide what matters.
MOST_SPANS = 20
#: As many letters of a handle call the rules for handles that begin so.
_STEM = 3


@dataclass(frozen=True, slots=True)
class Why:
    """A condition that held (``negated``: that did not, as was asked): where in the raw text, by which term, with which value.

    ``place``: which of the rule's conditions, from 0.
    """

    place: int
    condition: Condition
    spans: tuple[Span, ...] = ()
    value: str = ""
    negated: bool = False


#: Held: the whys. False: it does not hold. None: it cannot be known.
Check = Callable[[Case], "list[Why] | bool | None"]


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
        if "@" in plain:
            found.append("@")
        if "#" in plain:
            found.append("#")
        if "personal" in wanted and ("@" in plain or any(digit in plain for digit in "0123456789")):
            found.append("personal")
        if "emoji" in wanted and not plain.isascii() and EMOJI.search(plain):
            found.append("emoji")
        if case.handle:
            found += [("handle", case.handle), ("handle*", case.handle[:_STEM])]
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


def compile_leaf(leaf: Leaf, place: int, book: Book) -> Compiled:
    """One condition. Raises what is wrong with it: an unknown list, a pattern that the engine refuses."""
    if leaf.kind in _NUMBERS:
        return _number(leaf, place, book)
    if KINDS[leaf.kind].heads:
        return _reading(leaf, place, book)
    return _COMPILERS[leaf.kind](leaf, place, book)


# --------------------------------------------------------------------------- words


def _says(leaf: Leaf, place: int, book: Book) -> Compiled:
    terms = Terms(book, book.list_of(leaf.values[0]) if leaf.kind == "says_list" else leaf.values)

    def check(case: Case) -> list[Why] | bool | None:
        places, said = terms.found(case.text, case.hits)
        return [Why(place, leaf, tuple(places), ", ".join(said[:5]))] if places else False

    return Compiled(check, terms.anchors, costs=1)


def _name_says(leaf: Leaf, place: int, book: Book) -> Compiled:
    terms = Terms(book, leaf.values)

    def check(case: Case) -> list[Why] | bool | None:
        text, hits = book.name_hits(case.said.name or case.said.handle)
        places, said = terms.found(text, hits)
        return [Why(place, leaf, (), ", ".join(said[:5]))] if places else False

    book.want("name", 0.0)
    signs = any(not isinstance(key, int) for key in terms.anchors.keys)
    return Compiled(check, None if signs else Anchors(frozenset(("name", key) for key in terms.anchors.keys), 0.05), costs=1)


def _says_exactly(leaf: Leaf, place: int, book: Book) -> Compiled:
    def check(case: Case) -> list[Why] | bool | None:
        places = [one for said in leaf.values for one in _whole(case.said.text, said)]
        return [Why(place, leaf, tuple(sorted(places)[:MOST_SPANS]))] if places else False

    return Compiled(check, book.want_exactly(leaf.values), costs=1)


def _whole(raw: str, said: str) -> list[Span]:
    """Where ``said`` stands in ``raw`` and is no piece of a longer word."""
    found, at = [], raw.find(said)
    while at >= 0 and len(found) < MOST_SPANS:
        end = at + len(said)
        whole = not (said[0].isalnum() and at and raw[at - 1].isalnum()) and not (said[-1].isalnum() and raw[end:end + 1].isalnum())
        if whole:
            found.append((at, end))
        at = raw.find(said, end if whole else at + 1)
    return found


def _fits(leaf: Leaf, place: int, book: Book) -> Compiled:
    pattern = patterns.compiled(leaf.values[0])

    def check(case: Case) -> list[Why] | bool | None:
        found = []
        for one in pattern.finditer(case.text.plain):
            found.append(case.text.span(*one.span()))
            if len(found) == MOST_SPANS:
                break
        return [Why(place, leaf, tuple(found))] if found else False

    return Compiled(check, Anchors(frozenset((("fits", leaf.values[0]),)), 0.05), costs=1)


def _personal(leaf: Leaf, place: int, book: Book) -> Compiled:
    codes = [(name, KINDS[leaf.kind].choices[name]) for name in leaf.values]

    def check(case: Case) -> list[Why] | bool | None:
        found = {name: there for name, code in codes if (there := case.once(code, partial(personal.find, case.text.plain, code)))}
        places = sorted(case.text.span(*one) for there in found.values() for one in there)
        return [Why(place, leaf, tuple(places[:MOST_SPANS]), ", ".join(found))] if found else False

    return Compiled(check, book.want("personal", 0.2), costs=1)


# --------------------------------------------------------------------------- links, mentions, emoji


def _link(leaf: Leaf, place: int, book: Book) -> Compiled:
    domains = Domains(leaf.values if leaf.kind == "link_to" else book.list_of(leaf.values[0]) if leaf.values else ())
    any_does, inside = leaf.kind == "link", leaf.kind != "link_outside"

    def check(case: Case) -> list[Why] | bool | None:
        found = [(span, domain) for span, domain in case.links() if any_does or (domain in domains) is inside][:MOST_SPANS]
        if not found:
            return False
        return [Why(place, leaf, tuple(case.text.span(*span) for span, _domain in found), ", ".join(dict.fromkeys(one for _, one in found)))]

    return Compiled(check, book.want("link", 0.05), costs=1)


def _mention(leaf: Leaf, place: int, book: Book) -> Compiled:
    def check(case: Case) -> list[Why] | bool | None:
        found = case.mentions()[:MOST_SPANS]
        return [Why(place, leaf, tuple(case.text.span(*one) for one in found))] if found else False

    return Compiled(check, book.want("@", 0.2), costs=1)


def _only_emoji(leaf: Leaf, place: int, book: Book) -> Compiled:
    def check(case: Case) -> list[Why] | bool | None:
        return [Why(place, leaf, ((0, len(case.said.text)),))] if case.text.only_emoji() else False

    return Compiled(check, book.want("emoji", 0.2), costs=1)


# --------------------------------------------------------------------------- numbers

_NUMBERS: dict[str, Callable[[Case], int | None]] = {
    "length": lambda case: len(case.said.text),
    "words": lambda case: len(case.text.words),
    "capitals": Case.capitals,
    "links": lambda case: len(case.links()),
    "mentions": lambda case: len(case.mentions()),
    "tags": lambda case: len(case.tags()),
    "emojis": Case.emoji,
    "followers": lambda case: case.said.followers,
    "before": lambda case: case.said.before,
    "offences": lambda case: case.said.offences,
    "strikes": lambda case: case.said.strikes,
    "known": lambda case: case.said.known_days,
    "author_rate": lambda case: None,
    "alike": lambda case: None,
}
#: By kind of number, the signal without which it is 0.
_SIGNS_OF_SOME = {"links": ("link", 0.05), "mentions": ("@", 0.2), "tags": ("#", 0.2), "emojis": ("emoji", 0.2)}

_SEARCHED = {*_SIGNS_OF_SOME, "capitals"}


def _number(leaf: Leaf, place: int, book: Book) -> Compiled:
    of, holds, limit, window = _NUMBERS[leaf.kind], _OPS[leaf.op], leaf.number, (leaf.kind, leaf.minutes)

    def check(case: Case) -> list[Why] | bool | None:
        value = case.said.counts.get(window) if leaf.minutes else of(case)
        if value is None:
            return None
        return [Why(place, leaf, (), str(value))] if holds(value, limit) else False

    anchors = None
    if leaf.kind in _SIGNS_OF_SOME and not holds(0, limit):
        anchors = book.want(*_SIGNS_OF_SOME[leaf.kind])
    return Compiled(check, anchors, costs=int(leaf.kind in _SEARCHED))


# --------------------------------------------------------------------------- who, what was understood, where and when


def _reading(leaf: Leaf, place: int, book: Book) -> Compiled:
    kind = KINDS[leaf.kind]
    codes = {kind.choices[name]: name for name in leaf.values}
    head, least = kind.heads, leaf.sure / 100

    def check(case: Case) -> list[Why] | bool | None:
        told = (case.said.reading or {}).get(head)
        if not told or not told.get("sure"):
            return None
        labels = told["labels"] if "labels" in told else [told]
        held = [one for one in labels if one["label"] in codes and one["p"] >= least]
        if not held:
            return False
        spans = tuple((one["start"], one["end"]) for one in told.get("why", ()))[:MOST_SPANS]
        return [Why(place, leaf, spans, ", ".join(f"{codes[one['label']]}, {round(100 * one['p'])} %" for one in held))]

    return Compiled(check, book.want_label(head, list(codes)))


def _handle(leaf: Leaf, place: int, book: Book) -> Compiled:
    entries = book.list_of(leaf.values[0]) if leaf.kind == "handle_in" else leaf.values
    whole = frozenset(handle_key(one) for one in entries if not one.endswith("*"))
    stems = tuple(handle_key(one[:-1]) for one in entries if one.endswith("*"))

    def check(case: Case) -> list[Why] | bool | None:
        handle = case.handle
        if not handle:
            return None
        return [Why(place, leaf, (), case.said.handle)] if handle in whole or (stems and handle.startswith(stems)) else False

    if any(len(stem) < _STEM for stem in stems):
        return Compiled(check)
    keys = {("handle", one) for one in whole} | {("handle*", stem[:_STEM]) for stem in stems}
    return Compiled(check, Anchors(frozenset(keys), 0.02))


def _customer(leaf: Leaf, place: int, book: Book) -> Compiled:
    def check(case: Case) -> list[Why] | bool | None:
        known = case.said.customer
        return None if known is None else [Why(place, leaf)] if known else False

    return Compiled(check)


def _channel(leaf: Leaf, place: int, book: Book) -> Compiled:
    wanted = {handle_key(one) for one in leaf.values}

    def check(case: Case) -> list[Why] | bool | None:
        there = {case.said.network.lower(), handle_key(case.said.channel)} & wanted
        return [Why(place, leaf, (), min(there))] if there else False

    return Compiled(check)


def _kind(leaf: Leaf, place: int, book: Book) -> Compiled:
    codes = {KINDS[leaf.kind].choices[name]: name for name in leaf.values}

    def check(case: Case) -> list[Why] | bool | None:
        return [Why(place, leaf, (), codes[case.said.kind])] if case.said.kind in codes else False

    return Compiled(check)


def _hour(leaf: Leaf, place: int, book: Book) -> Compiled:
    first, last = leaf.values

    def check(case: Case) -> list[Why] | bool | None:
        now = f"{case.said.at:%H:%M}"
        inside = first <= now < last if first <= last else now >= first or now < last
        return [Why(place, leaf, (), now)] if inside else False

    return Compiled(check)


def _day(leaf: Leaf, place: int, book: Book) -> Compiled:
    days = {int(KINDS[leaf.kind].choices[name]): name for name in leaf.values}

    def check(case: Case) -> list[Why] | bool | None:
        return [Why(place, leaf, (), days[case.said.at.weekday()])] if case.said.at.weekday() in days else False

    return Compiled(check)


_COMPILERS: dict[str, Callable[[Leaf, int, Book], Compiled]] = {
    "says": _says, "says_list": _says, "says_exactly": _says_exactly, "fits": _fits, "personal": _personal, "link": _link,
    "link_to": _link, "link_in": _link, "link_outside": _link, "mention": _mention, "only_emoji": _only_emoji, "handle": _handle,
    "handle_in": _handle, "name_says": _name_says, "customer": _customer, "channel": _channel, "kind": _kind, "hour": _hour, "day": _day,
}
