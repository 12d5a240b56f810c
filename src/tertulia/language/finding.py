"""What is wrong, or may be, with a text that is about to leave: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a finding is about. The brand decides by kind what stops a post."""

    SPELLING = "spelling"
    GRAMMAR = "grammar"
    PUNCTUATION = "punctuation"
    ADDRESS = "address"        # tú, usted, vos: not the brand's, or mixed
    NEUTRALITY = "neutrality"  # politics, religion, the tragedy of the day, the brand's own subjects
    VOICE = "voice"            # forbidden and preferred words, unlike what the brand writes
    INCLUSIVE = "inclusive"
    LEGAL = "legal"
    LINK = "link"
    HANDLE = "handle"
    LENGTH = "length"


class Severity(StrEnum):
    """An ``error`` is wrong for sure, a ``warning`` most likely, a ``hint`` is a matter of taste."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``text == original[start:end]``, offsets in code points; an insertion has ``start == end``.

    ``fixes``: what to put in its place, the best first; ``why``: a sentence in Spanish for the person who writes;
    ``rule``: a stable name, by which a brand may switch it off.
    """

    start: int
    end: int
    text: str
    kind: Kind
    rule: str
    severity: Severity
    why: str
    fixes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "start": self.start, "end": self.end, "text": self.text, "kind": self.kind.value, "rule": self.rule,
            "severity": self.severity.value, "why": self.why, "fixes": list(self.fixes),
        }


@dataclass(frozen=True, slots=True)
class Profile:
    """How a brand writes, and what it asks to be told.

    ``variety``: es-ES, es-MX or es-AR; ``address``: tu, usted, vos or "" (any, but one a text); ``dictionary``: words that
    are right here; ``forbidden``: word to reason; ``preferred``: word to what to write instead; ``neutral``: lists of
    subjects to be warned of (``politics``, ``religion``, ``tragedy``); ``sensitive``: the brand's own terms with reasons;
    ``networks``: where it goes («x», or «facebook.comment») to the characters that fit there, None for what fits everybody;
    ``inclusive``, ``legal``: whether those notes are wanted; ``past``: texts the brand wrote, to be like; ``silenced``:
    rules switched off; ``stops``: kinds whose errors and warnings stop a post.
    """

    variety: str = "es-ES"
    address: str = ""
    dictionary: frozenset[str] = frozenset()
    forbidden: Mapping[str, str] = field(default_factory=dict)
    preferred: Mapping[str, str] = field(default_factory=dict)
    neutral: frozenset[str] = frozenset({"politics", "religion", "tragedy"})
    sensitive: Mapping[str, str] = field(default_factory=dict)
    networks: Mapping[str, int | None] = field(default_factory=dict)
    inclusive: bool = False
    legal: bool = False
    past: tuple[str, ...] = ()
    silenced: frozenset[str] = frozenset()
    stops: frozenset[Kind] = frozenset()

    def stopped_by(self, finding: Finding) -> bool:
        """Whether the brand lets no post leave with this in it."""
        return finding.kind in self.stops and finding.severity is not Severity.HINT
