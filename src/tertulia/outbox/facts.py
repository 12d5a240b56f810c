"""What the outbox announces."""

from dataclasses import dataclass

from tertulia.journal.facts import Announcement, fact


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfDispatch(Announcement):
    dispatch_id: int
    channel_id: int
    verb: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchQueued(_OfDispatch):
    """Something is to be done on a network."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchChanged(_OfDispatch):
    """What, or when, was changed before it left."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchReady(_OfDispatch):
    """Its hour has come, and others go first."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchSent(_OfDispatch):
    """It is on the network: there is proof."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRefused(_OfDispatch):
    """The network said no; nothing happened there."""

    reason: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchUnsure(_OfDispatch):
    """It cannot be known whether it is there: a person decides."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchHeld(_OfDispatch):
    """It waits for somebody: the channel is paused or must be connected again."""

    reason: str


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchReleased(_OfDispatch):
    """What held it is over."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchExpired(_OfDispatch):
    """Its deadline passed before it could be sent; nothing happened on the network."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchCancelled(_OfDispatch):
    """Somebody took it back before it left."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchDiffers(_OfDispatch):
    """What is on the network is not what was approved."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchVanished(_OfDispatch):
    """It is not seen on the network, where it had been sent."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchMatched(_OfDispatch):
    """It is on the network as it was approved, after it had not been."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchNoted(_OfDispatch):
    """A person took note that it differs, or is gone."""


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrandPaused(Announcement):
    """Nothing of the brand leaves; ``everywhere``: nor of any other."""

    everywhere: bool


@fact
@dataclass(frozen=True, slots=True, kw_only=True)
class BrandResumed(Announcement):
    """A pause is over: the brand's own or, ``everywhere``, that of the whole installation."""

    everywhere: bool
