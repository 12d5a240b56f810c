"""Own rules as tables: a word, where it stands wrongly, what belongs there. The tables are the ``rules_*.toml``.

A rule marks ``words`` (a word or several, alternatives by ``|``). ``when`` gives the places, ``unless`` those that excuse
it; a place is a line of items parted by spaces, ``_`` being the marked words:

- ``que``: this word (lower case); ``@contar/decir``: any form of these lemmas; ``#emoji``: any token of this kind;
- ``{V.*}``: some reading has such a tag; ``{=V.*}``: every reading has; ``{}``: a word nobody knows; ``*``: anything;
- ``^`` and ``$``: an end of the sentence, or what stands there (emoji, bullets, brackets, quotes);
- ``|`` between them: either; ``&``: both; ``!`` before: not so; ``~`` after: may be missing;
- ``...``: any words, up to the next comma or other sign; ``>>``: anything at all.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tertulia.language.finding import Finding, Kind, Severity
from tertulia.language.proofing.casing import as_written
from tertulia.language.proofing.words import Word

TABLES = ("rules_accents.toml", "rules_confusions.toml", "rules_homophones.toml")
_Test = Callable[[Word], bool]
_EDGE = Word("", "", 0, 0, "edge")


@dataclass(frozen=True, slots=True)
class _Item:
    test: _Test
    optional: bool = False
    many: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    before: tuple[_Item, ...]  # nearest first
    after: tuple[_Item, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the tables. ``wrong`` and ``right`` are its own examples: «⟦tu⟧ decides» marks what must be found."""

    name: str
    kind: Kind
    severity: Severity
    words: tuple[tuple[str, ...], ...]
    fixes: tuple[str, ...]
    why: str
    when: tuple[_Place, ...]
    unless: tuple[_Place, ...]
    varieties: frozenset[str]
    wrong: tuple[str, ...]
    right: tuple[str, ...]


def _condition(source: str) -> _Test:
    parts = re.findall(r"!?(?:\{[^{}]*\}|[^|{}]+)", source)
    if len(parts) > 1:
        tests = [_condition(part) for part in parts]
        return lambda word: any(test(word) for test in tests)
    if source.startswith("!") and len(source) > 1:
        inner = _condition(source[1:])
        return lambda word: not inner(word)
    if source in ("^", "$"):
        return _at_the_edge
    if source == "*":
        return lambda word: word.kind != "edge"
    if source == "{}":
        return lambda word: word.kind == "word" and not word.readings
    if source.startswith("{="):
        every = re.compile(source[2:-1])
        return lambda word: bool(word.readings) and all(every.fullmatch(reading.tag) for reading in word.readings)
    if source.startswith("{"):
        some = re.compile(source[1:-1])
        return lambda word: any(some.fullmatch(reading.tag) for reading in word.readings)
    if source.startswith("@"):
        lemmas = frozenset(source[1:].split("/"))
        return lambda word: any(reading.lemma in lemmas for reading in word.readings)
    if source.startswith("#"):
        return lambda word: word.kind == source[1:]
    return lambda word: word.lower == source


def _at_the_edge(word: Word) -> bool:
    return word.kind in ("edge", "emoji") or word.text in "-•*·|>–—()[]«»\"“”"


def _item(source: str) -> _Item:
    if source == "...":
        return _Item(lambda word: word.kind in ("word", "number"), many=True)
    if source == ">>":
        return _Item(lambda word: word.kind != "edge", many=True)
    tests = [_condition(each) for each in source.removesuffix("~").split("&")]
    return _Item(lambda word: all(test(word) for test in tests), source.endswith("~"))


def _place(source: str) -> _Place:
    items = source.split()
    at = items.index("_")
    return _Place(tuple(_item(each) for each in reversed(items[:at])), tuple(_item(each) for each in items[at + 1:]))


def _fits(items: Sequence[_Item], sentence: Sequence[Word], at: int, step: int) -> bool:
    if not items:
        return True
    item, rest = items[0], items[1:]
    if item.many:
        while True:
            if _fits(rest, sentence, at, step):
                return True
            if not 0 <= at < len(sentence) or not item.test(sentence[at]):
                return False
            at += step
    word = sentence[at] if 0 <= at < len(sentence) else _EDGE
    if item.test(word) and _fits(rest, sentence, at + step, step):
        return True
    return item.optional and _fits(rest, sentence, at, step)


def _rule(name: str, row: dict[str, object], usual: dict[str, object]) -> Rule:
    def several(key: str) -> tuple[str, ...]:
        value = row.get(key, ())
        return (value,) if isinstance(value, str) else tuple(value)  # type: ignore[arg-type]

    return Rule(
        name, Kind(str(row.get("kind", usual["kind"]))), Severity(str(row.get("severity", usual["severity"]))),
        tuple(tuple(each.split()) for each in str(row["words"]).split("|")), several("fix"), str(row["why"]),
        tuple(map(_place, several("when"))), tuple(map(_place, several("unless"))), frozenset(several("varieties")),
        several("wrong"), several("right"),
    )


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule of the tables, in their order."""
    found: list[Rule] = []
    for table in TABLES:
        rows = tomllib.loads(files(__package__).joinpath(table).read_text("utf-8"))
        usual = rows.pop("usual")
        found += [_rule(name, row, usual) for name, row in rows.items()]
    return tuple(found)


@cache
def _by_first_word() -> dict[str, list[tuple[tuple[str, ...], int, Rule]]]:
    index: dict[str, list[tuple[tuple[str, ...], int, Rule]]] = defaultdict(list)
    for rule in rules():
        for order, words in enumerate(rule.words):
            index[words[0]].append((words, order, rule))
    return dict(index)


def check(sentence: Sequence[Word], text: str, variety: str) -> Iterator[Finding]:
    """What the tables find in ``sentence``, the words of ``text``."""
    for at, word in enumerate(sentence):
        for words, order, rule in _by_first_word().get(word.lower, ()):
            last = at + len(words)
            if tuple(each.lower for each in sentence[at:last]) != words or rule.varieties and variety not in rule.varieties:
                continue
            if _stands(rule.when, sentence, at, last) and not _stands(rule.unless, sentence, at, last):
                start, end = word.start, sentence[last - 1].end
                fixes = rule.fixes if len(rule.words) == 1 or len(rule.fixes) != len(rule.words) else (rule.fixes[order],)
                cased = tuple(as_written(text[start:end], fix) for fix in fixes)
                yield Finding(
                    start, end, text[start:end], rule.kind, rule.name, rule.severity,
                    rule.why.format(text=text[start:end], fix=cased[0] if cased else ""), cased,
                )


def _stands(places: Sequence[_Place], sentence: Sequence[Word], at: int, last: int) -> bool:
    return any(
        _fits(place.before, sentence, at - 1, -1) and _fits(place.after, sentence, last, 1) for place in places
    )
