"""What triage does when somebody speaks."""

from collections.abc import Sequence

from tertulia.inbox.facts import MessageEdited, MessageReceived
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.triage import actions


@reaction(MessageReceived, MessageEdited)
def on_message_received(happened: Sequence[Happened]) -> None:
    """Reads what arrived, in batches."""
    actions.read(sorted({one.what.message_id for one in happened}), by=SYSTEM)
