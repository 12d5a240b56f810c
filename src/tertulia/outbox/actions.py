"""Writing dispatches, all but the sending itself: see ``sending``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet

from tertulia.channels.models import Channel
from tertulia.journal.actions import record, record_all
from tertulia.kit import clock
from tertulia.outbox import facts, queries, rules
from tertulia.outbox.models import Dispatch, DispatchState
from tertulia.outbox.moves import move, named

#: How late a dispatch may leave and still be wanted, when whoever asks does not say.
TOLERANCE = timedelta(hours=12)


class TooLate(Exception):
    """It is being sent, or was: it cannot be changed or taken back any more."""


@transaction.atomic
def queue(channel: Channel, verb: str, payload: Mapping[str, Any], *, by: str, because: str = "",
          due_at: datetime | None = None, tolerance: timedelta = TOLERANCE, key: UUID | None = None) -> Dispatch:
    """One thing to be done on the channel's network, at ``due_at`` or now; the payload is plain JSON.

    ``key`` names it, where whoever asks must be able to ask twice for the same: there is never a second one of that name.
    """
    now = clock.now()
    due_at = due_at or now
    dispatch = Dispatch.objects.create(
        brand_id=channel.brand_id, channel=channel, verb=verb, payload=dict(payload), created_at=now, created_by=by,
        key=key or uuid4(), due_at=due_at, try_at=due_at, expires_at=max(due_at, now) + tolerance)
    record(facts.DispatchQueued(**named(dispatch)), by=by, because=because)
    return dispatch


@transaction.atomic
def change(dispatch: Dispatch, *, by: str, because: str = "", payload: Mapping[str, Any] | None = None,
           due_at: datetime | None = None, tolerance: timedelta | None = None) -> None:
    """Changes what, when or how late it may leave, as long as no attempt was made; ``TooLate`` after."""
    kept = _untouched(dispatch)
    if payload is not None:
        kept.payload = dict(payload)
    if due_at is not None or tolerance is not None:
        tolerance = tolerance if tolerance is not None else kept.expires_at - kept.due_at
        kept.due_at = kept.try_at = due_at or kept.due_at
        kept.expires_at = max(kept.due_at, clock.now()) + tolerance
    kept.save(update_fields=["payload", "due_at", "try_at", "expires_at"])
    record(facts.DispatchChanged(**named(kept)), by=by, because=because)
    if due_at and due_at > clock.now() and kept.reason in rules.NOT_BY_ITS_CHANNEL:
        # what was asked about its hour has another
        move(kept, DispatchState.WAITING, reason="", detail="")
        record(facts.DispatchReleased(**named(kept)), by=by, because=because)


@transaction.atomic
def cancel(dispatch: Dispatch, *, by: str, because: str = "") -> None:
    """Takes it back; ``TooLate`` if it may be on the network already. Twice is once."""
    kept = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
    if kept.state == DispatchState.CANCELLED:
        return
    if queries.cannot_be_taken_back(kept):
        raise TooLate(kept.state)
    move(kept, DispatchState.CANCELLED)
    record(facts.DispatchCancelled(**named(kept)), by=by, because=because)


@transaction.atomic
def restore(dispatch: Dispatch, *, by: str, because: str = "") -> None:
    """Undoes ``cancel``; ``TooLate`` if the same was asked for again meanwhile, for it would leave twice.

    What waited for a person's word, or was held by a pause, waits for that word again.
    """
    kept = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
    again = Dispatch.objects.filter(
        channel_id=kept.channel_id, verb=kept.verb, payload=kept.payload, created_at__gt=kept.created_at)
    if kept.state != DispatchState.CANCELLED or again.exclude(state=DispatchState.CANCELLED).exists():
        raise TooLate(kept.state)
    asked = kept.reason in rules.NOT_BY_ITS_CHANNEL
    move(kept, DispatchState.WAITING, try_at=kept.due_at)
    record(facts.DispatchReleased(**named(kept)), by=by, because=because)
    if asked:
        move(kept, DispatchState.HELD, reason="late" if kept.reason == "late" else "review")
        record(facts.DispatchHeld(**named(kept), reason=kept.reason), by=by, because=because)


def _untouched(dispatch: Dispatch) -> Dispatch:
    kept = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
    if kept.state not in (DispatchState.WAITING, DispatchState.READY, DispatchState.HELD) or kept.version:
        raise TooLate(kept.state)
    return kept


@transaction.atomic
def confirm(dispatch: Dispatch, *, by: str, because: str = "", url: str = "") -> None:
    """A person saw it on the network: an unsure dispatch is sent."""
    kept = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
    if kept.state != DispatchState.UNSURE:
        raise TooLate(kept.state)
    move(kept, DispatchState.SENT, sent_at=clock.now(), url=url, reason="")
    record(facts.DispatchSent(**named(kept)), by=by, because=because)


@transaction.atomic
def send_again(dispatch: Dispatch, *, by: str, because: str = "") -> None:
    """A person saw that it is not there (unsure), or wants another try (refused, expired): it is due now.

    The attempts of unknown end are closed by that person's word, so that the network is not asked about them again.
    """
    kept = Dispatch.objects.select_for_update(no_key=True).get(pk=dispatch.pk)
    if kept.state not in (DispatchState.UNSURE, DispatchState.REFUSED, DispatchState.EXPIRED):
        raise TooLate(kept.state)
    now = clock.now()
    kept.attempts.filter(outcome__in=["", "unsure"]).update(outcome="denied", reason=by[:32], ended_at=now)
    move(kept, DispatchState.WAITING, try_at=now, expires_at=max(kept.expires_at, now + TOLERANCE), reason="", detail="")
    record(facts.DispatchQueued(**named(kept)), by=by, because=because)


@transaction.atomic
def release(channel: Channel, *, by: str, because: str = "") -> int:
    """What was held for the channel is due again, in its order; how many. What waits for a person or a pause goes on waiting."""
    held = Dispatch.objects.filter(channel=channel, state=DispatchState.HELD)
    return release_these(held.exclude(reason__in=rules.NOT_BY_ITS_CHANNEL), by=by, because=because)


def release_these(held: QuerySet[Dispatch], *, by: str, because: str = "", until: datetime | None = None) -> int:
    """These held dispatches are due again, by their hours; how many. Call inside the transaction that ends what held them.

    ``until``: they are wanted at least so long, for somebody said so just now.
    """
    now, rows = clock.now(), list(held.select_for_update(no_key=True, of=("self",)).order_by("due_at", "id"))
    for place, one in enumerate(rows):
        move(one, DispatchState.WAITING, try_at=max(one.due_at, now + timedelta(milliseconds=place)),
             expires_at=max(one.expires_at, until or one.expires_at), reason="", detail="")
    record_all([facts.DispatchReleased(**named(one)) for one in rows], by=by, because=because)
    return len(rows)


@transaction.atomic
def mark_ready(*, by: str, because: str = "") -> int:
    """Those whose hour has come and that wait for their turn are ready; how many."""
    wanted = queries.to_mark_ready(clock.now())
    rows = list(Dispatch.objects.select_for_update(no_key=True, skip_locked=True).filter(pk__in=wanted, state=DispatchState.WAITING))
    # one act, for whoever claims passes over what is locked here
    Dispatch.objects.filter(pk__in=[one.pk for one in rows]).update(state=DispatchState.READY)
    record_all([facts.DispatchReady(**named(one)) for one in rows], by=by, because=because)
    return len(rows)
