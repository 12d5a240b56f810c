"""The front door: where a member lands."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from tertulia.brands.doors import LAST_SEEN
from tertulia.brands.models import Member
from tertulia.brands.queries import brands_of


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the brand last seen, or the first, or to making one."""
    brands = brands_of(cast(Member, request.user))
    brand = brands.filter(slug=request.COOKIES.get(LAST_SEEN, "").replace("\x00", "")).first() or brands.first()
    return redirect("site:today", slug=brand.slug) if brand else redirect("new_brand")


urlpatterns = [path("", home, name="home"), path("marcas/", include("tertulia.brands.first_urls"))]
