"""The front door: where a member lands, and the first brand."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from tertulia.brands.actions import create_brand
from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import brands_of


class NewBrand(forms.ModelForm):
    """What a brand needs to begin."""

    class Meta:
        model = Brand
        fields = ["name", "time_zone", "language"]
        labels = {"name": _("¿Cómo se llama la marca?")}


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the brand last seen, or the first, or to making one."""
    brands = brands_of(cast(Member, request.user))
    brand = brands.filter(slug=request.COOKIES.get("brand", "")).first() or brands.first()
    return redirect("site:today", slug=brand.slug) if brand else redirect("new_brand")


@login_required
def new_brand(request: HttpRequest) -> HttpResponse:
    """Makes a brand, with who makes it in charge."""
    form = NewBrand(request.POST or None)
    if request.method == "POST" and form.is_valid():
        member = cast(Member, request.user)
        sheet = {name: form.cleaned_data[name] for name in ("time_zone", "language")}
        brand = create_brand(form.cleaned_data["name"], member, by=member.key, **sheet)
        return redirect("channels:list", slug=brand.slug)
    return render(request, "site/new_brand.html", {"form": form})


urlpatterns = [path("", home, name="home"), path("marcas/nueva/", new_brand, name="new_brand")]
