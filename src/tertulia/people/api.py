"""People by API: who they are, what is written down of them, and a copy of all that is held."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field, StringConstraints

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.brands.queries import allowed
from tertulia.people import actions, exporting, queries
from tertulia.people.holdings import held
from tertulia.people.models import Person, PersonNote

router = Router(tags=["people"])

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class ProfileOut(Schema):
    """An identity on a network."""

    id: int
    network: str
    handle: str
    name: str
    said_count: int
    blocked_at: datetime | None


class PersonIs(Schema):
    """Somebody of the public."""

    id: int
    name: str
    customer: bool | None
    tags: list[str]
    said_count: int
    last_said_at: datetime
    angry_at: datetime | None
    profiles: list[ProfileOut]

    @staticmethod
    def resolve_profiles(person: Person) -> list[Any]:
        """In the order in which they speak."""
        return list(person.profiles.all())


class PersonPage(Schema):
    """Some persons, and the mark of the next page."""

    items: list[PersonIs]
    next: str


class Whom(Schema):
    """Which persons, and in which order."""

    q: str = Field("", max_length=100)
    tag: str = Field("", max_length=40)
    customer: Literal["", "yes", "no", "unknown"] = ""
    order: Literal["recent", "talkative", "angry", "new"] = "recent"
    after: str = ""


_CUSTOMER = {"": "", "yes": "si", "no": "no", "unknown": "no-se"}
_ORDER = {"recent": "recientes", "talkative": "habladoras", "angry": "enfadadas", "new": "nuevas"}


@router.get("/{slug}/people", response={200: PersonPage, **PROBLEMS})
def people(request: HttpRequest, slug: str, whom: Query[Whom]) -> dict[str, Any]:
    """Everybody whom the brand knows."""
    brand, _ = enter(request, slug)
    filters = queries.Filters(words=whom.q, tag=whom.tag, customer=_CUSTOMER[whom.customer], order=_ORDER[whom.order])
    page = queries.page_of(brand, filters, whom.after)
    return {"items": page.rows, "next": page.next}


@router.get("/{slug}/people/{pk}", response={200: PersonIs, **PROBLEMS})
def person(request: HttpRequest, slug: str, pk: Id) -> Person:
    """One person, or who they were joined into."""
    brand, _ = enter(request, slug)
    return queries.person_in(brand, pk)


class Described(Schema):
    """What is to be written down; what is left out stays as it is."""

    name: str | None = Field(None, max_length=120)
    tags: list[Tag] | None = Field(None, max_length=30)
    customer: Literal["yes", "no", "unknown"] | None = None


@router.patch("/{slug}/people/{pk}", response={200: PersonIs, **PROBLEMS})
def describe(request: HttpRequest, slug: str, pk: Id, body: Described) -> Person:
    """Name, tags, and whether they are a customer."""
    brand, member = enter(request, slug, "answer")
    one = _living(queries.person_in(brand, pk))
    actions.describe(one, by=member.key, because="API", name=body.name, tags=body.tags)
    if body.customer is not None:
        actions.set_customer(one, {"yes": True, "no": False, "unknown": None}[body.customer], by=member.key, because="API")
    return queries.person_in(brand, pk)


class PersonNoteOut(Schema):
    """A note for the team."""

    id: int
    text: str
    at: datetime


@router.get("/{slug}/people/{pk}/notes", response={200: list[PersonNoteOut], **PROBLEMS})
def notes(request: HttpRequest, slug: str, pk: Id) -> list[PersonNote]:
    """What the team noted of them, newest first."""
    brand, _ = enter(request, slug)
    return list(queries.notes_of(queries.person_in(brand, pk))[:200])


class Noted(Schema):
    """Words."""

    text: Words


@router.post("/{slug}/people/{pk}/notes", response={201: PersonNoteOut, **PROBLEMS})
def note(request: HttpRequest, slug: str, pk: Id, body: Noted) -> Status[PersonNote]:
    """Leaves a note."""
    brand, member = enter(request, slug, "answer")
    one = _living(queries.person_in(brand, pk))
    return Status(201, actions.write_note(one, body.text, member, by=member.key, because="API"))


@router.post("/{slug}/people/{pk}/export", response={200: dict[str, Any], **PROBLEMS})
def export(request: HttpRequest, slug: str, pk: Id) -> dict[str, Any]:
    """All that is held of them. The bearer must be allowed to manage the brand; it is written down that they took it."""
    brand, member = enter(request, slug)
    if not allowed(brand, member, "manage"):
        raise HttpError(403, "not allowed: manage")
    one = _living(queries.person_in(brand, pk))
    exporting.note_taken(one, member, by=member.key, because="API")
    return held(queries.profiles_of(one))


def _living(person: Person) -> Person:
    if person.erased_at:
        raise HttpError(409, "erased")
    return person
