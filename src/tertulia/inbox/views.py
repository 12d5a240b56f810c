"""Looking at the inbox: the list, a conversation, and what live pages ask again."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from tertulia.brands.doors import BrandRequest, for_brand
from tertulia.channels.proofing import proofed, reached
from tertulia.channels.queries import channels_of, why_not
from tertulia.inbox import listing, lists, merging, panes, queries, writer
from tertulia.inbox.addresses import address_of, filters_of
from tertulia.inbox.forms import chosen
from tertulia.inbox.models import Conversation
from tertulia.inbox.rules import words_of
from tertulia.inbox.saved_views import first_view
from tertulia.inbox.talk import talk_of


def conversation_or_404(request: BrandRequest, pk: int) -> Conversation:
    """The brand's conversation, or the one that it was merged into; another brand's is not there."""
    try:
        return merging.goes_on_in(queries.conversation_of(request.brand, pk))
    except Conversation.DoesNotExist as error:
        raise Http404(pk) from error


@require_GET
@for_brand("see")
def choices(request: BrandRequest) -> HttpResponse:
    """What the list may be filtered by: fetched when it is first wanted."""
    return render(request, "inbox/choices.html", listing.choices_context(request, filters_of(request.GET)))


@require_POST
@for_brand("answer")
def proof(request: BrandRequest) -> HttpResponse:
    """What is to be said of an answer while it is written: see ``proofed``."""
    return proofed(request, "inbox:reach")


@require_POST
@for_brand("answer")
def reach(request: BrandRequest) -> HttpResponse:
    """The same, after asking the net: see ``reached``."""
    return reached(request)


@require_GET
@for_brand("see")
def inbox(request: BrandRequest) -> HttpResponse:
    """The views and the list. To htmx, only what it asks for: the results of other filters, or the next page of rows."""
    filters, after = filters_of(request.GET), request.GET.get("despues", "")
    entering = request.path not in request.headers.get("referer", "")
    if not request.GET and entering and (first := first_view(request.brand, request.user)):
        return redirect(request.path + address_of(filters_of({**first.filters, "guardada": str(first.pk)})))
    context = listing.list_context(request, filters, after)
    if request.htmx.target == "resultados":  # type: ignore[attr-defined]
        context |= listing.views_context(request, filters) | listing.controls_context(request, filters)
        return render(request, "inbox/results.html", context)
    if request.htmx.target and request.htmx.target.startswith("mas"):  # type: ignore[attr-defined]
        return render(request, "inbox/rows.html", context)
    return render(request, "inbox/inbox.html", context | _around(request, filters))


def _around(request: BrandRequest, filters: lists.Filters) -> dict[str, object]:
    return listing.views_context(request, filters) | listing.controls_context(request, filters) | {
        "no_channels": lambda: not channels_of(request.brand).exists()}  # a template asks where nothing is listed


@require_GET
@for_brand("see")
def conversation(request: BrandRequest, pk: int) -> HttpResponse:
    """One conversation, with the list beside it; to htmx, the conversation alone (or only where its answer is written)."""
    opened, filters = conversation_or_404(request, pk), filters_of(request.GET)
    if opened.pk != pk:
        return redirect(reverse("inbox:conversation", args=[request.brand.slug, opened.pk]) + address_of(filters))
    answering = request.GET.get("a", "")
    to = int(answering) if answering.isdecimal() and len(answering) < 18 else None
    if request.htmx.target == "escribir":  # type: ignore[attr-defined]
        return render(request, "inbox/writer.html", writer.writer_context(request, opened, to) | {"address": address_of(filters)})
    context = panes.opened_context(request, opened, filters, before=request.GET.get("antes", ""), answering=to)
    if request.htmx.target == "abierta":  # type: ignore[attr-defined]
        return render(request, "inbox/opened.html", context)
    beside = listing.list_context(request, filters) | _around(request, filters)
    return render(request, "inbox/inbox.html", beside | context)


@require_GET
@for_brand("see")
def talk(request: BrandRequest, pk: int) -> HttpResponse:
    """From message ``desde`` on, anew, with how the conversation stands; 204 if ``v`` is still what there is."""
    opened, filters = conversation_or_404(request, pk), filters_of(request.GET)
    since = chosen(request.GET, "desde")
    first = opened.messages.filter(pk=since[0]).first() if since else None
    messages = queries.messages_from(opened, first) if first else list(queries.messages_of(opened).rows)
    context = panes.tail_context(request, opened, filters, messages, earlier=request.GET.get("hay", ""))
    if context["version"] == request.GET.get("v"):
        return HttpResponse(status=204)
    return render(request, "inbox/refreshed.html", context)


@require_GET
@for_brand("see")
def earlier(request: BrandRequest, pk: int) -> HttpResponse:
    """The stretch before mark ``antes``, to go above what is shown."""
    opened, filters = conversation_or_404(request, pk), filters_of(request.GET)
    mark = request.GET.get("antes", "")
    page = queries.messages_of(opened, mark)
    newer = queries.message_after(opened, page.rows[-1]) if page.rows else None
    notes = panes.notes_between(opened, page.rows, whole=not page.next, until=newer)
    zone = panes.zone_of(request.brand)
    return render(request, "inbox/earlier.html", {
        "conversation": opened, "address": address_of(filters), "earlier": page.next,
        "talk": talk_of(page.rows, notes, zone, words=words_of(filters.words)), "hide_not": why_not(opened.channel, "hide")})


@require_GET
@for_brand("see")
def rows(request: BrandRequest) -> HttpResponse:
    """The lines of the conversations ``ids`` as they stand now, each to take its own place."""
    filters, ids = filters_of(request.GET), chosen(request.GET)
    found = lists.rows_of(request.brand, ids)
    inside = lists.inside(request.brand, request.user, filters, ids)
    return render(request, "inbox/rows_again.html", {
        "rows": listing.rows_of(found, inside=inside), "address": address_of(filters), "again": True})


@require_GET
@for_brand("see")
def news(request: BrandRequest) -> HttpResponse:
    """In how many conversations of the list somebody spoke since message ``desde``."""
    filters, since = filters_of(request.GET), chosen(request.GET, "desde")
    count = lists.spoke_since(request.brand, request.user, filters, since[0] if since else 0)
    return render(request, "inbox/news.html", {"count": count, "address": address_of(filters)})


@require_GET
@for_brand("see")
def counts(request: BrandRequest) -> HttpResponse:
    """The views again, with their counts."""
    return render(request, "inbox/views.html", listing.views_context(request, filters_of(request.GET), counted=True))
