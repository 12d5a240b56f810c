"""Horario: when the brand answers, and the days on which it does not."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tertulia.brands import actions
from tertulia.brands.days_off import NEAR, PLACES, public
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.forms import DayOffForm
from tertulia.brands.models import Brand
from tertulia.brands.rules import may
from tertulia.brands.tabs import show
from tertulia.brands.weeks import WeekForm
from tertulia.kit import clock


@for_brand("see")
@require_http_methods(["GET", "POST"])
def hours(request: BrandRequest) -> HttpResponse:
    """The week and the days off: everybody may read them, who is in charge may change them."""
    if request.method != "POST":
        return _page(request)
    if not may(request.role, "manage"):
        raise PermissionDenied("manage")
    week = WeekForm(request.POST, request.brand.hours)
    if not week.is_valid():
        return _page(request, 422, week=week)
    actions.set_hours(request.brand, week.hours, by=request.by)
    messages.success(request, _("Horario guardado. Los plazos de lo que espera se han vuelto a contar."))
    return redirect("brands:hours", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def take_over(request: BrandRequest) -> HttpResponse:
    """The public holidays of ``place`` that were ticked (``days``) become days off."""
    place = request.POST.get("place", "")
    if place not in PLACES:
        return _page(request, 422)
    wanted = set(request.POST.getlist("days"))
    chosen = [(one.day, one.name) for one in public(place, _today(request.brand)) if one.day.isoformat() in wanted]
    new = actions.add_days_off(request.brand, chosen, by=request.by, because=place)
    messages.success(request, ngettext("%(n)s festivo añadido.", "%(n)s festivos añadidos.", new) % {"n": new})
    return redirect("brands:hours", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def close_on(request: BrandRequest) -> HttpResponse:
    """One day off more, with its name."""
    form = DayOffForm(request.POST)
    if not form.is_valid():
        return _page(request, 422, day_off=form)
    actions.add_days_off(request.brand, [(form.cleaned_data["day"], form.cleaned_data["name"])], by=request.by)
    return redirect("brands:hours", slug=request.brand.slug)


@require_POST
@for_brand("manage")
def open_on(request: BrandRequest) -> HttpResponse:
    """The brand answers on these days (``days``, by id) after all."""
    ids = [int(one) for one in request.POST.getlist("days") if one.isdecimal() and len(one) < 18]
    actions.drop_days_off(request.brand, ids, by=request.by)
    return redirect("brands:hours", slug=request.brand.slug)


def _today(brand: Brand) -> Any:
    return clock.now().astimezone(ZoneInfo(brand.time_zone)).date()


def _page(request: BrandRequest, status: int = 200, **forms: Any) -> HttpResponse:
    brand, today = request.brand, _today(request.brand)
    kept = list(brand.holidays.filter(day__gte=today).order_by("day"))
    known = {one.day for one in kept}
    asked = request.POST.get("place") or request.GET.get("lugar", "")
    place = asked if asked in PLACES else NEAR.get(brand.language, "ES")
    context = {
        "week": WeekForm(None, brand.hours), "day_off": DayOffForm(), "days_off": kept, "place": place, "places": PLACES.items(),
        "offered": [one for one in public(place, today) if one.day not in known], "mine": may(request.role, "manage"),
        "zone": brand.time_zone.replace("_", " "), **forms}
    return show(request, "brands/hours.html", context, status)
