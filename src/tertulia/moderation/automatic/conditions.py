"""Each kind of condition as a closure over a message, with its anchors: what must be there if it holds."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import partial

from tertulia.moderation.automatic import patterns, personal
from tertulia.moderation.automatic.book import (
    MOST_SPANS,
    SEVERAL,
    SHOUTING,
    STEM,
    Anchors,
    Book,
    Compiled,
    Held,
    Terms,
    Why,
)
from tertulia.moderation.automatic.cases import Case, Domains, handle_key
from tertulia.moderation.automatic.folding import Span
from tertulia.moderation.automatic.kinds import KINDS
from tertulia.moderation.automatic.tree import Leaf

_OPS: dict[str, Callable[[int, int], bool]] = {
    "<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}

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

    def check(case: Case) -> Held:
        places, said = terms.found(case.text, case.hits)
        return [Why(place, leaf, tuple(places), ", ".join(said[:5]))] if places else False

    return Compiled(check, terms.anchors, costs=1)


def _name_says(leaf: Leaf, place: int, book: Book) -> Compiled:
    terms = Terms(book, leaf.values)

    def check(case: Case) -> Held:
        text, hits = book.name_hits(case.said.name or case.said.handle)
        places, said = terms.found(text, hits)
        return [Why(place, leaf, (), ", ".join(said[:5]))] if places else False

    book.want("name", 0.0)
    signs = any(not isinstance(key, int) for key in terms.anchors.keys)
    return Compiled(check, None if signs else Anchors(frozenset(("name", key) for key in terms.anchors.keys), 0.05), costs=1)


def _says_exactly(leaf: Leaf, place: int, book: Book) -> Compiled:
    def check(case: Case) -> Held:
        places = [one for said in leaf.values for one in _whole(case.said.text, said)]
        return [Why(place, leaf, tuple(sorted(places)[:MOST_SPANS]))] if places else False

    return Compiled(check, book.want_exactly(leaf.values), costs=1)


def _whole(raw: str, said: str) -> list[Span]:
    """Where ``said`` stands in ``raw`` and is no piece of a longer word."""
    found: list[Span] = []
    at = raw.find(said)
    while at >= 0 and len(found) < MOST_SPANS:
        end = at + len(said)
        whole = not (said[0].isalnum() and at and raw[at - 1].isalnum()) and not (said[-1].isalnum() and raw[end:end + 1].isalnum())
        if whole:
            found.append((at, end))
        at = raw.find(said, end if whole else at + 1)
    return found


def _fits(leaf: Leaf, place: int, book: Book) -> Compiled:
    pattern = patterns.compiled(leaf.values[0])

    def check(case: Case) -> Held:
        found: list[Span] = []
        for one in pattern.finditer(case.text.plain):
            found.append(case.text.span(*one.span()))
            if len(found) == MOST_SPANS:
                break
        return [Why(place, leaf, tuple(found))] if found else False

    return Compiled(check, Anchors(frozenset((("fits", leaf.values[0]),)), 0.05), costs=1)


def _personal(leaf: Leaf, place: int, book: Book) -> Compiled:
    codes = [(name, KINDS[leaf.kind].choices[name]) for name in leaf.values]

    def check(case: Case) -> Held:
        found = {name: there for name, code in codes if (there := case.once(code, partial(personal.find, case.text.plain, code)))}
        places = sorted(case.text.span(*one) for there in found.values() for one in there)
        return [Why(place, leaf, tuple(places[:MOST_SPANS]), ", ".join(found))] if found else False

    return Compiled(check, book.want("personal", 0.2), costs=1)


# --------------------------------------------------------------------------- links, mentions, emoji


def _link(leaf: Leaf, place: int, book: Book) -> Compiled:
    domains = Domains(leaf.values if leaf.kind == "link_to" else book.list_of(leaf.values[0]) if leaf.values else ())
    any_does, inside = leaf.kind == "link", leaf.kind != "link_outside"

    def check(case: Case) -> Held:
        found = [(span, domain) for span, domain in case.links() if any_does or (domain in domains) is inside][:MOST_SPANS]
        if not found:
            return False
        spans = tuple(case.text.span(*span) for span, _domain in found)
        return [Why(place, leaf, spans, ", ".join(dict.fromkeys(domain for _span, domain in found)))]

    return Compiled(check, book.want("link", 0.05), costs=1)


def _mention(leaf: Leaf, place: int, book: Book) -> Compiled:
    def check(case: Case) -> Held:
        found = case.mentions()[:MOST_SPANS]
        return [Why(place, leaf, tuple(case.text.span(*one) for one in found))] if found else False

    return Compiled(check, book.want("@", 0.2), costs=1)


def _only_emoji(leaf: Leaf, place: int, book: Book) -> Compiled:
    def check(case: Case) -> Held:
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

    def check(case: Case) -> Held:
        value = case.said.counts.get(window) if leaf.minutes else of(case)
        if value is None:
            return None
        return [Why(place, leaf, (), str(value))] if holds(value, limit) else False

    return Compiled(check, _anchors_of_number(leaf, book), costs=int(leaf.kind in _SEARCHED))


def _anchors_of_number(leaf: Leaf, book: Book) -> Anchors | None:
    """What must be there for so many: one of them, or ``SEVERAL``; for capitals, that half of the text is."""
    least = {">": leaf.number + 1, ">=": leaf.number, "=": leaf.number}.get(leaf.op, 0)
    if leaf.kind == "capitals":
        return book.want("shouts", 0.05) if least >= SHOUTING else None
    if leaf.kind not in _SIGNS_OF_SOME or least < 1:
        return None
    sign, weight = _SIGNS_OF_SOME[leaf.kind]
    return book.want(f"{sign}s", 0.02) if least >= SEVERAL and leaf.kind != "links" else book.want(sign, weight)


# --------------------------------------------------------------------------- who, what was understood, where and when


def _reading(leaf: Leaf, place: int, book: Book) -> Compiled:
    kind = KINDS[leaf.kind]
    codes = {kind.choices[name]: name for name in leaf.values}
    head, least = kind.heads, leaf.sure / 100

    def check(case: Case) -> Held:
        told = (case.said.reading or {}).get(head)
        if not told or not told.get("sure"):
            return None
        labels = told.get("labels", [told])
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

    def check(case: Case) -> Held:
        handle = case.handle
        if not handle:
            return None
        return [Why(place, leaf, (), case.said.handle)] if handle in whole or (stems and handle.startswith(stems)) else False

    if any(len(stem) < STEM for stem in stems):
        return Compiled(check)
    keys = {("handle", one) for one in whole} | {("handle*", stem[:STEM]) for stem in stems}
    return Compiled(check, Anchors(frozenset(keys), 0.02))


def _customer(leaf: Leaf, place: int, book: Book) -> Compiled:
    def check(case: Case) -> Held:
        known = case.said.customer
        return None if known is None else [Why(place, leaf)] if known else False

    return Compiled(check)


def _channel(leaf: Leaf, place: int, book: Book) -> Compiled:
    wanted = {handle_key(one) for one in leaf.values}

    def check(case: Case) -> Held:
        there = {case.said.network.lower(), handle_key(case.said.channel)} & wanted
        return [Why(place, leaf, (), min(there))] if there else False

    return Compiled(check)


def _kind(leaf: Leaf, place: int, book: Book) -> Compiled:
    codes = {KINDS[leaf.kind].choices[name]: name for name in leaf.values}

    def check(case: Case) -> Held:
        return [Why(place, leaf, (), codes[case.said.kind])] if case.said.kind in codes else False

    return Compiled(check)


def _hour(leaf: Leaf, place: int, book: Book) -> Compiled:
    first, last = leaf.values

    def check(case: Case) -> Held:
        now = f"{case.said.at:%H:%M}"
        inside = first <= now < last if first <= last else now >= first or now < last
        return [Why(place, leaf, (), now)] if inside else False

    return Compiled(check)


def _day(leaf: Leaf, place: int, book: Book) -> Compiled:
    days = {int(KINDS[leaf.kind].choices[name]): name for name in leaf.values}

    def check(case: Case) -> Held:
        return [Why(place, leaf, (), days[case.said.at.weekday()])] if case.said.at.weekday() in days else False

    return Compiled(check)


_COMPILERS: dict[str, Callable[[Leaf, int, Book], Compiled]] = {
    "says": _says, "says_list": _says, "says_exactly": _says_exactly, "fits": _fits, "personal": _personal, "link": _link,
    "link_to": _link, "link_in": _link, "link_outside": _link, "mention": _mention, "only_emoji": _only_emoji, "handle": _handle,
    "handle_in": _handle, "name_says": _name_says, "customer": _customer, "channel": _channel, "kind": _kind, "hour": _hour, "day": _day,
}
