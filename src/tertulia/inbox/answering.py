"""Answering a message in the name of the brand: once, by one person, as it was seen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tertulia.brands.models import Member, Membership
from tertulia.brands.rules import signature
from tertulia.channels import reaching
from tertulia.inbox import facts
from tertulia.inbox.ending import answer
from tertulia.inbox.filling import unfilled
from tertulia.inbox.models import Conversation, Draft, Message
from tertulia.inbox.rules import excerpt, foreign
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean, fold
from tertulia.language import Finding, Kind
from tertulia.networks.contract import Author, Ref
from tertulia.outbox import actions as outbox
from tertulia.outbox.payloads import to_say
from tertulia.strategy import queries as voice

#: What is found in a text because it is taken for Spanish.
OF_SPANISH = frozenset({Kind.SPELLING, Kind.GRAMMAR, Kind.PUNCTUATION, Kind.ADDRESS, Kind.INCLUSIVE})
#: Names the answers that were sent with a key of their form.
_KEYS = uuid.UUID("6f1c2f0a-6f0e-4a57-9a0e-5d2c1a7b9e31")


class NothingToAnswer(Exception):
    """The message was deleted, or is ours."""


class NotInItsVoice(Exception):
    """The brand lets no text leave with this in it; ``findings`` says what."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__([one.rule for one in findings])
        self.findings = findings


class AnsweredMeanwhile(Exception):
    """There is an answer that the writer had not seen; ``message`` is it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.pk)
        self.message = message


class WindowOver(Exception):
    """The network let us answer until ``ended_at``."""

    def __init__(self, ended_at: datetime) -> None:
        super().__init__(ended_at)
        self.ended_at = ended_at


class ToBeApproved(Exception):
    """What this member answers waits for somebody else's word: see ``approving.ask``."""


class Unfilled(Exception):
    """The text still has variables that nothing was put in; ``gaps`` are their names."""

    def __init__(self, gaps: Sequence[str]) -> None:
        super().__init__(gaps)
        self.gaps = gaps


def key_of(conversation: Conversation, member: Member, key: str) -> uuid.UUID:
    """The name of what ``member`` sends with a form (or a call) whose key is ``key``, however often it is sent."""
    return uuid.uuid5(_KEYS, f"{conversation.pk}:{member.pk}:{key}")


def sent_with(conversation: Conversation, member: Member, key: str) -> Message | None:
    """What ``member`` sent before with this key, if anything."""
    return conversation.messages.filter(dispatch__key=key_of(conversation, member, key)).first() if key else None


@transaction.atomic
def reply(message: Message, text: str, member: Member, *, by: str, because: str = "", turn: int | None = None, key: str = "",
          pictures: Sequence[tuple[int, str]] = (), draft: Draft | None = None) -> Message:
    """Answers a message in the name of the brand, signed with the member's initials if they have any.

    ``turn``: how many answers of ours the writer had seen; one more stops it. ``key``: of the writer's form; what was sent
    with it already is given back, and nothing is sent. ``draft``: whose words these were, when a role brought them.
    Raises ``ToBeApproved`` and whatever ``send`` does.
    """
    if place_of(message, member).approved:
        raise ToBeApproved(member.pk)
    mine = send(message, text, member, by=by, because=because, turn=turn, key=key, pictures=pictures)
    _let_drafts_go(mine, member, draft)
    return mine


@transaction.atomic
def send(message: Message, text: str, member: Member, *, by: str, because: str = "", turn: int | None = None, key: str = "",
         pictures: Sequence[tuple[int, str]] = ()) -> Message:
    """What ``reply`` does, whoever had to approve it, and leaving drafts as they are.

    Raises ``NothingToAnswer``, ``Unfilled``, ``NotInItsVoice``, ``AnsweredMeanwhile`` or ``WindowOver``.
    """
    text = signed(message, clean(text).strip(), member)
    must_be_whole(message, text)
    conversation = Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
    if before := sent_with(conversation, member, key):
        if before.text == text:
            return before
        raise AnsweredMeanwhile(before)
    if message.ours or message.vanished_at or message.conversation_id != conversation.pk:
        raise NothingToAnswer(message.pk)
    if turn is not None and (other := conversation.messages.filter(turn__gt=turn).order_by("turn").last()):
        raise AnsweredMeanwhile(other)
    if conversation.window_ends_at and conversation.window_ends_at <= clock.now():
        raise WindowOver(conversation.window_ends_at)
    return _write(conversation, message, text, member, key, pictures, by=by, because=because)


def must_be_whole(message: Message, text: str) -> None:
    """``Unfilled`` or ``NotInItsVoice`` if the brand would not say ``text`` to this message."""
    if gaps := unfilled(text):
        raise Unfilled(gaps)
    known = reaching.known(text, [message.conversation.channel])  # the net is not asked here: this is a transaction
    stopped = voice.stopping(message.conversation.brand, text, known.findings)
    if foreign(message.reading):  # answered in their language: what is Spanish about proofing says nothing of it
        stopped = [one for one in stopped if one.kind not in OF_SPANISH]
    if stopped:
        raise NotInItsVoice(stopped)


def place_of(message: Message, member: Member) -> Membership:
    """The member's place in the message's brand; one who left it answers without initials."""
    return Membership.objects.filter(brand=message.brand_id, member=member).first() or Membership(brand_id=message.brand_id, member=member)


def signed(message: Message, text: str, member: Member) -> str:
    """``text`` with the member's initials, if they sign and have not written them already."""
    tail = signature(message.conversation.brand.signing, place_of(message, member).initials)
    return text if text.endswith(tail.strip()) else text + tail


def _let_drafts_go(mine: Message, member: Member, draft: Draft | None) -> None:
    """What the member had written has been said; if it was brought by a role, what was brought is sent."""
    drafts = Draft.objects.filter(conversation=mine.conversation)
    own = drafts.filter(member=member, state="draft").first()
    if draft is None and own and own.source:
        draft = drafts.filter(state="brought", source=own.source).order_by("at").last()
    if own:
        own.delete()
    if draft:
        drafts.filter(pk=draft.pk).update(state="sent", message=mine)


def _write(conversation: Conversation, message: Message, text: str, member: Member, key: str,
           pictures: Sequence[tuple[int, str]], *, by: str, because: str) -> Message:
    now = clock.now()
    payload = to_say(
        text, language=conversation.brand.language.split("-")[0], pictures=pictures,
        reply_to=Ref(message.external_id or "", message.url, message.ref_extra),
        to=Author(message.author.external_id, message.author.handle) if message.kind == "direct" and message.author else None)
    verb = "message" if message.kind == "direct" else "reply"
    left = conversation.window_ends_at - now if conversation.window_ends_at else outbox.TOLERANCE
    dispatch = outbox.queue(conversation.channel, verb, payload, by=by, because=because, tolerance=min(left, outbox.TOLERANCE),
                            key=key_of(conversation, member, key) if key else None)
    conversation.turn += 1
    mine = Message.objects.create(
        conversation=conversation, brand_id=conversation.brand_id, channel=conversation.channel, kind=message.kind,
        parent_id_there=message.external_id or "", ours=True, member=member, dispatch=dispatch, text=text,
        attachments=[{"kind": "image", "url": "", "picture": pk, "alt": alt} for pk, alt in pictures],
        folded=fold(text), at=now, received_at=now, turn=conversation.turn)
    conversation.messages_count += 1
    conversation.last_at, conversation.excerpt = now, excerpt(text)
    conversation.first_answer_at = conversation.first_answer_at or now
    answer(conversation, mine, by=by)
    conversation.save()
    record(facts.ReplyWritten(brand_id=conversation.brand_id, message_id=mine.pk, conversation_id=conversation.pk,
                              dispatch_id=dispatch.pk), by=by, because=because)
    return mine
