"""Conversations, messages and replies by API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import AwareDatetime, Field

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.brands.models import Member
from tertulia.inbox import actions, labels, lists, queries
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
    judgement: str
    department: str
    importance: int | None
    urgency: int | None
    heat: int
    labels: list[str]
    answer_due_at: datetime | None
    solve_due_at: datetime | None
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


Level = Annotated[int | None, Field(ge=1, le=3)]
Key = Annotated[int | None, Field(ge=1, le=2**63 - 1)]
Label = Annotated[str, Field(max_length=40)]


class Wanted(Schema):
    """Which conversations, and in which order; what is left out filters nothing. ``order`` empty: the view's own.

    ``assignee`` is a member's id, ``me`` or ``nobody``; ``closing``: the network's window ends within two hours; ``notes``: a note
    names the bearer (``me``), or they have not seen it (``new``). Words are found newest first, whatever the order.
    """

    view: Literal["pending", "mine", "angry", "questions", "attacks", "unassigned", "handed", "snoozed", "closed", "all"] = "pending"
    order: Literal["", "newest", "heat", "waiting", "due"] = ""
    q: str = Field("", max_length=200)
    channel: Key = None
    kind: Literal["", "comment", "mention", "direct", "review"] = ""
    state: Literal["", "open", "snoozed", "handed", "closed"] = ""
    judgement: Literal["", "important", "angry", "senseless", "troll", "none"] = ""
    intent: Literal["", "question", "presales", "complaint", "incident", "suggestion", "praise", "chat", "spam"] = ""
    sentiment: Literal["", "negative", "neutral", "positive"] = ""
    offence: Literal["", "NO", "NOE", "OFP", "OFG"] = ""
    importance: Level = None
    urgency: Level = None
    department: Label = ""
    language: Label = ""
    profile: Key = None
    post: Key = None
    assignee: str = Field("", pattern=r"^(me|nobody|[0-9]{1,17})?$")
    label: Label = ""
    deadline: Literal["", "overdue", "hour", "today", "none"] = ""
    notes: Literal["", "me", "new"] = ""
    closing: bool = False
    after: str = Field("", max_length=200)

    def filters(self) -> lists.Filters:
        """The same, as the list knows them."""
        told = self.dict(exclude={"q", "channel", "profile", "post", "closing", "after"})
        return lists.Filters(words=self.q, channel_id=self.channel, person_id=self.profile, subject_id=self.post,
                             closing="cierra" if self.closing else "", **told)


@router.get("/{slug}/conversations", response={200: ConversationPage, **PROBLEMS})
def conversations(request: HttpRequest, slug: str, wanted: Query[Wanted]) -> dict[str, Any]:
    """The brand's conversations that pass the filters, a page of them."""
    brand, member = enter(request, slug)
    page = lists.page_of(brand, member, wanted.filters(), wanted.after)
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

    act: Literal["assign", "snooze", "close", "reopen", "label", "unlabel"]
    member: int | None = Field(None, ge=1, le=2**63 - 1)
    until: AwareDatetime | None = None
    why: str = Field("", max_length=200)
    label: Label = ""


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
            if body.why and body.why not in labels.REASONS:  # words of one's own would stay in the journal for ever
                raise HttpError(422, f"why: one of {', '.join(labels.REASONS)}")
            try:
                actions.close(one, by=member.key, because=body.why)
            except actions.NoReason as error:
                raise HttpError(422, "why: an answer is owed, so closing says why there is none") from error
        case "label" | "unlabel":
            try:
                actions.label(one, body.label, on=body.act == "label", by=member.key, because="API")
            except actions.NoName as error:
                raise HttpError(422, "label: one to forty letters") from error
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
