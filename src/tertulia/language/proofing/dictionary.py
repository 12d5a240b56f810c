"""The words that are right because the brand says so: in any case, with their plurals, feminines and, of verbs, their forms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from tertulia.language.finding import Finding, Kind
from tertulia.language.proofing.inflection import Form, inflected

_VERB = re.compile(r"[^\W\d_]{2,}(?:ar|er|ir)")
_ENDINGS = r"[^\W\d_]{1,9}"
_WORDS = frozenset({Kind.SPELLING, Kind.GRAMMAR})


@lru_cache(maxsize=256)
def _pattern(dictionary: frozenset[str]) -> re.Pattern[str]:
    spelled = set()
    for entry in filter(None, (each.strip() for each in dictionary)):
        spelled |= {re.escape(inflected(entry, form)) for form in Form}
        if _VERB.fullmatch(entry) and entry.islower():
            spelled.add(re.escape(entry[:-2]) + _ENDINGS)
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(spelled, key=len, reverse=True)) or '(?!)'})(?!\w)", re.IGNORECASE)


def allowed(found: Iterable[Finding], text: str, dictionary: frozenset[str]) -> list[Finding]:
    """``found`` without what is said of the brand's own words."""
    if not dictionary:
        return list(found)
    own = [match.span() for match in _pattern(dictionary).finditer(text)]
    return [
        finding for finding in found
        if finding.kind not in _WORDS or not any(start <= finding.start and finding.end <= end for start, end in own)
    ]
