"""``proof(text, profile)``: everything that is wrong, or may be, with a text that is about to leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing import address, agreement, house, pasts, patterns, punctuation
from tertulia.language.proofing.words import sentences, words

Check = Callable[[str, Profile], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (punctuation.check, address.check)
"""The checks of the whole text, beside spelling and grammar, which go by sentence."""

_LANGUAGE = frozenset({Kind.SPELLING, Kind.GRAMMAR, Kind.PUNCTUATION})
_SURE = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


@lru_cache(maxsize=4_096)
def _in_sentence(sentence: str, variety: str) -> tuple[Finding, ...]:
    """A sentence is looked at once: who types changes one of them at a time."""
    tokens = words(sentence)
    return (
        *patterns.check(tokens, sentence, variety), *pasts.check(tokens, variety), *agreement.check(tokens),
        *house.check(tokens, sentence, variety),
    )


def proof(text: str, profile: Profile = Profile()) -> list[Finding]:
    """What is to be said of ``text``, by place. Never raises, whatever the text; offsets are code points."""
    found = [
        _moved(finding, start) for start, sentence in sentences(text) for finding in _in_sentence(sentence, profile.variety)
    ]
    for check in CHECKS:
        found.extend(check(text, profile))
    return _settled(finding for finding in found if finding.rule not in profile.silenced)


def _moved(finding: Finding, by: int) -> Finding:
    return replace(finding, start=finding.start + by, end=finding.end + by) if by else finding


def _settled(found: Iterable[Finding]) -> list[Finding]:
    """By place; of two that speak of the language of one stretch, the surer, then the shorter, then the first wins."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda finding: (_SURE[finding.severity], finding.end - finding.start)):
        if not any(_same_matter(finding, other) for other in kept):
            kept.append(finding)
    return sorted(kept, key=lambda finding: (finding.start, finding.end, finding.rule))


def _same_matter(one: Finding, other: Finding) -> bool:
    touching = one.start == other.start or max(one.start, other.start) < min(one.end, other.end)
    return touching and (one.kind is other.kind or {one.kind, other.kind} <= _LANGUAGE)


def forget() -> None:
    """Every sentence is new again (measures ask for it)."""
    _in_sentence.cache_clear()
