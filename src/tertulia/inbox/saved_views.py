"""Filters of the list kept under a name: a member's own or the team's, in their order, and which one the inbox opens with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, QuerySet

from tertulia.brands.models import Brand, Member
from tertulia.inbox import facts
from tertulia.inbox.models import FirstView, SavedView
from tertulia.journal.actions import record
from tertulia.kit.folding import clean


class NameTaken(ValueError):
    """Another view has that name."""


class NoName(ValueError):
    """A view needs a name of one to sixty characters."""


def saved_views(brand: Brand, member: Member) -> QuerySet[SavedView]:
    """The member's own and the team's, in their order."""
    return SavedView.objects.filter(Q(member=member) | Q(member=None), brand=brand).order_by("order", "pk")


def first_view(brand: Brand, member: Member) -> SavedView | None:
    """What the inbox opens with for the member; None: with what waits."""
    return SavedView.objects.filter(firstview__brand=brand, firstview__member=member).first()


@transaction.atomic
def save_view(brand: Brand, member: Member, name: str, filters: Mapping[str, str], *, shared: bool = False, by: str,
              because: str = "") -> SavedView:
    """Keeps the filters (as an address names them) under a name, for the member or the team. ``NameTaken``, ``NoName``."""
    last = saved_views(brand, member).aggregate(last=Max("order"))["last"] or 0
    view = SavedView(brand=brand, member=None if shared else member, name=_clean(name), filters=dict(filters), order=last + 1)
    return _kept(view, by=by, because=because)


@transaction.atomic
def change_view(view: SavedView, *, name: str | None = None, filters: Mapping[str, str] | None = None, by: str,
                because: str = "") -> SavedView:
    """Another name, other filters. ``NameTaken``, ``NoName``."""
    view.name = view.name if name is None else _clean(name)
    view.filters = view.filters if filters is None else dict(filters)
    return _kept(view, by=by, because=because)


def _kept(view: SavedView, *, by: str, because: str) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise NameTaken(view.name) from error
    record(facts.ViewSaved(brand_id=view.brand_id, view_id=view.pk, member_id=view.member_id), by=by, because=because)
    return view


def _clean(name: str) -> str:
    told = " ".join(clean(name).split())
    if not 0 < len(told) <= 60:
        raise NoName(name)
    return told


@transaction.atomic
def remove_view(view: SavedView, *, by: str, because: str = "") -> dict[str, Any]:
    """It is not there any more; what ``bring_view_back`` needs."""
    told = {"name": view.name, "filters": view.filters, "order": view.order, "member_id": view.member_id}
    record(facts.ViewRemoved(brand_id=view.brand_id, view_id=view.pk), by=by, because=because)
    view.delete()
    return told


@transaction.atomic
def bring_view_back(brand: Brand, told: Mapping[str, Any], *, by: str, because: str = "") -> SavedView:
    """What was removed, as it was. ``NameTaken``."""
    return _kept(SavedView(brand=brand, **told), by=by, because=because)


@transaction.atomic
def order_views(brand: Brand, member: Member, ids: Sequence[int], *, own: bool = False, by: str, because: str = "") -> None:
    """Their order is this one; those not named come after. With ``own`` the team's views stay where they are."""
    place = {pk: number for number, pk in enumerate(ids)}
    views = [one for one in saved_views(brand, member) if one.member_id or not own]
    slots, number = [one.order for one in views], -1
    for slot, view in zip(slots, sorted(views, key=lambda one: place.get(one.pk, len(place))), strict=True):
        number = max(slot, number + 1) if own else number + 1
        if view.order != number:
            SavedView.objects.filter(pk=view.pk).update(order=number)


@transaction.atomic
def open_with(brand: Brand, member: Member, view: SavedView | None, *, by: str, because: str = "") -> None:
    """The member's inbox opens with this view; with None, with what waits."""
    FirstView.objects.filter(brand=brand, member=member).delete()
    if view:
        FirstView.objects.create(brand=brand, member=member, view=view)
