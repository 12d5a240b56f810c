"""What pages show of verdicts: the acts a message offers, how what was decided stands, and the words for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.template.context import RequestContext
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from tertulia.inbox.models import Message
from tertulia.kit.templatetags.kit import pill
from tertulia.moderation import queries, strikes, words
from tertulia.moderation.models import LadderAct, Verdict
from tertulia.outbox.models import DispatchState

register = template.Library()

register.filter("done", words.done)
register.filter("strikes", strikes.counted)


@register.inclusion_tag("moderation/acts_line.html", takes_context=True)
def moderation_acts(context: RequestContext, message: Message, last: bool = False) -> dict[str, Any]:
    """The way to moderate a message of theirs, and to what was decided of it."""
    standing = _standing(context, message)
    return {"message": message, "brand": context["brand"], "may": context["may"], "csrf_token": context.get("csrf_token"), "last": last,
            "offered": not message.vanished_at and message.kind != "direct", "standing": standing, "story": standing is not None}


@register.inclusion_tag("moderation/state_line.html", takes_context=True)
def moderation_state(context: RequestContext, message: Message) -> dict[str, Any]:
    """What was decided of a message and has no mark of the inbox's own, and whether the network was seen to do it."""
    return {"verdict": _standing(context, message), "message": message, "brand": context["brand"],
            "may": context["may"], "csrf_token": context.get("csrf_token")}


def _standing(context: RequestContext, message: Message) -> Verdict | None:
    """The verdict that stands against a message; those of its conversation are asked for once a request."""
    kept: dict[int, dict[int, Verdict]] = vars(context["request"]).setdefault("moderation", {})
    if message.conversation_id not in kept:
        kept[message.conversation_id] = queries.standing_around(message)
    return kept[message.conversation_id].get(message.pk)


@register.filter
def waits(verdict: Verdict) -> bool:
    """Whether what was decided has not left yet, and may be stopped."""
    return verdict.dispatch is not None and verdict.dispatch.state in (DispatchState.WAITING, DispatchState.READY, DispatchState.HELD)


@register.simple_tag
def checked(verdict: Verdict) -> SafeString:
    """Whether the network was seen to have done it, and when it was asked."""
    said, tone = words.checked(verdict)
    if not said:
        return mark_safe("")
    at = f" {timezone.localtime(verdict.checked_at):%H:%M}" if verdict.checked_at else ""
    return format_html('<span class="tiny checked {}">{}{}</span>', tone, said, at)


@register.filter
def pilled(said: str) -> SafeString:
    """A word in a pill."""
    return pill(said)


@register.filter
def step_name(act: str) -> str:
    """A step of the ladder in words."""
    return str(LadderAct(act).label).lower()


@register.filter
def masked(text: str) -> str:
    """As many signs as the text has, and none of its words: what is blurred can be neither read nor copied."""
    return "".join("▮" if one.isalnum() else one for one in text)


@register.filter
def under(found: Mapping[Any, Any], key: Any) -> Any:
    """What is under a key."""
    return found.get(key, ())


@register.filter
def whole(split: Mapping[str, int]) -> int:
    """The sum of its parts."""
    return sum(split.values())


@register.filter
def lasting(minutes: int | None) -> str:
    """So many minutes, as people say it."""
    if minutes is None:
        return "–"
    if minutes < 120:
        return ngettext("%(many)s minuto", "%(many)s minutos", minutes) % {"many": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(many)s hora", "%(many)s horas", hours) % {"many": hours}
    days = round(hours / 24)
    return ngettext("%(many)s día", "%(many)s días", days) % {"many": days}
