"""Tardanza: which desk is slow."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.handoffs.slowness import lately, slowness
from tertulia.handoffs.views.board import number, places
from tertulia.kit import clock

SPANS = (30, 90, 365)


@require_GET
@for_brand("see")
def report(request: BrandRequest) -> HttpResponse:
    """Desks by how long they take to answer."""
    days = number(request.GET.get("dias", "")) or 90
    days = days if days in SPANS else 90
    now = clock.now()
    rows = slowness(request.brand, lately(now, days), now)
    drawn = [(row.desk, round(row.middle / 60, 1)) for row in rows if not row.kind and row.middle is not None]
    return render(request, "handoffs/report.html", {"rows": rows, "drawn": drawn, "days": days, "spans": SPANS, "places": places(request)})
