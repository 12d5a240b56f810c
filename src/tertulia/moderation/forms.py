"""What people write in moderation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand
from tertulia.kit.folding import clean
from tertulia.moderation.models import Act, HouseRule, LadderAct, Outcome, Policy
from tertulia.moderation.queries import house_rules


class Words(forms.CharField):
    """What a person wrote, without the characters that cannot be stored."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(clean(value) if isinstance(value, str) else value))


class HouseRuleForm(forms.Form):
    """A house rule, or a new version of one."""

    title = Words(label=_("Título"), max_length=80, error_messages={"required": _("Ponle un título, corto y claro.")})
    text = Words(label=_("Texto"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                 error_messages={"required": _("Escribe la norma tal como la leerá el público.")})


class ActForm(forms.Form):
    """What is decided of a message, the rule it breaks, and a word for whoever looks at it later."""

    act = forms.ChoiceField(choices=[(str(one), one.label) for one in (Act.HIDE, Act.DELETE, Act.BLOCK, Act.NOTE, Act.KEEP)],
                            error_messages={"required": _("Elige qué hacer."), "invalid_choice": _("Elige qué hacer.")})
    rule = forms.ModelChoiceField(HouseRule.objects.none(), required=False, error_messages={
        "invalid_choice": _("Esa norma ya no vale: elige otra.")})
    note = Words(label=_("Nota para el equipo"), required=False, max_length=2000)
    same = forms.BooleanField(required=False)

    def __init__(self, data: Any, brand: Brand, act: str = "") -> None:
        """``data`` may say act and rule in one (``how``: ``hide:12``), as a single button can; ``act`` if it says none."""
        if data is not None:
            data = {"act": act, **data.dict()}
            if "how" in data:
                data["act"], _colon, data["rule"] = data["how"].partition(":")
        super().__init__(data)
        self.fields["rule"].queryset = house_rules(brand)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Whatever is done against a message cites a rule."""
        told = super().clean() or {}
        if told.get("act") and told["act"] != Act.KEEP and not told.get("rule") and "rule" not in self.errors:
            self.add_error("rule", _("Elige la norma que no respeta."))
        return told


class WeightForm(forms.Form):
    """How many strikes breaking a rule is worth."""

    weight = forms.TypedChoiceField(coerce=int, choices=[(number, number) for number in range(6)])


class PolicyForm(forms.ModelForm):
    """What the brand publishes, and its days."""

    class Meta:
        model = Policy
        fields = ("public", "indexed", "intro", "transparency", "strike_days", "appeal_days", "answer_days", "delay")
        widgets = {"intro": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "public": _("Una página que cualquiera puede leer, sin entrar."),
            "indexed": _("Si no, solo la encuentra quien tiene el enlace."),
            "transparency": _("Cuántos mensajes se ocultan, se borran o se reclaman, y por qué norma. Solo números."),
            "intro": _("Unas palabras delante de las normas."),
            "delay": _("Hasta que pasan, quien borra puede detenerlo.")}

    strike_days = forms.IntegerField(label=_("Días que cuenta una falta"), min_value=1, max_value=3650)
    appeal_days = forms.IntegerField(label=_("Días para reclamar"), min_value=1, max_value=365)
    answer_days = forms.IntegerField(label=_("Días para responder a una reclamación"), min_value=1, max_value=90)
    delay = forms.IntegerField(label=_("Minutos que espera un borrado"), min_value=0, max_value=1440,
                               help_text=_("Hasta que pasan, quien borra puede detenerlo."))
    intro = Words(label=_("Presentación"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
                  help_text=_("Unas palabras delante de las normas."))


class LadderForm(forms.Form):
    """From how many strikes on each step is taken; empty: never."""

    def __init__(self, data: Any, ladder: Mapping[str, int]) -> None:
        super().__init__(data, prefix="paso")
        for act in LadderAct:
            self.fields[str(act)] = forms.IntegerField(label=act.label, required=False, min_value=1, max_value=99, initial=ladder.get(act))

    def steps(self) -> dict[str, int]:
        """Points by step."""
        return {name: points for name, points in self.cleaned_data.items() if points}


class AppealForm(forms.Form):
    """What the author of a message says."""

    text = Words(label=_("¿Por qué crees que nos equivocamos?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 6}),
                 error_messages={"required": _("Cuéntanos por qué, aunque sea en una línea."),
                                 "max_length": _("Es demasiado largo: caben 2.000 caracteres.")})


class AnswerForm(forms.Form):
    """What the author is answered."""

    outcome = forms.ChoiceField(
        label=_("Cómo termina"), widget=forms.RadioSelect, error_messages={"required": _("Elige cómo termina.")},
        choices=[(str(Outcome.REVERSED), _("Darle la razón")), (str(Outcome.UPHELD), _("Mantener la decisión"))])
    text = Words(label=_("Respuesta"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), error_messages={
        "required": _("Escribe la respuesta: quien reclamó la leerá tal cual.")})
