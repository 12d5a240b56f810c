"""What the parts hold of people, for who asks for a copy of it.

A part registers a function that tells, of some profiles, what it keeps: plain JSON with English names, and those names in
words for the page that is read. A part that holds words of people also reacts to ``PersonErased`` and wipes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tertulia.people.models import Profile

Tell = Callable[[Sequence[Profile]], dict[str, Any]]

_register: dict[str, Tell] = {}
_words: dict[str, Any] = {
    "brand": _("Marca"), "made_at": _("Hecho el"), "people": _("Quién eres para la marca"), "accounts": _("Tus cuentas"),
    "network": _("Red"), "id": _("Identificador"), "handle": _("Usuario"), "name": _("Nombre"), "address": _("Dirección"),
    "followers": _("Te siguen"), "first_seen": _("Te vimos por primera vez"), "last_seen": _("Te vimos por última vez"),
    "blocked": _("Cuenta bloqueada"), "records": _("Tu ficha"), "customer": _("Cliente"), "tags": _("Etiquetas"),
    "known_since": _("Desde"), "notes": _("Notas del equipo"), "at": _("Cuándo"), "text": _("Texto"), "consents": _("Lo que aceptaste"),
    "purpose": _("Para qué"), "given": _("Lo aceptaste el"), "how": _("Cómo"), "message": _("Mensaje"), "withdrawn": _("Lo retiraste el")}


def holds(part: str, words: Mapping[str, Any] | None = None) -> Callable[[Tell], Tell]:
    """Registers what ``part`` holds, and what its names are called. The part's ``reactions`` import the module it stands in."""

    def register(tell: Tell) -> Tell:
        if part in _register:
            raise ValueError(f"two holdings of {part}")
        _register[part] = tell
        _words.update(words or {})
        return tell

    return register


def held(profiles: Sequence[Profile]) -> dict[str, Any]:
    """All that every part holds of these profiles, by part; a part that holds nothing is left out."""
    told = {part: tell(profiles) for part, tell in sorted(_register.items())}
    return {part: one for part, one in told.items() if one}


def called(name: str) -> str:
    """A name of the JSON in words."""
    return str(_words.get(name, name))
