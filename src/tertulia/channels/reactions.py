"""Polling, renewing, quotas: which channels are due, and what is done for them."""

from collections.abc import Sequence

from tertulia.channels import actions, queries, quotas, renewing
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch


@job
def collect(channel_id: int) -> None:
    """Asks one channel's network for everything new."""
    actions.collect(channel_id)


@watch(every=1.0)
def due_channels() -> Sequence[Wake]:
    """The channels whose hour has come."""
    return [Wake(collect, {"channel_id": pk}, lock=f"collect:{pk}") for pk in queries.to_poll(clock.now())]


@job
def renew(channel_id: int) -> None:
    """Renews one channel's credentials before they end."""
    renewing.renew(channel_id)


@watch(every=5.0)
def due_renewals() -> Sequence[Wake]:
    """The channels whose credentials are to be renewed."""
    return [Wake(renew, {"channel_id": pk}, lock=f"renew:{pk}") for pk in queries.to_renew(clock.now())]


@job
def warn(channel_id: int) -> None:
    """Says that one channel's credentials end soon."""
    renewing.warn(channel_id)


@watch(every=60.0)
def ending_channels() -> Sequence[Wake]:
    """The channels that only a person can keep alive, a week before they end."""
    return [Wake(warn, {"channel_id": pk}, lock=f"warn:{pk}") for pk in queries.to_warn_of(clock.now())]


@job
def read_quota(channel_id: int) -> None:
    """Asks one channel's network how much it may still publish."""
    quotas.read(channel_id)


@watch(every=30.0)
def unread_quotas() -> Sequence[Wake]:
    """The channels whose quota was told too long ago."""
    return [Wake(read_quota, {"channel_id": pk}, lock=f"quota:{pk}") for pk in queries.with_quota_unread(clock.now())]
