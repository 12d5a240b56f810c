"""Who else is here: pages say that they are open, and ask who is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.inbox import lists, presence
from tertulia.inbox.forms import chosen
from tertulia.inbox.views import conversation_or_404
from tertulia.kit import clock


@require_POST
@for_brand("see")
def beat(request: BrandRequest, pk: int) -> HttpResponse:
    """The conversation is open on a page of the member's; with ``fuera``, it is not any more."""
    conversation = conversation_or_404(request, pk)
    if request.POST.get("fuera"):
        presence.leave(conversation, request.user, clock.now())
    else:
        presence.beat(conversation, request.user, clock.now())
    return HttpResponse(status=204)


@require_GET
@for_brand("see")
def who(request: BrandRequest) -> HttpResponse:
    """Who is in the conversations ``ids``, and in ``abierta``, each to take its own place on the page."""
    ids, opened = chosen(request.GET), chosen(request.GET, "abierta")
    there = presence.here(request.brand, [*ids, *opened], request.user, clock.now())
    known = lists.rows_of(request.brand, ids).values_list("pk", flat=True)
    context: dict[str, Any] = {"rows": [(pk, there.get(pk, [])) for pk in known]}
    if opened:
        here = there.get(opened[0], [])
        context |= {"opened": True, "here": here, "writing": [one.member for one in here if one.writing]}
    return render(request, "inbox/who.html", context)
