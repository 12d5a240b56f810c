"""Writing conversations: answering, assigning, snoozing, closing, noting."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tertulia.brands.models import Brand, Member
from tertulia.channels import reaching
from tertulia.inbox import facts
from tertulia.inbox.models import Conversation, ConversationState, Message, Note, Subject
from tertulia.inbox.queries import owed_since
from tertulia.inbox.rules import excerpt
from tertulia.journal.actions import record
from tertulia.journal.facts import Announcement
from tertulia.kit import clock
from tertulia.kit.folding import clean, fold
from tertulia.kit.writing import write
from tertulia.language import Finding
from tertulia.networks.contract import Author, Ref
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import Dispatch
from tertulia.outbox.payloads import to_say
from tertulia.strategy import queries as voice


class NothingToAnswer(Exception):
    """The message was deleted, or is ours."""


class NotInItsVoice(Exception):
    """The brand lets no text leave with this in it; ``findings`` says what."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__([one.rule for one in findings])
        self.findings = findings


class AnsweredMeanwhile(Exception):
    """Somebody answered after the page was drawn; ``message`` is theirs."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.pk)
        self.message = message


@transaction.atomic
def reply(message: Message, text: str, member: Member, *, by: str, because: str = "", seen: int | None = None,
          pictures: Sequence[tuple[int, str]] = ()) -> Message:
    """Answers a message in the name of the brand. ``seen``: the last message on the writer's page; a later one of ours stops it.

    Raises ``NothingToAnswer``, ``AnsweredMeanwhile`` or ``NotInItsVoice``.
    """
    known = reaching.known(text, [message.conversation.channel])  # the net is not asked here: this is a transaction
    if stopped := voice.stopping(message.conversation.brand, text, known.findings):
        raise NotInItsVoice(stopped)
    conversation = Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
    if message.ours or message.vanished_at:
        raise NothingToAnswer(message.pk)
    if seen is not None and (other := conversation.messages.filter(ours=True, pk__gt=seen).exclude(member=member).last()):
        raise AnsweredMeanwhile(other)
    text, now = clean(text).strip(), clock.now()
    payload = to_say(
        text, language=conversation.brand.language.split("-")[0], pictures=pictures,
        reply_to=Ref(message.external_id or "", message.url, message.ref_extra),
        to=Author(message.author.external_id, message.author.handle) if message.kind == "direct" and message.author else None)
    verb = "message" if message.kind == "direct" else "reply"
    dispatch = outbox.queue(conversation.channel, verb, payload, by=by, because=because)
    mine = Message.objects.create(
        conversation=conversation, brand_id=conversation.brand_id, channel=conversation.channel, kind=message.kind,
        parent_id_there=message.external_id or "", ours=True, member=member, dispatch=dispatch, text=text,
        folded=fold(text), at=now, received_at=now)
    conversation.messages_count += 1
    conversation.last_at, conversation.excerpt = now, excerpt(text)
    conversation.waiting_since, conversation.snoozed_until = None, None
    conversation.first_answer_at = conversation.first_answer_at or now
    conversation.state = ConversationState.CLOSED
    conversation.save()
    record(facts.ReplyWritten(brand_id=conversation.brand_id, message_id=mine.pk, conversation_id=conversation.pk,
                              dispatch_id=dispatch.pk), by=by, because=because)
    return mine


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


@transaction.atomic
def close(conversation: Conversation, *, by: str, because: str = "") -> None:
    """Nothing more is owed there; ``because`` says why if nobody answered."""
    open_ones = Conversation.objects.filter(pk=conversation.pk).exclude(state=ConversationState.CLOSED)
    if open_ones.update(state=ConversationState.CLOSED, snoozed_until=None, waiting_since=None):
        record(facts.ConversationClosed(brand_id=conversation.brand_id, conversation_id=conversation.pk), by=by, because=because)


@transaction.atomic
def reopen(conversation: Conversation, *, by: str, because: str = "") -> None:
    """It needs us again; owed since the first message of theirs that nobody answered."""
    kept = Conversation.objects.select_for_update(no_key=True).get(pk=conversation.pk)
    if kept.state == ConversationState.OPEN:
        return
    kept.state, kept.snoozed_until = ConversationState.OPEN, None
    kept.waiting_since = kept.waiting_since or owed_since(kept)
    kept.save(update_fields=["state", "snoozed_until", "waiting_since"])
    record(facts.ConversationReopened(brand_id=kept.brand_id, conversation_id=kept.pk), by=by, because=because)


@dataclass(frozen=True, slots=True)
class Before:
    """How a conversation stood before an act, for taking the act back."""

    conversation_id: int
    state: str
    waiting_since: datetime | None
    snoozed_until: datetime | None
    assignee_id: int | None
    messages_count: int

    @classmethod
    def of(cls, conversation: Conversation) -> Before:
        """How it stands now."""
        return cls(conversation.pk, conversation.state, conversation.waiting_since, conversation.snoozed_until,
                   conversation.assignee_id, conversation.messages_count)


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
        Conversation.objects.filter(pk=kept.pk).update(
            state=was.state, waiting_since=was.waiting_since, snoozed_until=was.snoozed_until, assignee=was.assignee_id)
    return back


_MOVED: dict[str, Callable[..., Announcement]] = {
    ConversationState.OPEN: facts.ConversationReopened, ConversationState.SNOOZED: facts.ConversationSnoozed,
    ConversationState.CLOSED: facts.ConversationClosed}


@transaction.atomic
def wake_snoozed(now: datetime, *, by: str, because: str = "") -> int:
    """Brings back what was snoozed until now; how many."""
    due = list(Conversation.objects.select_for_update(no_key=True, skip_locked=True)
               .filter(state=ConversationState.SNOOZED, snoozed_until__lte=now)[:500])
    for one in due:
        reopen(one, by=by, because=because)
    return len(due)


@transaction.atomic
def write_note(conversation: Conversation, text: str, member: Member, *, by: str, because: str = "") -> Note:
    """A word for the team."""
    note = Note.objects.create(conversation=conversation, member=member, text=clean(text).strip(), at=clock.now())
    record(facts.NoteWritten(brand_id=conversation.brand_id, conversation_id=conversation.pk, note_id=note.pk), by=by, because=because)
    return note


# --------------------------------------------------------------------------- told by other parts


def attach_readings(readings: Mapping[int, dict[str, Any]], *, by: str, because: str = "") -> None:
    """What triage understood of messages, by message id, shown with them and summed up in their conversations."""
    messages = list(Message.objects.filter(pk__in=readings).select_related("conversation").defer(
        "text", "folded", "attachments", "ref_extra", "reading").order_by("at", "id"))
    newest = dict(Message.objects.filter(conversation__in={one.conversation_id for one in messages}, ours=False)
                  .order_by("at", "id").values_list("conversation", "pk"))
    conversations: dict[int, Conversation] = {}
    for one in messages:
        if newest[one.conversation_id] != one.pk:
            continue  # the conversation is summed up by the last thing they said
        conversation = conversations.setdefault(one.conversation_id, one.conversation)
        sure = {name: head for name, head in readings[one.pk].items() if isinstance(head, dict) and head.get("sure")}
        conversation.language = sure.get("language", {}).get("label", "")
        conversation.sentiment = sure.get("sentiment", {}).get("label", "")
        conversation.offence = sure.get("offence", {}).get("label", "")
        conversation.intents = [label["label"] for label in sure.get("intent", {}).get("labels", [])]
    with connection.cursor() as sql:  # one parameter: as an array the driver would quote every sign of every reading
        sql.execute("update inbox_message set reading = told.value from jsonb_each(%s::jsonb) told "
                    "where inbox_message.id = told.key::bigint", [json.dumps(readings)])
    write(Conversation, conversations.values(), ["language", "sentiment", "offence", "intents"])


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
        Message.objects.filter(channel_id=dispatch.channel_id, external_id=dispatch.external_id, ours=True).exclude(
            pk=message.pk).delete()
        message.external_id, message.url, message.ref_extra = dispatch.external_id, dispatch.url, dispatch.ref_extra
        message.save(update_fields=["external_id", "url", "ref_extra"])
    record(facts.ReplySent(brand_id=message.brand_id, message_id=message.pk, conversation_id=message.conversation_id),
           by=by, because=because)


@transaction.atomic
def reply_failed(dispatch: Dispatch, *, by: str, because: str = "") -> None:
    """A reply did not leave: its conversation needs us again."""
    if message := Message.objects.select_related("conversation").filter(dispatch=dispatch).first():
        Conversation.objects.filter(pk=message.conversation_id, waiting_since=None).update(
            waiting_since=owed_since(message.conversation))
        reopen(message.conversation, by=by, because=because)


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
