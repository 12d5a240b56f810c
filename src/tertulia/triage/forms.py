"""What people send about readings: which labels hold, and the brand's departments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _

from tertulia.inbox.labels import HEADS
from tertulia.kit.folding import clean
from tertulia.triage.departments import MOST
from tertulia.triage.rules import Place

#: The queues of the page: in the address → what it is called, its icon.
QUEUES = {
    "dudosos": (_("Dudosos"), "help"),
    "errores": (_("Errores más seguros"), "alert"),
    "dichos": (_("Lo que habéis dicho"), "person"),
}


def asked_head(told: str) -> str:
    """The head that an address asks for; the first if it is none."""
    return told if told in HEADS else next(iter(HEADS))


def asked_queue(told: str) -> str:
    """The queue that an address asks for; the first if it is none."""
    return told if told in QUEUES else next(iter(QUEUES))


class CorrectionForm(forms.Form):
    """``right``: the labels that hold, or ``confirm``: what is told is right. ``queue``: where on the page it was said."""

    head = forms.ChoiceField(choices=HEADS.items())
    confirm = forms.BooleanField(required=False)
    queue = forms.ChoiceField(choices=[(name, name) for name in QUEUES], required=False)

    def __init__(self, data: MultiValueDict[str, Any]) -> None:
        super().__init__(data)
        self.right = [clean(one) for one in data.getlist("right")][:MOST]


class DepartmentForm(forms.Form):
    """One department. What it answers for helps while there are no examples."""

    name = forms.CharField(label=_("Nombre"), max_length=80, error_messages={"required": _("Escribe el nombre.")})
    about = forms.CharField(label=_("De qué se ocupa"), max_length=300, required=False,
                            help_text=_("Con sus palabras: «facturas, cobros y devoluciones de dinero»."))


def listed(told: MultiValueDict[str, Any]) -> list[Place]:
    """The departments as their list was sent, each row ``key``, ``name``, ``about``; rows without a name are left out."""
    rows = zip(told.getlist("key"), told.getlist("name"), told.getlist("about"), strict=False)
    return [Place(key, name, about) for key, name, about in rows if name.strip()]


def moved(places: list[Place], act: str) -> list[Place]:
    """The list after ``act``: "up:key", "down:key", "drop:key" or nothing."""
    what, _colon, key = act.partition(":")
    at = next((n for n, one in enumerate(places) if one.key == key), None)
    if at is None:
        return places
    rest = [one for one in places if one.key != key]
    if what == "drop":
        return rest
    to = at + {"up": -1, "down": 1}.get(what, 0)
    return [*rest[:max(0, to)], places[at], *rest[max(0, to):]]
