"""Says something in a corner of the page after an htmx request; after a redirect, use Django's messages."""

from __future__ import annotations

from django.http import HttpResponse
from django_htmx.http import trigger_client_event


def say(response: HttpResponse, text: str, *, tone: str = "ok", undo: str = "") -> HttpResponse:
    """Adds a notice to ``response``. ``tone``: ok, warn, danger; ``undo``: an address that a click would POST to."""
    trigger_client_event(response, "toast", {"text": text, "tone": tone, "undo": undo})
    return response
