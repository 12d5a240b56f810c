"""All live rules of a brand, compiled into one matcher.

For each rule the engine works out its anchors: the rarest things (words, a link, a label of the reading…) of which one must be
there if the rule holds. A message is folded once, what is there of all anchors is looked up at once, and only the rules that
they call are evaluated, as closures that say which condition held, where in the text and with which value.

What is not known (a message not read, followers never told) is neither true nor false, and neither is its contrary: a rule
fires only when it surely holds. A rule that raises is told as broken, with its error, and the others go on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Whatever

from tertulia.moderation.automatic import patterns
from tertulia.moderation.automatic.book import Anchors, Book, Check, Compiled, Held, Why
from tertulia.moderation.automatic.cases import Case, Said
from tertulia.moderation.automatic.conditions import compile_leaf
from tertulia.moderation.automatic.tree import All, Any, Condition, Leaf, Not, Rule, leaves

#: Patterns searched for as one before each is.
_PATTERNS_AT_ONCE = 24


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule holds: ``whys``, in the order in which its conditions are written."""

    key: int
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule could not be compiled, or raised at a message; ``error`` says why."""

    key: int
    error: str


class Matcher:
    """``rules``: by key, in the order in which they are told.

    ``broken``: those that do not even compile. ``windows``: what has to be counted for them, as (kind, minutes); ``facts``: the
    kinds of condition there are.
    """

    def __init__(self, rules: Sequence[tuple[int, Rule]], lists: Mapping[str, Sequence[str]]) -> None:
        self._book = Book(lists)
        self._always: list[int] = []
        self._called: dict[object, list[int]] = {}
        self._compiled: list[tuple[int, Check]] = []
        self.broken: list[Broken] = []
        for key, rule in rules:
            try:
                compiled = self._compile(rule.condition, leaves(rule.condition))
            except Exception as error:  # whatever is wrong with one rule is its own
                self.broken.append(Broken(key, _told(error)))
                continue
            at = len(self._compiled)
            self._compiled.append((key, compiled.check))
            if compiled.anchors is None:
                self._always.append(at)
            for one in compiled.anchors.keys if compiled.anchors else ():
                self._called.setdefault(one, []).append(at)
        self._patterns = self._together()
        wanted = {leaf for _key, rule in rules for leaf in leaves(rule.condition)}
        self.windows = sorted({(leaf.kind, leaf.minutes) for leaf in wanted if leaf.minutes})
        self.facts = frozenset(leaf.kind for leaf in wanted)

    def match(self, said: Said) -> list[Matched | Broken]:
        """Every rule that holds of a message, or raised at it, in order."""
        case = Case(said)
        case.hits = self._book.terms.hits(case.text)
        found: list[Matched | Broken] = []
        for at in sorted(self._candidates(case)):
            key, check = self._compiled[at]
            try:
                if held := check(case):
                    found.append(Matched(key, tuple(sorted(held, key=_written))))
            except Exception as error:  # shown as broken: never as if it had not matched
                found.append(Broken(key, _told(error)))
        return found

    def _candidates(self, case: Case) -> set[int]:
        """The rules that may hold: those without anchors, and those called by what is there."""
        found, called = set(self._always), self._called
        for number in case.hits:
            if number in called:
                found.update(called[number])
        for key in self._book.signals(case):
            if key in called:
                found.update(called[key])
        plain = case.text.plain
        for pattern, keys in self._patterns:
            if pattern.search(plain):
                for key in keys:
                    found.update(called[key])
        return found

    def _together(self) -> list[tuple[Whatever, list[object]]]:
        sources = [key for key in self._called if isinstance(key, tuple) and key[0] == "fits"]
        groups = [sources[at:at + _PATTERNS_AT_ONCE] for at in range(0, len(sources), _PATTERNS_AT_ONCE)]
        return [(patterns.together([key[1] for key in group]), list(group)) for group in groups]

    def _compile(self, condition: Condition, order: list[Leaf]) -> Compiled:
        match condition:
            case Leaf():
                place = next(at for at, leaf in enumerate(order) if leaf is condition)
                return compile_leaf(condition, place, self._book)
            case Not(part):
                inside = self._compile(part, order)
                return Compiled(_contrary(inside.check, order.index(leaves(part)[0]), part), None, inside.costs)
            case All(parts):
                compiled = [self._compile(part, order) for part in parts]
                rarest = min((one.anchors for one in compiled if one.anchors), key=lambda one: one.weight, default=None)
                compiled.sort(key=lambda one: one.costs)  # what is only looked at may spare what is searched
                return Compiled(_all([one.check for one in compiled]), rarest, compiled[-1].costs)
            case Any(parts):
                compiled = [self._compile(part, order) for part in parts]
                return Compiled(_any([one.check for one in compiled]), _either([one.anchors for one in compiled]),
                                max(one.costs for one in compiled))


def _either(some: Iterable[Anchors | None]) -> Anchors | None:
    keys: set[object] = set()
    weight = 0.0
    for one in some:
        if one is None:
            return None
        keys |= one.keys
        weight += one.weight
    return Anchors(frozenset(keys), weight)


def _written(why: Why) -> int:
    return why.place


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


# --------------------------------------------------------------------------- three-valued: held (with whys), False, None


def _all(checks: Sequence[Check]) -> Check:
    def check(case: Case) -> Held:
        found: list[Why] = []
        unknown = False
        for one in checks:
            held = one(case)
            if held is False:
                return False
            if held is None:
                unknown = True
            elif not unknown:
                found += held
        return None if unknown else found

    return check


def _any(checks: Sequence[Check]) -> Check:
    def check(case: Case) -> Held:
        found: list[Why] = []
        unknown = False
        for one in checks:
            held = one(case)
            if held is None:
                unknown = True
            elif held is not False:
                found += held
        return found or (None if unknown else False)

    return check


def _contrary(check: Check, place: int, part: Condition) -> Check:
    why = [Why(place, part, negated=True)]

    def contrary(case: Case) -> Held:
        held = check(case)
        return why if held is False else None if held is None else False

    return contrary
