"""What the people part's codes are called."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS = {
    "handle": _("el mismo nombre de usuario"), "near_handle": _("un nombre de usuario casi igual"), "name": _("el mismo nombre"),
    "near_name": _("un nombre casi igual"), "link": _("la misma página enlazada"), "domain": _("uno enlaza a la página del otro")}
ORDERS = {
    "recientes": _("Hablaron hace menos"), "habladoras": _("Hablan más"), "enfadadas": _("Enfadadas hace poco"),
    "nuevas": _("Nuevas")}
CUSTOMER = {"si": _("Clientes"), "no": _("No son clientes"), "no-se": _("No se sabe")}
#: As a form says it → what is kept.
CUSTOMER_IS: dict[str, bool | None] = {"si": True, "no": False, "no-se": None}


def reasons(codes: list[str]) -> list[Any]:
    """Why two profiles may be one person."""
    return [REASONS[code] for code in codes if code in REASONS]
