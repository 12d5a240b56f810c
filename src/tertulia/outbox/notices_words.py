"""What the mails of notices say, in the member's language and at the brand's hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tertulia import networks
from tertulia.brands.models import Brand
from tertulia.channels.models import Channel
from tertulia.outbox import words
from tertulia.outbox.models import Dispatch, DispatchState, Notice, NoticeKind, ReadbackState

#: How many things of a brand, and how many posts at risk, a mail names; the rest it counts.
MOST, FEW = 10, 5

_OPEN = (DispatchState.WAITING, DispatchState.READY, DispatchState.HELD)


@dataclass(frozen=True, slots=True)
class Item:
    """One dispatch of which a member is told."""

    kind: str
    name: str
    channel: str
    due_at: datetime
    excerpt: str
    what: str
    todo: str
    url: str


@dataclass(frozen=True, slots=True)
class Shut:
    """A channel that does not let us in, or soon will not (``ends_at``), and what waits to leave through it."""

    kind: str
    channel: str
    ends_at: datetime | None
    what: str
    many: int
    first: Sequence[tuple[datetime, str]]
    url: str

    @property
    def more(self) -> int:
        """How many are only counted."""
        return self.many - len(self.first)


@dataclass(frozen=True, slots=True)
class Part:
    """What a mail says of one brand. ``many``: how many things, of which ``items`` are shown."""

    brand: Brand
    shut: Sequence[Shut]
    items: Sequence[Item]
    many: int
    url: str

    @property
    def more(self) -> int:
        """How many are only counted."""
        return self.many - len(self.items)


def parts(told: Sequence[Notice]) -> list[Part]:
    """The notices of one mail, brand by brand; what a shut channel holds is told with its channel."""
    by_brand: dict[Brand, list[Notice]] = {}
    for one in told:
        by_brand.setdefault(one.brand, []).append(one)
    return [_part(brand, some) for brand, some in by_brand.items()]


def _part(brand: Brand, told: Sequence[Notice]) -> Part:
    shut = {one.channel_id: one for one in told if one.kind in (NoticeKind.CHANNEL, NoticeKind.EXPIRING)}
    closed = {pk for pk, one in shut.items() if one.kind == NoticeKind.CHANNEL}
    things = {one.dispatch_id: one for one in told
              if one.dispatch and not (one.kind == NoticeKind.HELD and one.channel_id in closed)}
    rows = sorted(things.values(), key=lambda one: one.dispatch.due_at if one.dispatch else one.created_at)
    return Part(brand, [_shut(brand, one) for one in shut.values()], [_item(brand, one) for one in rows[:MOST]], len(rows),
                _link("outbox:list", brand) + "?ver=atencion")


def _item(brand: Brand, one: Notice) -> Item:
    dispatch = one.dispatch
    assert dispatch is not None  # the database holds it: only a channel's notice has none
    name, _icon = words.VERBS.get(dispatch.verb, (dispatch.verb, ""))
    why = words.why(dispatch.reason, dispatch.state)
    if one.kind in words.CHECKED:
        what, todo = _differing(dispatch)
    elif one.kind == NoticeKind.LATE:
        what, todo = _("Pasó su hora y todavía no ha salido."), _("Lo seguimos intentando: no se ha perdido.")
    else:
        what, todo = str(words.MEANS[dispatch.state]), ""
    return Item(one.kind, str(name), channel_name(dispatch.channel), dispatch.due_at, _excerpt(dispatch),
                f"{what} {why.what}" if why else what, todo or (str(why.todo) if why else ""),
                _link("outbox:detail", brand, dispatch.pk))


def _differing(dispatch: Dispatch) -> tuple[str, str]:
    """How what is on the network is not what was approved, and what to do."""
    back = dispatch.readback
    if back.state == ReadbackState.GONE:
        why, _tone = words.CHECKED["gone" if back.found else "never"]
        return str(why.what), str(why.todo)
    names = dict.fromkeys(str(words.DIFFERENCES[one["what"]]).lower() for one in back.differences)
    return (_("Lo que está en la red no es igual que lo que se aprobó: %(what)s.") % {"what": ", ".join(names)},
            _("Ábrelo y compáralo. Si está mal, corrígelo en la red, o bórralo y publícalo otra vez."))


def _shut(brand: Brand, one: Notice) -> Shut:
    channel = one.channel
    ends_at = channel.expires_at if one.kind == NoticeKind.EXPIRING else None
    why = words.why(channel.reason, "held") or words.REASONS["reconnect"]
    waiting = at_risk(channel, ends_at)
    first = [(row.due_at, _excerpt(row, 60) or str(words.VERBS.get(row.verb, (row.verb, ""))[0])) for row in waiting[:FEW]]
    return Shut(one.kind, channel_name(channel), ends_at, str(why.what), waiting.count(), first,
                _link("channels:list", brand))


def at_risk(channel: Channel, ends_at: datetime | None = None) -> QuerySet[Dispatch]:
    """What will not leave through the channel until it is connected again, by hour; ``ends_at``: when it stops working."""
    rows = Dispatch.objects.filter(channel=channel, state__in=_OPEN).order_by("due_at", "id")
    return rows.filter(due_at__gte=ends_at) if ends_at else rows


def channel_name(channel: Channel) -> str:
    """A channel as a mail names it: ``@libreria (Mastodon)``."""
    return f"{channel.handle} ({networks.manifest(channel.network).title})"


def _excerpt(dispatch: Dispatch, most: int = 120) -> str:
    """The beginning of what it says. What is said in private does not travel by mail."""
    return "" if dispatch.verb == "message" else Truncator(" ".join(str(dispatch.payload.get("text", "")).split())).chars(most)


def _link(name: str, brand: Brand, *more: int) -> str:
    return settings.PUBLIC_URL + reverse(name, args=[brand.slug, *more])


# --------------------------------------------------------------------------- the subject


def subject(written: Sequence[Part]) -> str:
    """What happened and to whom, in a line."""
    brand, many = written[0].brand.name, sum(one.many + len(one.shut) for one in written)
    if len(written) > 1:
        others = len(written) - 1
        return ngettext("%(many)s cosas de %(brand)s y otra marca necesitan que las mires",
                        "%(many)s cosas de %(brand)s y otras %(others)s marcas necesitan que las mires", others) % {
                            "many": many, "brand": brand, "others": others}
    part = written[0]
    kinds = {one.kind for one in part.items} | {one.kind for one in part.shut}
    if len(kinds) == 1:
        return _one_kind(kinds.pop(), many, brand)
    return _("%(many)s cosas de %(brand)s necesitan que las mires") % {"many": many, "brand": brand}


def _one_kind(kind: str, many: int, brand: str) -> str:
    said: Mapping[str, str] = {
        NoticeKind.REFUSED: ngettext("Un envío de %(brand)s no ha salido", "%(many)s envíos de %(brand)s no han salido", many),
        NoticeKind.EXPIRED: ngettext("A un envío de %(brand)s se le pasó la hora",
                                     "A %(many)s envíos de %(brand)s se les pasó la hora", many),
        NoticeKind.UNSURE: ngettext("No sabemos si ha salido un envío de %(brand)s",
                                    "No sabemos si han salido %(many)s envíos de %(brand)s", many),
        NoticeKind.HELD: ngettext("Un envío de %(brand)s está retenido", "%(many)s envíos de %(brand)s están retenidos", many),
        NoticeKind.LATE: ngettext("Un envío de %(brand)s va con retraso", "%(many)s envíos de %(brand)s van con retraso", many),
        NoticeKind.CHANNEL: ngettext("Hay que volver a conectar un canal de %(brand)s",
                                     "Hay que volver a conectar %(many)s canales de %(brand)s", many),
        NoticeKind.EXPIRING: ngettext("El permiso de un canal de %(brand)s caduca pronto",
                                      "Los permisos de %(many)s canales de %(brand)s caducan pronto", many),
        NoticeKind.DIFFERS: ngettext("Un envío de %(brand)s no está en la red como se aprobó",
                                     "%(many)s envíos de %(brand)s no están en la red como se aprobaron", many),
        NoticeKind.GONE: ngettext("Un envío de %(brand)s no se ve en la red", "%(many)s envíos de %(brand)s no se ven en la red", many),
    }
    return said[kind] % {"many": many, "brand": brand}
