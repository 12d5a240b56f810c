"""Kinds of notices for tests, as a part would register them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tertulia.brands.models import Brand, Member
from tertulia.notices.actions import tell
from tertulia.notices.kinds import Kind, Words, register
from tertulia.notices.models import Notice, Way

#: Errands that are done: nobody has to hear of them any more.
done: set[int] = set()


def _words(one: Notice) -> Words | None:
    number = one.about["errand"]
    if number == 404:
        return None
    return Words(title=f"Recado {number}", quote=f"Lo del número {number}", text="Hazlo hoy.", details=["pan", "leche"],
                 address=f"/m/{one.brand.slug}/hoy/?recado={number}", link="Ir al recado")


ERRAND = register(Kind(
    name="test.errand", group="Recados", label="Recado", words=_words, still_needed=lambda one: one.about["errand"] not in done,
    subject=lambda many, brand: f"Un recado de {brand}" if many == 1 else f"{many} recados de {brand}"))
FIRE = register(Kind(name="test.fire", group="Recados", label="Fuego", words=_words, urgent=True, weight=10, tone="danger"))
QUIETLY = register(Kind(name="test.quietly", group="Otros", label="Curiosidad", words=_words, ways=frozenset({Way.PAGE})))


def _broken(one: Notice) -> Words | None:
    Notice.objects.get(pk=one.pk).about["nothing of the kind"]
    return None


BROKEN = register(Kind(name="test.broken", group="Otros", label="Avería", words=_broken, still_needed=lambda one: 1 / 0 > 0,
                       load=lambda told: Notice.objects.extra(where=["no such column"]).first()))  # type: ignore[arg-type,return-value]


def errand(member: Member, brand: Brand, number: int = 7, kind: Kind = ERRAND, **more: Any) -> Notice:
    """The member is told of an errand."""
    tell(brand.pk, kind, [member], key=str(number), about={"errand": number}, **more)
    return Notice.objects.get(member=member, kind=kind.name, key=str(number))


LETTER = UUID(int=7)
