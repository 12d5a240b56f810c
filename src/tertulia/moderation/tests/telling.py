"""What the outbox would announce of a dispatch, handed to moderation's reactions."""

from __future__ import annotations

from tertulia.journal.facts import Happened
from tertulia.kit import clock
from tertulia.moderation import reactions
from tertulia.outbox.facts import DispatchCancelled, DispatchRefused, DispatchSent
from tertulia.outbox.models import Dispatch, DispatchState

_STATES = {DispatchSent: DispatchState.SENT, DispatchRefused: DispatchState.REFUSED, DispatchCancelled: DispatchState.CANCELLED}


def tell(announced: type, dispatch: Dispatch | None) -> None:
    """The dispatch ends so, and moderation hears of it."""
    assert dispatch is not None
    now = clock.now()
    steps = ["sending", _STATES[announced]] if announced is not DispatchCancelled else [DispatchState.CANCELLED]
    for state in steps:
        lease = now if state == "sending" else None
        Dispatch.objects.filter(pk=dispatch.pk).exclude(state=state).update(state=state, lease_until=lease)
    Dispatch.objects.filter(pk=dispatch.pk, state=DispatchState.SENT).update(sent_at=now)
    more = {"reason": "forbidden"} if announced is DispatchRefused else {}
    what = announced(brand_id=dispatch.brand_id, dispatch_id=dispatch.pk, channel_id=dispatch.channel_id, verb=dispatch.verb, **more)
    react = reactions.on_dispatch_sent if announced is DispatchSent else reactions.on_verdict_failed
    react([Happened(id=1, at=now, by="x", because="", what=what)])
