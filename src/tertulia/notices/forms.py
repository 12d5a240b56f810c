"""How a member wants to be told, when not, and who gets a digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.notices import queries, sections
from tertulia.notices.kinds import Kind, Text, kinds
from tertulia.notices.models import DigestRecipient, Every, Way
from tertulia.notices.wishes import ways_of


class QuietForm(forms.Form):
    """When the member is left in peace."""

    on = forms.BooleanField(label=_("Tengo horas de silencio"), required=False)
    begins = forms.TimeField(label=_("Desde"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="21:00")
    ends = forms.TimeField(label=_("Hasta"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="08:00")
    weekends = forms.BooleanField(label=_("También todo el sábado y el domingo"), required=False)
    urgent = forms.BooleanField(label=_("Lo urgente pasa de todos modos"), required=False, initial=True)

    def __init__(self, given: QueryDict | None = None, *, member: Member, brand: Brand) -> None:
        kept = queries.quiet_hours_of(member)
        known = {name: getattr(kept, name) for name in ("begins", "ends", "weekends", "urgent", "time_zone")} if kept else {}
        super().__init__(given, initial={"on": kept is not None, "time_zone": brand.time_zone, **known}, prefix="silencio")
        zones = {*queries.time_zones_of(member), *filter(None, [known.get("time_zone")])}
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Con el reloj de"), choices=[(one, one.replace("_", " ")) for one in sorted(zones)])

    def hours(self) -> dict[str, Any] | None:
        """The fields of ``QuietHours``; None: no quiet hours."""
        given = dict(self.cleaned_data)
        return given if given.pop("on") else None

    def clean(self) -> dict[str, Any]:
        """From an hour to another one."""
        given = super().clean() or {}
        if given.get("begins") and given.get("begins") == given.get("ends"):
            self.add_error("ends", _("Que no sea la misma hora a la que empieza."))
        return given


WEEKDAYS = [(0, _("Lunes")), (1, _("Martes")), (2, _("Miércoles")), (3, _("Jueves")), (4, _("Viernes")), (5, _("Sábado")),
            (6, _("Domingo"))]


class WhenForm(forms.Form):
    """When a digest comes."""

    every = forms.ChoiceField(label=_("¿Cuándo?"), choices=Every.choices, initial=Every.DAY)
    weekday = forms.TypedChoiceField(label=_("El semanal, cada"), choices=WEEKDAYS, coerce=int, initial=0)
    hour = forms.TimeField(label=_("A las"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="09:00")


class MyDigestForm(WhenForm):
    """A member's own digest."""

    every = forms.ChoiceField(label=_("¿Cuándo?"), choices=[("no", _("No quiero resumen")), *Every.choices])

    def __init__(self, given: QueryDict | None = None, *, taken: DigestRecipient | None) -> None:
        known = {name: getattr(taken, name) for name in ("every", "weekday", "hour")} if taken else {}
        super().__init__(given, initial=known, prefix="mio")


class RecipientForm(WhenForm):
    """Somebody who is to be asked whether they want the digest."""

    email = forms.EmailField(label=_("Correo"))
    name = forms.CharField(label=_("Nombre"), max_length=80, required=False)
    language = forms.ChoiceField(label=_("Idioma"), choices=[("es", "Español"), ("en", "English")])

    def __init__(self, given: QueryDict | None = None) -> None:
        super().__init__(given, prefix="nuevo")
        known = [(one.name, one.title) for one in sections.sections()]
        self.fields["sections"] = forms.MultipleChoiceField(
            label=_("Qué lleva"), choices=known, required=False, widget=forms.CheckboxSelectMultiple,
            help_text=_("Sin elegir nada, todo."))


PACES = [("", _("En cuanto pase, juntando lo que ocurre a la vez")), ("hourly", _("Un resumen a cada hora en punto"))]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in the table: its ways, as (way, its name, whether it is chosen)."""

    kind: Kind
    ways: Sequence[tuple[str, Text, bool]]


class WaysForm(forms.Form):
    """By kind, how to be told; a field a kind, called as the kind."""

    pace = forms.ChoiceField(label=_("Los correos llegan"), choices=PACES, required=False, widget=forms.RadioSelect)

    def __init__(self, given: QueryDict | None = None, *, brand: Brand, member: Member) -> None:
        super().__init__(given)
        self._chosen = queries.preference_of(member, brand)
        self.fields["pace"].initial = "hourly" if self._chosen and self._chosen.hourly else ""
        for one in kinds():
            self.fields[one.name] = forms.MultipleChoiceField(choices=Way.choices, required=False)

    def ways(self) -> dict[str, list[str]]:
        """What was chosen, by kind."""
        return {one.name: self.cleaned_data[one.name] for one in kinds()}

    def groups(self) -> Iterator[tuple[Text, list[Row]]]:
        """The table, group by group."""
        rows: dict[str, list[Row]] = {}
        for one in kinds():
            chosen = ways_of(self._chosen, one.name)
            rows.setdefault(str(one.group), []).append(Row(one, [(way.value, way.label, way in chosen) for way in Way]))
        yield from rows.items()
