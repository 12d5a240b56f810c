"""What triage announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRead(Announcement):
    """A message was understood, as far as it can be."""

    message_id: int
    conversation_id: int
