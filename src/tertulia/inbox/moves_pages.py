"""Merging and splitting conversations, and taking it back."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.inbox import merging
from tertulia.inbox.acts import refuse
from tertulia.inbox.forms import chosen
from tertulia.inbox.models import Conversation, Message, Move
from tertulia.inbox.views import conversation_or_404
from tertulia.kit.folding import clean
from tertulia.kit.toasts import say


@require_GET
@for_brand("answer")
def choose(request: BrandRequest, pk: int) -> HttpResponse:
    """With which conversation this one could be one: others of the same channel, those of the same person first."""
    conversation = conversation_or_404(request, pk)
    words = clean(request.GET.get("q", ""))[:100]
    return render(request, "inbox/merge_choice.html", {
        "conversation": conversation, "candidates": merging.candidates(conversation, words), "words": words})


@require_POST
@for_brand("answer")
def merge(request: BrandRequest, pk: int) -> HttpResponse:
    """This one goes on in ``into``."""
    conversation, told = conversation_or_404(request, pk), chosen(request.POST, "into")
    into = conversation_or_404(request, told[0] if told else 0)
    try:
        move = merging.merge(conversation, into, request.user, by=request.by)
    except merging.CannotMerge as cannot:
        return refuse(request, {
            "same": _("Es la misma conversación."), "channel": _("Son de canales distintos: cada una se responde en el suyo."),
            "private": _("Una es privada y la otra la ve cualquiera: no se pueden unir."),
            "merged": _("Una de las dos ya está unida a otra.")}[cannot.reason])
    return _moved(request, move, into, _("Unidas: todo sigue aquí."))


@require_POST
@for_brand("answer")
def split(request: BrandRequest, pk: int) -> HttpResponse:
    """Message ``pk`` and what was said after it goes on in a conversation of its own."""
    first = get_object_or_404(Message.objects.select_related("conversation"), brand=request.brand, pk=pk)
    try:
        move = merging.split(first.conversation, first, request.user, by=request.by)
    except merging.CannotSplit:
        return refuse(request, _("No quedaría nada en la conversación: no hay qué separar."))
    return _moved(request, move, move.target, _("Separada: lo que sigue está en su propia conversación."))


@require_POST
@for_brand("answer")
def undo(request: BrandRequest, pk: int) -> HttpResponse:
    """Takes a merge or a split back."""
    move = get_object_or_404(Move.objects.select_related("source", "target"), source__brand=request.brand, pk=pk)
    try:
        merging.undo_move(move, by=request.by)
    except merging.CannotUndo:
        return refuse(request, _("Ya es tarde para deshacerlo."))
    return _moved(request, None, move.source, _("Deshecho."))


def _moved(request: BrandRequest, move: Move | None, to: Conversation, text: str) -> HttpResponse:
    address = reverse("inbox:conversation", args=[request.brand.slug, to.pk])
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(address)
    undo = reverse("inbox:undo_move", args=[request.brand.slug, move.pk]) if move else ""
    response = say(HttpResponse(status=204), text, undo=undo)
    ids = [move.source_id, move.target_id] if move else [to.pk]
    return trigger_client_event(response, "inbox-changed", {"ids": ids, "open": address})
