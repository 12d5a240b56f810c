"""Which dispatch leaves next, and whether it may: claims are made one at a time for each server of a network."""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from tertulia import networks
from tertulia.channels.models import Channel, ChannelState
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock, life
from tertulia.outbox import facts, pacing, queries, rules
from tertulia.outbox.models import Attempt, Dispatch, DispatchState, Pause
from tertulia.outbox.moves import move, named
from tertulia.outbox.pacing import Server

WORKER = f"{socket.gethostname()}:{os.getpid()}"[:64]


@dataclass(frozen=True, slots=True)
class Claim:
    """A dispatch that is ours until its lease ends."""

    dispatch: Dispatch
    attempt: Attempt
    unknown_before: bool
    late: bool
    at: float = field(default_factory=time.monotonic)


@transaction.atomic
def next_claim(server: Server) -> Claim | None:
    """The next dispatch of a server, claimed; None: nothing is due there, or as many calls as may be are under way.

    What is due and may not leave (its channel is paused, it is too late…) is put aside on the way.
    """
    app, now = pacing.hold(server), clock.now()
    if app.until and app.until > now:
        return None
    tried: list[int] = []
    while (pk := queries.next_due(now, server, networks.manifest(server.network).parallel, but=tried)) is not None:
        if taken := claim(pk, now):
            return taken
        tried.append(pk)
    return None


@transaction.atomic(savepoint=False)
def claim(dispatch_id: int, now: datetime) -> Claim | None:
    """One dispatch, claimed if it is due and may leave."""
    dispatch = (Dispatch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("channel", "brand")
                .filter(pk=dispatch_id).first())
    if dispatch is None or not _due(dispatch, now):
        return None
    if reason := _held_by(dispatch):
        _put_aside(dispatch, DispatchState.HELD, reason)
        return None
    unknown_before = dispatch.version > 0 and dispatch.attempts.filter(outcome__in=["", "unsure"]).exists()
    late = dispatch.expires_at <= now
    if late and not unknown_before:
        # what was tried in vain until its deadline is over; what never had the chance is asked about
        tried = dispatch.version > 0
        _put_aside(dispatch, DispatchState.EXPIRED if tried else DispatchState.HELD, "" if tried else "late")
        return None
    if not pacing.may_leave(dispatch.channel, dispatch.verb, now):
        return None
    dispatch.version += 1
    dispatch.state, dispatch.lease_until, dispatch.life = DispatchState.SENDING, now + rules.LEASE, life.number()
    dispatch.save(update_fields=["state", "version", "lease_until", "life"])
    attempt = Attempt.objects.create(dispatch=dispatch, version=dispatch.version, started_at=now, worker=WORKER)
    return Claim(dispatch, attempt, unknown_before, late)


def _due(dispatch: Dispatch, now: datetime) -> bool:
    if dispatch.state == DispatchState.SENDING:
        return queries.is_abandoned(dispatch, now)
    return dispatch.state in (DispatchState.WAITING, DispatchState.READY) and dispatch.try_at <= now


def _put_aside(dispatch: Dispatch, state: DispatchState, reason: str = "") -> None:
    move(dispatch, state, reason=reason)
    if state == DispatchState.HELD:
        record(facts.DispatchHeld(**named(dispatch), reason=reason), by=SYSTEM)
    else:
        record(facts.DispatchExpired(**named(dispatch)), by=SYSTEM)


def _held_by(dispatch: Dispatch) -> str:
    """Why it may not leave now. Whoever is ending what holds it has finished, or waits until we commit.

    Without those locks, a dispatch could be held an instant after its channel was resumed, and nobody would release it.
    """
    pauses = Pause.objects.select_for_update(no_key=True).filter(brand=None) | Pause.objects.filter(brand=dispatch.brand_id)
    if pause := pauses.order_by("brand").first():
        return "brand_paused" if pause.brand_id else "all_paused"
    return held_by(dispatch.channel) and held_by(settled(dispatch.channel))


def held_by(channel: Channel) -> str:
    """Why nothing of the channel leaves; empty if it works."""
    return {ChannelState.PAUSED: "paused", ChannelState.RECONNECT: "reconnect"}.get(ChannelState(channel.state), "")


def settled(channel: Channel) -> Channel:
    """The channel as it is once whoever is changing it has finished; nobody changes it before we commit."""
    return Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
