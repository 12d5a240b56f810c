"""The countdown of a conversation: ``{% due conversation %}``, wherever it is shown."""

from __future__ import annotations

from datetime import timedelta

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tertulia.inbox.models import Conversation
from tertulia.inbox.spans import said
from tertulia.kit import clock
from tertulia.kit.templatetags.kit import _icon, when
from tertulia.kit.words import day

register = template.Library()

#: The last share of the time in which the countdown warns, of a working morning at most: the night does not count.
SHARE, MORNING = 0.25, timedelta(hours=4)


@register.simple_tag
def due(conversation: Conversation) -> SafeString:
    """By when it is to be answered or, when no answer is owed, solved; nothing if nobody promised."""
    moment = conversation.answer_due_at or conversation.solve_due_at
    if moment is None:
        return mark_safe("")
    now, since = clock.now(), conversation.waiting_since or conversation.first_at
    warn = moment - max(min(moment - since, MORNING), timedelta()) * SHARE
    solve = conversation.answer_due_at is None
    tone = "late" if now >= moment else "soon" if now >= warn else ""
    local = timezone.localtime(moment)
    words = ((_("Resolver antes de"), _("Resolver"), _("Sin resolver: venció")) if solve
             else (_("Responder antes de"), _("Responder"), _("Venció")))
    # written here and not in a template: every row of a list has one; all of it is ours
    return mark_safe(
        f'<span class="due {tone}" data-due="{moment.isoformat(timespec="seconds")}" data-warn="{warn.isoformat(timespec="seconds")}" '
        f'title="{words[0]} {day(local.date())}, {local:%H:%M}">{_icon("clock", size="s")}<span class="to-come">{words[1]}</span>'
        f'<span class="gone">{words[2]}</span> {when(moment)}</span>')


@register.filter
def minutes(told: int | None) -> str:
    """A number of minutes in words."""
    return said(told) if told else ""
