"""Ventas: who may buy, with their consent, and where that goes."""

from __future__ import annotations

import csv
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.rules import may
from tertulia.handoffs import leads as acts
from tertulia.handoffs.forms import LeadForm, OutletForm
from tertulia.handoffs.leads import Consent
from tertulia.handoffs.models import Lead, LeadDelivery, Outlet
from tertulia.handoffs.views.board import places
from tertulia.kit import clock
from tertulia.kit.paging import page

_COLUMNS = ("id", "name", "email", "phone", "wants", "state", "made_at", "consent_at", "consent_how", "consent_words")


@require_GET
@for_brand("see")
def leads(request: BrandRequest) -> HttpResponse:
    """Who may buy, the newest first."""
    return _page(request, OutletForm())


def _page(request: BrandRequest, form: OutletForm) -> HttpResponse:
    rows = request.brand.leads.select_related("person", "conversation", "hand_off__desk").prefetch_related("deliveries__outlet")
    found = page(rows, "-made_at", request.GET.get("despues", ""), 50)
    return render(request, "handoffs/leads.html", {
        "leads": found.rows, "next": found.next, "form": form,
        "outlets": list(request.brand.outlets.filter(archived_at=None).order_by("pk")),
        "ready": _ready(request).count(), "manages": may(request.role, "manage"), "places": places(request)},
        status=422 if form.is_bound else 200)


def _ready(request: BrandRequest) -> Any:
    """Those with consent."""
    return request.brand.leads.filter(consent_at__isnull=False, withdrawn_at=None)


def _lead_or_404(request: BrandRequest, pk: int) -> Lead:
    try:
        return request.brand.leads.select_related("brand", "person", "conversation").get(pk=pk)
    except Lead.DoesNotExist as error:
        raise Http404(pk) from error


@for_brand("answer")
def new(request: BrandRequest) -> HttpResponse:
    """Somebody who asked elsewhere: in the shop, by telephone."""
    form = LeadForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        acts.note_lead(request.brand, request.user, name=told["name"], email=told["email"], phone=told["phone"], wants=told["wants"],
                       consent=_consent(told), by=request.by)
        messages.success(request, _("Apuntado."))
        return redirect("handoffs:leads", request.brand.slug)
    return render(request, "handoffs/lead.html", {"form": form, "places": places(request)}, status=422 if form.is_bound else 200)


def _consent(told: dict[str, Any]) -> Consent | None:
    return Consent(clock.now(), told["consent_how"], told["consent_words"]) if told["consent_how"] else None


@for_brand("answer")
def lead(request: BrandRequest, pk: int) -> HttpResponse:
    """One lead: what is known, its consent, where it went."""
    one = _lead_or_404(request, pk)
    fields = ("name", "email", "phone", "wants", "state")
    form = LeadForm(request.POST or None, initial={name: getattr(one, name) for name in fields})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        given = _consent(told) if one.consent_at is None or one.withdrawn_at else None
        acts.change_lead(one, consent=given, by=request.by, **{name: told[name] for name in fields if told[name] or name != "state"})
        messages.success(request, _("Guardado."))
        return redirect("handoffs:lead", request.brand.slug, one.pk)
    deliveries = one.deliveries.select_related("outlet", "member").order_by("pk")
    return render(request, "handoffs/lead.html", {"form": form, "lead": one, "deliveries": deliveries, "places": places(request)},
                  status=422 if form.is_bound else 200)


@require_POST
@for_brand("answer")
def withdraw(request: BrandRequest, pk: int) -> HttpResponse:
    """They take their leave back."""
    one = _lead_or_404(request, pk)
    acts.withdraw(one, by=request.by)
    messages.success(request, _("Retirado: no sale nada más."))
    return redirect("handoffs:lead", request.brand.slug, one.pk)


@require_POST
@for_brand("publish")
def take_csv(request: BrandRequest) -> HttpResponse:
    """A file with those who gave their consent; who took it is written down with each."""
    rows = list(_ready(request).order_by("pk"))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{request.brand.slug}-ventas.csv"'
    response.write("\ufeff")  # so that spreadsheets read it as UTF-8
    writer = csv.writer(response)
    writer.writerow(_COLUMNS)
    writer.writerows([[_cell(getattr(one, name)) for name in _COLUMNS] for one in rows])
    now = clock.now()
    with transaction.atomic():
        LeadDelivery.objects.bulk_create([
            LeadDelivery(lead=one, member=request.user, key=uuid4(), state="sent", sent_at=now) for one in rows])
    return response


def _cell(value: Any) -> str:
    """What a spreadsheet must not take for a formula is written behind an apostrophe."""
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


@require_POST
@for_brand("manage")
def add_outlet(request: BrandRequest) -> HttpResponse:
    """Another place where leads go."""
    form = OutletForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    told = form.cleaned_data
    acts.add_outlet(request.brand, told["way"], told["target"], secret=told["secret"], by=request.by)
    messages.success(request, _("Añadido: lo que tenga permiso sale también por ahí desde ahora."))
    return redirect("handoffs:leads", request.brand.slug)


@require_POST
@for_brand("manage")
def drop_outlet(request: BrandRequest, pk: int) -> HttpResponse:
    """Nothing goes there any more."""
    outlet = Outlet.objects.filter(pk=pk, brand=request.brand).first()
    if outlet is None:
        raise Http404(pk)
    acts.drop_outlet(outlet, by=request.by)
    messages.success(request, _("Quitado."))
    return redirect("handoffs:leads", request.brand.slug)
