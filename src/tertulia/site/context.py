"""What every page's frame shows: the member, their brands, the way around. Nothing is asked of the database before a
template wants it, so that fragments cost nothing here; a whole page costs two queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse, reverse_lazy
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import brands_of
from tertulia.brands.rules import may
from tertulia.channels.models import Channel, ChannelState
from tertulia.handoffs.models import HandOff, State
from tertulia.inbox.everywhere import as_counted, many_of_each
from tertulia.inbox.lists import Counted
from tertulia.moderation.models import Case
from tertulia.notices.models import Notice
from tertulia.outbox.models import Dispatch, Pause, Readback
from tertulia.outbox.pausing import pauses_of
from tertulia.outbox.rules import NEEDS_A_PERSON, READ_BACK_WRONG
from tertulia.outbox.sheets import author

WHATS = ("see", "answer", "moderate", "publish", "connect", "manage")

#: A channel that somebody should look at.
FAILING = Q(state=ChannelState.RECONNECT) | Q(state=ChannelState.ACTIVE, failing_since__isnull=False)

#: by group: label, address, icon, what the member must be allowed, shortcut, which count
_PLACES = [
    ("", [(_("Hoy"), "site:today", "today", "see", "g h", "")]),
    (_("Conversación"), [
        (_("Bandeja"), "inbox:list", "inbox", "see", "g b", "pending"),
        (_("Asuntos"), "handoffs:list", "repost", "see", "g s", "asked"),
        (_("Moderación"), "moderation:queue", "shield", "moderate", "g m", "cases"),
        (_("Personas"), "people:list", "people", "see", "g p", ""),
        (_("Libro"), "ledger:ledger", "checks", "see", "g l", "")]),
    (_("Publicación"), [
        (_("Calendario"), "publishing:calendar", "calendar", "see", "g c", ""),
        (_("Componer"), "publishing:compose", "compose", "publish", "c", ""),
        (_("Envíos"), "outbox:list", "send", "see", "g e", "attention"),
        (_("Canales"), "channels:list", "channels", "see", "g n", "failing")]),
    (_("Medida"), [
        (_("Informe"), "reports:week", "report", "see", "g i", ""),
        (_("Comprensión"), "triage:page", "bulb", "see", "g o", "")]),
    ("", [(_("Ajustes"), "brands:settings", "settings", "see", "g a", "")]),
]
#: What a phone has at its foot.
_AT_HAND = ("site:today", "inbox:list", "publishing:calendar", "publishing:compose")
#: Pages of parts that have a place of their own, but are Ajustes.
_SETTINGS = frozenset({
    "moderation:settings", "notices:settings", "outbox:pause", "health", "handoffs:desks", "handoffs:desk", "handoffs:mailbox",
    "inbox:saved", "inbox:rewrite_saved", "deadlines:settings", "assigning:settings", "strategy:voice"})


@dataclass(frozen=True, slots=True)
class Place:
    """One stop of the way around. ``group``: what is said above it, where a group begins; ``at_hand``: at the foot of a phone."""

    label: str
    url: str
    icon: str
    key: str
    current: bool
    count: int | Counted = 0
    group: str = ""
    first: bool = False
    at_hand: bool = False


@dataclass(frozen=True, slots=True)
class BrandItem:
    """A brand of the member's, how many conversations wait there (a few, or so many and more), and how many notices are new to them."""

    name: str
    slug: str
    url: str
    count: Counted
    unread: int


#: Asked of the database once a page, by whoever wants it first.
Troubles = Callable[[], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Standing:
    """What every page says while something stands still: since when, by whose word, and where to end it (nowhere: here)."""

    title: str
    by: str
    since: datetime
    label: str
    url: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """``member``, ``brands``, ``brand``, ``nav``, ``standing`` and ``may`` (what the member may do here); empty when signed out."""
    member = getattr(request, "user", None)
    if member is None or not member.is_authenticated:
        return {}
    brand = getattr(request, "brand", None)
    brands = SimpleLazyObject(partial(brand_items, member))
    if brand is None:
        return {"member": member, "brands": brands, "brand": None, "nav": []}
    allowed = {what: may(request.role, what) for what in WHATS}  # type: ignore[attr-defined]
    troubles = cache(partial(_troubles, brand))
    name = request.resolver_match.view_name if request.resolver_match else ""
    return {"member": member, "brands": brands, "brand": brand, "may": allowed,
            "bell_at": reverse_lazy("notices:bell", args=[brand.slug]), "panel_at": reverse_lazy("notices:panel", args=[brand.slug]),
            "unread": lambda: sum(one.unread for one in brands),  # a template calls it
            "standing_at": reverse_lazy("outbox:standing", args=[brand.slug]),
            "standing": SimpleLazyObject(partial(_standing, brand, troubles, allowed, name)),
            "nav": SimpleLazyObject(partial(_way_around, request, brand, brands, troubles, allowed))}


def brand_items(member: Member) -> list[BrandItem]:
    """The member's brands, how many conversations wait in each and how many notices, in one query."""
    unread = _count(Notice.objects.filter(member=member, shown=True, read_at=None, brand=OuterRef("pk")))
    found = brands_of(member).annotate(waiting=many_of_each("pending"), unread=unread).values_list("name", "slug", "waiting", "unread")
    return [BrandItem(name, slug, reverse("site:today", args=[slug]), as_counted(count), new) for name, slug, count, new in found]


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("brand").annotate(many=Count("pk")).values("many")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _way_around(request: HttpRequest, brand: Brand, brands: Iterable[BrandItem], troubles: Troubles,
                allowed: Mapping[str, bool]) -> list[Place]:
    counts: dict[str, int | Counted] = {**troubles(), "pending": next((one.count for one in brands if one.slug == brand.slug), Counted(0))}
    here = request.resolver_match.namespace if request.resolver_match else ""
    name = request.resolver_match.view_name if request.resolver_match else ""
    places = []
    for group, stops in _PLACES:
        offered = [one for one in stops if allowed[one[3]]]
        for place, (label, target, icon, _what, key, count) in enumerate(offered):
            places.append(Place(str(label), reverse(target, args=[brand.slug]), icon, key, _is_here(target, here, name),
                                counts.get(count, 0), str(group), place == 0, target in _AT_HAND))
    return places


def _troubles(brand: Brand) -> dict[str, int]:
    """What needs somebody (dispatches, channels, matters asked back, cases), and whether all is paused, in one query."""
    attention = _count(Dispatch.objects.filter(brand=OuterRef("pk"), state__in=NEEDS_A_PERSON))
    unseen = _count(Readback.objects.filter(brand=OuterRef("pk"), state__in=READ_BACK_WRONG, seen_at=None))
    failing = _count(Channel.objects.filter(FAILING, brand=OuterRef("pk")))
    paused = Exists(Pause.objects.filter(Q(brand=OuterRef("pk")) | Q(brand=None)))
    asked = _count(HandOff.objects.filter(brand=OuterRef("pk"), state=State.ASKED_BACK))
    cases = _count(Case.objects.filter(brand=OuterRef("pk"), decided_at=None))
    stuck, wrong, unwell, still, matters, waiting = Brand.objects.filter(pk=brand.pk).values_list(
        attention, unseen, failing, paused, asked, cases).get()
    return {"attention": stuck + wrong, "failing": unwell, "paused": int(still), "asked": matters, "cases": waiting}


def _standing(brand: Brand, troubles: Troubles, allowed: Mapping[str, bool], here: str) -> Standing | None:
    if not troubles()["paused"] or (pause := pauses_of(brand).first()) is None:
        return None
    own = pause.brand_id is not None
    title = _("En pausa: no sale nada de esta marca") if own else _("En pausa: no sale nada de ninguna marca")
    label, where = (_("Revisar y reanudar"), "outbox:review") if own and allowed["publish"] else (_("Ver la pausa"), "outbox:pause")
    return Standing(str(title), author(pause.by), pause.since, str(label), "" if here == where else reverse(where, args=[brand.slug]))


def _is_here(target: str, namespace: str, name: str) -> bool:
    if target.startswith("publishing:"):
        return name == target or (target == "publishing:compose" and name in ("publishing:edit", "publishing:post"))
    if name in _SETTINGS:
        return target == "brands:settings"
    if namespace == "persons":
        return target == "people:list"
    return target.partition(":")[0] == namespace
