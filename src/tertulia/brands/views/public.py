"""What anybody may see who was given its signed address."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tertulia.brands.addresses import picture_at
from tertulia.brands.pictures import as_jpeg


@require_safe
@login_not_required
def picture(request: HttpRequest, signed: str) -> HttpResponse:
    """``GET imagen/<signature>.jpg``: a picture that a network is publishing for us."""
    found = picture_at(signed)
    if found is None:
        raise Http404
    response = HttpResponse(as_jpeg(found.read(), found.mime), content_type="image/jpeg")
    response["X-Content-Type-Options"], response["X-Robots-Tag"] = "nosniff", "noindex"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
