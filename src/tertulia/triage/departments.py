"""The brand's own list of departments: writing it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.text import slugify

from tertulia.brands.models import Brand
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.triage import facts, queries
from tertulia.triage.models import Department
from tertulia.triage.rules import Place, usual_departments

MOST = 40


class BadList(ValueError):
    """No names, too many, or two that are the same."""


@transaction.atomic
def set_departments(brand: Brand, places: Sequence[Place], *, by: str, because: str = "") -> list[Department]:
    """The brand's departments are these, in this order. One with a ``key`` stays the same however it is called now; one without
    is the one that was called so, or new; those left out are archived: what was said with them teaches no more, and would again.

    An empty list: the usual one again. ``BadList`` if it is none.
    """
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    wanted = _keyed(brand, places)
    before = queries.own_departments(brand)
    now = clock.now()
    Department.objects.filter(brand=brand, archived_at=None).exclude(key__in=wanted).update(archived_at=now)
    for order, (key, one) in enumerate(wanted.items()):
        Department.objects.update_or_create(brand=brand, key=key, defaults={
            "name": one.name, "about": one.about, "order": order, "archived_at": None})
    if queries.own_departments(brand) != before:
        record(facts.DepartmentsChanged(brand_id=brand.pk), by=by, because=because)
    return list(Department.objects.filter(brand=brand, archived_at=None).order_by("order"))


def _keyed(brand: Brand, places: Sequence[Place]) -> dict[str, Place]:
    kept = [Place(one.key, clean(one.name).strip()[:80], clean(one.about).strip()[:300]) for one in places if one.key != "none"]
    names = [one.name.casefold() for one in kept]
    if len(kept) > MOST or not all(names) or len(set(names)) < len(names):
        raise BadList(", ".join(names))
    before = {one.name.casefold(): one.key for one in Department.objects.filter(brand=brand)}
    known = {*before.values(), *(one.key for one in usual_departments())}
    wanted: dict[str, Place] = {}
    for one in kept:
        key = one.key if one.key in known else before.get(one.name.casefold()) or _new_key(one.name, known | set(wanted))
        if key in wanted:
            raise BadList(key)
        wanted[key] = one
    return wanted


def _new_key(name: str, taken: set[str]) -> str:
    stem = slugify(name)[:32] or "departamento"
    return next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, MOST + 1000))) if key not in taken)
