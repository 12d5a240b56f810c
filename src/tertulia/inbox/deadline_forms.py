"""What people write in Plazos: a target, an example, the ladder."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import team
from tertulia.channels.models import Channel
from tertulia.channels.queries import channels_of
from tertulia.inbox import labels
from tertulia.inbox.models import Target
from tertulia.inbox.targets import Promise

#: No promise is for longer: a year, in minutes.
LONGEST = 366 * 1440
_UNITS = [("1", gettext_lazy("minutos")), ("60", gettext_lazy("horas"))]


class Span(forms.MultiValueField):
    """A number and its unit, as minutes."""

    def __init__(self, **more: Any) -> None:
        number = forms.FloatField(min_value=0, max_value=LONGEST, required=False)
        unit = forms.ChoiceField(choices=_UNITS)
        super().__init__(fields=(number, unit), widget=SpanWidget(), require_all_fields=False, **more)

    def compress(self, data_list: list[Any]) -> int | None:
        """The minutes; None: none were written."""
        if not data_list or data_list[0] in (None, ""):
            return None
        minutes: int = round(data_list[0] * int(data_list[1] or 60))
        if not 0 < minutes <= LONGEST:
            raise forms.ValidationError(_("Entre un minuto y un año."))
        return minutes


class SpanWidget(forms.MultiWidget):
    """A number beside its unit."""

    template_name = "inbox/span_field.html"

    def __init__(self) -> None:
        number = forms.NumberInput(attrs={"min": "0", "step": "any", "inputmode": "decimal"})
        super().__init__([number, forms.Select(choices=_UNITS, attrs={"aria-label": gettext_lazy("Unidad de tiempo")})])

    def id_for_label(self, id_: str | None, index: str | None = None) -> str:
        """The label is the number's."""
        return f"{id_}_0" if id_ else ""

    def decompress(self, value: int | None) -> list[Any]:
        """Whole hours as hours."""
        if not value:
            return ["", "60"]
        return [value // 60, "60"] if value % 60 == 0 else [value, "1"]


class TargetForm(forms.Form):
    """By when a kind of message is answered, and solved."""

    intent = forms.ChoiceField(label=gettext_lazy("Si es"), required=False)
    importance = forms.TypedChoiceField(
        label=gettext_lazy("Y su importancia es"), coerce=int, initial=1,
        choices=[(1, gettext_lazy("Cualquiera")), (2, gettext_lazy("Importante, o más")), (3, gettext_lazy("Muy importante"))])
    channel = forms.ModelChoiceField(Channel.objects.none(), label=gettext_lazy("En"), required=False,
                                     empty_label=gettext_lazy("Cualquier canal"))
    answer = Span(label=gettext_lazy("Se responde en"), error_messages={"required": gettext_lazy("Di en cuánto tiempo.")})
    ceiling = Span(label=gettext_lazy("Y nunca más tarde, por el reloj, de"), required=False,
                   help_text=gettext_lazy("Vacío: sin tope."))
    solve = Span(label=gettext_lazy("Se resuelve en"), required=False, help_text=gettext_lazy("Vacío: no se promete."))

    def __init__(self, data: QueryDict | None, brand: Brand, target: Target | None = None) -> None:
        told = {"intent": target.intent, "importance": target.importance, "channel": target.channel_id, "answer": target.answer_minutes,
                "ceiling": target.ceiling_minutes, "solve": target.solve_minutes} if target else {"answer": 240, "ceiling": 1440}
        super().__init__(data, initial=told, auto_id=f"objetivo-{target.pk if target else 'nuevo'}-%s")
        self.fields["intent"].choices = [  # type: ignore[attr-defined]
            ("", _("Cualquier cosa")), *((name, label) for name, (label, _tone) in labels.INTENTS.items())]
        self.fields["channel"].queryset = channels_of(brand)  # type: ignore[attr-defined]
        self.fields["channel"].label_from_instance = lambda one: one.handle  # type: ignore[attr-defined]

    def clean_answer(self) -> int:
        if not (minutes := self.cleaned_data["answer"]):
            raise forms.ValidationError(_("Di en cuánto tiempo."))
        return int(minutes)

    def promise(self) -> Promise:
        """What was written."""
        told = self.cleaned_data
        return Promise(told["channel"], told["intent"], told["importance"], told["answer"], told["solve"], told["ceiling"])


class ExampleForm(forms.Form):
    """A message that does not exist, on the brand's clock."""

    what = forms.ChoiceField(required=False)
    day = forms.IntegerField(min_value=0, max_value=6)
    at = forms.TimeField()

    def __init__(self, data: QueryDict | dict[str, Any], now: datetime, zone: ZoneInfo) -> None:
        super().__init__(data)
        self.now, self.zone = now, zone
        self.fields["what"].choices = [("", ""), *((name, name) for name in labels.INTENTS)]  # type: ignore[attr-defined]


class LadderForm(forms.Form):
    """Who hears of what is late: ``member`` and ``after`` (minutes), as many as there are, in order."""

    def __init__(self, data: QueryDict, brand: Brand) -> None:
        super().__init__(data)
        self._team = {str(one.member_id): one.member for one in team(brand)}

    def clean(self) -> dict[str, Any]:
        steps: list[tuple[Member, int]] = []
        data: Any = self.data
        for who, after in zip(data.getlist("member"), data.getlist("after"), strict=False):
            if not who:
                continue
            if who not in self._team or not (after.isdecimal() and len(after) < 7 and int(after) <= LONGEST):
                raise forms.ValidationError(_("Elige a alguien del equipo y los minutos que han de pasar."))
            steps.append((self._team[who], int(after)))
        return {"steps": sorted(steps, key=lambda one: one[1])}
