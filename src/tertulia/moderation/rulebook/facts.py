"""What automatic rules announce."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfRule(Announcement):
    rule_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleWritten(_OfRule):
    """A version of an automatic rule was written, as a draft."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleShadowed(_OfRule):
    """It judges, and only notes what it would have done."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleStarted(_OfRule):
    """It is in force."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRetired(_OfRule):
    """It judges no more; what it did stands."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleExpired(_OfRule):
    """Its last day is over."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRehearsed(_OfRule):
    """It was tried on what had been said."""

    rehearsal_id: int
    matched: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMatched(_OfRule):
    """It held of a message; ``outcome`` says what became of it."""

    message_id: int
    outcome: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleJudged(_OfRule):
    """A member said whether it was right to match a message, or took it back (None)."""

    message_id: int
    right: bool | None


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTripped(Announcement):
    """A rule, or all of the brand's (None), reached the cap of a day."""

    rule_id: int | None


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBroke(_OfRule):
    """It raised; it says so until it is mended."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMended(_OfRule):
    """Somebody says that what broke it is over."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class WordListWritten(Announcement):
    """A list that rules name says something else, or is new."""

    list_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class WordListDropped(Announcement):
    """A list is no more; no rule names it."""

    list_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrakeSet(Announcement):
    """All rules together may hide so many a day from now on."""

    cap: int
