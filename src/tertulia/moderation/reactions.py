"""What moderation does when the network has done what was decided, when it is time to look, and when a month ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tertulia.brands.models import Brand
from tertulia.inbox.facts import MessageVanished
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.moderation import actions, appeals, cases, checking, evidence, notices, transparency
from tertulia.moderation.facts import AppealMade
from tertulia.moderation.models import ON_THE_NETWORK, Verdict
from tertulia.moderation.rulebook import reactions as reactions
from tertulia.outbox.facts import DispatchCancelled, DispatchExpired, DispatchRefused, DispatchSent
from tertulia.people.facts import PersonErased
from tertulia.triage.facts import MessageRead


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


@reaction(MessageRead)
def on_message_read(happened: Sequence[Happened]) -> None:
    """What surely insults or hates goes to the moderators."""
    cases.enqueue_read(sorted({one.what.message_id for one in happened}), by=SYSTEM)


@reaction(MessageVanished)
def on_message_vanished(happened: Sequence[Happened]) -> None:
    """What is not on the network any more needs no moderator."""
    cases.close_cases([one.what.message_id for one in happened], None, None, by=SYSTEM, because="vanished")


@reaction(AppealMade)
def on_appeal_made(happened: Sequence[Happened]) -> None:
    """Whoever may answer it is told."""
    for one in happened:
        notices.tell_of_appeal(one.what.appeal_id, notices.APPEAL)


@reaction(PersonErased)
def on_person_erased(happened: Sequence[Happened]) -> None:
    """Their words go; what was decided stays as a number."""
    for one in happened:
        evidence.forget(one.what.profile_ids)


@job
def look(verdict_id: int) -> None:
    """Asks the network whether a verdict was carried out."""
    checking.look(verdict_id)


@watch(every=2.0)
def verdicts_to_check() -> Sequence[Wake]:
    """What the network is to be asked about."""
    return [Wake(look, {"verdict_id": pk}, lock=f"verdict:{pk}") for pk in checking.due(clock.now())]


@job
def tell_of_late_appeals() -> None:
    """Whoever may answer is told, once, that the deadline passed."""
    for appeal in appeals.late_appeals(clock.now()):
        notices.tell_of_appeal(appeal.pk, notices.APPEAL_LATE)


@watch(every=300.0)
def appeals_late() -> Sequence[Wake]:
    """Whether any appeal waited too long and nobody was told."""
    return [Wake(tell_of_late_appeals, {}, lock="appeals_late")] if appeals.late_appeals(clock.now()).exists() else []


@job
def freeze_month(brand_id: int, first: str) -> None:
    """Writes down the figures of a month that is over."""
    transparency.freeze(Brand.objects.get(pk=brand_id), date.fromisoformat(first), by=SYSTEM)


@watch(every=600.0)
def months_to_freeze() -> Sequence[Wake]:
    """The months that are over."""
    return [Wake(freeze_month, {"brand_id": pk, "first": first.isoformat()}, lock=f"month:{pk}")
            for pk, first in transparency.to_freeze()]
