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
def read_back(reader: int) -> None:
    """Looks at what was sent."""
    readback.read(reader)


@watch(every=2.0)
def due_readbacks() -> Sequence[Wake]:
    """As many readers as there are things to look at, and no more than may read at once."""
    found = readback.due(clock.now(), readback.READERS)
    return [Wake(read_back, {"reader": reader}, lock=f"read_back:{reader}") for reader in range(len(found))]
