"""A dispatch's moves: the one place that writes a state."""

from collections.abc import Sequence
from typing import Any

from tertulia.journal.actions import SYSTEM, record_all
from tertulia.outbox import facts
from tertulia.outbox.models import Dispatch, DispatchState


def move(dispatch: Dispatch, state: str, **more: Any) -> None:
    """Writes a state and whatever goes with it; the database checks the move against the graph."""
    dispatch.state, dispatch.lease_until = state, None
    for name, value in more.items():
        setattr(dispatch, name, value)
    dispatch.save(update_fields=["state", "lease_until", *more])


def hold_all(rows: Sequence[Dispatch], reason: str) -> None:
    """Puts these aside, locked before, for one reason."""
    Dispatch.objects.filter(pk__in=[one.pk for one in rows]).update(state=DispatchState.HELD, reason=reason)
    record_all([facts.DispatchHeld(**named(one), reason=reason) for one in rows], by=SYSTEM)


def named(dispatch: Dispatch) -> dict[str, Any]:
    """What every fact of a dispatch says of it."""
    return {"brand_id": dispatch.brand_id, "dispatch_id": dispatch.pk, "channel_id": dispatch.channel_id, "verb": dispatch.verb}


