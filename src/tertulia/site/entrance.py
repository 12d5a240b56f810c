"""The front door: where a member lands, and the first brand."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from tertulia.brands.actions import create_brand
from tertulia.brands.doors import LAST_SEEN
from tertulia.brands.forms import NewBrand
from tertulia.brands.models import Member
from tertulia.brands.queries import brands_of


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the brand last seen, or the first, or to making one."""
    brands = brands_of(cast(Member, request.user))
    brand = brands.filter(slug=request.COOKIES.get(LAST_SEEN, "").replace("\x00", "")).first() or brands.first()
    return redirect("site:today", slug=brand.slug) if brand else redirect("new_brand")


@login_required
def new_brand(request: HttpRequest) -> HttpResponse:
    """Makes a brand, with who makes it in charge."""
    form = NewBrand(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = cast(Member, request.user)
        sheet = {name: form.cleaned_data[name] for name in ("time_zone", "language")}
        brand = create_brand(form.cleaned_data["name"], member, by=member.key, **sheet)
        return redirect("site:today", slug=brand.slug)
    return render(request, "site/new_brand.html", {"form": form}, status=422 if form.is_bound else 200)


urlpatterns = [path("", home, name="home"), path("marcas/nueva/", new_brand, name="new_brand")]
