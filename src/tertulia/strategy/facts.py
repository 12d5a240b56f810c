"""What strategy announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceChanged(Announcement):
    """How the brand writes changed: its address, its words, what it is warned of or what stops a text."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSilenced(Announcement):
    """The brand wants to hear no more of one rule of proofing; ``rule`` is its name."""

    rule: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleHeard(Announcement):
    """A rule that had been silenced speaks again."""

    rule: str
