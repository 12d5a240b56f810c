"""What moderation does when the network has done what was decided."""

from collections.abc import Sequence

from tertulia.inbox.actions import note_verdict, set_hidden
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.moderation.models import Verdict
from tertulia.outbox.facts import DispatchCancelled, DispatchExpired, DispatchRefused, DispatchSent


@reaction(DispatchSent)
def on_dispatch_sent(happened: Sequence[Happened]) -> None:
    """A hidden message is shown as hidden once the network has hidden it, not before."""
    wanted = {one.what.dispatch_id: one for one in happened if one.what.verb in ("hide", "unhide")}
    for verdict in Verdict.objects.filter(dispatch__in=wanted).select_related("message", "rule").order_by("at"):
        set_hidden(verdict.message, verdict.act == "hide", by=wanted[verdict.dispatch_id].by, because=str(verdict.rule or ""))


@reaction(DispatchRefused, DispatchExpired, DispatchCancelled)
def on_verdict_failed(happened: Sequence[Happened]) -> None:
    """What the network would not do is not awaited any more: the message stands as it stood."""
    wanted = {one.what.dispatch_id: one for one in happened if one.what.verb in ("hide", "unhide")}
    for verdict in Verdict.objects.filter(dispatch__in=wanted).select_related("message", "rule").order_by("at"):
        hidden = verdict.message.hidden_at is not None
        note_verdict(verdict.message, str(verdict.rule) if hidden else "", by=wanted[verdict.dispatch_id].by)
