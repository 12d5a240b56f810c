"""The one door out: a due dispatch is claimed, called, and its answer written down.

Before a call an attempt is committed; every request renews the lease, and whoever lost it sends nothing more. If an
earlier attempt may have done it, the network's own key or ours makes the repetition harmless, or the network is asked
first; where it cannot tell, a person decides. Nothing here holds a transaction while the network is spoken to.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from tertulia import networks
from tertulia.channels import actions as channel_actions
from tertulia.channels.connection import open_network
from tertulia.channels.models import Channel, ChannelState
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock
from tertulia.networks.contract import Network, Outcome, Receipt, Reconnect, TryLater, Unsure
from tertulia.outbox import facts, rules
from tertulia.outbox.models import Attempt, Dispatch, DispatchState, Limit
from tertulia.outbox.moves import move, named
from tertulia.outbox.payloads import perform

WORKER = f"{socket.gethostname()}:{os.getpid()}"[:64]


@dataclass(frozen=True, slots=True)
class Claim:
    """A dispatch that is ours until its lease ends."""

    dispatch: Dispatch
    attempt: Attempt
    unknown_before: bool
    late: bool


class Superseded(Exception):
    """Another worker took the dispatch over while this one was slow: this one sends nothing more."""


def send(dispatch_id: int) -> str:
    """Sends one due dispatch; the state it is in afterwards (empty: it was not for us)."""
    if (claim := _claim(dispatch_id)) is None:
        return ""
    try:
        receipt = _call(claim)
    except Superseded:
        return ""  # its attempt stays of unknown end: something may have left before
    except Outcome as failure:
        return _failed(claim, failure)
    except Exception as error:  # a fault of ours while calling: we cannot know what happened over there
        _failed(claim, Unsure("invalid", repr(error)))
        raise
    return _sent(claim, receipt)


# --------------------------------------------------------------------------- claiming


@transaction.atomic
def _claim(dispatch_id: int) -> Claim | None:
    now = clock.now()
    dispatch = (Dispatch.objects.select_for_update(skip_locked=True, of=("self",)).select_related("channel", "brand")
                .filter(pk=dispatch_id).first())
    if dispatch is None or not _due(dispatch, now):
        return None
    if reason := _held_by(dispatch.channel) and _held_by(_settled(dispatch.channel)):
        move(dispatch, DispatchState.HELD, reason=reason)
        record(facts.DispatchHeld(**named(dispatch), reason=reason), by=SYSTEM)
        return None
    unknown_before = dispatch.attempts.filter(outcome__in=["", "unsure"]).exists()
    if dispatch.expires_at <= now and not unknown_before:
        move(dispatch, DispatchState.EXPIRED)
        record(facts.DispatchExpired(**named(dispatch)), by=SYSTEM)
        return None
    dispatch.version += 1
    dispatch.state, dispatch.lease_until = DispatchState.SENDING, now + rules.LEASE
    dispatch.save(update_fields=["state", "version", "lease_until"])
    attempt = Attempt.objects.create(dispatch=dispatch, version=dispatch.version, started_at=now, worker=WORKER)
    return Claim(dispatch, attempt, unknown_before, late=dispatch.expires_at <= now)


def _due(dispatch: Dispatch, now: Any) -> bool:
    if dispatch.state == DispatchState.SENDING:
        return bool(dispatch.lease_until and dispatch.lease_until <= now)
    if dispatch.state not in (DispatchState.WAITING, DispatchState.READY) or dispatch.try_at > now:
        return False
    return not Limit.objects.filter(scope=_scope(dispatch.channel), until__gt=now).exists()


def _held_by(channel: Channel) -> str:
    return {ChannelState.PAUSED: "paused", ChannelState.RECONNECT: "reconnect"}.get(ChannelState(channel.state), "")


def _settled(channel: Channel) -> Channel:
    """The channel as it is once whoever is changing it has finished; nobody changes it before we commit.

    Without this, a dispatch could be held an instant after the channel was resumed, and nobody would release it.
    """
    return Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)


def _scope(channel: Channel) -> str:
    return f"channel:{channel.pk}"


# --------------------------------------------------------------------------- calling


def _call(claim: Claim) -> Receipt:
    dispatch = claim.dispatch
    with open_network(dispatch.channel, before=lambda: _renew(claim)) as network:
        if _looks_first(claim, network):
            Attempt.objects.filter(pk=claim.attempt.pk).update(looked=True)
            if found := perform(network, dispatch, look=True):
                return _not_of_another(dispatch, found)
            # the network is certain: what earlier attempts may have done, they did not
            dispatch.attempts.filter(outcome__in=["", "unsure"], version__lt=claim.attempt.version).update(outcome="absent")
            if claim.late:
                raise TryLater("timeout", "too late to send it again")
        receipt = perform(network, dispatch)
        assert receipt is not None
        return receipt


def _looks_first(claim: Claim, network: Network) -> bool:
    return rules.must_look_first(
        claim.dispatch.verb, repeatable=network.repeatable, unknown_before=claim.unknown_before, late=claim.late)


def _renew(claim: Claim) -> None:
    """Called before each request: the lease begins anew, or it is no longer ours and the request is not sent."""
    ours = Dispatch.objects.filter(pk=claim.dispatch.pk, state=DispatchState.SENDING, version=claim.attempt.version)
    if not ours.update(lease_until=clock.now() + rules.LEASE):
        raise Superseded(str(claim.attempt))


def _not_of_another(dispatch: Dispatch, found: Receipt) -> Receipt:
    """``found``, unless another dispatch made it: then two say the same, and which one is missing cannot be known."""
    same = Dispatch.objects.filter(channel_id=dispatch.channel_id, external_id=found.ref.external_id).exclude(pk=dispatch.pk)
    if other := same.first():
        raise Unsure("duplicate", "", {"id": found.ref.external_id, "url": found.ref.url, "dispatch": other.pk})
    return found


# --------------------------------------------------------------------------- writing down


@transaction.atomic
def _sent(claim: Claim, receipt: Receipt) -> str:
    dispatch = _ours(claim, "sent", evidence=dict(receipt.evidence))
    if dispatch is None:
        return ""
    move(dispatch, DispatchState.SENT, sent_at=receipt.at or clock.now(), external_id=receipt.ref.external_id,
          url=receipt.ref.url, ref_extra=dict(receipt.ref.extra), reason="", detail="")
    record(facts.DispatchSent(**named(dispatch)), by=SYSTEM)
    return dispatch.state


@transaction.atomic
def _failed(claim: Claim, failure: Outcome) -> str:
    name = type(failure).__name__.lower()
    dispatch = _ours(claim, name, failure.reason, {**failure.evidence, "detail": failure.detail})
    if dispatch is None:
        return ""
    unknown = dispatch.attempts.filter(outcome__in=["", "unsure"]).count()
    renewed = isinstance(failure, Reconnect) and _settled(dispatch.channel).connected_at != claim.dispatch.channel.connected_at
    if renewed:  # the secrets that failed are no longer the channel's
        failure = TryLater(failure.reason, failure.detail, after=0)
    after = rules.after_failure(
        failure, verb=dispatch.verb, repeatable=networks.load(dispatch.channel.network).repeatable,
        tries=dispatch.version, unsure_tries=unknown - 1, now=clock.now(), expires_at=dispatch.expires_at)
    if unknown and after.state in ("refused", "expired"):
        # this try did nothing, but an earlier one may have: that is for a person to see
        after = rules.Next("unsure", reason=after.reason)
    more: dict[str, Any] = {"reason": after.reason, "detail": failure.detail}
    if after.try_at:
        more["try_at"] = after.try_at
    move(dispatch, after.state, **more)
    if after.blocks and after.try_at:
        Limit.objects.update_or_create(
            scope=_scope(dispatch.channel), defaults={"until": after.try_at, "reason": after.reason})
    if isinstance(failure, Reconnect):
        channel_actions.fail(dispatch.channel, failure, by=SYSTEM)
    _announce(dispatch, after)
    return after.state


def _ours(claim: Claim, outcome: str, reason: str = "", evidence: dict[str, Any] | None = None) -> Dispatch | None:
    """Closes the attempt; the dispatch, locked, if it is still ours (another worker may have taken it over meanwhile)."""
    Attempt.objects.filter(pk=claim.attempt.pk).update(
        outcome=outcome, reason=reason, evidence=evidence or {}, ended_at=clock.now())
    return (Dispatch.objects.select_for_update(of=("self",)).select_related("channel", "brand")
            .filter(pk=claim.dispatch.pk, state=DispatchState.SENDING, version=claim.attempt.version).first())


def _announce(dispatch: Dispatch, after: rules.Next) -> None:
    who = named(dispatch)
    match after.state:
        case "refused":
            record(facts.DispatchRefused(**who, reason=after.reason), by=SYSTEM)
        case "held":
            record(facts.DispatchHeld(**who, reason=after.reason), by=SYSTEM)
        case "unsure":
            record(facts.DispatchUnsure(**who), by=SYSTEM)
        case "expired":
            record(facts.DispatchExpired(**who), by=SYSTEM)
        case "sent":
            record(facts.DispatchSent(**who), by=SYSTEM)
