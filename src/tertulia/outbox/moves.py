"""A dispatch's moves: the one place that writes a state."""

from typing import Any

from tertulia.outbox.models import Dispatch


def move(dispatch: Dispatch, state: str, **more: Any) -> None:
    """Writes a state and whatever goes with it; the database checks the move against the graph."""
    dispatch.state, dispatch.lease_until = state, None
    for name, value in more.items():
        setattr(dispatch, name, value)
    dispatch.save(update_fields=["state", "lease_until", *more])


def named(dispatch: Dispatch) -> dict[str, Any]:
    """What every fact of a dispatch says of it."""
    return {"brand_id": dispatch.brand_id, "dispatch_id": dispatch.pk, "channel_id": dispatch.channel_id, "verb": dispatch.verb}


