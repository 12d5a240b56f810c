"""Inclusive and legal notes, where the brand asks for them. Notes for a person who decides: never legal advice."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import regex

from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing import private
from tertulia.language.proofing.folded import Folded, fold
from tertulia.language.proofing.phrases import pattern


@dataclass(frozen=True, slots=True)
class Note:
    """``laws``: by country; ``instead``: folded words to what may be said; ``without``, ``only_with``: of the whole text."""

    name: str
    why: str
    severity: Severity
    terms: regex.Pattern[str]
    unless: regex.Pattern[str]
    without: regex.Pattern[str]
    only_with: regex.Pattern[str] | None
    laws: Mapping[str, str]
    instead: Mapping[str, tuple[str, ...]]


@cache
def notes(kind: str) -> tuple[Note, ...]:
    """The notes of a kind: ``inclusive`` or ``legal``. Read once."""
    told = tomllib.loads(files(__package__).joinpath(f"notes_{kind}.toml").read_text("utf-8"))
    return tuple(_note(one, told.get("unless", ())) for one in told["note"])


def _note(told: Mapping[str, Any], unless: Sequence[str]) -> Note:
    instead: Mapping[str, Sequence[str]] = told.get("instead", {})
    return Note(
        name=told["name"], why=told["why"], severity=Severity(told.get("severity", "hint")),
        terms=pattern([*told.get("terms", ()), *instead]), unless=pattern([*told.get("unless", ()), *unless]),
        without=pattern(told.get("without", ())), only_with=pattern(told["with"]) if "with" in told else None,
        laws=told.get("law", {}), instead={fold(one): tuple(fixes) for one, fixes in instead.items()},
    )


def check(text: str, profile: Profile) -> Iterator[Finding]:
    """The notes that the brand asked for. Kinds INCLUSIVE (always hints) and LEGAL."""
    if not (profile.inclusive or profile.legal) or not text.strip():
        return
    folded = Folded(text)
    if profile.inclusive:
        yield from _noted(text, folded, "inclusive", Kind.INCLUSIVE, "")
    if profile.legal:
        yield from _noted(text, folded, "legal", Kind.LEGAL, profile.variety.rpartition("-")[2])
        yield from private.check(text)


def _noted(text: str, folded: Folded, kind: str, told_as: Kind, country: str) -> Iterator[Finding]:
    taken: list[tuple[int, int]] = []
    for note in notes(kind):
        if note.without.search(folded.text) or (note.only_with and not note.only_with.search(folded.text)):
            continue
        harmless = list(folded.find(note.unless))
        for start, end in folded.find(note.terms):
            if any(start < last and first < end for first, last in (*taken, *harmless)):
                continue
            taken.append((start, end))
            yield Finding(start, end, text[start:end], told_as, f"{kind}-{note.name}", note.severity, _why(note, country),
                          _fixes(text[start:end], note))
            if kind == "legal":  # once is enough: it is about the whole text
                break


def _why(note: Note, country: str) -> str:
    law = note.laws.get(country) or note.laws.get("ES", "")
    return f"{note.why} Es una nota, no un consejo legal: {law}." if law else note.why


def _fixes(found: str, note: Note) -> tuple[str, ...]:
    fixes = note.instead.get(" ".join(fold(found).split()), ())
    if len(found) > 1 and found.isupper():
        return tuple(one.upper() for one in fixes)
    return tuple(one[:1].upper() + one[1:] for one in fixes) if found[:1].isupper() else fixes
