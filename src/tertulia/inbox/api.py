"""Conversations, messages and replies by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import AwareDatetime, Field

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.brands.models import Member
from tertulia.inbox import actions, lists, queries
from tertulia.inbox.answers_api import router as answers
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.shapes import MessageOut, PersonOut, Words
from tertulia.kit import clock

router = Router(tags=["conversations"])


class ConversationOut(Schema):
    """A conversation."""

    id: int
    channel_id: int
    kind: str
    state: str
    person: PersonOut | None
    assignee_id: int | None
    waiting_since: datetime | None
    first_at: datetime
    last_at: datetime
    messages_count: int
    excerpt: str
    language: str
    sentiment: str
    intents: list[str]
    offence: str
    turn: int
    window_ends_at: datetime | None
    merged_into_id: int | None


class ConversationPage(Schema):
    """Some conversations, and the mark of the next page."""

    items: list[ConversationOut]
    next: str


class MessagePage(Schema):
    """Some messages, old to new, and the mark of the page before."""

    items: list[MessageOut]
    next: str


class Wanted(Schema):
    """Which conversations."""

    view: Literal["pending", "mine", "angry", "questions", "unassigned", "snoozed", "closed", "all"] = "pending"
    q: str = Field("", max_length=200)
    channel: int | None = Field(None, ge=1, le=2**63 - 1)
    after: str = ""


@router.get("/{slug}/conversations", response={200: ConversationPage, **PROBLEMS})
def conversations(request: HttpRequest, slug: str, wanted: Query[Wanted]) -> dict[str, Any]:
    """The brand's conversations, newest first."""
    brand, member = enter(request, slug)
    filters = lists.Filters(view=wanted.view, words=wanted.q, channel_id=wanted.channel)
    page = lists.page_of(brand, member, filters, wanted.after)
    return {"items": page.rows, "next": page.next}


@router.get("/{slug}/conversations/{pk}", response={200: ConversationOut, **PROBLEMS})
def conversation(request: HttpRequest, slug: str, pk: Id) -> Conversation:
    """One conversation."""
    brand, _ = enter(request, slug)
    return queries.conversation_of(brand, pk)


@router.get("/{slug}/conversations/{pk}/messages", response={200: MessagePage, **PROBLEMS}, tags=["messages"])
def messages(request: HttpRequest, slug: str, pk: Id, before: str = "") -> dict[str, Any]:
    """Its messages, the newest page first."""
    brand, _ = enter(request, slug)
    page = queries.messages_of(queries.conversation_of(brand, pk), before)
    return {"items": page.rows, "next": page.next}


@router.get("/{slug}/messages/{pk}", response={200: MessageOut, **PROBLEMS}, tags=["messages"])
def message(request: HttpRequest, slug: str, pk: Id) -> Message:
    """One message."""
    brand, _ = enter(request, slug)
    return queries.message_of(brand, pk)


class Change(Schema):
    """What to do with a conversation; ``member`` (None: nobody) for assign, ``until`` for snooze, ``why`` for close."""

    act: Literal["assign", "snooze", "close", "reopen"]
    member: int | None = Field(None, ge=1, le=2**63 - 1)
    until: AwareDatetime | None = None
    why: str = Field("", max_length=200)


@router.post("/{slug}/conversations/{pk}/change", response={200: ConversationOut, **PROBLEMS})
def change(request: HttpRequest, slug: str, pk: Id, body: Change) -> Conversation:
    """Assigns, snoozes, closes or reopens."""
    brand, member = enter(request, slug, "answer")
    one = queries.conversation_of(brand, pk)
    match body.act:
        case "assign":
            chosen = Member.objects.filter(memberships__brand=brand, pk=body.member).first() if body.member else None
            if body.member and chosen is None:
                raise HttpError(422, "member: not of this team")
            actions.assign(one, chosen, by=member.key, because="API")
        case "snooze":
            if body.until is None or not clock.now() < body.until < clock.now().replace(year=clock.now().year + 5, day=1):
                raise HttpError(422, "until: a moment to come, within five years")
            actions.snooze(one, body.until, by=member.key, because="API")
        case "close":
            try:
                actions.close(one, by=member.key, because=body.why)
            except actions.NoReason as error:
                raise HttpError(422, "why: an answer is owed, so closing says why there is none") from error
        case "reopen":
            actions.reopen(one, by=member.key, because="API")
    return queries.conversation_of(brand, pk)


class Saying(Schema):
    """Words."""

    text: Words


class NoteOut(Schema):
    """A note for the team."""

    id: int
    text: str
    at: datetime


@router.post("/{slug}/conversations/{pk}/notes", response={201: NoteOut, **PROBLEMS})
def note(request: HttpRequest, slug: str, pk: Id, body: Saying) -> Status[Any]:
    """Leaves a note for the team."""
    brand, member = enter(request, slug, "answer")
    return Status(201, actions.write_note(queries.conversation_of(brand, pk), body.text, member, by=member.key, because="API"))


router.add_router("", answers)
