"""Handing over by API: matters, what is said of them, leads and ideas."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.handoffs import actions, ideas, queries
from tertulia.handoffs.models import HandOff, Idea, Kind, State, Word
from tertulia.inbox.queries import conversation_of
from tertulia.kit import clock, paging

router = Router(tags=["matters"])


class MatterOut(Schema):
    """A matter that a desk was asked to answer."""

    id: int
    kind: str
    title: str
    brief: str
    desk_id: int
    conversation_id: int | None
    state: str
    opened_at: datetime
    due_at: datetime
    answered_at: datetime | None


class MattersOut(Schema):
    """A page of them; ``next`` is the mark of the one after."""

    matters: list[MatterOut]
    next: str


class WordOut(Schema):
    """One thing said of a matter: ``who`` is team, holder or system; ``what``: said, question, answer, not_mine, happened."""

    id: int
    who: str
    what: str
    text: str
    way: str
    at: datetime


class DeskOut(Schema):
    """Who answers for what."""

    id: int
    name: str


class Handing(Schema):
    """What is handed over; ``minutes`` of the brand's open time."""

    desk: int = Field(ge=1, le=2**63 - 1)
    kind: str = Field(max_length=10)
    title: str = Field(min_length=1, max_length=120)
    brief: str = Field(min_length=1, max_length=5000)
    minutes: int = Field(480, ge=5, le=100_000)
    conversation: int | None = Field(None, ge=1, le=2**63 - 1)
    messages: list[int] = Field(default_factory=list, max_length=50)
    thread: bool = False


class Saying(Schema):
    """What the team says to the desk."""

    text: str = Field(min_length=1, max_length=10_000)


class Ending(Schema):
    """How it ends: solved, closed or cancelled."""

    state: str
    because: str = Field("", max_length=200)


class IdeaOut(Schema):
    """What several people suggest: how many people, how many times."""

    id: int
    title: str
    state: str
    people: int
    times: int


@router.get("/{slug}/desks", response={200: list[DeskOut], **PROBLEMS})
def list_desks(request: HttpRequest, slug: str) -> list[object]:
    """Who answers for what."""
    brand, _member = enter(request, slug)
    return list(queries.desks(brand))


@router.get("/{slug}/matters", response={200: MattersOut, **PROBLEMS})
def list_matters(request: HttpRequest, slug: str, state: str = Query("live", max_length=12), kind: str = Query("", max_length=12),
                 after: str = Query("", max_length=200)) -> dict[str, object]:
    """The matters, the newest first. ``state``: live, late, ended or one of theirs."""
    brand, member = enter(request, slug)
    found = queries.matters(brand, queries.Filters(state=state, kind=kind), member, clock.now())
    page = paging.page(found, "-opened_at", after)
    return {"matters": list(page.rows), "next": page.next}


@router.post("/{slug}/matters", response={201: MatterOut, **PROBLEMS})
def hand_over(request: HttpRequest, slug: str, body: Handing) -> Status[HandOff]:
    """Asks a desk to answer."""
    brand, member = enter(request, slug, "answer")
    if body.kind not in Kind.values:
        raise HttpError(422, "kind")
    desk = queries.desk_of(brand, body.desk)
    talk = conversation_of(brand, body.conversation) if body.conversation else None
    chosen = list(talk.messages.filter(pk__in=body.messages)) if talk else []
    matter = actions.Matter(desk=desk, kind=body.kind, brief=body.brief, minutes=body.minutes, title=body.title, conversation=talk,
                            messages=chosen, thread=body.thread)
    try:
        return Status(201, actions.hand_over(brand, matter, member, by=member.key, because="API"))
    except (actions.NobodyThere, actions.NoConsent, actions.AlreadyHanded) as error:
        raise HttpError(409, type(error).__name__) from error


@router.get("/{slug}/matters/{pk}/words", response={200: list[WordOut], **PROBLEMS})
def words(request: HttpRequest, slug: str, pk: Id) -> list[Word]:
    """What was said of a matter, in order."""
    brand, _member = enter(request, slug)
    return queries.words_of(queries.matter_of(brand, pk))


@router.post("/{slug}/matters/{pk}/words", response={201: WordOut, **PROBLEMS})
def say(request: HttpRequest, slug: str, pk: Id, body: Saying) -> Status[Word]:
    """Says something to the desk."""
    brand, member = enter(request, slug, "answer")
    try:
        return Status(201, actions.say(queries.matter_of(brand, pk), body.text, member, by=member.key, because="API"))
    except (actions.Over, actions.NobodyThere) as error:
        raise HttpError(409, type(error).__name__) from error


@router.post("/{slug}/matters/{pk}/end", response={200: MatterOut, **PROBLEMS})
def end(request: HttpRequest, slug: str, pk: Id, body: Ending) -> HandOff:
    """It is solved, closed or cancelled."""
    brand, member = enter(request, slug, "answer")
    if body.state not in (State.SOLVED, State.CLOSED, State.CANCELLED):
        raise HttpError(422, "state")
    one = queries.matter_of(brand, pk)
    if not actions.end(one, body.state, by=member.key, because=body.because or "API"):
        raise HttpError(409, "ended")
    return queries.matter_of(brand, pk)


@router.get("/{slug}/ideas", response={200: list[IdeaOut], **PROBLEMS})
def list_ideas(request: HttpRequest, slug: str, state: str = Query("", max_length=12)) -> list[Idea]:
    """What people suggest, what most propose first."""
    brand, _member = enter(request, slug)
    return list(ideas.ideas(brand, state)[:200])
