"""The bell, its panel, and the page of everything that a member was told."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.notices import queries


@for_brand("see")
@require_GET
def list(request: BrandRequest) -> HttpResponse:
    """What the member was told, newest first."""
    told = queries.told(request.user, request.brand)
    return render(request, "notices/list.html", {"told": told, "mails": queries.mails_of([one.notice for one in told])})
