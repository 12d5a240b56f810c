"""Whose a conversation becomes when it arrives."""

from __future__ import annotations

from collections.abc import Collection

from tertulia.inbox.models import Conversation


def assign_new(conversations: Collection[Conversation]) -> None:
    """Gives those that are nobody's and owe an answer to whom the brand's rules say."""
