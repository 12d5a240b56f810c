"""What the pages show of channels: cards with their health and what they can do, and the networks there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tertulia import networks
from tertulia.brands.models import Brand
from tertulia.channels import queries, words
from tertulia.channels.models import Channel, ChannelState
from tertulia.kit import clock
from tertulia.networks.contract import Manifest


@dataclass(frozen=True, slots=True)
class Ability:
    """One verb of a channel; ``why_not`` is empty where it can."""

    verb: str
    name: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Card:
    """One channel."""

    channel: Channel
    title: str  # of its network
    label: str
    tone: str
    why: words.Why | None
    ending: bool  # its credentials end soon, and only a person can renew them
    abilities: Sequence[Ability]

    @property
    def overdue(self) -> bool:
        """Whether its next poll could begin already."""
        return self.channel.next_poll_at <= clock.now()

    @property
    def lacks(self) -> Sequence[Ability]:
        """What it cannot do, with the reason."""
        return [one for one in self.abilities if one.why_not]


def card(channel: Channel) -> Card:
    """A channel as its page shows it."""
    title = networks.manifest(channel.network).title if channel.network in networks.names() else channel.network
    why = words.health(channel.reason) if channel.failing_since else None
    label, tone = str(ChannelState(channel.state).label), "ok"
    if channel.state == ChannelState.RECONNECT:
        tone = "danger"
    elif channel.state == ChannelState.PAUSED:
        tone = ""
    elif channel.failing_since:
        label, tone = _("Con problemas"), "warn"
    ending = queries.is_ending(channel, clock.now())
    if ending and tone == "ok":
        label, tone = _("Caduca pronto"), "warn"
    return Card(channel, title, label, tone, why, ending, abilities(channel))


def abilities(channel: Channel) -> list[Ability]:
    """Every verb, with why the channel cannot do it if it cannot."""
    return [Ability(verb, str(name), queries.why_not(channel, verb)) for verb, name in words.VERBS.items()]


def cards(brand: Brand) -> list[Card]:
    """The brand's channels: those that need somebody first."""
    found = [card(one) for one in queries.channels_of(brand)]
    return sorted(found, key=lambda one: ("danger", "warn", "ok", "").index(one.tone))


def offered() -> list[Manifest]:
    """The networks that an account can be connected of, by name."""
    return sorted((networks.manifest(name) for name in networks.names()), key=lambda one: one.title.casefold())
