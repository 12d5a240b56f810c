"""How a member wants to be told, when not, and who gets a digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.notices import queries
from tertulia.notices.kinds import Kind, Text, kinds
from tertulia.notices.models import Way
from tertulia.notices.wishes import ways_of

PACES = [("", _("En cuanto pase, juntando lo que ocurre a la vez")), ("hourly", _("Un resumen a cada hora en punto"))]


@dataclass(frozen=True, slots=True)
class Row:
    """One kind in the table: its ways, as (way, its name, whether it is chosen)."""

    kind: Kind
    ways: Sequence[tuple[str, Text, bool]]


class WaysForm(forms.Form):
    """By kind, how to be told; a field a kind, called as the kind."""

    pace = forms.ChoiceField(label=_("Los correos llegan"), choices=PACES, required=False, widget=forms.RadioSelect)

    def __init__(self, *given: Any, brand: Brand, member: Member, **more: Any) -> None:
        super().__init__(*given, **more)
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
