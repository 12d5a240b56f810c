"""What members are told of dispatches and channels, in the reader's language and on the brand's clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tertulia import networks
from tertulia.channels.models import Channel
from tertulia.notices.kinds import Words
from tertulia.notices.models import Notice
from tertulia.outbox import words
from tertulia.outbox.models import Dispatch, DispatchState, ReadbackState

#: How many posts at risk are named; the rest are counted.
FEW = 5

_OPEN = (DispatchState.WAITING, DispatchState.READY, DispatchState.HELD)


def load(told: Sequence[Notice]) -> None:
    """Puts the dispatch and the channel of each notice in its ``things``."""
    dispatches = Dispatch.objects.select_related("channel", "readback").in_bulk(_numbers(told, "dispatch"))
    channels = Channel.objects.in_bulk(_numbers(told, "channel"))
    for one in told:
        one.things = {"dispatch": dispatches.get(one.about.get("dispatch")), "channel": channels.get(one.about.get("channel"))}


def _numbers(told: Sequence[Notice], name: str) -> set[int]:
    return {one.about[name] for one in told if name in one.about}


def of_dispatch(one: Notice) -> Words | None:
    """A dispatch: what became of it, and what to do."""
    dispatch: Dispatch | None = one.things["dispatch"]
    if dispatch is None:
        return None
    if one.kind.endswith((".differs", ".gone")):
        what, todo = _differing(dispatch)
    elif one.kind.endswith(".late"):
        what, todo = _("Pasó su hora y todavía no ha salido."), _("Lo seguimos intentando: no se ha perdido.")
    else:
        why = words.why(dispatch.reason, dispatch.state)
        what, todo = f"{words.MEANS[dispatch.state]} {why.what if why else ''}", str(why.todo) if why else ""
    return Words(
        title=_("%(name)s en %(channel)s, %(moment)s") % {
            "name": _verb(dispatch), "channel": channel_name(dispatch.channel), "moment": moment(dispatch.due_at)},
        quote=_excerpt(dispatch), text=" ".join(f"{what} {todo}".split()), mark=dispatch.channel.network,
        address=reverse("outbox:detail", args=[one.brand.slug, dispatch.pk]), link=_("Ver el envío"))


def _differing(dispatch: Dispatch) -> tuple[str, str]:
    """How what is on the network is not what was approved, and what to do."""
    back = getattr(dispatch, "readback", None)
    if back is None or back.state == ReadbackState.GONE:
        why, _tone = words.CHECKED["gone" if back and back.found else "never"]
        return str(why.what), str(why.todo)
    names = dict.fromkeys(str(words.DIFFERENCES[one["what"]]).lower() for one in back.differences)
    return (_("Lo que está en la red no es igual que lo que se aprobó: %(what)s.") % {"what": ", ".join(names)},
            _("Ábrelo y compáralo. Si está mal, corrígelo en la red, o bórralo y publícalo otra vez."))


def of_channel(one: Notice) -> Words | None:
    """A channel that does not let us in, with what cannot leave."""
    channel: Channel | None = one.things["channel"]
    if channel is None:
        return None
    why = words.why(channel.reason, "held") or words.REASONS["reconnect"]
    many, details = _risked(at_risk(channel))
    waiting = ngettext("Un envío no puede salir por aquí:", "%(many)s envíos no pueden salir por aquí:", many) % {"many": many}
    text = [str(why.what), _("Al conectarlo, lo que espera sale solo, en su orden."),
            waiting if many else _("No hay nada programado por ahora.")]
    return _of_a_channel(one, channel, _("Hay que volver a conectar %(channel)s"), text, details)


def of_ending_channel(one: Notice) -> Words | None:
    """A channel whose credentials end soon, with what would have to wait."""
    channel: Channel | None = one.things["channel"]
    if channel is None or channel.expires_at is None:
        return None
    many, details = _risked(at_risk(channel, channel.expires_at))
    waiting = ngettext("Un envío está programado para después y tendría que esperar:",
                       "%(many)s envíos están programados para después y tendrían que esperar:", many) % {"many": many}
    local = timezone.localtime(channel.expires_at)
    text = [_("Caduca el %(day)s a las %(hour)s.") % {"day": formats.date_format(local, "MONTH_DAY_FORMAT"), "hour": f"{local:%H:%M}"},
            _("Vuelve a conectarlo antes y no se parará nada."), waiting if many else _("No hay nada programado para después.")]
    return _of_a_channel(one, channel, _("El permiso de %(channel)s caduca pronto"), text, details)


def _of_a_channel(one: Notice, channel: Channel, title: str, text: Sequence[str], details: Sequence[str]) -> Words:
    return Words(title=title % {"channel": channel_name(channel)}, text=" ".join(text), details=details, mark=channel.network,
                 address=reverse("channels:list", args=[one.brand.slug]), link=_("Ir a los canales"))


def at_risk(channel: Channel, ends_at: datetime | None = None) -> QuerySet[Dispatch]:
    """What will not leave through the channel until it is connected again, by hour; ``ends_at``: when it stops working."""
    rows = Dispatch.objects.filter(channel=channel, state__in=_OPEN).order_by("due_at", "id")
    return rows.filter(due_at__gte=ends_at) if ends_at else rows


def _risked(rows: QuerySet[Dispatch]) -> tuple[int, list[str]]:
    """How many there are, and the first of them in a line each."""
    many = rows.count()
    lines = [f"{moment(one.due_at)} · {_excerpt(one, 60) or _verb(one)}" for one in rows[:FEW]]
    if (more := many - len(lines)) > 0:
        lines.append(ngettext("y otro más", "y %(many)s más", more) % {"many": more})
    return many, lines


def channel_name(channel: Channel) -> str:
    """A channel as a letter names it: ``@libreria (Mastodon)``."""
    return f"{channel.handle} ({networks.manifest(channel.network).title})"


def moment(at: datetime) -> str:
    """A day and an hour: ``22 de noviembre, 10:00``."""
    local = timezone.localtime(at)
    return f"{formats.date_format(local, 'MONTH_DAY_FORMAT')}, {local:%H:%M}"


def _verb(dispatch: Dispatch) -> str:
    return str(words.VERBS.get(dispatch.verb, (dispatch.verb, ""))[0])


def _excerpt(dispatch: Dispatch, most: int = 120) -> str:
    """The beginning of what it says. What is said in private does not travel by mail."""
    return "" if dispatch.verb == "message" else Truncator(" ".join(str(dispatch.payload.get("text", "")).split())).chars(most)
