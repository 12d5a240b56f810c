"""Reading channels: brand first."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from tertulia import networks
from tertulia.brands.models import Brand
from tertulia.channels.connection import account_of
from tertulia.channels.models import Arrival, Channel, ChannelState
from tertulia.channels.rules import PATIENCE, WARNING, lacking
from tertulia.networks.contract import Limits, Quota, Reconnect, verbs_of

#: How old the quota that a network told may become.
QUOTA_LIFE = timedelta(hours=1)
#: A channel whose credentials are worth renewing; also while it is paused, or it would be lost.
RENEWABLE = ~Q(state=ChannelState.RECONNECT)


def channels_of(brand: Brand) -> QuerySet[Channel]:
    """The brand's channels, in the order they are shown."""
    return brand.channels.order_by("network", "handle")


def channel_of(brand: Brand, pk: int) -> Channel:
    """One of the brand's channels; ``Channel.DoesNotExist`` if it is another's."""
    return brand.channels.get(pk=pk)


def can(channel: Channel, verb: str) -> bool:
    """Whether the channel's network has the verb and the account was granted it."""
    return not why_not(channel, verb)


def why_not(channel: Channel, verb: str) -> str:
    """The sentence that says why the channel cannot ``verb``; empty if it can."""
    network = networks.load(channel.network)
    if sentence := network.manifest.unsupported.get(verb):
        return _(sentence)
    if verb not in verbs_of(network):
        return _("%(network)s no lo permite.") % {"network": network.manifest.title}
    if lacking(network.manifest, frozenset(channel.scopes), verb):
        return _("Falta un permiso: vuelve a conectar el canal para darlo.")
    return ""


def arrived(channel: Channel) -> int:
    """How many things have come from the channel's network since ever."""
    return Arrival.objects.filter(channel=channel).count()


def length(channel: Channel, text: str) -> int:
    """How long ``text`` is by the true rule of the channel's network."""
    return networks.load(channel.network).count(text)


def rooms(channels: Iterable[Channel]) -> dict[str, int | None]:
    """How many characters fit on each network of the channels: in the account with the least room."""
    found: dict[str, int | None] = {}
    for one in channels:
        found[one.network] = min(limits(one).characters, found.get(one.network) or sys.maxsize)
    return found


def limits(channel: Channel, verb: str = "publish") -> Limits:
    """What the channel may publish; with the verb ``reply`` or ``message``, what it may answer with."""
    try:
        account = account_of(channel)
    except Reconnect:
        account = None
    network = networks.load(channel.network)
    whole = network.limits(account)
    return whole if verb == "publish" else whole.narrowed(**network.manifest.narrower.get(verb, {}))


def time_to_answer(channel: Channel, kind: str) -> timedelta | None:
    """For how long after a message of this kind its author may be answered there; None: for ever."""
    return networks.manifest(channel.network).time_to_answer(kind, frozenset(channel.scopes))


def quota(channel: Channel) -> Quota | None:
    """How much it may publish in a time: as the network told of the account, else as it tells everybody; None: no limit known.

    Without an account's own answer ``used`` is 0: what we sent ourselves is for who asks to count.
    """
    if channel.quota:
        return Quota(**channel.quota)
    return networks.manifest(channel.network).quota


def quota_unread(now: datetime) -> Q:
    """Channels of whose quota the network has not been asked lately."""
    return Q(state=ChannelState.ACTIVE) & (Q(quota_at=None) | Q(quota_at__lte=now - QUOTA_LIFE))


def with_quota_unread(now: datetime, most: int = 100) -> list[int]:
    """The channels, of any brand, to ask for their quota: where the network can say it."""
    able = [name for name in networks.names() if hasattr(networks.load(name), "quota")]
    return list(Channel.objects.filter(quota_unread(now), network__in=able).order_by("pk").values_list("pk", flat=True)[:most])


def ending(now: datetime) -> Q:
    """Channels that work, whose credentials end within a week, and that we cannot (or do not manage to) renew."""
    ours = Q(renew_at=None) | Q(renew_failures__gte=PATIENCE)
    return RENEWABLE & Q(expires_at__lte=now + WARNING) & ours


def is_ending(channel: Channel, now: datetime) -> bool:
    """Whether the channel is one of those."""
    return Channel.objects.filter(ending(now), pk=channel.pk).exists()


def to_renew(now: datetime, most: int = 100) -> list[int]:
    """The channels, of any brand, whose credentials are to be renewed and that nobody is renewing."""
    due = Channel.objects.filter(RENEWABLE, renew_at__lte=now).exclude(renewing_until__gt=now)
    return list(due.order_by("renew_at").values_list("pk", flat=True)[:most])


def to_warn_of(now: datetime, most: int = 100) -> list[int]:
    """The channels, of any brand, whose coming end nobody was told of."""
    unsaid = Channel.objects.filter(ending(now)).exclude(warned_of=F("expires_at"))
    return list(unsaid.order_by("expires_at").values_list("pk", flat=True)[:most])


def to_poll(now: datetime, most: int = 100) -> list[int]:
    """The channels, of any brand, that are due to be asked and that nobody is asking."""
    due = Channel.objects.filter(state=ChannelState.ACTIVE, next_poll_at__lte=now)
    return list(due.exclude(polling_until__gt=now).order_by("next_poll_at").values_list("pk", flat=True)[:most])


def with_arrivals(now: datetime, most: int = 100) -> list[int]:
    """The channels, of any brand, that have arrivals which nobody stored by ``now``."""
    waiting = Arrival.objects.filter(stored_at=None, arrived_at__lte=now).order_by()
    return list(waiting.values_list("channel_id", flat=True).distinct()[:most])
