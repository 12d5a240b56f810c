"""What moderation announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfVerdict(Announcement):
    verdict_id: int
    message_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class HideDecided(_OfVerdict):
    """A member decided to hide a message, citing a rule."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDecided(_OfVerdict):
    """A member undid the hiding of a message."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRuleWritten(Announcement):
    """A house rule is new, or says something else."""

    rule_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRuleRetired(Announcement):
    """A house rule serves no more; what was decided by it stands."""

    rule_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRuleRestored(Announcement):
    """A retired house rule holds again."""

    rule_id: int
