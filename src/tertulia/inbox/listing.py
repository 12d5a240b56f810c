"""What the list shows: the views with their counts, the rows, what they may be filtered by and what they are filtered by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from tertulia.brands.doors import BrandRequest
from tertulia.brands.queries import team
from tertulia.channels.queries import channels_of
from tertulia.inbox import labels, lists, queries
from tertulia.inbox.addresses import NAMES, address_of, filters_of, pairs_of
from tertulia.inbox.lists import PAGE, Filters
from tertulia.inbox.models import Conversation, Subject
from tertulia.inbox.rules import around, excerpt, found_in, segments, words_of
from tertulia.inbox.saved_views import saved_views
from tertulia.inbox.understood import Conclusion, row_of
from tertulia.people.models import Profile


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list: the conversation, its text in pieces, its chips, where it opens; ``inside``: it still passes the filters."""

    conversation: Conversation
    pieces: list[tuple[str, tuple[str, ...]]]
    chips: list[Conclusion]
    url: str
    inside: bool = True

    @property
    def key(self) -> str:
        """Its id as pages name it."""
        return str(self.conversation.pk)


def views_context(request: BrandRequest, filters: Filters, *, counted: bool = False) -> dict[str, Any]:
    """The views; ``counted``: with how many conversations each has. A page does not wait for that: it asks when it is there."""
    counts = lists.counts(request.brand, request.user) if counted else {}
    list_url = reverse("inbox:list", args=[request.brand.slug])
    return {
        "views": [
            {"name": name, "label": label, "icon": icon, "count": counts.get(view), "current": view == filters.view and not filters.saved,
             "url": list_url + (address_of(replace(filters, view=view, order="", saved=None)) or "?vista=pendientes")}
            for name, (view, label, icon) in labels.VIEWS.items()
            if view not in labels.PASSING or counts.get(view) or view == filters.view],
        "named": named_views(request, filters), "counted": counted, "filters": filters, "address": address_of(filters)}


def named_views(request: BrandRequest, filters: Filters) -> list[dict[str, Any]]:
    """The saved views of the member and the team, with their filters and addresses."""
    list_url = reverse("inbox:list", args=[request.brand.slug])
    views = []
    for one in saved_views(request.brand, request.user):
        kept = filters_of({**one.filters, "guardada": str(one.pk)})
        views.append({"view": one, "filters": kept, "url": list_url + address_of(kept), "current": filters.saved == one.pk,
                      "changed": filters.saved == one.pk and filters != kept})
    return views


def list_context(request: BrandRequest, filters: Filters, after: str = "") -> dict[str, Any]:
    """A page of the list; with ``after``, the one after that mark."""
    brand = request.brand
    page = lists.page_of(brand, request.user, filters, after, PAGE)
    return {
        "filters": filters, "address": address_of(filters), "words": filters.words, "deep": bool(after), "cut": page.cut,
        "rows": rows_of(page.rows, filters.words, page.texts), "more": address_of(filters, despues=page.next) if page.next else "",
        "since": lists.last_id(), "take": f"assign:{request.user.pk}",
        "reasons": labels.REASONS.items()}


def rows_of(conversations: Iterable[Conversation], words: str = "", found: dict[int, str] | None = None,
            inside: set[int] | None = None) -> list[Row]:
    """Lines of the list; ``found`` are the texts that the ``words`` were found in, by conversation. Their brands are at hand."""
    asked, rows = words_of(words), list(conversations)
    readings = queries.last_readings([one.pk for one in rows])
    places = {one.brand.slug: reverse("inbox:list", args=[one.brand.slug]) for one in rows}
    return [
        Row(one, _pieces(found[one.pk], asked) if found and one.pk in found else [(one.excerpt, ())], row_of(readings.get(one.pk)),
            f"{places[one.brand.slug]}{one.pk}/", inside is None or one.pk in inside)
        for one in rows]


def _pieces(text: str, words: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    piece = around(text, words)
    return segments(piece, {"found": found_in(piece, words)})


# --------------------------------------------------------------------------- what it is filtered by


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to filter by: its name in the address, what it is called, what may be chosen and what is."""

    name: str
    label: Any
    options: list[tuple[str, Any]]
    chosen: str

    @property
    def loose(self) -> bool:
        """Whether what is chosen is none of the options."""
        return bool(self.chosen) and self.chosen not in dict(self.options)


def choices_context(request: BrandRequest, filters: Filters) -> dict[str, Any]:
    """What the list may be filtered by."""
    told = pairs_of(filters)
    return {"choices": [Choice(name, label, options, told.get(name, "")) for name, (label, options) in _offered(request).items()]}


def controls_context(request: BrandRequest, filters: Filters) -> dict[str, Any]:
    """What the list is filtered and ordered by."""
    told = pairs_of(filters)
    active = {name: value for name, value in told.items() if name not in _NO_CHIP}
    offered = _offered(request) if active else {}
    list_url = reverse("inbox:list", args=[request.brand.slug])
    order = next(name for name, entry in labels.ORDERS.items() if entry[0] == filters.ordered)
    return {
        "orders": [(name, label, list_url + address_of(filters, orden=name)) for name, (_order, label) in labels.ORDERS.items()],
        "order": order, "order_label": labels.ORDERS[order][1],
        "view": next(name for name, entry in labels.VIEWS.items() if entry[0] == filters.view),
        "kept": [(name, told[name]) for name in _KEPT if name in told],
        "savable": filters.narrow or bool(filters.order),
        "changed": next((one for one in named_views(request, filters) if one["changed"]), None) if filters.saved else None,
        "active": [{"name": name, "value": value, "label": _called(request, name, value, offered),
                    "url": list_url + address_of(filters, **{name: ""})} for name, value in active.items()]}


#: What the address names and no control of the filters shows: kept while others are chosen. What has no chip.
_KEPT = ("orden", "guardada", "vuelta")
_NO_CHIP = ("vista", "orden", "q", "guardada", "vuelta")


def _offered(request: BrandRequest) -> dict[str, tuple[Any, list[tuple[str, Any]]]]:
    """Name in the address → what it is called, and what may be chosen."""

    def words(head: str) -> list[tuple[str, Any]]:
        return [(key, label) for key, (label, _tone) in labels.WORDS[head].items()]

    people = [(str(one.member_id), str(one.member)) for one in team(request.brand)]
    return {
        "canal": (labels.FILTERS["canal"], [(str(one.pk), f"{one.handle} ({one.network})") for one in channels_of(request.brand)]),
        "tipo": (labels.FILTERS["tipo"], list(labels.KINDS.items())),
        "juicio": (labels.FILTERS["juicio"], words("judgement")),
        "intencion": (labels.FILTERS["intencion"], words("intent")),
        "tono": (labels.FILTERS["tono"], words("sentiment")),
        "urgencia": (labels.FILTERS["urgencia"], words("urgency")),
        "importancia": (labels.FILTERS["importancia"], words("importance")),
        "departamento": (labels.FILTERS["departamento"], []),
        "persona": (labels.FILTERS["persona"], []), "publicacion": (labels.FILTERS["publicacion"], []),
        "idioma": (labels.FILTERS["idioma"], words("language")),
        "ofensa": (labels.FILTERS["ofensa"], words("offence")),
        "plazo": (labels.FILTERS["plazo"], [(name, label) for name, (_key, label) in labels.DEADLINES.items()]),
        "ventana": (labels.FILTERS["ventana"], [("cierra", labels.CLOSING)]),
        "de": (labels.FILTERS["de"], [(name, label) for name, (_key, label) in labels.ASSIGNED.items()] + people),
        "etiqueta": (labels.FILTERS["etiqueta"], [(one.name, one.name) for one in queries.labels_of(request.brand)]),
        "notas": (labels.FILTERS["notas"], [(name, label) for name, (_key, label) in labels.NOTES.items()]),
        "estado": (labels.FILTERS["estado"], list(labels.STATES.items()))}


def _called(request: BrandRequest, name: str, value: str, offered: dict[str, tuple[Any, list[tuple[str, Any]]]]) -> Any:
    """A filter in words, for its chip."""
    if name == "persona":
        return str(Profile.objects.filter(brand=request.brand, pk=value).first() or "?")
    if name == "publicacion":
        subject = Subject.objects.filter(channel__brand=request.brand, pk=value).first()
        return excerpt(subject.text, 40) if subject and subject.text else labels.FILTERS["publicacion"]
    assert name in NAMES
    label, options = offered[name]
    return dict(options).get(value) or f"{label}: {value}"
