"""The jobs of hand-offs, and what they do when the inbox or the reading announces something."""

from __future__ import annotations

from collections.abc import Sequence

from tertulia.handoffs import actions, delivering, forgetting, queries
from tertulia.handoffs import digest as digest  # registers its section
from tertulia.handoffs.collecting import collect
from tertulia.handoffs.models import HandOff, State, Stint, Suggestion
from tertulia.handoffs.posting import post
from tertulia.handoffs.suggesting import note_suggestions
from tertulia.inbox.facts import ReplyWritten
from tertulia.inbox.models import Message
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.notices.actions import mails
from tertulia.people.facts import PersonErased
from tertulia.people.queries import traces_of
from tertulia.triage.facts import MessageRead
from tertulia.triage.rules import told


@job
def post_letter(letter: int) -> None:
    """Hands one letter to the mail server."""
    post(letter)


@watch(every=2.0)
def letters_to_post() -> Sequence[Wake]:
    """Letters whose moment has come; none where mail cannot leave."""
    if not mails():
        return []
    return [Wake(post_letter, {"letter": pk}, lock=f"letter:{pk}") for pk in queries.letters_due(clock.now())]


@job
def remind(stint: int) -> None:
    """Reminds a holder, or passes the matter on."""
    actions.chase(Stint.objects.select_related("hand_off").get(pk=stint), by=SYSTEM, because="deadline")


@watch(every=5.0)
def stints_to_chase() -> Sequence[Wake]:
    """Those in whose hands a matter is late, or half its time is gone."""
    return [Wake(remind, {"stint": pk}, lock=f"stint:{pk}") for pk in queries.stints_due(clock.now())]


@job
def read_mailbox(mailbox: int) -> None:
    """Takes what is new in a brand's box."""
    collect(mailbox)


@watch(every=5.0)
def mailboxes_to_read() -> Sequence[Wake]:
    """The boxes whose minute has come."""
    return [Wake(read_mailbox, {"mailbox": pk}, lock=f"mailbox:{pk}") for pk in queries.mailboxes_due(clock.now())]


@job
def deliver_lead(delivery: int) -> None:
    """Takes one lead to where it goes."""
    delivering.deliver(delivery)


@watch(every=5.0)
def leads_to_deliver() -> Sequence[Wake]:
    """Leads whose moment has come."""
    return [Wake(deliver_lead, {"delivery": pk}, lock=f"lead:{pk}") for pk in delivering.due(clock.now())]


# --------------------------------------------------------------------------- what others announce


@reaction(ReplyWritten)
def on_reply_written(happened: Sequence[Happened]) -> None:
    """The answer that a desk gave has gone to the person: its matter is solved. A suggestion's answer counts as given."""
    sent = {one.what.message_id: one for one in happened}
    for one in HandOff.objects.filter(draft__message__in=sent, state=State.ANSWERED).select_related("draft"):
        told_them = sent[one.draft.message_id] if one.draft else None
        if told_them:
            actions.end(one, State.SOLVED, by=told_them.by, because="answered")
    given = Suggestion.objects.filter(draft__message__in=sent, answered_at=None)
    given.update(answered_at=clock.now())


@reaction(MessageRead)
def on_message_read(happened: Sequence[Happened]) -> None:
    """What surely proposes something is noted with those that propose the same."""
    ids = [one.what.message_id for one in happened]
    found = [one for one in Message.objects.filter(pk__in=ids, ours=False, vanished_at=None, suggestion=None).order_by("pk")
             if (said := told(one.reading, "intent")).sure and "suggestion" in said.labels]
    if found:
        note_suggestions(found, by=SYSTEM, because="reading")


@reaction(PersonErased)
def on_person_erased(happened: Sequence[Happened]) -> None:
    """What matters, leads and suggestions keep of them is gone."""
    for one in happened:
        forgetting.wipe(one.what.profile_ids, traces_of(one.what.person_id))
