"""What people write of their voice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tertulia.kit.folding import clean
from tertulia.strategy.models import STOPPABLE, SUBJECTS, Address, TermKind


class Words(forms.CharField):
    """What a person wrote, without the characters that cannot be stored, on one line."""

    def to_python(self, value: Any) -> str:
        return " ".join(str(super().to_python(clean(value) if isinstance(value, str) else value)).split())


class VoiceForm(forms.Form):
    """How the brand writes."""

    address = forms.ChoiceField(label=_("Cómo tratáis a la gente"), choices=Address.choices, required=False)
    neutral = forms.MultipleChoiceField(
        label=_("Avisar si un texto toca"), choices=SUBJECTS, required=False, widget=forms.CheckboxSelectMultiple)
    inclusive = forms.BooleanField(label=_("Sugerir otra forma donde el masculino u otra expresión deja fuera a alguien"), required=False)
    legal = forms.BooleanField(label=_("Recordar lo que pide la ley en sorteos, descuentos, publicidad y datos"), required=False)
    stops = forms.MultipleChoiceField(
        label=_("No dejar salir un texto con"), choices=STOPPABLE, required=False, widget=forms.CheckboxSelectMultiple)


class TermForm(forms.Form):
    """A word of the brand's."""

    kind = forms.ChoiceField(label=_("Qué pasa con ella"), choices=TermKind.choices)
    text = Words(label=_("Palabra o expresión"), max_length=80, error_messages={"required": _("Escribe la palabra.")})
    says = Words(label=_("Por qué, o qué poner en su lugar"), max_length=200, required=False)
    until = forms.DateField(label=_("Hasta"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
                            help_text=_("Para lo que solo es delicado estos días."))

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        if told.get("kind") == TermKind.PREFERRED and not told.get("says"):
            self.add_error("says", _("Di qué poner en su lugar."))
        return told


class RuleForm(forms.Form):
    """The name of a rule of proofing."""

    rule = forms.RegexField(r"^[\w.:/ -]{1,80}\Z")
