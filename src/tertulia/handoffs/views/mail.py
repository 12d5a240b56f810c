"""Mails of the brand's box of which nobody knows what they are about."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.handoffs import queries, taking
from tertulia.handoffs.models import LIVE, Arrival
from tertulia.handoffs.views.board import matter_or_404, places


@require_GET
@for_brand("see")
def unmatched(request: BrandRequest) -> HttpResponse:
    """What nobody could place, with the matters that it may be about."""
    live = list(queries.whole(request.brand).filter(state__in=LIVE).order_by("-opened_at")[:100])
    context = {"arrivals": queries.unmatched(request.brand), "live": live, "places": places(request)}
    return render(request, "handoffs/unmatched.html", context)


def _arrival_or_404(request: BrandRequest, pk: int) -> Arrival:
    try:
        return queries.arrival_of(request.brand, pk)
    except Arrival.DoesNotExist as error:
        raise Http404(pk) from error


@require_POST
@for_brand("answer")
def match(request: BrandRequest, pk: int) -> HttpResponse:
    """Says which matter it is about."""
    one, chosen = _arrival_or_404(request, pk), request.POST.get("matter", "")
    if not chosen.isdecimal():
        messages.warning(request, _("Elige un asunto."))
        return redirect("handoffs:unmatched", request.brand.slug)
    matter = matter_or_404(request, int(chosen[:17]))
    taking.place(one, matter, by=request.by)
    messages.success(request, _("Añadido al asunto. Comprueba quién lo escribe antes de usarlo."))
    return redirect("handoffs:matter", request.brand.slug, matter.pk)


@require_POST
@for_brand("answer")
def drop(request: BrandRequest, pk: int) -> HttpResponse:
    """Nobody needs it; with the way back."""
    one = _arrival_or_404(request, pk)
    taking.drop(one, by=request.by)
    messages.success(request, _("Descartado."), extra_tags=f"undo:{reverse('handoffs:keep_mail', args=[request.brand.slug, one.pk])}")
    return redirect("handoffs:unmatched", request.brand.slug)


@require_POST
@for_brand("answer")
def keep(request: BrandRequest, pk: int) -> HttpResponse:
    """Takes that back."""
    taking.keep(_arrival_or_404(request, pk), by=request.by)
    return redirect("handoffs:unmatched", request.brand.slug)
