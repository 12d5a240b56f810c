"""Sending what is due; holding and releasing with the channel."""

from collections.abc import Sequence

from tertulia.channels.facts import ChannelConnected, ChannelResumed
from tertulia.channels.models import Channel
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.outbox import actions, claiming, queries, sending
from tertulia.outbox.pacing import Server


@job(queue="outbox")
def send(network: str, base_url: str) -> None:
    """A lane: sends what is due on one server, one after another."""
    sending.run_lane(Server(network, base_url))


@watch(every=0.25, told=True)
def servers_with_due() -> Sequence[Wake]:
    """As many lanes a server as it has things due, and no more than its network takes calls beside those under way.

    The first lane of each server goes before the second of any: servers that hang leave threads to the others.
    """
    return [Wake(send, {"network": server.network, "base_url": server.base_url}, lock=f"send:{server.scope}:{lane}", priority=-lane)
            for server, many, under_way in queries.servers_with_due(clock.now())
            for lane in range(min(many, claiming.parallel(server) - under_way))]


@job(queue="outbox")
def take_back() -> None:
    """What workers that died had in their hands waits again."""
    claiming.take_back()


@watch(every=0.5)
def abandoned() -> Sequence[Wake]:
    """Whether anything is being sent by nobody."""
    return [Wake(take_back, {}, lock="take_back", priority=1)] if queries.abandoned(clock.now(), most=1) else []


@job
def mark_ready() -> None:
    """What has to wait for its turn says so."""
    actions.mark_ready(by=SYSTEM)


@watch(every=5)
def ready_dispatches() -> Sequence[Wake]:
    """Whether anything waits past its hour."""
    return [Wake(mark_ready, {}, lock="mark_ready")] if queries.to_mark_ready(clock.now(), most=1) else []


@reaction(ChannelConnected, ChannelResumed)
def release_held(happened: Sequence[Happened]) -> None:
    """A channel that works again sends what waited for it, in order."""
    for one in happened:
        if channel := Channel.objects.filter(pk=one.what.channel_id).first():
            actions.release(channel, by=SYSTEM, because=type(one.what).__name__)


# what is noted for members and what is read back have files of their own; this one is where reactions are looked for
from tertulia.outbox import notices_reactions, readback_reactions  # noqa: E402, F401
