"""Files of matters, as they are given to a browser: never opened in our own place."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from tertulia.handoffs.models import Attachment

#: What a browser may show where it stands; everything else is kept as a file.
SHOWN = ("image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf")


def sent(one: Attachment) -> HttpResponse:
    """The file, which runs nothing whatever it is."""
    shown = one.mime in SHOWN
    response = HttpResponse(bytes(one.content), content_type=one.mime if shown else "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(not shown, one.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
