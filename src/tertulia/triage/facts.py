"""What triage announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRead(Announcement):
    """A message was understood, as far as it can be."""

    message_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfCorrection(Announcement):
    correction_id: int
    message_id: int | None
    head: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingCorrected(_OfCorrection):
    """A member said what a message says; ``confirmed``: just what had been understood."""

    confirmed: bool


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionUndone(_OfCorrection):
    """A member took back what they had said of a message; it teaches nothing any more."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentsChanged(Announcement):
    """The brand's list of departments is another one."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrandTaught(Announcement):
    """What the brand's people said was learned: from now on its messages are read so."""
