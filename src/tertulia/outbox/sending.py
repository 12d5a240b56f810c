"""The one door out: a due dispatch is claimed, called, and its answer written down.

Before a call an attempt is committed; every request renews the lease, and whoever lost it sends nothing more. If an
earlier attempt may have done it, the network's own key or ours makes the repetition harmless, or the network is asked
first; where it cannot tell, a person decides. Nothing here holds a transaction while the network is spoken to.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
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
from tertulia.outbox import facts, pacing, queries, rules
from tertulia.outbox.claiming import Claim, next_claim, settled
from tertulia.outbox.models import Attempt, Dispatch, DispatchState
from tertulia.outbox.moves import move, named
from tertulia.outbox.pacing import Server
from tertulia.outbox.payloads import can_be_asked, key_of, look, perform, rests_of, storable

log = logging.getLogger(__name__)

#: How long a lane goes on before it lets others have its thread; the next beat begins it again if anything is due.
TURN = 20.0
#: How long an answer in hand waits for a database that is away.
PATIENCE = 30.0
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
        outcome = failure
        return _surely(lambda: _failed(claim, outcome))
    except Exception as error:  # a fault of ours while calling: we cannot know what happened over there
        _failed(claim, Unsure("invalid", repr(error)))
        raise
    reach("before_written")
    state = _surely(lambda: _sent(claim, receipt))
    reach("written")
    return state


def _surely(write: Callable[[], str]) -> str:
    """Writes down what is known now and could not be known again, also if the database is away for some seconds."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return write()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > until or connection.in_atomic_block:
                raise
            time.sleep(0.5)


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
    asked = claim.at
    reach("before_request")
    while time.monotonic() - asked > FRESH:  # also if the process stood still just here
        asked = time.monotonic()
        _while_ours(claim, lease_until=clock.now() + rules.LEASE, life=life.number())
    if not can_be_asked(networks.load(claim.dispatch.channel.network)):  # where nothing can be asked, it is worth knowing that nothing left
        Attempt.objects.filter(pk=claim.attempt.pk, left_at=None).update(left_at=clock.now())


def _note(claim: Claim, reached: Mapping[str, Any]) -> None:
    """Keeps how far it came, before the next step is taken."""
    _while_ours(claim, progress=storable(reached))


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
    try:
        if seconds := allowance(answer.headers, now):
            pacing.close(pacing.account_of(channel), now + rules.asked_for(seconds, 1), "limited")
    except (DatabaseError, ArithmeticError, ValueError) as error:
        log.warning("what was said of the limits of %s was not kept: %r", channel, error)  # the answer itself counts for more


def _not_of_another(dispatch: Dispatch, found: Receipt) -> Receipt:
    """``found``, unless another dispatch made it: then two say the same, and which one is missing cannot be known."""
    same = Dispatch.objects.filter(channel_id=dispatch.channel_id, external_id=found.ref.external_id).exclude(pk=dispatch.pk)
    if other := same.first():
        raise Unsure("duplicate", "", {"id": found.ref.external_id, "url": found.ref.url, "dispatch": other.pk})
    return found


# --------------------------------------------------------------------------- writing down


@transaction.atomic
def _sent(claim: Claim, receipt: Receipt) -> str:
    # a person may be asked already, because we were slow: here is the proof
    asked = Dispatch.objects.filter(pk=claim.dispatch.pk, state=DispatchState.UNSURE)
    ours = (_mine(claim) | asked).update(
        state=DispatchState.SENT, lease_until=None, sent_at=receipt.at or clock.now(),
        external_id=storable(receipt.ref.external_id)[:500], url=storable(receipt.ref.url)[:1000],
        ref_extra=storable(receipt.ref.extra), reason="", detail="")
    _ended(claim, "sent", evidence=receipt.evidence)
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
        pacing.close(pacing.scope_of(claim.dispatch.channel, after.blocks), after.try_at, after.reason)
    return after.state


@transaction.atomic
def _written(claim: Claim, failure: Outcome) -> rules.Next | None:
    dispatch = _mine(claim).select_for_update(no_key=True, of=("self",)).select_related("channel", "brand").first()
    _ended(claim, type(failure).__name__.lower(), failure.reason, {**failure.evidence, "detail": failure.detail})
    if dispatch is None:
        return None
    if isinstance(failure, Reconnect) and _renewed(claim):  # the secrets that failed are no longer the channel's
        failure = TryLater(failure.reason, failure.detail, after=0)
    after = _next(dispatch, failure)
    more: dict[str, Any] = {"reason": after.reason, "detail": storable(failure.detail)}
    if after.try_at:
        more["try_at"] = after.try_at
    move(dispatch, after.state, **more)
    if isinstance(failure, Reconnect):
        channel_actions.fail(dispatch.channel, failure, by=SYSTEM)
    _announce(dispatch, after)
    return after


def _renewed(claim: Claim) -> bool:
    used, now = claim.dispatch.channel, settled(claim.dispatch.channel)
    return (now.connected_at, bytes(now.secrets)) != (used.connected_at, bytes(used.secrets))


def _next(dispatch: Dispatch, failure: Outcome) -> rules.Next:
    unknown = queries.unknown_attempts(dispatch).count()
    rests = rests_of(dispatch)
    after = rules.after_failure(failure, verb=dispatch.verb, rests=rests, tries=dispatch.version, unsure_tries=unknown - 1,
                                now=clock.now(), expires_at=dispatch.expires_at)
    if unknown and after.state in ("refused", "expired"):
        # this try did nothing, but an earlier one may have: that is for a person to see
        return rules.Next("unsure", reason=after.reason, blocks=after.blocks, try_at=after.try_at)
    return after


def _ended(claim: Claim, outcome: str, reason: str = "", evidence: Mapping[str, Any] | None = None) -> None:
    """Closes the attempt, also when another worker took the dispatch over meanwhile.

    After the dispatch is written or locked: whoever closes attempts for a person (``send_again``) goes in that order, too.
    """
    Attempt.objects.filter(pk=claim.attempt.pk).update(
        outcome=outcome, reason=reason, evidence=storable(evidence or {}), ended_at=clock.now())


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
