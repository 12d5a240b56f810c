"""A rule tried on a text: which of its conditions hold, where, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tertulia.brands.models import Brand
from tertulia.kit import clock
from tertulia.language.read import shipped
from tertulia.moderation.automatic.cases import Said
from tertulia.moderation.automatic.engine import Broken, Matched, Matcher
from tertulia.moderation.automatic.kinds import KINDS
from tertulia.moderation.automatic.saying import say_condition, say_why
from tertulia.moderation.automatic.tree import All, Condition, Not, Rule, leaves
from tertulia.moderation.automatic.tree import Any as AnyOf
from tertulia.moderation.rulebook.books import current_lists

#: What is known of whoever tries a rule, unless they say otherwise: somebody who writes for the first time.
STRANGER = {"before": 0, "followers": 0, "offences": 0, "strikes": 0, "known_days": 0}


@dataclass(frozen=True, slots=True)
class Piece:
    """One condition: held (True), not (False), or not known (None); ``said``: why, in a sentence."""

    held: bool | None
    said: str


@dataclass(frozen=True, slots=True)
class Tried:
    """``held``: whether the rule holds; ``spans``: (start, end, which condition) in the text; ``error``: it broke."""

    held: bool | None
    pieces: Sequence[Piece]
    spans: Sequence[tuple[int, int, str]]
    error: str = ""


def lists_of(brand: Brand) -> dict[str, list[str]]:
    """The brand's lists by name."""
    return {one.name: one.entries for one in current_lists(brand)}


def try_rule(rule: Rule, text: str, lists: Mapping[str, Sequence[str]], known: Mapping[str, Any] | None = None) -> Tried:
    """``rule`` on ``text``, said now by somebody of whom ``known`` is known (fields of ``Said``)."""
    said = Said(text, clock.now(), **{**STRANGER, **(known or {})})
    parts = _parts(rule.condition)
    if any(KINDS[leaf.kind].heads for part in parts for leaf in leaves(part)) and text.strip():
        said = replace(said, reading=shipped().read_many([text], near=False)[0].as_dict())
    whole, *rest = _held([rule.condition, *parts], said, lists)
    if isinstance(whole, str):
        return Tried(None, [], [], whole)
    pieces, spans = [], []
    for part, held in zip(parts, rest, strict=True):
        if isinstance(held, Matched):
            pieces.append(Piece(True, "; ".join(say_why(why, text) for why in held.whys)))
            spans += [(start, end, say_condition(part)) for why in held.whys for start, end in why.spans]
        else:
            pieces.append(Piece(held if held is None else False, say_condition(part)))
    return Tried(isinstance(whole, Matched) or (None if whole is None else False), pieces, _apart(spans))


def _held(conditions: Sequence[Condition], said: Said, lists: Mapping[str, Sequence[str]]) -> list[Matched | str | bool | None]:
    """For each condition: what it matched, False, None (not known), or why it broke."""
    told: list[Matched | str | bool | None] = []
    for condition in conditions:
        rule = Rule("esta", condition, ())
        other = Rule("otra", condition.part if isinstance(condition, Not) else Not(condition), ())
        matcher = Matcher([(1, rule), (2, other)], lists)
        found = {one.key: one for one in [*matcher.broken, *matcher.match(said)]}
        first = found.get(1)
        told.append(first.error if isinstance(first, Broken) else first if first else False if 2 in found else None)
    return told


def _parts(condition: Condition) -> list[Condition]:
    """The conditions as they are listed: those of the outermost group."""
    return list(condition.parts) if isinstance(condition, All | AnyOf) else [condition]


def _apart(spans: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Spans in order, none over another."""
    found: list[tuple[int, int, str]] = []
    for start, end, why in sorted(spans):
        if not found or start >= found[-1][1]:
            found.append((start, end, why))
    return found


def spans_of(whys: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, str]]:
    """The places of stored whys, none over another, with their sentences."""
    return _apart([(start, end, why["said"]) for why in whys for start, end in why["spans"]])
