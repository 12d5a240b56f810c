"""What the team writes down of a person, and what an address asks of the list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tertulia.kit.folding import clean
from tertulia.people.models import WHY_ERASED, Purpose
from tertulia.people.queries import ORDERS, Filters
from tertulia.people.words import CUSTOMER


def filters_of(query: QueryDict) -> Filters:
    """The filters an address names; what it names wrongly is left out."""
    order, customer = query.get("orden", ""), query.get("cliente", "")
    return Filters(words=clean(query.get("q", ""))[:100].strip(), tag=clean(query.get("etiqueta", ""))[:40],
                   customer=customer if customer in CUSTOMER else "", order=order if order in ORDERS else "recientes")


def address_of(filters: Filters, **more: Any) -> str:
    """The query string that ``filters_of`` reads as ``filters``, with ``more``; empty, or with its question mark."""
    pairs = {"q": filters.words, "etiqueta": filters.tag, "cliente": filters.customer,
             "orden": "" if filters.order == "recientes" else filters.order, **more}
    told = urlencode({name: value for name, value in pairs.items() if value})
    return f"?{told}" if told else ""


class Words(forms.CharField):
    """What a person wrote, without the characters that cannot be stored."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean(value) if isinstance(value, str) else value))


class NoteForm(forms.Form):
    """A word about somebody for the team."""

    text = Words(label=_("Nota"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2}),
                 error_messages={"required": _("Escribe la nota antes de guardarla.")})


class NameForm(forms.Form):
    """What the team calls somebody; empty: as they call themselves."""

    name = Words(label=_("Cómo le llamáis"), max_length=120, required=False)


class ConsentForm(forms.Form):
    """What somebody agreed to, and where they said so."""

    purpose = forms.ChoiceField(label=_("Para qué"), choices=Purpose.choices)
    how = Words(label=_("Cómo y dónde lo dijo"), max_length=300, required=False)
    message = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not told.get("how") and not told.get("message"):
            self.add_error("how", forms.ValidationError(_("Escribe cómo y dónde lo dijo: sin eso no se puede demostrar.")))
        return told


class ErasureForm(forms.Form):
    """Why everything is to be wiped."""

    reason = forms.ChoiceField(label=_("Motivo"), choices=WHY_ERASED)
