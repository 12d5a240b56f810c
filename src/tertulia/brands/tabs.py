"""The tabs that the pages of Ajustes share."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tertulia.brands import queries
from tertulia.brands.doors import BrandRequest
from tertulia.brands.rules import may


def show(request: BrandRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """One page of Ajustes, with its tabs, and who may change things when the reader may not."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    tabs = [
        {"label": label, "url": reverse(name, args=[request.brand.slug]), "icon": icon, "current": name == here}
        for name, label, icon in (
            ("brands:settings", _("Marca"), "tag"), ("strategy:voice", _("Voz"), "chat"), ("brands:hours", _("Horario"), "clock"),
            ("deadlines:settings", _("Plazos"), "bolt"), ("brands:team", _("Equipo"), "people"),
            ("assigning:settings", _("Reparto"), "refresh"),
            ("inbox:saved", _("Respuestas"), "note"), ("moderation:settings", _("Normas"), "shield"),
            ("handoffs:desks", _("Puestos"), "send"), ("brands:me", _("Tú"), "person"),
            ("notices:settings", _("Avisos"), "bell"),
            ("outbox:pause", _("Pausa"), "pause"), ("brands:keys", _("API"), "key"))]
    if may(request.role, "manage"):
        tabs.append({"label": _("Salud"), "url": reverse("health"), "icon": "heart", "current": here == "health"})
    owners = [one.name or one.email for one in queries.owners(request.brand)]
    return render(request, template, {**context, "tabs": tabs, "owners": owners}, status=status)
