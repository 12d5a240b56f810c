"""Acting on a conversation: assign, snooze, label, close, reopen, and taking it back. On many: ``sweeps``.

To htmx an act answers with what changed on the page; without it, with the page it was done on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.models import Member
from tertulia.brands.queries import team
from tertulia.inbox import actions, labels, panes
from tertulia.inbox.forms import SnoozeForm, chosen
from tertulia.inbox.models import Conversation
from tertulia.inbox.sweeping import as_json, before_of
from tertulia.inbox.views import conversation_or_404
from tertulia.kit.toasts import say

_SALT = "inbox.undo"


# --------------------------------------------------------------------------- moving one


@require_POST
@for_brand("answer")
def assign(request: BrandRequest, pk: int) -> HttpResponse:
    """To the member ``member`` of the team; to nobody if empty."""
    conversation = conversation_or_404(request, pk)
    member = _of_team(request)
    text = _("Asignada a %(name)s.") % {"name": member} if member else _("Ya no es de nadie.")
    return _act(request, [conversation], lambda one: actions.assign(one, member, by=request.by), text)


def _of_team(request: BrandRequest) -> Member | None:
    wanted = chosen(request.POST, "member")
    return next((one.member for one in team(request.brand) if [one.member_id] == wanted), None)


@require_POST
@for_brand("answer")
def snooze(request: BrandRequest, pk: int) -> HttpResponse:
    """Until one of the moments offered, or any to come."""
    conversation = conversation_or_404(request, pk)
    form = SnoozeForm(request.POST, panes.zone_of(request.brand))
    if not form.is_valid():
        return refuse(request, str(form.non_field_errors()[0]))
    moment = form.cleaned_data["moment"]
    return _act(request, [conversation], lambda one: actions.snooze(one, moment, by=request.by), _("Pospuesta."), leave=True)


@require_POST
@for_brand("answer")
def close(request: BrandRequest, pk: int) -> HttpResponse:
    """Nothing more is owed; ``reason`` says why nobody answered. 422 if they are owed an answer and it does not say."""
    conversation = conversation_or_404(request, pk)
    told = request.POST.get("reason", "")
    return _close(request, [conversation], told, _("Cerrada."))


def _close(request: BrandRequest, conversations: Sequence[Conversation], told: str, text: str) -> HttpResponse:
    reason = told if told in labels.REASONS else ""
    try:
        return _act(request, conversations, lambda one: actions.close(one, by=request.by, because=reason), text, leave=True)
    except actions.NoReason:
        return refuse(request, _("Se les debe una respuesta: para cerrar sin darla, di por qué."))


@require_POST
@for_brand("answer")
def reopen(request: BrandRequest, pk: int) -> HttpResponse:
    """It needs us again."""
    conversation = conversation_or_404(request, pk)
    return _act(request, [conversation], lambda one: actions.reopen(one, by=request.by), _("Abierta otra vez."))


@require_POST
@for_brand("answer")
def label(request: BrandRequest, pk: int) -> HttpResponse:
    """Puts label ``name`` on, or takes it off if it has it."""
    conversation = conversation_or_404(request, pk)
    name = request.POST.get("name", "")
    on = name not in conversation.labels
    try:
        return _act(request, [conversation], lambda one: actions.label(one, name, on=on, by=request.by),
                    _("Etiqueta puesta.") if on else _("Etiqueta quitada."))
    except actions.NoName:
        return refuse(request, _("Escribe la etiqueta: cuarenta letras como mucho."))


# --------------------------------------------------------------------------- taking it back


@require_POST
@for_brand("answer")
def undo(request: BrandRequest) -> HttpResponse:
    """Takes back the act whose signed memory is ``que``, where nobody spoke since."""
    try:
        told = signing.loads(request.GET.get("que", ""), salt=_SALT, max_age=3600)
    except signing.BadSignature:
        return refuse(request, _("Ya es tarde para deshacerlo."))
    befores = [before_of(one) for one in told]
    back = actions.put_back(request.brand, befores, by=request.by, because="deshacer")
    text = _("Deshecho.") if back else _("No se ha deshecho: alguien ha escrito mientras tanto.")
    return done(request, [one.conversation_id for one in befores], text)


def _act(request: BrandRequest, conversations: Sequence[Conversation], act: Callable[[Conversation], object], text: str, *,
         leave: bool = False) -> HttpResponse:
    """Does ``act`` to all of them, or to none; says so with the way back. ``leave``: the page may go on to the next one."""
    befores = [as_json(actions.Before.of(one)) for one in conversations]
    with transaction.atomic():
        for conversation in conversations:
            act(conversation)
    memory = signing.dumps(befores, salt=_SALT, compress=True)
    back = reverse("inbox:undo", args=[request.brand.slug]) + f"?que={memory}"
    return done(request, [one.pk for one in conversations], text, undo=back, leave=leave)


def done(request: BrandRequest, ids: list[int], text: str, *, undo: str = "", leave: bool = False) -> HttpResponse:
    """Says what was done to the conversations ``ids``, with the way back, and has the page draw them again."""
    if request.htmx:  # type: ignore[attr-defined]
        response = say(HttpResponse(status=204), text, undo=undo)
        return trigger_client_event(response, "inbox-changed", {"ids": ids, "leave": leave})
    messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    return redirect(_where(request))


def refuse(request: BrandRequest, text: str) -> HttpResponse:
    """Nothing was done; ``text`` says why."""
    if request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse(status=422, headers={"HX-Reswap": "none"})
        return say(response, text, tone="warn")
    messages.warning(request, text)
    return redirect(_where(request))


def _where(request: BrandRequest) -> str:
    """Where the act was done, if it was here; else the list."""
    place = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(place, allowed_hosts={request.get_host()}):
        return place
    return reverse("inbox:list", args=[request.brand.slug])
