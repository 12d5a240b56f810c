"""Hiding by API, citing a house rule."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.inbox.queries import message_of
from tertulia.moderation import actions, queries
from tertulia.moderation.models import HouseRule, Verdict

router = Router(tags=["messages"])


class RuleOut(Schema):
    """A house rule."""

    number: int
    version: int
    title: str
    text: str


class VerdictOut(Schema):
    """What was decided."""

    id: int
    message_id: int
    act: str
    rule: RuleOut | None
    at: datetime
    dispatch_id: int


class Hiding(Schema):
    """By which rule."""

    rule: int = Field(ge=1, le=2**31 - 1)
    note: str = Field("", max_length=2000)


@router.get("/{slug}/rules", response={200: list[RuleOut], **PROBLEMS})
def rules(request: HttpRequest, slug: str) -> list[HouseRule]:
    """The house rules that hold."""
    brand, _ = enter(request, slug)
    return list(queries.house_rules(brand))


@router.post("/{slug}/messages/{pk}/hide", response={201: VerdictOut, **PROBLEMS})
def hide(request: HttpRequest, slug: str, pk: Id, body: Hiding) -> Status[Verdict]:
    """Hides a message."""
    brand, member = enter(request, slug, "moderate")
    one, rule = message_of(brand, pk), queries.house_rule_of(brand, body.rule)
    try:
        return Status(201, actions.hide(one, rule, member, note=body.note, by=member.key))
    except actions.CannotHide as error:
        raise HttpError(409, str(error)) from error


@router.post("/{slug}/messages/{pk}/show", response={201: VerdictOut, **PROBLEMS})
def show(request: HttpRequest, slug: str, pk: Id) -> Status[Verdict]:
    """Shows it again."""
    brand, member = enter(request, slug, "moderate")
    verdict = actions.show(message_of(brand, pk), member, by=member.key, because="API")
    if verdict is None:
        raise HttpError(409, "not hidden")
    return Status(201, verdict)
