"""Reading channels: brand first."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tertulia import networks
from tertulia.brands.models import Brand
from tertulia.channels.connection import account_of
from tertulia.channels.models import Arrival, Channel, ChannelState
from tertulia.channels.rules import lacking
from tertulia.networks.contract import Limits, Reconnect, verbs_of


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


def limits(channel: Channel) -> Limits:
    """What the channel may publish."""
    try:
        account = account_of(channel)
    except Reconnect:
        account = None
    return networks.load(channel.network).limits(account)


def to_poll(now: datetime, most: int = 100) -> list[int]:
    """The channels, of any brand, that are due to be asked and that nobody is asking."""
    due = Channel.objects.filter(state=ChannelState.ACTIVE, next_poll_at__lte=now)
    return list(due.exclude(polling_until__gt=now).order_by("next_poll_at").values_list("pk", flat=True)[:most])


def with_arrivals(now: datetime, most: int = 100) -> list[int]:
    """The channels, of any brand, that have arrivals which nobody stored by ``now``."""
    waiting = Arrival.objects.filter(stored_at=None, arrived_at__lte=now).order_by()
    return list(waiting.values_list("channel_id", flat=True).distinct()[:most])
