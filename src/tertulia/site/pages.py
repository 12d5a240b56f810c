"""Hoy: what needs you now."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from tertulia.brands.doors import BrandRequest, for_brand

app_name = "site"


@for_brand("see")
def today(request: BrandRequest) -> HttpResponse:
    """The page a member opens in the morning."""
    return render(request, "site/today.html", {})


urlpatterns = [path("", today, name="today")]
