"""Which dispatch leaves next, and whether it may: claims are made one at a time for each server of a network.

What a worker that died had in its hands is taken back first: it waits again, and leaves by the same way as anything else.
"""

from __future__ import annotations

import os
import socket
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from tertulia import networks
from tertulia.channels.models import Channel, ChannelState
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock, life
from tertulia.outbox import facts, pacing, queries, rules
from tertulia.outbox.models import Attempt, Dispatch, DispatchState, Pause
from tertulia.outbox.moves import hold_all, move, named
from tertulia.outbox.pacing import Server
from tertulia.outbox.payloads import rests_of

#: How many are put aside at once.
MANY = 500

WORKER = f"{socket.gethostname()}:{os.getpid()}"[:64]


@dataclass(frozen=True, slots=True)
class Claim:
    """A dispatch that is ours until its lease ends."""

    dispatch: Dispatch
    attempt: Attempt
    unknown_before: bool
    late: bool
    at: float = field(default_factory=time.monotonic)


def next_claim(server: Server) -> Claim | None:
    """The next dispatch of a server, claimed; None: nothing is due there, or as many calls as may be are under way.

    What is due and may not leave (its channel is paused, it is too late…) is put aside on the way, the server being let go
    of each time, so that others are not kept waiting by it.
    """
    tried: list[int] = []
    while True:
        with transaction.atomic():
            app, now = pacing.hold(server), clock.now()
            if app.until and app.until > now:
                return None
            if (pk := queries.next_due(now, server, parallel(server), but=tried)) is None:
                return None
            if taken := claim(pk, now):
                return taken
        tried.append(pk)


def parallel(server: Server) -> int:
    """How many calls at once a server gets from us, as its network says."""
    return networks.manifest(server.network).parallel if server.network in networks.names() else 1


@transaction.atomic(savepoint=False)
def claim(dispatch_id: int, now: datetime) -> Claim | None:
    """One dispatch, claimed if it is due and may leave."""
    dispatch = (Dispatch.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("channel", "brand")
                .filter(pk=dispatch_id).first())
    if dispatch is None or not _due(dispatch, now):
        return None
    if reason := _held_by(dispatch):
        _hold(dispatch, now, reason)
        return None
    unknown_before = dispatch.version > 0 and queries.unknown_attempts(dispatch).exists()
    late = dispatch.expires_at <= now
    if late and not unknown_before:
        # what was tried in vain until its deadline is over; what never had the chance is asked about
        if dispatch.version:
            move(dispatch, DispatchState.EXPIRED, reason="")
            record(facts.DispatchExpired(**named(dispatch)), by=SYSTEM)
        else:
            _hold(dispatch, now, "late", version=0, expires_at__lte=now)
        return None
    if not pacing.may_leave(dispatch.channel, dispatch.verb, now):
        return None
    dispatch.version += 1
    dispatch.state, dispatch.lease_until, dispatch.life = DispatchState.SENDING, now + rules.LEASE, life.number()
    dispatch.save(update_fields=["state", "version", "lease_until", "life"])
    attempt = Attempt.objects.create(dispatch=dispatch, version=dispatch.version, started_at=now, worker=WORKER)
    return Claim(dispatch, attempt, unknown_before, late)


def _due(dispatch: Dispatch, now: datetime) -> bool:
    return dispatch.state in (DispatchState.WAITING, DispatchState.READY) and dispatch.try_at <= now


def _hold(dispatch: Dispatch, now: datetime, reason: str, **alike: Any) -> None:
    """Puts it aside, and with it whatever else of its channel is due and held by the same: there may be thousands."""
    due = Dispatch.objects.filter(channel=dispatch.channel_id, state__in=(DispatchState.WAITING, DispatchState.READY), try_at__lte=now)
    rows = list(due.filter(**alike).select_for_update(no_key=True, skip_locked=True).order_by("try_at", "pk")[:MANY])
    hold_all(rows, reason)


@transaction.atomic
def take_back() -> int:
    """What is being sent by nobody waits again; how many. Whoever may still have it sends nothing more.

    Where the network will be asked, it gets the time to end what it may be at, as after an answer that was lost.
    What took several workers with it is for a person to look at.
    """
    seen = queries.abandoned(clock.now())
    rows = list(Dispatch.objects.select_for_update(no_key=True, skip_locked=True, of=("self",))
                .select_related("channel").filter(pk__in=seen))
    gone = set(queries.abandoned(clock.now())) if rows else set()  # asked again, now that nobody can renew its lease
    for one in rows:
        if one.pk not in gone:
            continue
        if one.attempts.filter(outcome="").count() >= rules.LIVES:
            move(one, DispatchState.UNSURE, reason="crashed")
            record(facts.DispatchUnsure(**named(one)), by=SYSTEM)
        else:
            move(one, DispatchState.WAITING, try_at=max(one.try_at, _rest_after_death(one)), reason="reset")
    return len(gone)


def _rest_after_death(dispatch: Dispatch) -> datetime:
    """Until when nothing is done about what a process that died was sending."""
    assert dispatch.lease_until
    now = clock.now()
    if dispatch.channel.network not in networks.names() or not queries.unknown_attempts(dispatch).exists():
        return now
    return rules.look_at(dispatch.verb, min(dispatch.lease_until - rules.LEASE, now), rests_of(dispatch))


def _held_by(dispatch: Dispatch) -> str:
    """Why it may not leave now. Whoever is ending what holds it has finished, or waits until we commit.

    Without those locks, a dispatch could be held an instant after its channel was resumed, and nobody would release it.
    """
    pauses = Pause.objects.select_for_update(no_key=True).filter(brand=None) | Pause.objects.filter(brand=dispatch.brand_id)
    if pause := pauses.order_by("brand").first():
        return "brand_paused" if pause.brand_id else "all_paused"
    if dispatch.channel.network not in networks.names():
        return "unsupported"  # its folder was taken away
    return held_by(dispatch.channel) and held_by(settled(dispatch.channel))


def held_by(channel: Channel) -> str:
    """Why nothing of the channel leaves; empty if it works."""
    return {ChannelState.PAUSED: "paused", ChannelState.RECONNECT: "reconnect"}.get(ChannelState(channel.state), "")


def settled(channel: Channel) -> Channel:
    """The channel as it is once whoever is changing it has finished; nobody changes it before we commit."""
    return Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
