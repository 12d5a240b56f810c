"""A line of the list of conversations, written here and not in a template: every page has dozens, and is to be there at once.

Whatever people wrote goes through ``escape``; the rest are our own words and marks.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tertulia.inbox.listing import Row
from tertulia.inbox.models import Conversation
from tertulia.inbox.templatetags.deadlines import due
from tertulia.inbox.templatetags.writing import row_marks
from tertulia.inbox.understood import Conclusion
from tertulia.kit.templatetags.kit import _icon as icon
from tertulia.kit.templatetags.kit import avatar, chip, logo, when

register = template.Library()


@register.simple_tag(takes_context=True)
def conversation_row(context: RequestContext, row: Row, again: bool = False) -> SafeString:
    """Who, when, what, how it stands. ``again``: it takes its own place in the page."""
    one, person, key = row.conversation, row.conversation.person, row.key
    opened, may = context.get("conversation"), context.get("may")
    states = (" unread" if one.waiting_since else "") + ("" if row.inside else " out")
    place = (' hx-swap-oob="true"' if again else "") + (' aria-current="true"' if opened and opened.pk == one.pk else "")
    face = avatar(person.name or person.handle, src=person.avatar_url) if person else avatar("?")
    who = escape(str(person)) if person else _("Alguien")
    box = f'<input type="checkbox" name="ids" value="{key}" form="varias" aria-label="{_("Elegir")}">' if may and may["answer"] else ""
    return mark_safe(
        f'<li class="row{states}" data-row id="fila-{key}"{place}>\n<span class="with-logo">{face}{logo(one.channel.network)}</span>\n'
        f'<div class="row-body"><div class="row-title"><a class="row-link clip" id="enlace-{key}" '
        f'href="{row.url}{escape(context.get("address") or "")}"><bdi>{who}</bdi></a>{_brand(one) if context.get("everywhere") else ""}'
        f'{row_marks(context, one)}{when(one.last_at)}</div>\n<p class="row-text clip-2" dir="auto">{_text(row)}</p>\n'
        f'{_meta(one, row.chips)}</div>\n{box}</li>')


def _text(row: Row) -> str:
    return "".join(f"<mark>{escape(text)}</mark>" if marks else escape(text) for text, marks in row.pieces) or _("Sin texto")


def _brand(one: Conversation) -> str:
    return (f'<span class="brand-name tiny"><svg class="brand-dot" viewBox="0 0 2 2" aria-hidden="true"><circle cx="1" cy="1" r="1" '
            f'fill="{escape(one.brand.color)}"></circle></svg><span class="clip">{escape(one.brand.name)}</span></span>')


def _meta(one: Conversation, chips: list[Conclusion]) -> str:
    inside = "".join(_pieces(one, chips))
    return f'<div class="row-meta">{inside}</div>' if inside else ""


def _pieces(one: Conversation, chips: list[Conclusion]) -> Iterator[str]:
    if one.state == "closed":
        yield chip(_("Cerrada"), icon="check")
    elif one.state == "snoozed":
        yield f'<span class="chip">{icon("clock")}{when(one.snoozed_until)}</span>'
    elif one.state == "handed":
        yield chip(_("Trasladada"), icon="external")
    for told in chips:
        if told.sign and told.icon:
            yield (f'<span class="chip sign {told.tone}" title="{escape(str(told.label))}">'
                   f'{icon(told.icon, size="s", label=told.label)}</span>')
        else:
            yield chip(told.label, tone=told.tone, icon=told.icon)
    for name in one.labels:
        yield chip(name, icon="tag")
    if one.answer_due_at or one.solve_due_at:
        yield due(one)
    elif one.waiting_since and one.state == "open" and one.waiting_since != one.last_at:
        yield _moment("waits", "clock", _("Espera respuesta desde entonces"), when(one.waiting_since))
    if one.window_ends_at and one.waiting_since:
        yield _moment("window", "lock", _("Hasta cuándo deja responder la red"), when(one.window_ends_at))
    if one.assignee:
        name = escape(str(one.assignee))
        yield (f'<span class="push tiny soft clip" title="{_("Asignada a")} {name}">{avatar(one.assignee.name, size="s")}'
               f'<span class="unseen">{name}</span></span>')


def _moment(kind: str, sign: str, title: str, moment: str) -> str:
    return f'<span class="tiny soft {kind}" title="{title}">{icon(sign, size="s")}{moment}</span>'
