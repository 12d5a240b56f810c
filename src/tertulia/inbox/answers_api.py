"""Answers, drafts, approvals, merges and splits by API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Header, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field, StringConstraints

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.brands.models import Brand
from tertulia.inbox import actions, approving, drafting, merging, presence, queries
from tertulia.inbox.answering import place_of
from tertulia.inbox.models import Draft, Message, Move
from tertulia.inbox.shapes import DraftOut, MessageOut, Words
from tertulia.inbox.writer import room_for
from tertulia.kit import clock

router = Router()


class Answering(Schema):
    """An answer. ``turn``: the conversation's as it was read; if there is a newer answer, this one is refused with 409."""

    text: Words
    turn: int | None = Field(None, ge=0, le=2**31 - 1)


@router.post("/{slug}/messages/{pk}/replies", response={201: MessageOut, 202: DraftOut, **PROBLEMS}, tags=["replies"])
def reply(request: HttpRequest, slug: str, pk: Id, body: Answering,
          idempotency_key: Annotated[str, Header(max_length=100)] = "") -> Status[Any]:
    """Answers a message in the name of the brand and of the bearer. With the header ``Idempotency-Key`` it can be repeated:
    what was sent with the same key and text is given back. 202: the bearer's answers are approved by others first."""
    brand, member = enter(request, slug, "answer")
    one = queries.message_of(brand, pk)
    place = place_of(one, member)
    room = room_for(one.channel, one.kind, body.text, place)
    if room.left < 0:
        raise HttpError(422, f"text: {room.count} of {room.limit}")
    if place.approved:
        return Status(202, _tried(lambda: approving.ask(one, body.text, member, by=member.key, because="API")))
    return Status(201, _tried(lambda: actions.reply(one, body.text, member, by=member.key, because="API", turn=body.turn,
                                                    key=idempotency_key and f"API:{idempotency_key}")))


def _tried(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except actions.NothingToAnswer as error:
        raise HttpError(409, "nothing to answer") from error
    except actions.AnsweredMeanwhile as error:
        raise HttpError(409, f"answered meanwhile, by message {error.message.pk}") from error
    except actions.WindowOver as error:
        raise HttpError(409, f"the network let this be answered until {error.ended_at.isoformat()}") from error
    except actions.NotInItsVoice as error:
        raise HttpError(422, f"text: the brand lets no text leave with {', '.join(one.rule for one in error.findings)}") from error
    except actions.Unfilled as error:
        raise HttpError(422, f"text: nothing was put in {', '.join(error.gaps)}") from error
    except approving.NotAsked as error:
        raise HttpError(409, "it waits for nobody's word") from error
    except approving.NotTheirs as error:
        raise HttpError(403, "nobody approves their own, nor while needing approval") from error


# --------------------------------------------------------------------------- drafts


class Kept(Schema):
    """What the bearer has written so far; empty: nothing. ``message``: what it answers."""

    text: str = Field(max_length=20_000)
    message: int | None = Field(None, ge=1, le=2**63 - 1)


@router.get("/{slug}/conversations/{pk}/drafts", response={200: list[DraftOut], **PROBLEMS}, tags=["replies"])
def drafts(request: HttpRequest, slug: str, pk: Id) -> list[Draft]:
    """The bearer's own, those that roles brought, and those that wait for approval."""
    brand, member = enter(request, slug)
    rows = queries.conversation_of(brand, pk).drafts.filter(state__in=["draft", "brought", "asked", "returned"]).order_by("at")
    return [one for one in rows if one.state in ("brought", "asked") or one.member_id == member.pk]


@router.put("/{slug}/conversations/{pk}/draft", response={200: DraftOut, 204: None, **PROBLEMS}, tags=["replies"])
def keep(request: HttpRequest, slug: str, pk: Id, body: Kept) -> Status[Any]:
    """Keeps what the bearer has written so far, for every device; the others see that somebody writes. 204: nothing is kept."""
    brand, member = enter(request, slug, "answer")
    conversation = queries.conversation_of(brand, pk)
    answering = conversation.messages.filter(pk=body.message, ours=False).first() if body.message else None
    kept = drafting.keep_draft(conversation, body.text, member, answering=answering)
    presence.beat(conversation, member, clock.now(), writing=kept is not None)
    return Status(200, kept) if kept else Status(204, None)


# --------------------------------------------------------------------------- approvals


class Approving(Schema):
    """The text as it leaves (None: as it was asked), and the conversation's turn as it was read."""

    text: Words | None = None
    turn: int | None = Field(None, ge=0, le=2**31 - 1)


class Returning(Schema):
    """Why it goes back."""

    review: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


@router.get("/{slug}/approvals", response={200: list[DraftOut], **PROBLEMS}, tags=["replies"])
def approvals(request: HttpRequest, slug: str) -> list[Draft]:
    """The answers that wait for somebody's word, the oldest 200 of them."""
    brand, _ = enter(request, slug)
    return list(approving.asked(brand)[:200])


@router.post("/{slug}/drafts/{pk}/approve", response={201: MessageOut, **PROBLEMS}, tags=["replies"])
def approve(request: HttpRequest, slug: str, pk: Id, body: Approving) -> Status[Message]:
    """Sends it in its author's name."""
    brand, member = enter(request, slug, "answer")
    draft = _draft(brand, pk)
    return Status(201, _tried(lambda: approving.approve(draft, member, by=member.key, because="API", text=body.text, turn=body.turn)))


@router.post("/{slug}/drafts/{pk}/return", response={200: DraftOut, **PROBLEMS}, tags=["replies"])
def give_back(request: HttpRequest, slug: str, pk: Id, body: Returning) -> Draft:
    """Returns it to its author with a word."""
    brand, member = enter(request, slug, "answer")
    draft = _draft(brand, pk)
    _tried(lambda: approving.give_back(draft, member, body.review, by=member.key, because="API"))
    return _draft(brand, pk)


def _draft(brand: Brand, pk: int) -> Draft:
    return Draft.objects.select_related("conversation__channel", "conversation__brand", "member").get(conversation__brand=brand, pk=pk)


# --------------------------------------------------------------------------- one conversation and two


class MoveOut(Schema):
    """A merge or a split."""

    id: int
    kind: str
    source_id: int
    target_id: int
    at: datetime
    undone_at: datetime | None


class Merging(Schema):
    """Into which conversation."""

    into: int = Field(ge=1, le=2**63 - 1)


class Splitting(Schema):
    """From which message on."""

    message: int = Field(ge=1, le=2**63 - 1)


@router.post("/{slug}/conversations/{pk}/merge", response={201: MoveOut, **PROBLEMS}, tags=["conversations"])
def merge(request: HttpRequest, slug: str, pk: Id, body: Merging) -> Status[Move]:
    """All that was said in it goes on in another."""
    brand, member = enter(request, slug, "answer")
    source, into = queries.conversation_of(brand, pk), queries.conversation_of(brand, body.into)
    return Status(201, _moved(lambda: merging.merge(source, into, member, by=member.key, because="API")))


@router.post("/{slug}/conversations/{pk}/split", response={201: MoveOut, **PROBLEMS}, tags=["conversations"])
def split(request: HttpRequest, slug: str, pk: Id, body: Splitting) -> Status[Move]:
    """That message and what was said after it goes on in a conversation of its own."""
    brand, member = enter(request, slug, "answer")
    conversation, first = queries.conversation_of(brand, pk), queries.message_of(brand, body.message)
    return Status(201, _moved(lambda: merging.split(conversation, first, member, by=member.key, because="API")))


@router.post("/{slug}/moves/{pk}/undo", response={200: MoveOut, **PROBLEMS}, tags=["conversations"])
def undo(request: HttpRequest, slug: str, pk: Id) -> Move:
    """Takes a merge or a split back."""
    brand, member = enter(request, slug, "answer")
    move = Move.objects.get(source__brand=brand, pk=pk)
    _moved(lambda: merging.undo_move(move, by=member.key, because="API"))
    return Move.objects.get(pk=pk)


def _moved(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except merging.CannotMerge as error:
        raise HttpError(409, f"cannot be merged: {error.reason}") from error
    except merging.CannotSplit as error:
        raise HttpError(409, "nothing would be left in it, or it is merged") from error
    except merging.CannotUndo as error:
        raise HttpError(409, "taken back already, or one of them has gone on elsewhere") from error
