"""What the inbox announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Announcement):
    """Somebody said something to the brand."""

    message_id: int
    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEdited(Announcement):
    """Its author changed it on the network."""

    message_id: int
    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageVanished(Announcement):
    """Its author, or the network, took it away."""

    message_id: int
    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectVanished(Announcement):
    """The post that was talked about is no longer on the network."""

    subject_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyWritten(Announcement):
    """A member answered; the reply is on its way."""

    message_id: int
    conversation_id: int
    dispatch_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySent(Announcement):
    """The answer is on the network."""

    message_id: int
    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftBrought(Announcement):
    """A role brought back an answer: a member edits and sends it."""

    conversation_id: int
    draft_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDropped(Announcement):
    """Nobody will use the answer that was brought."""

    conversation_id: int
    draft_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(Announcement):
    """An answer waits for somebody's word."""

    conversation_id: int
    draft_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWithdrawn(Announcement):
    """Its author goes on writing what waited."""

    conversation_id: int
    draft_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalReturned(Announcement):
    """It went back to its author with a word."""

    conversation_id: int
    draft_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyApproved(Announcement):
    """Somebody approved an answer, and it is on its way."""

    conversation_id: int
    draft_id: int
    message_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySaved(Announcement):
    """A reply is kept for the next time, or says something else now."""

    saved_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SavedReplyArchived(Announcement):
    """A saved reply is not offered any more."""

    saved_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationsMerged(Announcement):
    """All that was said in one is shown, and goes on, in another."""

    conversation_id: int
    into_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSplit(Announcement):
    """Some of what was said goes on in a conversation of its own."""

    conversation_id: int
    into_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MoveUndone(Announcement):
    """A merge or a split was taken back."""

    conversation_id: int
    into_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAssigned(Announcement):
    """It is somebody's (``member_id``), or nobody's (None)."""

    conversation_id: int
    member_id: int | None


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSnoozed(Announcement):
    """It comes back later."""

    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationClosed(Announcement):
    """Nothing more is owed there; ``because`` of the fact says why."""

    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationReopened(Announcement):
    """It needs us again."""

    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWritten(Announcement):
    """A member left a note for the team."""

    conversation_id: int
    note_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageHidden(Announcement):
    """It is not seen under our posts any more."""

    message_id: int
    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageShown(Announcement):
    """It is seen again."""

    message_id: int
    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEnded(Announcement):
    """Something they said ended without an answer of its own: hidden, deleted, handed over, silent, lapsed, withdrawn."""

    message_id: int
    conversation_id: int
    ending: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReclaimed(Announcement):
    """How something they said ended was taken back: it is owed again."""

    message_id: int
    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationHanded(Announcement):
    """Another role has to answer it."""

    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class TargetsChanged(Announcement):
    """The brand promises something else from now on."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class LadderChanged(Announcement):
    """Others hear of what is late."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineBroken(Announcement):
    """A conversation was not answered, or not solved, when it was due."""

    conversation_id: int
    breach_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentChanged(Announcement):
    """What arrives goes to others from now on."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ShareChanged(Announcement):
    """A member takes more or fewer conversations at once, or is away, or is back."""

    member_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationLabelled(Announcement):
    """The labels of a conversation are others."""

    conversation_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSaved(Announcement):
    """A view of the list was kept, or is another now; ``member_id`` None: the team's."""

    view_id: int
    member_id: int | None


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRemoved(Announcement):
    """A saved view is not there any more."""

    view_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class SweepBegun(Announcement):
    """Somebody acted on many conversations at once."""

    sweep_id: int
