"""``proof(text, profile)``: everything that is wrong, or may be, with a text that is about to leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache, lru_cache, partial

from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing import (
    address,
    agreement,
    dictionary,
    house,
    lengths,
    links,
    notes,
    pasts,
    patterns,
    punctuation,
    terms,
    voice,
)
from tertulia.language.proofing.words import sentences, words

Check = Callable[[str, Profile], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    punctuation.check, address.check, lengths.check, links.check, terms.check, voice.check, notes.check,
)
"""The checks of the whole text, beside spelling and grammar, which go by sentence."""

_LANGUAGE = frozenset({Kind.SPELLING, Kind.GRAMMAR, Kind.PUNCTUATION, Kind.ADDRESS})
_SURE = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}


@lru_cache(maxsize=4_096)
def _in_sentence(sentence: str, variety: str) -> tuple[Finding, ...]:
    """A sentence is looked at once: who types changes one of them at a time."""
    tokens = words(sentence)
    return (
        *patterns.check(tokens, sentence, variety), *pasts.check(tokens, variety), *agreement.check(tokens),
        *house.check(tokens, sentence, variety),
    )


@cache
def _threads() -> ThreadPoolExecutor:
    """The engine lets go of the interpreter while it works, so that sentences go side by side."""
    return ThreadPoolExecutor(2, thread_name_prefix="proof")


_ANY = Profile()


def proof(text: str, profile: Profile = _ANY) -> list[Finding]:
    """What is to be said of ``text``, by place. Never raises, whatever the text; offsets are code points."""
    cut = list(sentences(text))
    each = partial(_in_sentence, variety=profile.variety)
    checked = (_threads().map if len(cut) > 1 else map)(each, (sentence for _, sentence in cut))
    found = [_moved(finding, start) for (start, _), findings in zip(cut, checked, strict=True) for finding in findings]
    for check in CHECKS:
        found.extend(check(text, profile))
    wanted = (finding for finding in found if finding.rule not in profile.silenced)
    return _settled(dictionary.allowed(wanted, text, profile.dictionary))


def _moved(finding: Finding, by: int) -> Finding:
    return replace(finding, start=finding.start + by, end=finding.end + by) if by else finding


def _settled(found: Iterable[Finding]) -> list[Finding]:
    """By place. Of two that speak of the language of one stretch, the surer, then the shorter, then the first wins."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda finding: (_SURE[finding.severity], finding.end - finding.start)):
        if finding.kind not in _LANGUAGE or not any(_overlap(finding, other) for other in kept if other.kind in _LANGUAGE):
            kept.append(finding)
    return sorted(dict.fromkeys(kept), key=lambda finding: (finding.start, finding.end, finding.rule))


def _overlap(one: Finding, other: Finding) -> bool:
    return one.start == other.start and one.end == other.end or max(one.start, other.start) < min(one.end, other.end)


def forget() -> None:
    """Every sentence is new again (measures ask for it)."""
    _in_sentence.cache_clear()
