"""The one door out: a due dispatch is claimed, called, and its answer written down.

Before a call an attempt is committed; every request renews the lease, and whoever lost it sends nothing more. If an
earlier attempt may have done it, the network's own key or ours makes the repetition harmless, or the network is asked
first; where it cannot tell, a person decides. Nothing here holds a transaction while the network is spoken to.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
from django.db import transaction
from django.db.models import QuerySet

from tertulia import networks
from tertulia.channels import actions as channel_actions
from tertulia.channels.connection import open_network
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock, life
from tertulia.kit.jobs import stopping
from tertulia.kit.steps import reach
from tertulia.networks import calls
from tertulia.networks.contract import Network, Outcome, Receipt, Reconnect, TryLater, Unsure
from tertulia.outbox import facts, pacing, rules
from tertulia.outbox.claiming import Claim, next_claim, settled
from tertulia.outbox.models import Attempt, Dispatch, DispatchState
from tertulia.outbox.moves import move, named
from tertulia.outbox.pacing import Server
from tertulia.outbox.payloads import findable, key_of, look, perform

#: How long a lane goes on before it lets others have its thread; the next beat begins it again if anything is due.
TURN = 20.0
#: A claim made less than so many seconds ago is still ours: nobody takes one over so soon (``rules.MOURNING``).
FRESH = 1.0


class Superseded(Exception):
    """Another worker took the dispatch over while this one was slow: this one sends nothing more."""


def run_lane(server: Server) -> None:
    """Sends what is due on a server, one after another, until nothing is or its turn is over."""
    until = time.monotonic() + TURN
    while time.monotonic() < until and not stopping.is_set() and (claim := next_claim(server)):
        carry_out(claim)


def carry_out(claim: Claim) -> str:
    """Makes the call and writes down what came of it; the state that the dispatch is in afterwards (empty: not ours any more)."""
    reach("claimed")
    try:
        receipt = _call(claim)
    except Superseded:
        return ""  # its attempt stays of unknown end: something may have left before
    except Outcome as failure:
        return _failed(claim, failure)
    except Exception as error:  # a fault of ours while calling: we cannot know what happened over there
        _failed(claim, Unsure("invalid", repr(error)))
        raise
    reach("before_written")
    state = _sent(claim, receipt)
    reach("written")
    return state


# --------------------------------------------------------------------------- calling


def _call(claim: Claim) -> Receipt:
    dispatch = claim.dispatch
    first = claim.attempt.started_at if claim.attempt.version == 1 else None
    key = key_of(dispatch, first, lambda reached: _note(claim, reached))
    with open_network(dispatch.channel, before=lambda: _renew(claim), after=lambda answer: _heed(claim, answer)) as network:
        reach("opened")
        if _looks_first(claim, network):
            Attempt.objects.filter(pk=claim.attempt.pk).update(looked=True)
            if found := look(network, dispatch, key):
                return _not_of_another(dispatch, found)
            # the network is certain: what earlier attempts may have done, they did not
            dispatch.attempts.filter(outcome__in=["", "unsure"], version__lt=claim.attempt.version).update(outcome="absent")
            if claim.late:
                raise TryLater("timeout", "too late to send it again")
        return perform(network, dispatch, key)


def _looks_first(claim: Claim, network: Network) -> bool:
    return rules.must_look_first(
        claim.dispatch.verb, repeatable=network.repeatable, unknown_before=claim.unknown_before, late=claim.late)


def _renew(claim: Claim) -> None:
    """Called before each request: the lease begins anew, or it is no longer ours and the request is not sent."""
    if time.monotonic() - claim.at < FRESH:
        return reach("before_request")
    _while_ours(claim, lease_until=clock.now() + rules.LEASE, life=life.number())
    reach("before_request")


def _note(claim: Claim, reached: Mapping[str, Any]) -> None:
    """Keeps how far it came, before the next step is taken."""
    _while_ours(claim, progress=dict(reached))


def _while_ours(claim: Claim, **kept: Any) -> None:
    if not _mine(claim).update(**kept):
        raise Superseded(str(claim.attempt))


def _mine(claim: Claim) -> QuerySet[Dispatch]:
    """The dispatch, if nobody took it over."""
    return Dispatch.objects.filter(pk=claim.dispatch.pk, state=DispatchState.SENDING, version=claim.attempt.version)


def _heed(claim: Claim, answer: httpx.Response) -> None:
    """Called after each answer: an account that has nothing left is closed before the network has to say no."""
    reach("after_response")
    channel, now = claim.dispatch.channel, clock.now()
    allowance = getattr(networks.load(channel.network), "allowance", calls.allowance)
    if (seconds := allowance(answer.headers, now)) is not None:
        pacing.close(pacing.account_of(channel), now + timedelta(seconds=seconds), "limited")


def _not_of_another(dispatch: Dispatch, found: Receipt) -> Receipt:
    """``found``, unless another dispatch made it: then two say the same, and which one is missing cannot be known."""
    same = Dispatch.objects.filter(channel_id=dispatch.channel_id, external_id=found.ref.external_id).exclude(pk=dispatch.pk)
    if other := same.first():
        raise Unsure("duplicate", "", {"id": found.ref.external_id, "url": found.ref.url, "dispatch": other.pk})
    return found


# --------------------------------------------------------------------------- writing down


@transaction.atomic
def _sent(claim: Claim, receipt: Receipt) -> str:
    _ended(claim, "sent", evidence=dict(receipt.evidence))
    ours = _mine(claim).update(
        state=DispatchState.SENT, lease_until=None, sent_at=receipt.at or clock.now(), external_id=receipt.ref.external_id,
        url=receipt.ref.url, ref_extra=dict(receipt.ref.extra), reason="", detail="")
    if not ours:
        return ""
    record(facts.DispatchSent(**named(claim.dispatch)), by=SYSTEM)
    return DispatchState.SENT


def _failed(claim: Claim, failure: Outcome) -> str:
    after = _written(claim, failure)
    if after is None:
        return ""
    if after.blocks and after.try_at:
        # apart from the move: whoever claims holds the server's row first and the dispatch after it
        channel = claim.dispatch.channel
        scope = pacing.account_of(channel) if after.blocks == "account" else pacing.server_of(channel).scope
        pacing.close(scope, after.try_at, after.reason)
    return after.state


@transaction.atomic
def _written(claim: Claim, failure: Outcome) -> rules.Next | None:
    _ended(claim, type(failure).__name__.lower(), failure.reason, {**failure.evidence, "detail": failure.detail})
    dispatch = _mine(claim).select_for_update(of=("self",)).select_related("channel", "brand").first()
    if dispatch is None:
        return None
    renewed = isinstance(failure, Reconnect) and settled(dispatch.channel).connected_at != claim.dispatch.channel.connected_at
    if renewed:  # the secrets that failed are no longer the channel's
        failure = TryLater(failure.reason, failure.detail, after=0)
    after = _next(dispatch, failure)
    more: dict[str, Any] = {"reason": after.reason, "detail": failure.detail}
    if after.try_at:
        more["try_at"] = after.try_at
    move(dispatch, after.state, **more)
    if isinstance(failure, Reconnect):
        channel_actions.fail(dispatch.channel, failure, by=SYSTEM)
    _announce(dispatch, after)
    return after


def _next(dispatch: Dispatch, failure: Outcome) -> rules.Next:
    network = networks.load(dispatch.channel.network)
    unknown = dispatch.attempts.filter(outcome__in=["", "unsure"]).count()
    rests = rules.rests(dispatch.verb, repeatable=network.repeatable, findable=findable(network))
    after = rules.after_failure(failure, verb=dispatch.verb, rests=rests, tries=dispatch.version, unsure_tries=unknown - 1,
                                now=clock.now(), expires_at=dispatch.expires_at)
    if unknown and after.state in ("refused", "expired"):
        # this try did nothing, but an earlier one may have: that is for a person to see
        return rules.Next("unsure", reason=after.reason, blocks=after.blocks, try_at=after.try_at)
    return after


def _ended(claim: Claim, outcome: str, reason: str = "", evidence: dict[str, Any] | None = None) -> None:
    """Closes the attempt, also when another worker took the dispatch over meanwhile."""
    Attempt.objects.filter(pk=claim.attempt.pk).update(
        outcome=outcome, reason=reason, evidence=evidence or {}, ended_at=clock.now())


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
