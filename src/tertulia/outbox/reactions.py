"""Sending what is due; holding and releasing with the channel."""

from collections.abc import Sequence

from tertulia.channels.facts import ChannelConnected, ChannelResumed
from tertulia.channels.models import Channel
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.outbox import actions, queries, sending


@job
def send(dispatch_id: int) -> None:
    """Sends one dispatch that is due."""
    sending.send(dispatch_id)


@watch(every=0.5, told=True)
def due_dispatches() -> Sequence[Wake]:
    """The dispatches whose moment has come, and those whose worker died."""
    return [Wake(send, {"dispatch_id": pk}, lock=f"send:{pk}") for pk in queries.due(clock.now())]


@reaction(ChannelConnected, ChannelResumed)
def release_held(happened: Sequence[Happened]) -> None:
    """A channel that works again sends what waited for it, in order."""
    for one in happened:
        if channel := Channel.objects.filter(pk=one.what.channel_id).first():
            actions.release(channel, by=SYSTEM, because=type(one.what).__name__)
