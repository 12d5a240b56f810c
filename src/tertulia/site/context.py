"""What every page's frame shows: the member, their brands, the way around."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tertulia.brands.queries import brands_of, role_in
from tertulia.brands.rules import may

#: label, address, icon, what the member must be allowed, shortcut
_PLACES = [
    (_("Hoy"), "site:today", "today", "see", "g h"),
    (_("Bandeja"), "inbox:list", "inbox", "see", "g b"),
    (_("Calendario"), "publishing:calendar", "calendar", "see", "g c"),
    (_("Componer"), "publishing:compose", "compose", "publish", "c"),
    (_("Envíos"), "outbox:list", "send", "see", "g e"),
    (_("Canales"), "channels:list", "channels", "see", "g n"),
    (_("Informe"), "reports:week", "report", "see", "g i"),
    (_("Ajustes"), "brands:settings", "settings", "see", "g a"),
]


@dataclass(frozen=True, slots=True)
class Place:
    """One stop of the way around."""

    label: str
    url: str
    icon: str
    key: str
    current: bool
    count: int = 0


def frame(request: HttpRequest) -> dict[str, Any]:
    """``member``, ``brands``, ``brand``, ``nav`` and ``may`` (what the member may do here); empty when signed out."""
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated:
        return {}
    brand = getattr(request, "brand", None)
    context: dict[str, Any] = {"member": member, "brands": brands_of(member), "brand": brand, "nav": []}
    if brand:
        role = role_in(brand, member)
        allowed = {what: may(role, what) for what in ("see", "answer", "moderate", "publish", "connect", "manage")}
        here = request.resolver_match.namespace if request.resolver_match else ""
        name = request.resolver_match.view_name if request.resolver_match else ""
        context["may"] = allowed
        context["nav"] = [
            Place(str(label), reverse(target, args=[brand.slug]), icon, key, _is_here(target, here, name))
            for label, target, icon, what, key in _PLACES if allowed[what]]
    return context


def _is_here(target: str, namespace: str, name: str) -> bool:
    if target.startswith("publishing:"):
        return name == target or (target == "publishing:compose" and name in ("publishing:edit", "publishing:post"))
    return target.partition(":")[0] == namespace
