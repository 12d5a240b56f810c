"""What the page of the plaza lets a person say and break."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from tertulia.plaza import queries, rules
from tertulia.plaza.models import Fault, Neighbour


class Speaking(forms.Form):
    """Somebody of the public says something: to everybody, under something, or to one account in private."""

    who = forms.ModelChoiceField(Neighbour.objects.none(), label=_("Hablas como"), empty_label=None)
    text = forms.CharField(
        label=_("Qué dices"), max_length=rules.CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Nombra a alguien con @ para que se entere. Caben 500 caracteres."))
    to = forms.ModelChoiceField(Neighbour.objects.none(), label=_("A quién"), required=False,
                                empty_label=_("A toda la plaza"))
    parent = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].queryset = queries.cast()  # type: ignore[attr-defined]
        self.fields["to"].queryset = queries.brands()  # type: ignore[attr-defined]
        self.fields["to"].label_from_instance = _privately  # type: ignore[attr-defined]
        self.fields["who"].label_from_instance = _named  # type: ignore[attr-defined]


class Breaking(forms.ModelForm):
    """A fault to come."""

    class Meta:
        model = Fault
        fields: ClassVar = ["effect", "account", "method", "path", "seconds", "wait", "times"]
        labels: ClassVar = {
            "effect": _("Qué le pasa"), "account": _("A quién"), "method": _("En qué llamadas"), "path": _("Dirección"),
            "seconds": _("Segundos"), "wait": _("Cómo dice la espera"), "times": _("Cuántas veces")}
        help_texts: ClassVar = {
            "path": _("Lo que va tras /plaza/api/. Un asterisco vale por cualquier cosa; vacía, todas."),
            "wait": _("Solo al limitar."), "times": _("Vacío: hasta que la quites.")}
        widgets: ClassVar = {"method": forms.Select(choices=[
            ("", _("Todas")), ("POST", "POST"), ("GET", "GET"), ("PUT", "PUT"), ("PATCH", "PATCH"),
            ("DELETE", "DELETE")])}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = queries.brands()  # type: ignore[attr-defined]
        self.fields["account"].empty_label = _("A cualquiera")  # type: ignore[attr-defined]
        self.fields["path"].widget.attrs["placeholder"] = "utterances*"
        self.fields["times"].initial = 1
        self.fields["seconds"].widget.attrs.update(min=0, max=120)


def _named(who: Neighbour) -> str:
    return f"{who.name} (@{who.handle})"


def _privately(who: Neighbour) -> str:
    return str(_("En privado a %(name)s") % {"name": who.name})
