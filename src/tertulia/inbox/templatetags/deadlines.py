"""The countdown of a conversation: ``{% due conversation %}``, wherever it is shown."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import template

from tertulia.inbox.models import Conversation
from tertulia.inbox.spans import said
from tertulia.kit import clock

register = template.Library()

#: The last share of the time in which the countdown warns, of a working morning at most: the night does not count.
SHARE, MORNING = 0.25, timedelta(hours=4)


@register.inclusion_tag("inbox/due.html")
def due(conversation: Conversation) -> dict[str, Any]:
    """By when it is to be answered or, when no answer is owed, solved; nothing if nobody promised."""
    moment = conversation.answer_due_at or conversation.solve_due_at
    if moment is None:
        return {}
    now, since = clock.now(), conversation.waiting_since or conversation.first_at
    warn = moment - max(min(moment - since, MORNING), timedelta()) * SHARE
    return {"moment": moment, "warn": warn, "solve": conversation.answer_due_at is None,
            "tone": "late" if now >= moment else "soon" if now >= warn else ""}


@register.filter
def minutes(told: int | None) -> str:
    """A number of minutes in words."""
    return said(told) if told else ""
