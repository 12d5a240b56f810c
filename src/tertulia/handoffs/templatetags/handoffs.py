"""What the conversation's page shows of the matters that came out of it."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils.formats import localize
from django.utils.translation import gettext as _

from tertulia.handoffs import queries
from tertulia.handoffs.cards import about
from tertulia.handoffs.models import LIVE, HandOff, Kind, State
from tertulia.inbox.models import Conversation

register = template.Library()
TONES = {State.OPEN: "info", State.ASKED_BACK: "warn", State.ANSWERED: "accent", State.SOLVED: "ok", State.CLOSED: "", State.CANCELLED: ""}
ICONS = {Kind.COMPLAINT: "alert", Kind.INCIDENT: "bolt", Kind.LEAD: "cart", Kind.SUGGESTION: "bulb", Kind.PRESS: "globe",
         Kind.POLICY: "flag", Kind.SEO: "search", Kind.DESIGN: "palette", Kind.LEGAL: "shield", Kind.OTHER: "send"}


@register.inclusion_tag("handoffs/cards.html", takes_context=True)
def matter_cards(context: RequestContext, conversation: Conversation) -> dict[str, Any]:
    """The cards of the matters of ``conversation``, those that live first."""
    return {"conversation": conversation, "cards": [about(one, context["member"]) for one in queries.matters_in(conversation)],
            "brand": context["brand"], "may": context["may"], "csrf_token": context.get("csrf_token")}


@register.filter
def matter_tone(one: HandOff) -> str:
    """The colour of how a matter stands."""
    return TONES[State(one.state)]


@register.filter
def matter_icon(one: HandOff) -> str:
    """The sign of what a matter is."""
    return ICONS[Kind(one.kind)]


@register.filter
def lives(one: HandOff) -> bool:
    """Whether somebody still has to do something about it."""
    return one.state in LIVE


@register.filter
def open_time(minutes: float | None) -> str:
    """Open minutes as people say them: «35 min», «3,5 h»."""
    if minutes is None:
        return "–"
    if minutes < 90:
        return _("%(n)s min") % {"n": round(minutes)}
    return _("%(n)s h") % {"n": localize(round(minutes / 60, 1), use_l10n=True)}
