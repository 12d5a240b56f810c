"""What hand-offs announce."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfMatter(Announcement):
    hand_off_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterHandedOver(_OfMatter):
    """A desk was asked to answer a matter."""

    conversation_id: int | None
    kind: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterPassedOn(_OfMatter):
    """Somebody else of the desk has it now; ``how`` the one before ended."""

    holder_id: int
    how: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterSpokenOf(_OfMatter):
    """Something was said of it, by the team or by the holder."""

    word_id: int
    what: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterAnswered(_OfMatter):
    """The holder answered; the answer waits in the conversation, if there is one."""

    word_id: int
    conversation_id: int | None


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterLeftAlone(_OfMatter):
    """Nobody at the desk answered in time, or nobody is left to ask."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterEnded(_OfMatter):
    """It is solved, closed or cancelled: ``state``."""

    state: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterTakenUpAgain(_OfMatter):
    """What had ended, or was answered, is asked of the desk again."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLeft(_OfMatter):
    """A letter about a matter left."""

    letter_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCameBack(_OfMatter):
    """A letter about a matter could not be delivered."""

    letter_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DesksChanged(Announcement):
    """The brand's desks, who holds them or their mailbox changed."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class LeadNoted(Announcement):
    """Somebody may buy."""

    lead_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class LeadChanged(Announcement):
    """A lead's consent, data or state changed."""

    lead_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDelivered(Announcement):
    """A lead went out."""

    lead_id: int
    delivery_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionNoted(Announcement):
    """A message proposes something."""

    suggestion_id: int
    idea_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaChanged(Announcement):
    """An idea's name, owner or state changed."""

    idea_id: int
    state: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionsRegrouped(Announcement):
    """Suggestions are in another idea now."""

    regrouping_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxFailed(Announcement):
    """The brand's box cannot be read; it is tried again."""
