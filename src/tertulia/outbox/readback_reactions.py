"""Looking again at what was sent."""

from collections.abc import Sequence

from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.outbox import facts, readback, rules


@reaction(facts.DispatchSent)
def plan_readback(happened: Sequence[Happened]) -> None:
    """What was sent is looked at, soon and some times more; what was sent long ago is history."""
    readback.begin([(one.what.dispatch_id, one.at) for one in happened if one.at > clock.now() - rules.READABLE])


@job
def read_channel(channel_id: int) -> None:
    """Looks at what a channel sent."""
    readback.read_channel(channel_id)


@watch(every=2.0)
def channels_to_read() -> Sequence[Wake]:
    """The channels with something to look at."""
    return [Wake(read_channel, {"channel_id": pk}, lock=f"read:{pk}") for pk in readback.channels_to_read(clock.now())]
