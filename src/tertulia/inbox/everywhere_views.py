"""The queue of all the brands of a member: its page, and the next rows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from tertulia.brands.models import Member
from tertulia.inbox import everywhere, labels
from tertulia.inbox.addresses import address_of, filters_of, pairs_of
from tertulia.inbox.listing import rows_of
from tertulia.inbox.lists import PAGE, Filters

#: By what the queue of all brands may be filtered: what means the same in all of them.
_HEADS = {"juicio": "judgement", "intencion": "intent", "tono": "sentiment", "urgencia": "urgency", "importancia": "importance",
          "idioma": "language"}

#: How many brands are beside the queue, the angriest first.
PLACES = 40


@require_GET
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits in all the member's brands, in one order. To htmx, only the results or the next page of rows."""
    member, filters = cast(Member, request.user), _asked(request)
    page = everywhere.page_of(member, filters, request.GET.get("despues", ""), PAGE)
    address = address_of(filters)
    context = {
        "rows": rows_of(page.rows), "filters": filters, "list_url": reverse("everywhere"), "deep": "despues" in request.GET,
        "address": address_of(replace(filters, back="todas")), "here": address,
        "more": address_of(filters, despues=page.next) if page.next else "", "everywhere": True}
    target = request.htmx.target or ""  # type: ignore[attr-defined]
    if target.startswith("mas"):
        return render(request, "inbox/everywhere_rows.html", context)
    return render(request, "inbox/everywhere.html", context | _around(member, filters))


def _asked(request: HttpRequest) -> Filters:
    """What the address asks for, of what can be asked of all brands."""
    told = {name: value for name, value in request.GET.items() if name in ("vista", "orden", "tipo", "plazo", *_HEADS)}
    filters = filters_of(told)
    return filters if filters.view in everywhere.EVERYWHERE else replace(filters, view="pending")


def _around(member: Member, filters: Filters) -> dict[str, Any]:
    counts, told, url = everywhere.counts(member), pairs_of(filters), reverse("everywhere")
    busiest = sorted(everywhere.places(member), key=lambda one: (-one.angry.number, -one.pending.number))
    order = next(name for name, entry in labels.ORDERS.items() if entry[0] == filters.ordered)
    return {
        "views": [{"name": name, "label": label, "icon": icon, "count": counts.get(view), "current": view == filters.view,
                   "url": url + address_of(replace(filters, view=view, order=""))}
                  for name, (view, label, icon) in labels.VIEWS.items() if view in everywhere.EVERYWHERE],
        "places": busiest[:PLACES], "places_left": len(busiest[PLACES:]), "order": order, "order_label": labels.ORDERS[order][1],
        "orders": [(name, label, url + address_of(filters, orden=name)) for name, (_order, label) in labels.ORDERS.items()],
        "view": next(name for name, entry in labels.VIEWS.items() if entry[0] == filters.view),
        "choices": _choices(told),
        "active": [{"name": name, "label": _called(name, value), "url": url + address_of(filters, **{name: ""})}
                   for name, value in told.items() if name not in ("vista", "orden")]}


def _choices(told: dict[str, str]) -> list[dict[str, Any]]:
    offered = {"tipo": list(labels.KINDS.items()), "plazo": [(name, label) for name, (_key, label) in labels.DEADLINES.items()]}
    offered |= {name: [(key, label) for key, (label, _tone) in labels.WORDS[head].items()] for name, head in _HEADS.items()}
    return [{"name": name, "label": labels.FILTERS[name], "options": options, "chosen": told.get(name, "")}
            for name, options in offered.items()]


def _called(name: str, value: str) -> Any:
    return next((label for one in _choices({}) if one["name"] == name for key, label in one["options"] if key == value), value)
