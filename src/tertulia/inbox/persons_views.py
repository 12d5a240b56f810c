"""The page of a person, and the pane beside their conversation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.inbox import persons_panes
from tertulia.inbox.views import conversation_or_404
from tertulia.people.told import page_of, person_or_404


@require_GET
@for_brand("see")
def person(request: BrandRequest, pk: int) -> HttpResponse:
    """All that is known of somebody. To htmx the page's inside, or the next stretch of their history."""
    found, before = person_or_404(request, pk), request.GET.get("antes", "")
    if found.pk != pk:
        return redirect(page_of(found))  # who they were joined into
    if (request.htmx.target or "").startswith("mas"):  # type: ignore[attr-defined]
        return render(request, "inbox/person_said.html", {"person": found, **persons_panes.history(found, before)})
    template = "inbox/person_whole.html" if request.htmx else "inbox/person_page.html"  # type: ignore[attr-defined]
    return render(request, template, persons_panes.whole(request, found, before))


@require_GET
@for_brand("see")
def beside(request: BrandRequest, pk: int) -> HttpResponse:
    """Who speaks in a conversation, again."""
    return render(request, "inbox/person.html", persons_panes.beside(request, conversation_or_404(request, pk)))
