"""What people write in Reparto: a rule, and how much each can take."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand
from tertulia.brands.queries import team
from tertulia.channels.queries import channels_of
from tertulia.inbox import labels
from tertulia.inbox.assigning import Ruling
from tertulia.inbox.forms import Words
from tertulia.inbox.models import AssignmentRule
from tertulia.inbox.naming import departments


def choices_of(brand: Brand) -> dict[str, list[tuple[Any, Any]]]:
    """What a rule may ask, by filter: value and words."""
    return {
        "channel": [(one.pk, one.handle) for one in channels_of(brand)], "kind": list(labels.KINDS.items()),
        "intent": [(name, label) for name, (label, _tone) in labels.INTENTS.items()],
        "judgement": [(name, label) for name, (label, _tone) in labels.WORDS["judgement"].items() if name != "none"],
        "department": list(departments(brand).items()), "language": list(labels.LANGUAGES.items()),
        "open": [(True, _("Con la marca abierta")), (False, _("Con la marca cerrada"))]}


class RuleForm(forms.Form):
    """A rule: its name, its filters, and to whom: a member, or by turn among several."""

    name = Words(label=gettext_lazy("Nombre"), max_length=60, error_messages={"required": gettext_lazy("Ponle un nombre.")})
    channel = forms.TypedMultipleChoiceField(label=gettext_lazy("Por el canal"), coerce=int, required=False)
    kind = forms.MultipleChoiceField(label=gettext_lazy("Del tipo"), required=False)
    intent = forms.MultipleChoiceField(label=gettext_lazy("Que sea"), required=False)
    judgement = forms.MultipleChoiceField(label=gettext_lazy("De quien"), required=False)
    department = forms.MultipleChoiceField(label=gettext_lazy("Del departamento"), required=False)
    language = forms.MultipleChoiceField(label=gettext_lazy("En el idioma"), required=False)
    open = forms.TypedMultipleChoiceField(label=gettext_lazy("Que llegue"), coerce=lambda one: one == "True", required=False)
    among = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Para"), coerce=int, error_messages={"required": gettext_lazy("Elige a alguien.")},
        help_text=gettext_lazy("Si son varias personas, por turno: a quien hace más que no recibe."))

    def __init__(self, data: QueryDict | None, brand: Brand, rule: AssignmentRule | None = None) -> None:
        told = {"name": rule.name, **rule.when, "among": [rule.member_id] if rule.member_id else rule.among} if rule else None
        super().__init__(data, initial=told, auto_id=f"regla-{rule.pk if rule else 'nueva'}-%s")
        for name, choices in choices_of(brand).items():
            self._offer(name, choices)
        self._offer("among", [(one.member_id, str(one.member)) for one in team(brand) if one.role != Role.VIEWER])
        self._team = {one.member_id: one.member for one in team(brand)}

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        field: Any = self.fields[name]
        field.widget = forms.CheckboxSelectMultiple()
        field.choices = choices
        if not choices:
            del self.fields[name]

    def ruling(self) -> Ruling:
        """What was written."""
        told = dict(self.cleaned_data)
        name, among = told.pop("name"), told.pop("among")
        return Ruling(name, told, self._team[among[0]] if len(among) == 1 else None, among if len(among) > 1 else [])


class ShareForm(forms.Form):
    """How many a member takes at once (empty: any number), and until when they are away (empty: they are here)."""

    capacity = forms.IntegerField(min_value=0, max_value=9999, required=False)
    away = forms.DateField(required=False)

    def __init__(self, data: QueryDict, zone: ZoneInfo) -> None:
        super().__init__(data)
        self.zone = zone
