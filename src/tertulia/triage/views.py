"""Readings: seen with their reasons, put right, taken back; «Comprensión», and the brand's departments."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.rules import may
from tertulia.inbox import labels
from tertulia.inbox.models import Message
from tertulia.inbox.queries import message_of
from tertulia.inbox.talk import said
from tertulia.kit.toasts import say
from tertulia.triage import actions, board, queries, words
from tertulia.triage.cards import label_of
from tertulia.triage.departments import BadList, set_departments
from tertulia.triage.forms import QUEUES, CorrectionForm, DepartmentForm, asked_head, asked_queue, listed, moved
from tertulia.triage.models import Correction, Reading
from tertulia.triage.near import near as like
from tertulia.triage.rules import NotALabel, Place


def _message_or_404(request: BrandRequest, pk: int) -> Message:
    try:
        return message_of(request.brand, pk)
    except Message.DoesNotExist as error:
        raise Http404(pk) from error


# --------------------------------------------------------------------------- one message


@for_brand("see")
@require_safe
def message(request: BrandRequest, pk: int) -> HttpResponse:
    """The reading of a message, head by head. To htmx, the card alone."""
    found = _message_or_404(request, pk)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "triage/card_alone.html", {"message": found})
    return render(request, "triage/message.html", {"message": found, "said": said(found)})


@for_brand("see")
@require_safe
def near(request: BrandRequest, pk: int) -> HttpResponse:
    """The labelled examples that a message is most like; the brand's own first."""
    found, places = _message_or_404(request, pk), queries.departments(request.brand)
    examples = [{"text": one.text, "theirs": not one.ours, "how": words.likeness(one.likeness),
                 "labels": board.neighbour_labels(dict(one.labels), places)} for one in like(found)]
    examples.sort(key=lambda one: not one["theirs"])
    template = "triage/near.html" if request.htmx else "triage/near_page.html"  # type: ignore[attr-defined]
    return render(request, template, {"examples": examples, "message": found})


@require_POST
@for_brand("answer")
def correct(request: BrandRequest, pk: int) -> HttpResponse:
    """Says what a head should be, or that it is so. 422 where there is no such label."""
    found, form = _message_or_404(request, pk), CorrectionForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    head = form.cleaned_data["head"]
    try:
        if form.right:
            one = actions.correct(found, head, form.right, request.user, by=request.by)
        elif form.cleaned_data["confirm"]:
            one = actions.confirm(found, head, request.user, by=request.by)
        else:
            return _nothing_chosen(request, found)
    except (NotALabel, actions.NothingToConfirm):
        return HttpResponse(status=422)
    return _told(request, one, form.cleaned_data["queue"])


def _nothing_chosen(request: BrandRequest, found: Message) -> HttpResponse:
    text = _("Elige al menos una.")
    if request.htmx:  # type: ignore[attr-defined]
        return say(HttpResponse(status=204), text, tone="warn")
    messages.warning(request, text)
    return redirect("triage:message", request.brand.slug, found.pk)


def _told(request: BrandRequest, one: Correction, queue: str) -> HttpResponse:
    """The card (or the row of the queue) as it is now, with the way back."""
    places, undo = queries.departments(request.brand), reverse("triage:undo", args=[request.brand.slug, one.pk])
    right = ", ".join(label_of(one.head, label, places) for label in one.right)
    text = (_("Confirmado: %(label)s.") if one.confirms else _("Corregido: %(label)s.")) % {"label": right}
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, text, extra_tags=f"undo:{undo}")
        if queue:
            return redirect(reverse("triage:page", args=[request.brand.slug]) + f"?que={one.head}&ver={queue}#cola")
        return redirect("triage:message", request.brand.slug, one.message_id)
    found = _message_or_404(request, one.message_id or 0)
    if queue:
        now = Reading.objects.filter(message=found).values_list("heads", flat=True).first()
        one.message = found
        context = {"item": board.item_of(one, places, request.user, now), "queue": queue, "done": True}
        response = render(request, "triage/item.html", context)
    else:
        response = render(request, "triage/card_alone.html", {"message": found})
    return trigger_client_event(say(response, text, undo=undo), "inbox-changed", {"ids": [found.conversation_id]})


@require_POST
@for_brand("answer")
def undo(request: BrandRequest, pk: int) -> HttpResponse:
    """Takes back what was said."""
    try:
        one = queries.correction_of(request.brand, pk)
    except Correction.DoesNotExist as error:
        raise Http404(pk) from error
    done = actions.undo(one, request.user, by=request.by)
    text = _("Deshecho: queda como se había entendido.") if done else _("Ya estaba deshecho.")
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, text)
        return redirect(reverse("triage:page", args=[request.brand.slug]) + f"?que={one.head}&ver=dichos#cola")
    response = say(HttpResponse(status=204), text)
    if one.message:
        trigger_client_event(response, f"reading-{one.message_id}", {})
        trigger_client_event(response, "inbox-changed", {"ids": [one.message.conversation_id]})
    return response


# --------------------------------------------------------------------------- Comprensión


@for_brand("see")
@require_safe
def page(request: BrandRequest) -> HttpResponse:
    """How right we are with the brand, and what is worth a look. ``?que=`` the head, ``?ver=`` the queue."""
    head, queue = asked_head(request.GET.get("que", "")), asked_queue(request.GET.get("ver", ""))
    if "que" not in request.GET and not queries.standing(request.brand).exists():
        head = board.opening(request.brand)
    standings = board.standings(request.brand, head)
    spells = board.spells(request.brand, head)
    here = reverse("triage:page", args=[request.brand.slug])
    context: dict[str, Any] = {
        "standings": standings, "now": next((one for one in standings if one.current), None), "head": head,
        "head_name": labels.HEADS[head], "spells": spells, "told_weeks": sum(one.share.enough for one in spells),
        "any": any(one.judged for one in standings), "queue": queue, "items": board.queue(request.brand, request.user, head, queue),
        "queues": [{"label": label, "icon": icon, "current": name == queue, "url": f"{here}?que={head}&ver={name}#cola"}
                   for name, (label, icon) in QUEUES.items()]}
    return render(request, "triage/page.html", context | _tabs(request))


def _tabs(request: BrandRequest) -> dict[str, Any]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    shown = (("triage:page", _("Aciertos"), "check"), ("triage:departments", _("Departamentos"), "people"))
    return {"tabs": [{"label": label, "icon": icon, "current": name == here, "url": reverse(name, args=[request.brand.slug])}
                     for name, label, icon in shown]}


@for_brand("see")
def departments(request: BrandRequest) -> HttpResponse:
    """The brand's departments; who publishes may change them. The whole list is sent, with what was pressed."""
    mine = may(request.role, "publish")
    form = DepartmentForm(request.POST if "add" in request.POST else None, prefix="new")
    if request.method == "POST":
        if not mine:
            raise PermissionDenied("publish")
        places = moved(listed(request.POST), request.POST.get("act", ""))
        if form.is_bound and form.is_valid():
            places.append(Place("", form.cleaned_data["name"], form.cleaned_data["about"]))
        if not form.is_bound or form.is_valid():
            try:
                set_departments(request.brand, [] if "usual" in request.POST else places, by=request.by)
            except BadList:
                messages.error(request, _("Dos departamentos no pueden llamarse igual, y ninguno puede quedarse sin nombre."))
            else:
                messages.success(request, _("Guardado."))
            return redirect("triage:departments", request.brand.slug)
    own = queries.own_departments(request.brand)
    shown = own or [one for one in queries.departments(request.brand) if one.key != "none"]
    return render(request, "triage/departments.html", {"places": shown, "own": bool(own), "form": form, "mine": mine} | _tabs(request),
                  status=422 if form.is_bound else 200)
