"""What moderation does when the network has done what was decided, when it is time to look, and when a month ends."""

from __future__ import annotations

from collections.abc import Sequence

from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.moderation import actions, checking
from tertulia.moderation.models import ON_THE_NETWORK, Verdict
from tertulia.outbox.facts import DispatchCancelled, DispatchExpired, DispatchRefused, DispatchSent


@reaction(DispatchSent)
def on_dispatch_sent(happened: Sequence[Happened]) -> None:
    """A hidden message is shown as hidden once the network has hidden it, not before."""
    wanted = {one.what.dispatch_id: one for one in happened if one.what.verb in ON_THE_NETWORK}
    for verdict in _decided(wanted):
        actions.note_done(verdict, by=wanted[verdict.dispatch_id].by)


@reaction(DispatchRefused, DispatchExpired, DispatchCancelled)
def on_verdict_failed(happened: Sequence[Happened]) -> None:
    """What the network would not do is not awaited any more: the message stands as it stood."""
    wanted = {one.what.dispatch_id: one for one in happened if one.what.verb in ON_THE_NETWORK}
    for verdict in _decided(wanted):
        actions.note_failed(verdict, by=wanted[verdict.dispatch_id].by, because=type(wanted[verdict.dispatch_id].what).__name__)


def _decided(dispatches: dict[int, Happened]) -> Sequence[Verdict]:
    whole = Verdict.objects.filter(dispatch__in=dispatches).select_related("message__channel", "profile", "rule", "undoes__rule")
    return list(whole.order_by("at", "pk"))


@job
def look(verdict_id: int) -> None:
    """Asks the network whether a verdict was carried out."""
    checking.look(verdict_id)


@watch(every=2.0)
def verdicts_to_check() -> Sequence[Wake]:
    """What the network is to be asked about."""
    return [Wake(look, {"verdict_id": pk}, lock=f"verdict:{pk}") for pk in checking.due(clock.now())]
