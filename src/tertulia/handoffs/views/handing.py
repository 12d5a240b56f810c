"""Handing over: the dialog in a conversation, and the page for a matter that comes from nowhere."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.handoffs import actions, queries
from tertulia.handoffs.forms import DEADLINES, HandOverForm, KindForm
from tertulia.handoffs.leads import Consent
from tertulia.handoffs.meanwhile import asks, meanwhile
from tertulia.handoffs.models import Desk, HandOff, Kind
from tertulia.handoffs.rules import Guess, guess, title_of
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.queries import conversation_of
from tertulia.inbox.understood import concluded
from tertulia.kit import clock
from tertulia.kit.toasts import say
from tertulia.notices.actions import mails

_LATELY = 8


@for_brand("answer")
def hand_over(request: BrandRequest, pk: int = 0) -> HttpResponse:
    """Asks what, of whom and until when, and hands over. To htmx, the inside of a dialog; else a page."""
    conversation = _conversation_or_404(request, pk) if pk else None
    shown = _messages(conversation)
    if request.method != "POST":
        return _asked(request, conversation, shown, KindForm(request.GET), None)
    form = HandOverForm(request.POST, [one.pk for one in shown])
    if not form.is_valid():
        return _asked(request, conversation, shown, KindForm(request.POST), form)
    told, desk = form.cleaned_data, _desk_or_404(request, form.cleaned_data["desk"])
    matter = actions.Matter(
        desk=desk, kind=told["kind"], brief=told["brief"], title=told["title"], minutes=told["minutes"], conversation=conversation,
        messages=[one for one in shown if one.pk in told["messages"]], thread=told["thread"],
        meanwhile=told["meanwhile"] if told["wanted"] else "",
        consent=Consent(clock.now(), told["consent"], told["consent_words"]) if told["consent"] else None)
    try:
        new = actions.hand_over(request.brand, matter, request.user, by=request.by)
    except actions.NobodyThere:
        form.add_error("desk", _("Nadie responde ahora en ese puesto: elige otro o ponle a alguien en Ajustes."))
    except actions.NoConsent:
        form.add_error("consent", _("Para pasar sus datos fuera del equipo hace falta que lo haya permitido."))
    except actions.AlreadyHanded as there:
        return _told(request, there.hand_off, _("Ya se lo habíais trasladado a %(desk)s.") % {"desk": desk}, undo=False)
    else:
        return _told(request, new, _("Trasladado a %(desk)s.") % {"desk": desk}, undo=True)
    return _asked(request, conversation, shown, KindForm(request.POST), form)


def _conversation_or_404(request: BrandRequest, pk: int) -> Conversation:
    try:
        return conversation_of(request.brand, pk)
    except Conversation.DoesNotExist as error:
        raise Http404(pk) from error


def _desk_or_404(request: BrandRequest, pk: int) -> Desk:
    try:
        return queries.desk_of(request.brand, pk)
    except Desk.DoesNotExist as error:
        raise Http404(pk) from error


def _messages(conversation: Conversation | None) -> list[Message]:
    """What may go along: the last things said in the conversation, in order."""
    if conversation is None:
        return []
    last = conversation.messages.filter(vanished_at=None).select_related("author", "member").order_by("-at", "-pk")[:_LATELY]
    return list(last)[::-1]


def _told(request: BrandRequest, matter: HandOff, text: str, *, undo: bool) -> HttpResponse:
    back = reverse("handoffs:cancel", args=[request.brand.slug, matter.pk]) if undo else ""
    if request.htmx and matter.conversation_id:  # type: ignore[attr-defined]
        response = say(HttpResponse(status=204), text, undo=back)
        return trigger_client_event(response, "inbox-changed", {"ids": [matter.conversation_id], "spoke": True})
    messages.success(request, text, extra_tags=f"undo:{back}" if back else "")
    return redirect("handoffs:matter", request.brand.slug, matter.pk)


# --------------------------------------------------------------------------- what the dialog shows


def _asked(request: BrandRequest, conversation: Conversation | None, shown: list[Message], chosen: KindForm,
           form: HandOverForm | None) -> HttpResponse:
    last = next((one for one in reversed(shown) if not one.ours), None)
    seems = guess(last.reading if last else None)
    picked = chosen.cleaned_data if chosen.is_valid() else {}
    kind = picked.get("kind") or seems.kind
    desks = list(queries.desks(request.brand))
    desk = next((one for one in desks if one.pk == picked.get("desk")), None) if form else None
    desk = desk or queries.desk_for(request.brand, kind, conversation.department if conversation else "")
    context = {
        "conversation": conversation, "shown": shown, "form": form, "kinds": Kind.choices, "kind": kind, "why": _why(seems, last),
        "seems": seems.kind, "desks": desks, "desk": desk, "deadlines": DEADLINES, "minutes": _minutes(desk, kind),
        "last": last, "mails": mails(), "title": title_of(last.text) if last else request.GET.get("title", "")[:120],
        "brief": request.GET.get("brief", "")[:5000] or asks(kind),
        "meanwhile": meanwhile(kind, _first_name(conversation), desk.name if desk else _("el equipo")), "lead": kind == Kind.LEAD,
        "there": queries.matters_in(conversation) if conversation else []}
    template = "handoffs/hand_over_form.html" if request.htmx else "handoffs/hand_over.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if form else 200)


def _minutes(desk: Desk | None, kind: str) -> int:
    """The desk's own deadline for the kind, as near as what the dialog offers."""
    own = next((one.minutes for one in desk.duties.all() if one.kind == kind), 480) if desk else 480
    return min((minutes for minutes, _name in DEADLINES), key=lambda one: abs(one - own))


def _first_name(conversation: Conversation | None) -> str:
    name = (conversation.person.name if conversation and conversation.person else "").split()
    return name[0] if name and name[0].isalpha() else ""


def _why(seems: Guess, last: Message | None) -> dict[str, Any] | None:
    """Which head of the reading made us think so, in words."""
    if not seems.head or last is None:
        return None
    return next(({"name": one.name, "label": one.label} for one in concluded(last.reading, seems.head) if one.key == seems.label), None)
