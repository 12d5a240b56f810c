"""The months of moderation, for the team: also while they are not published."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.moderation import queries, transparency
from tertulia.moderation.rules import month_named
from tertulia.moderation.strikes import policy_of
from tertulia.moderation.views.public import month_context, month_sheet


@require_GET
@for_brand("see")
def month(request: BrandRequest, month: str = "", sheet: bool = False) -> HttpResponse:
    """A month in numbers: this one, unless it says which; as CSV with ``.csv``."""
    first = month_named(month) if month else transparency.this_month(request.brand)
    told = transparency.told(request.brand, first) if first else None
    if told is None or first is None:
        raise Http404(month)
    return month_sheet(request.brand, told) if sheet else render(request, "moderation/month.html", {
        **month_context(request.brand, first, told), "policy": policy_of(request.brand),
        "public": queries.rules_url(request.brand) + f"transparencia/{first:%Y-%m}/"})
