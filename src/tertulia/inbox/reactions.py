"""What the inbox does when something arrives, is sent, or comes back."""

from collections.abc import Sequence

from tertulia.channels.actions import look_at, note_gone
from tertulia.channels.models import Channel
from tertulia.channels.queries import with_arrivals
from tertulia.inbox import actions, queries, sweeping
from tertulia.inbox.models import Sweep
from tertulia.inbox.storing import BATCH, store_arrivals
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.networks.contract import Outcome
from tertulia.outbox.facts import DispatchCancelled, DispatchExpired, DispatchRefused, DispatchSent
from tertulia.outbox.models import Dispatch


@job
def store(channel_id: int) -> None:
    """Stores whatever a channel brought."""
    while store_arrivals(channel_id, by="") == BATCH:
        pass


@watch(every=1.0, told=True)
def arrivals_to_store() -> Sequence[Wake]:
    """The channels that brought something."""
    return [Wake(store, {"channel_id": pk}, lock=f"store:{pk}") for pk in with_arrivals(clock.now())]


@job
def wake_snoozed() -> None:
    """Brings back what was snoozed until now."""
    actions.wake_snoozed(clock.now(), by=SYSTEM, because="snooze over")


@watch(every=5.0)
def snoozed_to_wake() -> Sequence[Wake]:
    """Whether anything is to come back."""
    return [Wake(wake_snoozed, {}, lock="wake_snoozed")] if queries.any_to_wake(clock.now()) else []


@job
def finish_sweep(sweep_id: int) -> None:
    """Does what is left of an act on many conversations."""
    sweep = Sweep.objects.select_related("member", "brand").get(pk=sweep_id)
    sweeping.go_on(sweep, seconds=60, by=sweep.member.key)


@watch(every=2.0)
def sweeps_to_finish() -> Sequence[Wake]:
    """Those that were too long for one answer, if nobody looks on any more."""
    return [Wake(finish_sweep, {"sweep_id": pk}, lock=f"sweep:{pk}") for pk in sweeping.unfinished()]


@job
def look_for_gone(channel_id: int) -> None:
    """Asks the network whether recent messages are still there."""
    channel = Channel.objects.get(pk=channel_id)
    try:
        note_gone(channel, queries.recent_external_ids(channel))
    except Outcome:
        return  # the poll of this channel tells its health; this look is for the next time


@watch(every=60.0)
def channels_to_recheck() -> Sequence[Wake]:
    """Every working channel, once a minute."""
    return [Wake(look_for_gone, {"channel_id": pk}, lock=f"gone:{pk}") for pk in queries.channels_to_recheck(clock.now())]


@job
def describe(channel_id: int) -> None:
    """Fetches the words of posts of ours that were not published here, for who answers their comments to see."""
    channel = Channel.objects.get(pk=channel_id)
    try:
        look_at(channel, queries.undescribed(channel))
    except Outcome:
        return  # asked again in a while


@watch(every=5.0)
def channels_to_describe() -> Sequence[Wake]:
    """The channels whose posts people talk about and we do not know."""
    return [Wake(describe, {"channel_id": pk}, lock=f"describe:{pk}") for pk in queries.channels_to_describe(clock.now())]


@reaction(DispatchSent)
def on_dispatch_sent(happened: Sequence[Happened]) -> None:
    """Ties our replies and posts to what they became on the network."""
    for one in happened:
        if one.what.verb in ("publish", "reply", "message"):
            actions.note_sent(Dispatch.objects.get(pk=one.what.dispatch_id), by=one.by)


@reaction(DispatchRefused, DispatchExpired, DispatchCancelled)
def on_reply_failed(happened: Sequence[Happened]) -> None:
    """A reply that did not leave leaves its conversation unanswered."""
    for one in happened:
        if one.what.verb in ("reply", "message"):
            actions.reply_failed(Dispatch.objects.get(pk=one.what.dispatch_id), by=SYSTEM, because=type(one.what).__name__)


# reactions of their own file, found with these
from tertulia.inbox import persons_reactions, timekeeping  # noqa: E402, F401
