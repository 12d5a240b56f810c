"""Polling: which channels are due, and asking them."""

from collections.abc import Sequence

from tertulia.channels import actions, queries
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
