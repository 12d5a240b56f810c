"""What the inbox shows of its own in other pages' rows: who is in a conversation, and what the reader has begun there."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext

from tertulia.inbox import drafting, presence
from tertulia.inbox.models import Conversation
from tertulia.kit import clock

register = template.Library()


@register.inclusion_tag("inbox/row_marks.html", takes_context=True)
def row_marks(context: RequestContext, conversation: Conversation) -> dict[str, Any]:
    """Who else is in it, and whether the reader has a draft there; asked once for all the rows of the page."""
    here, begun = _marks(context, conversation)
    return {"pk": conversation.pk, "here": here.get(conversation.pk, ()), "begun": conversation.pk in begun}


def _marks(context: RequestContext, conversation: Conversation) -> tuple[dict[int, list[presence.Here]], set[int]]:
    kept: dict[str, Any] = vars(context["request"]).setdefault("row_marks", {})
    ids = tuple(row.conversation.pk for row in context.get("rows", ())) or (conversation.pk,)
    if ids not in kept:
        member = context["request"].user
        kept[ids] = (presence.among(ids, member, clock.now()), drafting.drafted(member, ids))
    return kept[ids]  # type: ignore[no-any-return]
