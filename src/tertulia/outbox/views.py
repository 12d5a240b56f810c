"""Pages of this part."""

from django.http import HttpResponse
from django.shortcuts import render

from tertulia.brands.doors import BrandRequest, for_brand


@for_brand("see")
def list(request: BrandRequest) -> HttpResponse:
    """To be written."""
    return render(request, "site/today.html", {})
