"""The engine's marks as findings: which of its rules we want, how sure they are, and what we say to the writer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from tertulia.language.finding import Finding, Kind, Severity
from tertulia.language.proofing import spelling
from tertulia.language.proofing.engine import ENGINE, Mark
from tertulia.language.proofing.words import Word

_SPELLING = "MORFOLOGIK_RULE_ES"


@cache
def _list() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("engine_rules.toml").read_text("utf-8"))


def check(sentence: Sequence[Word], text: str, variety: str) -> Iterator[Finding]:
    """What the engine says of ``text``, after the house list; what is no prose is left alone."""
    first = next((word.start for word in sentence if word.kind == "word"), 0)
    protected = [(word.start, word.end) for word in sentence if word.kind in ("protected", "emoji")]
    for mark in ENGINE.marks(text):
        if any(start < mark.end and mark.start < end for start, end in protected):
            continue
        finding = spelling.judged(mark, text, mark.start == first) if mark.rule == _SPELLING else _judged(mark, text, variety)
        if finding is not None:
            yield finding


def _by_prefix(rule: str) -> dict[str, Any]:
    return next((told for prefix, told in _list()["prefix"].items() if rule.startswith(prefix)), {})


def _lowered(fix: str, written: str) -> str:
    """«Se Me», offered for «Me se» at the start of a sentence, is «Se me»."""
    return fix.capitalize() if " " in fix and fix.istitle() and not written.istitle() else fix


def _judged(mark: Mark, text: str, variety: str) -> Finding | None:
    house = _list()
    told = house["usual"] | house["category"].get(mark.category, {}) | _by_prefix(mark.rule) | house["rule"].get(mark.rule, {})
    if told.get("silent") or variety in told.get("silent_in", ()) or "unless" in told and re.search(told["unless"], text, re.I):
        return None
    written = text[mark.start:mark.end]
    offered = [fix for fix in (_lowered(fix, written) for fix in mark.fixes) if fix != written]
    if mark.category == "AGREEMENT_NOUNS":  # first those that change the fewest words
        offered.sort(key=lambda fix: sum(a != b for a, b in zip(fix.split(), written.split(), strict=False)))
    fixes = tuple(offered)[:4]
    why = told["why"] if fixes and fixes[0].strip() else told["bare"]
    return Finding(
        mark.start, mark.end, written, Kind(told["kind"]), mark.rule.lower().replace("_", "-"), Severity(told["severity"]),
        why.format(fix=fixes[0] if fixes else "", text=written), fixes,
    )
