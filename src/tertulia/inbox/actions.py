"""Writing conversations: answering, assigning, snoozing, closing, noting."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tertulia.brands.models import Brand, Member
from tertulia.inbox import facts, persons
from tertulia.inbox.answering import AnsweredMeanwhile as AnsweredMeanwhile
from tertulia.inbox.answering import NothingToAnswer as NothingToAnswer
from tertulia.inbox.answering import NotInItsVoice as NotInItsVoice
from tertulia.inbox.answering import ToBeApproved as ToBeApproved
from tertulia.inbox.answering import Unfilled as Unfilled
from tertulia.inbox.answering import WindowOver as WindowOver
from tertulia.inbox.answering import reply as reply
from tertulia.inbox.assigning import assign_new
from tertulia.inbox.deadlines import set_due
from tertulia.inbox.drafting import bring_draft as bring_draft
from tertulia.inbox.drafting import bring_draft_back as bring_draft_back
from tertulia.inbox.drafting import drop_draft as drop_draft
from tertulia.inbox.ending import NoReason as NoReason
from tertulia.inbox.ending import answered_late, not_answered, owe_again, recount
from tertulia.inbox.ending import bring_back as bring_back
from tertulia.inbox.ending import close as close
from tertulia.inbox.ending import hand_over as hand_over
from tertulia.inbox.ending import reopen as reopen
from tertulia.inbox.ending import settle as settle
from tertulia.inbox.ending import unsettle as unsettle
from tertulia.inbox.labelling import NoName as NoName
from tertulia.inbox.labelling import label as label
from tertulia.inbox.models import Conversation, ConversationState, Ending, Message, Subject
from tertulia.inbox.noting import write_note as write_note
from tertulia.inbox.queries import heats_before
from tertulia.inbox.rules import heat, summed
from tertulia.journal.actions import record
from tertulia.journal.facts import Announcement
from tertulia.kit import clock
from tertulia.kit.writing import write
from tertulia.outbox.models import Dispatch


@transaction.atomic
def assign(conversation: Conversation, member: Member | None, *, by: str, because: str = "") -> None:
    """Makes it somebody's, or nobody's."""
    kept = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if kept.assignee_id == (member.pk if member else None):
        return
    Conversation.objects.filter(pk=kept.pk).update(assignee=member)
    record(facts.ConversationAssigned(brand_id=kept.brand_id, conversation_id=kept.pk,
                                      member_id=member.pk if member else None), by=by, because=because)


@transaction.atomic
def snooze(conversation: Conversation, until: datetime, *, by: str, because: str = "") -> None:
    """Out of sight until ``until``, or until somebody speaks."""
    Conversation.objects.filter(pk=conversation.pk).update(state=ConversationState.SNOOZED, snoozed_until=until)
    record(facts.ConversationSnoozed(brand_id=conversation.brand_id, conversation_id=conversation.pk), by=by, because=because)


@dataclass(frozen=True, slots=True)
class Before:
    """How a conversation stood before an act, for taking the act back."""

    conversation_id: int
    state: str
    waiting_since: datetime | None
    snoozed_until: datetime | None
    assignee_id: int | None
    messages_count: int
    labels: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, conversation: Conversation) -> Before:
        """How it stands now."""
        return cls(conversation.pk, conversation.state, conversation.waiting_since, conversation.snoozed_until,
                   conversation.assignee_id, conversation.messages_count, conversation.labels)


@transaction.atomic
def put_back(brand: Brand, befores: Sequence[Before], *, by: str, because: str = "") -> int:
    """Takes back what was done to these conversations; how many. One in which somebody spoke since stays as it is."""
    wanted = {one.conversation_id: one for one in befores}
    back = 0
    for kept in Conversation.objects.select_for_update(no_key=True).filter(brand=brand, pk__in=wanted).order_by("pk"):
        was = wanted[kept.pk]
        if kept.messages_count != was.messages_count or Before.of(kept) == was:
            continue
        back += 1
        if kept.assignee_id != was.assignee_id:
            record(facts.ConversationAssigned(brand_id=brand.pk, conversation_id=kept.pk, member_id=was.assignee_id),
                   by=by, because=because)
        if kept.state != was.state or kept.snoozed_until != was.snoozed_until:
            record(_MOVED[was.state](brand_id=brand.pk, conversation_id=kept.pk), by=by, because=because)
        if kept.labels != was.labels:
            record(facts.ConversationLabelled(brand_id=brand.pk, conversation_id=kept.pk), by=by, because=because)
        _stand_as(kept, was, by=by, because=because)
    return back


def _stand_as(kept: Conversation, was: Before, *, by: str, because: str) -> None:
    """The locked conversation as it was, with what was owed in it."""
    if was.waiting_since and not kept.waiting_since:
        owe_again(kept, by=by, because=because, since=was.waiting_since)
    elif was.state in _ENDING and kept.waiting_since:
        settle(list(kept.messages.filter(ours=False, ending=None)), _ENDING[was.state], by=by, because=because or "deshacer")
    kept.state, kept.snoozed_until, kept.assignee_id, kept.labels = was.state, was.snoozed_until, was.assignee_id, was.labels
    kept.solved_at = clock.now() if was.state == ConversationState.CLOSED else None
    kept.save(update_fields=["state", "snoozed_until", "assignee", "labels", "solved_at"])
    recount([kept])


_ENDING = {ConversationState.CLOSED.value: Ending.SILENT, ConversationState.HANDED.value: Ending.HANDED}
_MOVED: dict[str, Callable[..., Announcement]] = {
    ConversationState.OPEN: facts.ConversationReopened, ConversationState.SNOOZED: facts.ConversationSnoozed,
    ConversationState.CLOSED: facts.ConversationClosed, ConversationState.HANDED: facts.ConversationHanded}


@transaction.atomic
def wake_snoozed(now: datetime, *, by: str, because: str = "") -> int:
    """Brings back what was snoozed until now; how many."""
    due = list(Conversation.objects.select_for_update(no_key=True, skip_locked=True)
               .filter(state=ConversationState.SNOOZED, snoozed_until__lte=now)[:500])
    for one in due:
        reopen(one, by=by, because=because)
    return len(due)


# --------------------------------------------------------------------------- told by other parts


def attach_readings(readings: Mapping[int, dict[str, Any]], *, by: str, because: str = "") -> None:
    """What triage understood of messages, by message id, shown with them and summed up in their conversations."""
    messages = list(Message.objects.filter(pk__in=readings).select_related("conversation").defer(
        "text", "folded", "attachments", "ref_extra", "reading").order_by("at", "id"))
    newest = dict(Message.objects.filter(conversation__in={one.conversation_id for one in messages}, ours=False)
                  .order_by("at", "id").values_list("conversation", "pk"))
    conversations = {one.conversation_id: one.conversation for one in messages}
    heats = heats_before([*conversations], but=list(readings))
    for one in messages:
        conversation, summary = conversations[one.conversation_id], summed(readings[one.pk])
        if one.ending is None:
            heats.setdefault(conversation.pk, []).append(heat(summary))
        if newest[one.conversation_id] == one.pk:  # the conversation is summed up by the last thing they said
            for name in _SUMMED:
                setattr(conversation, name, getattr(summary, name))
            conversation.intents = list(summary.intents)
    for pk, conversation in conversations.items():
        conversation.heat = max(heats.get(pk, [0]))  # and as hot as the hottest of what waits
    with connection.cursor() as sql:  # one parameter: as an array the driver would quote every sign of every reading
        sql.execute("update inbox_message set reading = told.value from jsonb_each(%s::jsonb) told "
                    "where inbox_message.id = told.key::bigint", [json.dumps(readings)])
    write(Conversation, conversations.values(), [*_SUMMED, "intents", "heat"])
    persons.read(messages, readings)
    set_due(conversations.values())
    assign_new(conversations.values())


_SUMMED = ("language", "sentiment", "offence", "judgement", "department", "importance", "urgency")


@transaction.atomic
def note_sent(dispatch: Dispatch, *, by: str, because: str = "") -> None:
    """A dispatch of ours is on the network: a reply gets its id there, a post becomes a subject."""
    if dispatch.verb == "publish" and dispatch.external_id:
        Subject.objects.update_or_create(
            channel_id=dispatch.channel_id, external_id=dispatch.external_id,
            defaults={"text": dispatch.payload["text"], "url": dispatch.url, "created_at": dispatch.sent_at})
        return
    message = Message.objects.select_for_update(no_key=True).filter(dispatch=dispatch).first()
    if message is None:
        return
    if dispatch.external_id:
        # polling may have met our own reply before this was told
        met = Message.objects.filter(channel_id=dispatch.channel_id, external_id=dispatch.external_id, ours=True).exclude(pk=message.pk)
        Message.objects.filter(answered_with__in=met).update(answered_with=message)
        met.delete()
        message.external_id, message.url, message.ref_extra = dispatch.external_id, dispatch.url, dispatch.ref_extra
        message.save(update_fields=["external_id", "url", "ref_extra"])
    answered_late(message, by=by)
    record(facts.ReplySent(brand_id=message.brand_id, message_id=message.pk, conversation_id=message.conversation_id),
           by=by, because=because)


@transaction.atomic
def reply_failed(dispatch: Dispatch, *, by: str, because: str = "") -> None:
    """A reply did not leave: its conversation needs us again."""
    if message := Message.objects.select_related("conversation").filter(dispatch=dispatch).first():
        not_answered(message, by=by, because=because)
        reopen(message.conversation, by=by, because=because)


#: The network hid something without our asking.
_UNSAID = "network"


def note_verdict(message: Message, rule: str, *, by: str, because: str = "") -> None:
    """A member decided to hide it by ``rule``, or (no rule) to show it; the network is still to do it. Its fact is moderation's."""
    Message.objects.filter(pk=message.pk).update(hidden_because=rule[:200])


@transaction.atomic
def set_hidden(message: Message, hidden: bool, *, by: str, because: str = "") -> None:
    """The network hid it, or shows it again; ``because`` is the rule cited."""
    changed = Message.objects.filter(pk=message.pk, hidden_at__isnull=hidden).update(
        hidden_at=clock.now() if hidden else None, hidden_because=because[:200] if hidden else "")
    if changed:
        announced = facts.MessageHidden if hidden else facts.MessageShown
        record(announced(brand_id=message.brand_id, message_id=message.pk, conversation_id=message.conversation_id),
               by=by, because=because)
        if hidden:
            settle([message], Ending.HIDDEN, by=by, because=because or _UNSAID)
        elif Message.objects.filter(pk=message.pk, ending=Ending.HIDDEN).exists():
            unsettle([message], by=by, because=because)


@transaction.atomic
def set_deleted(message: Message, *, by: str, because: str = "") -> None:
    """The network deleted it because we asked; its words stay here. ``because`` is the rule cited."""
    if Message.objects.filter(pk=message.pk, vanished_at=None).update(vanished_at=clock.now()):
        record(facts.MessageVanished(brand_id=message.brand_id, message_id=message.pk, conversation_id=message.conversation_id),
               by=by, because=because)
