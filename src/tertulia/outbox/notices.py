"""Of what the outbox tells members: refused, unsure, held, expired, late, not as approved; and owners, of channels shut out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache

from django.db import connection, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tertulia.brands.models import Brand, Membership
from tertulia.brands.queries import owners
from tertulia.channels.models import Channel, ChannelState
from tertulia.channels.queries import ending, is_ending
from tertulia.kit import clock
from tertulia.notices.actions import Telling, tell_all
from tertulia.notices.kinds import Kind, Words, register
from tertulia.notices.models import Notice
from tertulia.outbox import notices_words, pacing
from tertulia.outbox.models import Dispatch, DispatchState, Readback
from tertulia.outbox.rules import LONGEST_REST

#: How long after its hour something that nothing holds is late.
LATE_AFTER = timedelta(minutes=5)
#: What is older is history and not news: after a long stop, or when a reaction begins, nobody is flooded.
NEWS = timedelta(days=1)

Subject = Callable[[int, str], str]


# --------------------------------------------------------------------------- whether it is still so


def _as_told(one: Notice) -> bool:
    dispatch: Dispatch | None = one.things["dispatch"]
    return dispatch is not None and one.kind == f"outbox.{dispatch.state}"


def _still_late(one: Notice) -> bool:
    dispatch: Dispatch | None = one.things["dispatch"]
    return (dispatch is not None and dispatch.state in (DispatchState.WAITING, DispatchState.READY)
            and dispatch.due_at <= clock.now() - LATE_AFTER)


def _still_wrong(one: Notice) -> bool:
    back: Readback | None = getattr(one.things["dispatch"], "readback", None)
    return back is not None and one.kind == f"outbox.{back.state}" and back.seen_at is None


def _still_shut(one: Notice) -> bool:
    channel: Channel | None = one.things["channel"]
    return channel is not None and channel.state == ChannelState.RECONNECT


def _still_ending(one: Notice) -> bool:
    channel: Channel | None = one.things["channel"]
    return channel is not None and is_ending(channel, clock.now())


# --------------------------------------------------------------------------- the kinds


def _of_dispatch(thing: str, label: str | Promise, subject: Subject, *, tone: str = "warn", urgent: bool = True,
                 still: Callable[[Notice], bool] = _as_told, under: tuple[str, str] | None = None) -> Kind:
    return register(Kind(
        name=f"outbox.{thing}", group=_("Envíos"), label=label, subject=subject, words=notices_words.of_dispatch, load=notices_words.load,
        still_needed=still, urgent=urgent, icon="send", tone=tone, inherited=True, under=under))


def _of_channel(thing: str, label: str | Promise, subject: Subject, words: Callable[[Notice], Words | None],
                still: Callable[[Notice], bool], *, urgent: bool) -> Kind:
    return register(Kind(
        name=f"outbox.{thing}", group=_("Canales"), label=label, subject=subject, words=words, load=notices_words.load,
        still_needed=still, urgent=urgent, icon="channels", tone="warn", weight=10))


def _subject(one: Callable[[int], str]) -> Subject:
    return lambda many, brand: one(many) % {"many": many, "brand": brand}


REFUSED = _of_dispatch("refused", _("No ha salido"), _subject(lambda many: ngettext(
    "Un envío de %(brand)s no ha salido", "%(many)s envíos de %(brand)s no han salido", many)), tone="danger")
UNSURE = _of_dispatch("unsure", _("Sin confirmar"), _subject(lambda many: ngettext(
    "No sabemos si ha salido un envío de %(brand)s", "No sabemos si han salido %(many)s envíos de %(brand)s", many)))
HELD = _of_dispatch("held", _("Retenido"), _subject(lambda many: ngettext(
    "Un envío de %(brand)s está retenido", "%(many)s envíos de %(brand)s están retenidos", many)), urgent=False,
    under=("outbox.channel", "channel"))
EXPIRED = _of_dispatch("expired", _("Se le pasó la hora"), _subject(lambda many: ngettext(
    "A un envío de %(brand)s se le pasó la hora", "A %(many)s envíos de %(brand)s se les pasó la hora", many)), tone="danger")
LATE = _of_dispatch("late", _("Va con retraso"), _subject(lambda many: ngettext(
    "Un envío de %(brand)s va con retraso", "%(many)s envíos de %(brand)s van con retraso", many)), urgent=False, still=_still_late)
DIFFERS = _of_dispatch("differs", _("No coincide"), _subject(lambda many: ngettext(
    "Un envío de %(brand)s no está en la red como se aprobó",
    "%(many)s envíos de %(brand)s no están en la red como se aprobaron", many)), still=_still_wrong)
GONE = _of_dispatch("gone", _("Ya no se ve"), _subject(lambda many: ngettext(
    "Un envío de %(brand)s no se ve en la red", "%(many)s envíos de %(brand)s no se ven en la red", many)),
    tone="danger", still=_still_wrong)
CHANNEL = _of_channel("channel", _("Canal por reconectar"), _subject(lambda many: ngettext(
    "Hay que volver a conectar un canal de %(brand)s", "Hay que volver a conectar %(many)s canales de %(brand)s", many)),
    notices_words.of_channel, _still_shut, urgent=True)
EXPIRING = _of_channel("expiring", _("Canal que caduca pronto"), _subject(lambda many: ngettext(
    "El permiso de un canal de %(brand)s caduca pronto", "Los permisos de %(many)s canales de %(brand)s caducan pronto", many)),
    notices_words.of_ending_channel, _still_ending, urgent=False)


# --------------------------------------------------------------------------- noting


def note(kind: Kind, found: Iterable[tuple[Dispatch, int]]) -> None:
    """Tells of dispatches whoever asked for them or, if they are not of the team any more, the brand's owners.

    Each comes with its occasion, what makes it a new thing: the fact that told it; 0, once ever.
    """
    whom = cache(_asked_for)
    tell_all([Telling(brand_id=one.brand_id, kind=kind.name, members=whom(one.created_by, one.brand_id), key=f"{one.pk}:{occasion}",
                      about={"dispatch": one.pk, "channel": one.channel_id}) for one, occasion in found])


def note_channels(channels: Iterable[Channel]) -> None:
    """Tells the owners, once until it is connected again, of channels that the network does not let in any more."""
    tell_all([_of_one(CHANNEL, one, one.connected_at) for one in channels if one.state == ChannelState.RECONNECT])


def note_expiring(channels: Iterable[int]) -> None:
    """Tells the owners, once for each end, of channels whose credentials end soon and that only a person can renew."""
    tell_all([_of_one(EXPIRING, one, one.expires_at)
              for one in Channel.objects.filter(ending(clock.now()), pk__in=channels) if one.expires_at])


def _of_one(kind: Kind, channel: Channel, since: datetime) -> Telling:
    return Telling(brand_id=channel.brand_id, kind=kind.name, members=_owners(channel.brand_id),
                   key=f"{channel.pk}:{int(since.timestamp())}", about={"channel": channel.pk})


def _asked_for(by: str, brand_id: int) -> Sequence[int]:
    kind, _separator, number = by.partition(":")
    if kind == "member" and number.isdigit() and _of_the_team(int(number), brand_id):
        return [int(number)]
    return _owners(brand_id)


def _of_the_team(member_id: int, brand_id: int) -> bool:
    return Membership.objects.filter(member_id=member_id, brand_id=brand_id, member__is_active=True).exists()


def _owners(brand_id: int) -> Sequence[int]:
    return list(owners(Brand(pk=brand_id)).filter(is_active=True).values_list("pk", flat=True))


# --------------------------------------------------------------------------- what is late

_LATE = f"""
    select due.id from channels_channel channel cross join lateral (
        select one.id, one.due_at, one.verb from outbox_dispatch one
        where one.channel_id = channel.id and one.state in ('waiting', 'ready') and one.try_at <= %(rested)s
          and one.due_at <= %(late)s and one.expires_at > %(now)s) due
    where not exists (select 1 from notices_notice told where told.kind = 'outbox.late' and told.key = due.id || ':0')
      and not exists (select 1 from outbox_pause pause where pause.brand_id is null or pause.brand_id = channel.brand_id)
      and {pacing.OPEN.format(verb="due.verb")}
    order by due.due_at, due.id limit %(most)s
"""


def late(now: datetime, most: int = 500) -> list[int]:
    """Dispatches, of any brand, whose hour passed without their leaving though nothing holds them; nobody was told yet."""
    with connection.cursor() as sql:
        sql.execute(_LATE, {"now": now, "late": now - LATE_AFTER, "rested": now + LONGEST_REST, "most": most})
        return [int(pk) for (pk,) in sql.fetchall()]


@transaction.atomic
def note_late() -> None:
    """Tells of what is late, once."""
    note(LATE, [(one, 0) for one in Dispatch.objects.filter(pk__in=late(clock.now()))])
