"""What a matter seems to be, who is reminded of it when, and how a letter's answer finds it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Open minutes that each kind has, where the desk says nothing else.
USUAL_MINUTES = {
    "complaint": 240, "incident": 120, "lead": 240, "suggestion": 2400, "press": 120, "policy": 480, "seo": 2400, "design": 1440,
    "legal": 960, "other": 480,
}
#: At which percent of the deadline the holder is reminded, and at which the matter goes to the next one.
USUAL_CHASE, USUAL_PASS = (50, 100), 150

#: Which kind a head's label speaks for; what comes first weighs more. The department says it where the intent does not.
_SPEAKS = (
    ("touches", "politics", "policy"), ("touches", "religion", "policy"),
    ("intent", "incident", "incident"), ("intent", "complaint", "complaint"), ("intent", "presales", "lead"),
    ("intent", "suggestion", "suggestion"), ("judgement", "important", "complaint"), ("judgement", "angry", "complaint"),
    ("department", "legal", "legal"), ("department", "sales", "lead"), ("department", "communication", "press"),
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What kind a matter seems to be, because a reading's ``head`` says ``label`` (empty: nothing says anything)."""

    kind: str
    head: str = ""
    label: str = ""


def guess(reading: Mapping[str, Any] | None) -> Guess:
    """The kind that a message's reading speaks for."""
    told = {(head, label) for head in {one[0] for one in _SPEAKS} for label in _labels(reading, head)}
    # what a lawyer must see goes to the lawyer, whatever else it is
    if ("department", "legal") in told and ("touches", "politics") not in told:
        return Guess("legal", "department", "legal")
    return next((Guess(kind, head, label) for head, label, kind in _SPEAKS if (head, label) in told), Guess("other"))


def _labels(reading: Mapping[str, Any] | None, head: str) -> list[str]:
    told = (reading or {}).get(head)
    if not told or not told.get("sure"):
        return []
    return [one["label"] for one in told["labels"]] if "labels" in told else [told.get("label", "")]


# --------------------------------------------------------------------------- reminding


def steps(chase_at: Sequence[int], pass_at: int) -> list[int]:
    """The percents of the deadline at which something is done, in order; the last passes it on."""
    return sorted({one for one in chase_at if 0 < one < pass_at} | {pass_at})


def next_step(chase_at: Sequence[int], pass_at: int, done: int) -> int | None:
    """The percent after ``done``; None: there is nothing more to do."""
    return next((one for one in steps(chase_at, pass_at) if one > done), None)


# --------------------------------------------------------------------------- letters

_KEY = re.compile(r"\+a-([a-z0-9]{12,24})@", re.IGNORECASE)


def reply_address(address: str, key: str) -> str:
    """``bandeja@x.test`` with the key of a matter: ``bandeja+a-KEY@x.test``."""
    local, _at, domain = address.partition("@")
    return f"{local}+a-{key}@{domain}"


def key_in(addresses: Sequence[str]) -> str:
    """The key of the matter that one of these addresses names; empty if none does."""
    return next((found[1].lower() for one in addresses if (found := _KEY.search(one))), "")


def asks(text: str) -> bool:
    """Whether what came by mail ends by asking: then it is a question to us and no answer."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return bool(lines) and lines[-1].rstrip(" )»\"'").endswith("?")


def title_of(text: str, most: int = 80) -> str:
    """A text's first words, cut at a word."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    return line[:most].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
