"""Until when the network lets a conversation be answered."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tertulia.channels.models import Channel
from tertulia.channels.queries import time_to_answer
from tertulia.inbox.models import Conversation


def window_after(channel: Channel, kind: str, said_at: datetime, before: datetime | None) -> datetime | None:
    """Until when who said something of this kind at ``said_at`` may be answered; ``before``: until when it was so far."""
    time = time_to_answer(channel, kind)
    if time is None:
        return before
    return max(said_at + time, before) if before else said_at + time


def set_windows(conversations: Iterable[Conversation]) -> None:
    """Counts the windows of these conversations again, from what is in them."""
    for one in conversations:
        one.window_ends_at = None
        for kind, at in one.messages.filter(ours=False).values_list("kind", "at"):
            one.window_ends_at = window_after(one.channel, kind, at, one.window_ends_at)
        one.save(update_fields=["window_ends_at"])
