"""By when a conversation must be answered and solved."""

from __future__ import annotations

from collections.abc import Collection

from tertulia.inbox.models import Conversation


def set_due(conversations: Collection[Conversation]) -> None:
    """Sets by when these conversations must be answered and solved, from what they owe and the brand's targets."""
