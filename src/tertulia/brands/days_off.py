"""Public holidays, from a library that keeps them: what a brand may take over as its own days off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import holidays
from django.utils.translation import gettext_lazy as _

#: code → how it is called. A region adds its own days to those of its country.
PLACES = {
    "ES": _("España"), "ES-AN": _("España: Andalucía"), "ES-AR": _("España: Aragón"), "ES-AS": _("España: Asturias"),
    "ES-IB": _("España: Baleares"), "ES-CN": _("España: Canarias"), "ES-CB": _("España: Cantabria"),
    "ES-CM": _("España: Castilla-La Mancha"), "ES-CL": _("España: Castilla y León"), "ES-CT": _("España: Cataluña"),
    "ES-CE": _("España: Ceuta"), "ES-EX": _("España: Extremadura"), "ES-GA": _("España: Galicia"), "ES-RI": _("España: La Rioja"),
    "ES-MD": _("España: Madrid"), "ES-ML": _("España: Melilla"), "ES-MC": _("España: Murcia"), "ES-NC": _("España: Navarra"),
    "ES-PV": _("España: País Vasco"), "ES-VC": _("España: Comunidad Valenciana"), "MX": _("México"), "AR": _("Argentina"),
}
#: The place that a brand's Spanish suggests.
NEAR = {"es-ES": "ES", "es-MX": "MX", "es-AR": "AR"}


@dataclass(frozen=True, slots=True)
class DayOff:
    """A public holiday."""

    day: date
    name: str


def public(place: str, today: date) -> Sequence[DayOff]:
    """The public holidays of a place of ``PLACES`` in the year that begins ``today``, in order."""
    country, _dash, region = place.partition("-")
    found = holidays.country_holidays(country, subdiv=region or None, years=[today.year, today.year + 1], language="es")
    end = today + timedelta(days=366)
    return [DayOff(day, name.replace("; ", " · ")[:80]) for day, name in sorted(found.items()) if today <= day < end]
