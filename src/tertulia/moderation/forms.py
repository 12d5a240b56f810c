"""What people write in moderation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand
from tertulia.kit.folding import clean
from tertulia.moderation.models import HouseRule
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


class HideForm(forms.Form):
    """The rule that a hiding cites, and a word for whoever looks at it later."""

    rule = forms.ModelChoiceField(HouseRule.objects.none(), error_messages={
        "required": _("Elige la norma que no respeta."), "invalid_choice": _("Esa norma ya no vale: elige otra.")})
    note = Words(label=_("Nota para el equipo"), required=False, max_length=2000)

    def __init__(self, data: Any, brand: Brand) -> None:
        super().__init__(data)
        self.fields["rule"].queryset = house_rules(brand)  # type: ignore[attr-defined]
