"""What an address asks of the list: every filter has its name there, so that a list can be shared, saved and gone back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from tertulia.inbox import labels
from tertulia.inbox.lists import Filters
from tertulia.inbox.models import ConversationState
from tertulia.kit.folding import clean

Read = Callable[[str], Any]


def number(told: str) -> int | None:
    """An id; None: it is none."""
    return int(told) if told.isdecimal() and len(told) < 18 else None


def _one_of(known: Any) -> Read:
    return lambda told: told if told in known else ""


def _level(told: str) -> int | None:
    return int(told) if told in ("1", "2", "3") else None


def _words(most: int) -> Read:
    return lambda told: clean(told)[:most].strip()


def _member(told: str) -> str:
    return labels.ASSIGNED.get(told, (told if number(told) else "",))[0]


#: In the address → the field of ``Filters``, and how it is read.
NAMES: dict[str, tuple[str, Read]] = {
    "orden": ("order", lambda told: labels.ORDERS.get(told, ("",))[0]), "q": ("words", _words(200)), "canal": ("channel_id", number),
    "tipo": ("kind", _one_of(labels.KINDS)), "estado": ("state", _one_of(ConversationState.values)),
    "juicio": ("judgement", _one_of(labels.WORDS["judgement"])), "intencion": ("intent", _one_of(labels.INTENTS)),
    "tono": ("sentiment", _one_of(labels.SENTIMENTS)), "ofensa": ("offence", _one_of(labels.OFFENCES)),
    "importancia": ("importance", _level), "urgencia": ("urgency", _level), "departamento": ("department", _words(40)),
    "idioma": ("language", _one_of(labels.LANGUAGES)),
    "persona": ("person_id", number), "publicacion": ("subject_id", number), "de": ("assignee", _member),
    "etiqueta": ("label", _words(40)), "plazo": ("deadline", lambda told: labels.DEADLINES.get(told, ("",))[0]),
    "notas": ("notes", lambda told: labels.NOTES.get(told, ("",))[0]), "ventana": ("closing", _one_of(["cierra"])),
    "guardada": ("saved", number), "vuelta": ("back", _one_of(["todas"])),
}


def filters_of(query: Mapping[str, Any]) -> Filters:
    """The filters an address names; what it names wrongly is left out."""
    view = labels.VIEWS.get(query.get("vista", ""), labels.VIEWS["pendientes"])[0]
    return Filters(view=view, **{name: read(str(query.get(key, ""))) for key, (name, read) in NAMES.items()})


def pairs_of(filters: Filters) -> dict[str, str]:
    """What ``filters_of`` reads as these filters, the empty ones left out."""
    view = next(name for name, entry in labels.VIEWS.items() if entry[0] == filters.view)
    told = {"vista": "" if filters.view == "pending" else view}
    for key, (name, _read) in NAMES.items():
        value = getattr(filters, name)
        known = _IN_ADDRESS.get(key)
        told[key] = next((short for short, entry in known.items() if entry[0] == value), value) if known else value
    return {key: str(value) for key, value in told.items() if value}


_IN_ADDRESS: dict[str, Mapping[str, tuple[Any, ...]]] = {
    "orden": labels.ORDERS, "de": labels.ASSIGNED, "plazo": labels.DEADLINES, "notas": labels.NOTES}


def address_of(filters: Filters, **more: Any) -> str:
    """The query string of these filters, with ``more`` (empty: without); empty, or with its question mark."""
    pairs = {key: value for key, value in (pairs_of(filters) | more).items() if value}
    return f"?{urlencode(pairs)}" if pairs else ""
