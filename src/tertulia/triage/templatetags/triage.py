"""What pages show of a reading: the quiet line beside a message, and the card where it is put right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template
from django.template.context import RequestContext

from tertulia.inbox.models import Message
from tertulia.inbox.understood import Conclusion
from tertulia.triage import queries
from tertulia.triage.cards import card_of, named, who
from tertulia.triage.models import Correction
from tertulia.triage.rules import Place

register = template.Library()


@register.inclusion_tag("triage/line.html", takes_context=True)
def reading_line(context: RequestContext, message: Message, found: Sequence[Conclusion]) -> dict[str, Any]:
    """What is worth saying of ``message``, each with who said so if somebody did."""
    said = _said(context, message) if any(one.person for one in found) else {}
    places = _places(context) if any(one.head == "department" for one in found) else []
    line = [(one, who(said.get((message.pk, one.head)), context["member"])) for one in named(found, places)]
    return {"line": line, "message": message, "brand": context["brand"]}


@register.inclusion_tag("triage/card.html", takes_context=True)
def reading_card(context: RequestContext, message: Message | None) -> dict[str, Any]:
    """The reading of ``message``, head by head, with its reasons and what else it could be."""
    card = card_of(message, context["brand"], context["member"]) if message else None
    return {"card": card, "brand": context["brand"], "may": context["may"], "csrf_token": context.get("csrf_token")}


@register.simple_tag(takes_context=True)
def departments(context: RequestContext) -> list[Place]:
    """The brand's departments."""
    return _places(context)


def _places(context: RequestContext) -> list[Place]:
    """The brand's departments, asked once a request."""
    kept = _kept(context)
    if "places" not in kept:
        kept["places"] = queries.departments(context["brand"])
    return list(kept["places"])


def _said(context: RequestContext, message: Message) -> dict[tuple[int | None, str], Correction]:
    """What people said of the messages of this conversation, asked once a request."""
    kept = _kept(context)
    if message.conversation_id not in kept:
        kept[message.conversation_id] = queries.said_around(message)
    return dict(kept[message.conversation_id])


def _kept(context: RequestContext) -> dict[Any, Any]:
    kept: dict[Any, Any] = vars(context["request"]).setdefault("triage", {})
    return kept
