"""What the inbox shows of its own in other pages' rows: who is in a conversation, and what the reader has begun there."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tertulia.inbox import drafting, presence
from tertulia.inbox.models import Conversation
from tertulia.kit import clock

register = template.Library()
Marks = tuple[dict[int, list[presence.Here]], set[int]]


@register.simple_tag(takes_context=True)
def row_marks(context: RequestContext, conversation: Conversation) -> SafeString:
    """Who else is in it, and whether the reader has a draft there; asked once for all the rows of the page."""
    here, begun = _marks(context, conversation)
    if conversation.pk not in here and conversation.pk not in begun:  # as nearly every row
        return format_html('<span class="here" id="aqui-{}"></span>', conversation.pk)
    told = {"pk": conversation.pk, "here": here.get(conversation.pk, ()), "begun": conversation.pk in begun}
    return render_to_string("inbox/row_marks.html", told)


def _marks(context: RequestContext, conversation: Conversation) -> Marks:
    kept: dict[tuple[int, ...], Marks] = vars(context["request"]).setdefault("row_marks", {})
    ids = tuple(row.conversation.pk for row in context.get("rows") or ()) or (conversation.pk,)
    if ids not in kept:
        member = context["request"].user
        kept[ids] = (presence.among(ids, member, clock.now()), drafting.drafted(member, ids))
    return kept[ids]
