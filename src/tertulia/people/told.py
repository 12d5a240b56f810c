"""How an edit of a person is answered: to htmx a word and its way back, else the person's page again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event

from tertulia.brands.doors import BrandRequest
from tertulia.kit.toasts import say
from tertulia.people.models import Person
from tertulia.people.queries import person_in

_SALT = "people.undo"
#: What a page that shows a person listens for, to ask for itself again.
CHANGED = "person-changed"


def person_or_404(request: BrandRequest, pk: int) -> Person:
    """The brand's person; another brand's is not there."""
    try:
        return person_in(request.brand, pk)
    except Person.DoesNotExist as error:
        raise Http404(pk) from error


def page_of(person: Person) -> str:
    """Where a person is shown."""
    return reverse("persons:person", args=[person.brand.slug, person.pk])


def undo_of(request: BrandRequest, **memory: Any) -> str:
    """The address that puts back what ``memory`` says."""
    return reverse("people:undo", args=[request.brand.slug]) + "?que=" + signing.dumps(memory, salt=_SALT, compress=True)


def remembered(request: BrandRequest) -> dict[str, Any] | None:
    """What is to be put back; None: it is too late."""
    try:
        told: dict[str, Any] = signing.loads(request.GET.get("que", ""), salt=_SALT, max_age=3600)
    except signing.BadSignature:
        return None
    return told


def told(request: BrandRequest, text: str, *, undo: str = "", tone: str = "ok", to: str = "") -> HttpResponse:
    """Something was done (or, with another tone, was not): says so, and the page shows how things stand now."""
    if request.htmx:  # type: ignore[attr-defined]
        response = say(HttpResponse(status=204 if tone == "ok" else 422, headers={} if tone == "ok" else {"HX-Reswap": "none"}), text,
                       tone=tone, undo=undo)
        return trigger_client_event(response, CHANGED, {})
    if tone == "ok":
        messages.success(request, text, extra_tags=f"undo:{undo}" if undo else "")
    else:
        messages.warning(request, text)
    return redirect(to or _where(request))


def _where(request: BrandRequest) -> str:
    """Where it was done, if it was here; else the list."""
    place = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(place, allowed_hosts={request.get_host()}):
        return place
    return reverse("people:list", args=[request.brand.slug])
