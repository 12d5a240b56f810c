"""What the channels part announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelConnected(Announcement):
    """An account was connected, or connected again."""

    channel_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFailed(Announcement):
    """A channel stopped working; it was well before."""

    channel_id: int
    reason: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRecovered(Announcement):
    """A channel works again."""

    channel_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPaused(Announcement):
    """Nothing is collected or sent by this channel until somebody resumes it."""

    channel_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelResumed(Announcement):
    """The channel collects and sends again."""

    channel_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelAsked(Announcement):
    """Somebody wants the network asked now."""

    channel_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRenewed(Announcement):
    """Its credentials were renewed before they ended."""

    channel_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelExpiring(Announcement):
    """Its credentials end soon and only a person can renew them; said once for each end."""

    channel_id: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsArrived(Announcement):
    """New arrivals wait to be stored in the inbox."""

    channel_id: int
    count: int


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHoursChanged(Announcement):
    """The channel is answered at other hours."""

    channel_id: int
