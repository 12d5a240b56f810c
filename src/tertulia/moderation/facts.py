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
    """A member, or a rule, decided to hide a message, citing a house rule."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ShowDecided(_OfVerdict):
    """The hiding of a message was undone."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteDecided(_OfVerdict):
    """A member decided to delete a message; it leaves after a moment in which it can be taken back."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BlockDecided(_OfVerdict):
    """A member decided to block who wrote a message."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class UnblockDecided(_OfVerdict):
    """The blocking was undone."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class KeepDecided(_OfVerdict):
    """A member looked, and left the message as it is."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDecided(_OfVerdict):
    """The message breaks a house rule and stays; it counts."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictLifted(_OfVerdict):
    """A verdict stands no more: undone, taken back, reversed by an appeal, or never done by the network."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictChecked(_OfVerdict):
    """The network was asked whether it is so."""

    state: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeGiven(Announcement):
    """A verdict counts against its author; ``step``: what it led to, if anything."""

    strike_id: int
    profile_id: int
    step: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class StrikeCancelled(Announcement):
    """It does not count any more."""

    strike_id: int
    profile_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class AppealMade(Announcement):
    """The author of a message appealed against what was decided of it."""

    appeal_id: int
    verdict_id: int
    message_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecided(Announcement):
    """Somebody else answered: the verdict is ``upheld`` or ``reversed``."""

    appeal_id: int
    verdict_id: int
    message_id: int
    outcome: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseQueued(Announcement):
    """A moderator has to look at a message."""

    case_id: int
    message_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecided(Announcement):
    """A moderator did."""

    case_id: int
    message_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MonthFrozen(Announcement):
    """The figures of a month that is over were written down."""

    month_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(Announcement):
    """The brand moderates otherwise from now on: what it publishes, days, the ladder."""


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
