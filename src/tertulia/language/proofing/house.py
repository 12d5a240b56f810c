"""The engine's marks as findings: which of its rules we want, how sure they are, and what we say to the writer."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from tertulia.language.finding import Finding, Kind, Severity
from tertulia.language.proofing.engine import ENGINE, Mark
from tertulia.language.proofing.words import PROTECTED


@cache
def _list() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("engine_rules.toml").read_text("utf-8"))


def check(sentence: str, variety: str) -> Iterator[Finding]:
    protected = [match.span() for match in PROTECTED.finditer(sentence)]
    for mark in ENGINE.marks(sentence):
        if any(start < mark.end and mark.start < end for start, end in protected):
            continue
        finding = _finding(mark, sentence)
        if finding is not None:
            yield finding


def _finding(mark: Mark, sentence: str) -> Finding | None:
    house = _list()
    told = house["category"].get(mark.category, house["category"]["else"]) | house["rule"].get(mark.rule, {})
    if told.get("silent"):
        return None
    text = sentence[mark.start:mark.end]
    fixes = tuple(fix for fix in mark.fixes if fix != text)[:4]
    why = told["why"] if fixes or "{fix}" not in told["why"] else told["bare"]
    return Finding(
        mark.start, mark.end, text, Kind(told["kind"]), mark.rule.lower().replace("_", "-"), Severity(told["severity"]),
        why.format(fix=fixes[0] if fixes else "", text=text), fixes,
    )
