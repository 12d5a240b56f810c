"""Marca: the brand's sheet, and a new brand."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tertulia.brands import actions
from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.brands.forms import BrandSheet, NewBrand, changed
from tertulia.brands.models import Brand, Member
from tertulia.brands.rules import may
from tertulia.brands.tabs import show
from tertulia.brands.weeks import said


@for_brand("see")
@require_http_methods(["GET", "POST"])
def settings(request: BrandRequest) -> HttpResponse:
    """Everybody may read it; who is in charge may change it."""
    mine = may(request.role, "manage")
    if request.method == "POST" and not mine:
        raise PermissionDenied("manage")
    # the form writes on its own copy: the frame shows the brand as it is kept
    form = BrandSheet(request.POST or None, instance=Brand.objects.get(pk=request.brand.pk))
    if request.method == "POST" and form.is_valid():
        if new := changed(form):
            actions.change_sheet(request.brand, by=request.by, **new)
        messages.success(request, _("Guardado."))
        return redirect("brands:settings", slug=request.brand.slug)
    if not mine:
        for field in form.fields.values():
            field.disabled = True
    context = {"form": form, "mine": mine, "hours": said(request.brand.hours)}
    return show(request, "brands/sheet.html", context, 422 if request.method == "POST" else 200)


@login_required
def new_brand(request: HttpRequest) -> HttpResponse:
    """Makes a brand, with who makes it in charge."""
    form = NewBrand(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = cast(Member, request.user)
        sheet = {name: form.cleaned_data[name] for name in ("time_zone", "language")}
        brand = actions.create_brand(form.cleaned_data["name"], member, by=member.key, **sheet)
        return redirect("site:today", slug=brand.slug)
    return render(request, "brands/new.html", {"form": form}, status=422 if form.is_bound else 200)
