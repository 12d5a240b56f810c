"""Looking at people: the list, and the pairs that may be one person."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.people import queries, words
from tertulia.people.forms import address_of, filters_of
from tertulia.people.told import person_or_404


@require_GET
@for_brand("see")
def listed(request: BrandRequest) -> HttpResponse:
    """Everybody whom the brand knows, by page. To htmx, only what it asks for: other results, or the next rows."""
    filters = filters_of(request.GET)
    page = queries.page_of(request.brand, filters, request.GET.get("despues", ""))
    context = {"rows": page.rows, "more": address_of(filters, despues=page.next) if page.next else "", "filters": filters,
               "address": address_of(filters), "orders": _orders(request, filters)}
    if (request.htmx.target or "").startswith("mas"):  # type: ignore[attr-defined]
        return render(request, "people/rows.html", context)
    if request.htmx.target == "personas":  # type: ignore[attr-defined]
        return render(request, "people/results.html", context)
    return render(request, "people/list.html", context | {
        "tags": queries.tags_in(request.brand), "customers": words.CUSTOMER.items(), "tabs": tabs(request, "people:list")})


def _orders(request: BrandRequest, filters: queries.Filters) -> list[dict[str, Any]]:
    url = reverse("people:list", args=[request.brand.slug])
    return [{"name": name, "label": label, "url": url + address_of(replace(filters, order=name)), "current": name == filters.order}
            for name, label in words.ORDERS.items()]


def tabs(request: BrandRequest, here: str) -> list[dict[str, Any]]:
    """The list, and the pairs to decide with how many there are."""
    waiting = len(queries.suggested_in(request.brand))
    return [
        {"label": _("Personas"), "url": reverse("people:list", args=[request.brand.slug]), "current": here == "people:list"},
        {"label": _("Por unir"), "url": reverse("people:pairs", args=[request.brand.slug]), "current": here == "people:pairs",
         "count": waiting or None}]


@require_GET
@for_brand("see")
def pairs(request: BrandRequest) -> HttpResponse:
    """Profiles that may be one person, the likeliest first."""
    found = queries.suggested_in(request.brand)
    rows = [{"like": one, "reasons": words.reasons(one.reasons), "sides": [one.one, one.other]} for one in found]
    template = "people/pairs_list.html" if request.htmx else "people/pairs.html"  # type: ignore[attr-defined]
    return render(request, template, {"pairs": rows, "tabs": tabs(request, "people:pairs")})


@require_GET
@for_brand("see")
def tags(request: BrandRequest) -> HttpResponse:
    """The tags that the brand gives, as options."""
    return render(request, "people/tag_options.html", {"tags": queries.tags_in(request.brand)})


@require_GET
@for_brand("answer")
def others(request: BrandRequest, pk: int) -> HttpResponse:
    """Whom a person may be joined with, by what is searched."""
    person, looked = person_or_404(request, pk), request.GET.get("q", "").strip()[:100]
    found = queries.page_of(request.brand, queries.Filters(words=looked), size=8).rows if looked else []
    return render(request, "people/others.html", {
        "person": person, "others": [one for one in found if one.pk != person.pk], "looked": looked})
