"""How important a message is and how soon it must be seen to: rules as data over all that was concluded, never learned."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tertulia.language.parts import Parts, part_names
from tertulia.language.phrases import LISTS
from tertulia.language.reading import LABELS, Circumstances, Ruled, Span

SCALES = ("importance", "urgency")
LEVELS = (1, 2, 3)
_COUNTED = ("reach", "messages", "alike")
_SURE = 0.6
_REASONS = 3


class BadRules(ValueError):
    """The file says something that is no rule: which, and why."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``level`` where every one of ``when`` holds; each is alternatives, each alternative a name, negated or not."""

    name: str
    level: int
    when: tuple[tuple[tuple[str, bool], ...], ...]


def rules_of(text: str) -> dict[str, tuple[Rule, ...]]:
    """The rules of each scale, in order. ``BadRules`` if a condition is unknown or a scale has no last word."""
    told = tomllib.loads(text)
    rules = {scale: tuple(_rule(one) for one in told.get(scale, ())) for scale in SCALES}
    for scale, ordered in rules.items():
        if not ordered or ordered[-1].when:
            raise BadRules(f"{scale}: the last rule must have no conditions")
    return rules


def _rule(told: Mapping[str, Any]) -> Rule:
    name, level = told["name"], told["level"]
    if level not in LEVELS:
        raise BadRules(f"{name}: no such level: {level}")
    conditions = tuple(tuple(_alternative(name, one) for one in condition.split("|")) for condition in told["when"])
    return Rule(name, level, conditions)


def _alternative(rule: str, told: str) -> tuple[str, bool]:
    condition = told.strip()
    wanted = not condition.startswith("!")
    condition = condition.removeprefix("!")
    head, _, value = condition.partition(":")
    known = (
        condition == "customer"
        or (head in LABELS and value in LABELS[head])
        or (head == "part" and value in part_names())
        or (head in _COUNTED and value.isdecimal())
    )
    if not known:
        raise BadRules(f"{rule}: no such condition: {condition!r}")
    return condition, wanted


@cache
def shipped(path: Path = LISTS / "weight.toml") -> dict[str, tuple[Rule, ...]]:
    """The rules of the product."""
    return rules_of(path.read_text(encoding="utf-8"))


def weigh(
    scale: str, labels: Iterable[tuple[str, str]], parts: Parts, known: Circumstances, right: Mapping[str, float]
) -> Ruled:
    """The level of ``scale`` by the first rule that holds.

    ``labels``: every (head, label) concluded; ``right``: how often each rule was right where it was measured, by
    ``scale.rule``.
    """
    true = {f"{head}:{label}" for head, label in labels} | {f"part:{name}" for name in parts.names}
    true |= {"customer"} if known.customer else set()
    for rule in shipped()[scale]:
        if all(any(_holds(name, true, known) == wanted for name, wanted in choices) for choices in rule.when):
            p = right.get(f"{scale}.{rule.name}", 0.5)
            return Ruled(rule.level, rule.name, round(p, 3), p >= _SURE, _reasons(rule, parts))
    raise BadRules(f"{scale}: no last rule")


def _holds(condition: str, true: set[str], known: Circumstances) -> bool:
    head, _, value = condition.partition(":")
    return getattr(known, head) >= int(value) if head in _COUNTED else condition in true


def _reasons(rule: Rule, parts: Parts) -> tuple[Span, ...]:
    """The places of the parts that the rule asks for."""
    asked = (name.removeprefix("part:") for choices in rule.when for name, wanted in choices if wanted)
    return tuple(span for name in asked for span in parts.said.get(name, ()))[:_REASONS]
