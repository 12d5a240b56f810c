"""What was understood, by API: correcting it, how right we are, the brand's departments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field, StringConstraints

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.inbox.queries import message_of
from tertulia.triage import actions, queries
from tertulia.triage.models import Correction
from tertulia.triage.rules import NotALabel, Place, Share

router = Router(tags=["understanding"])

Label = Annotated[str, StringConstraints(min_length=1, max_length=40)]


class CorrectionOut(Schema):
    """What a member said of a message; ``said``: what had been told, with its probability."""

    id: int
    message_id: int | None
    head: str
    said: list[str]
    p: float | None
    right: list[str]
    confirms: bool
    at: datetime


class Correcting(Schema):
    """The right labels of a head; without ``right``, what is told of it is right."""

    head: str = Field(max_length=16)
    right: list[Label] | None = Field(None, min_length=1, max_length=10)


class ShareOut(Schema):
    """``right`` of ``of``; ``low`` and ``high``: percent, the interval of 95 %. ``enough``: whether it may be told at all."""

    right: int
    of: int
    low: int
    high: int
    enough: bool


class ScoreOut(Schema):
    """How right a head is: as told at the time; and both models on what was held back from them."""

    head: str
    corrected: int
    confirmed: int
    told: ShareOut
    general: ShareOut | None
    brand: ShareOut | None


class DoubtOut(Schema):
    """A message whose labelling would teach much."""

    message_id: int
    text: str
    labels: list[str]
    p: float
    alike: int


class DepartmentOut(Schema):
    """A department."""

    key: str
    name: str
    about: str


@router.get("/{slug}/messages/{pk}/corrections", response={200: list[CorrectionOut], **PROBLEMS})
def corrections(request: HttpRequest, slug: str, pk: Id) -> list[Correction]:
    """What members said of a message."""
    brand, _ = enter(request, slug)
    return list(queries.corrections_of(message_of(brand, pk)).values())


@router.post("/{slug}/messages/{pk}/corrections", response={201: CorrectionOut, **PROBLEMS})
def correct(request: HttpRequest, slug: str, pk: Id, body: Correcting) -> Status[Correction]:
    """Corrects or confirms what was understood."""
    brand, member = enter(request, slug, "answer")
    message = message_of(brand, pk)
    try:
        if body.right is None:
            return Status(201, actions.confirm(message, body.head, member, by=member.key, because="API"))
        return Status(201, actions.correct(message, body.head, body.right, member, by=member.key, because="API"))
    except NotALabel as error:
        raise HttpError(422, f"right: {error}") from error
    except actions.NothingToConfirm as error:
        raise HttpError(409, "nothing was understood of it") from error


@router.delete("/{slug}/corrections/{pk}", response={204: None, **PROBLEMS})
def undo(request: HttpRequest, slug: str, pk: Id) -> Status[None]:
    """Takes back what was said; done twice, it is done once."""
    brand, member = enter(request, slug, "answer")
    actions.undo(queries.correction_of(brand, pk), member, by=member.key, because="API")
    return Status(204, None)


@router.get("/{slug}/understanding", response={200: list[ScoreOut], **PROBLEMS})
def understanding(request: HttpRequest, slug: str) -> list[dict[str, Any]]:
    """How right we are with the brand, by head."""
    brand, _ = enter(request, slug)
    return [{"head": one.head, "corrected": one.corrected, "confirmed": one.confirmed, "told": _share(one.told),
             "general": one.general and _share(one.general), "brand": one.brand and _share(one.brand)}
            for one in queries.scores(brand)]


def _share(share: Share) -> dict[str, Any]:
    return {"right": share.right, "of": share.of, "low": share.low, "high": share.high, "enough": share.enough}


@router.get("/{slug}/doubtful", response={200: list[DoubtOut], **PROBLEMS})
def doubtful(request: HttpRequest, slug: str, head: str) -> list[dict[str, Any]]:
    """What is worth labelling first of ``head``."""
    brand, _ = enter(request, slug)
    return [{"message_id": one.message.pk, "text": one.message.text, "labels": one.labels, "p": one.p, "alike": one.alike}
            for one in queries.doubtful(brand, head)]


@router.get("/{slug}/departments", response={200: list[DepartmentOut], **PROBLEMS})
def departments(request: HttpRequest, slug: str) -> list[Place]:
    """Who may have to answer."""
    brand, _ = enter(request, slug)
    return queries.departments(brand)
