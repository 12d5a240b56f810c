"""What owners are told of automatic rules: that a cap was reached, that a rule broke, that one expired."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.brands.models import Brand
from tertulia.brands.queries import owners
from tertulia.moderation.rulebook.models import Rule
from tertulia.notices.actions import tell
from tertulia.notices.kinds import Kind, Words, register
from tertulia.notices.models import Notice


def _load(told: Sequence[Notice]) -> None:
    found = Rule.objects.in_bulk([one.about["rule"] for one in told if one.about.get("rule")])
    for one in told:
        one.things = {"rule": found.get(one.about.get("rule", 0))}


def _tripped(one: Notice) -> Words | None:
    rule: Rule | None = one.things["rule"]
    text = _("Lo que siga encontrando hoy va a la cola de moderación, para que lo decida una persona.")
    if rule is None:
        return Words(title=_("Las reglas automáticas llegaron al tope del día"), text=text, link=_("Ver las reglas"),
                     address=reverse("moderation:rules", args=[one.brand.slug]))
    return Words(title=_("La regla «%(name)s» llegó a su tope del día") % {"name": rule.name}, text=text, link=_("Ver la regla"),
                 address=reverse("moderation:rule", args=[one.brand.slug, rule.name]))


def _broke(one: Notice) -> Words | None:
    rule: Rule | None = one.things["rule"]
    if rule is None:
        return None
    return Words(title=_("La regla «%(name)s» ha fallado") % {"name": rule.name}, link=_("Ver la regla"),
                 text=_("Los mensajes que no pudo juzgar van a la cola. Las demás reglas siguen."),
                 address=reverse("moderation:rule", args=[one.brand.slug, rule.name]))


def _is_broken(one: Notice) -> bool:
    rule: Rule | None = one.things["rule"]
    return rule is not None and rule.broken_at is not None


def _expired(one: Notice) -> Words | None:
    rule: Rule | None = one.things["rule"]
    if rule is None:
        return None
    return Words(title=_("La regla «%(name)s» ha caducado") % {"name": rule.name}, text=_("Ya no juzga nada. Si hace falta, renuévala."),
                 link=_("Ver la regla"), address=reverse("moderation:rule", args=[one.brand.slug, rule.name]))


TRIPPED = register(Kind(
    name="moderation.rule_tripped", group=gettext_lazy("Moderación"), label=gettext_lazy("Una regla llegó a su tope del día"),
    words=_tripped, load=_load, icon="shield", tone="warn", weight=8, urgent=True))
BROKE = register(Kind(
    name="moderation.rule_broke", group=gettext_lazy("Moderación"), label=gettext_lazy("Una regla ha fallado"),
    words=_broke, load=_load, still_needed=_is_broken, icon="alert", tone="danger", weight=8))
EXPIRED = register(Kind(
    name="moderation.rule_expired", group=gettext_lazy("Moderación"), label=gettext_lazy("Una regla ha caducado"),
    words=_expired, load=_load, icon="clock", tone="info", weight=3))


def tell_owners(kind: Kind, brand_id: int, rule_id: int | None, key: str) -> None:
    """Every owner, once for this key."""
    tell(brand_id, kind, list(owners(Brand.objects.get(pk=brand_id))), key=key, about={"rule": rule_id or 0})
