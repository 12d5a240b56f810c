"""Moderation by API: acts that cite a house rule, the queue, appeals, months."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Path, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.brands.models import Brand
from tertulia.inbox.queries import message_of
from tertulia.kit.folding import clean
from tertulia.moderation import actions, appeals, queries, queue, transparency
from tertulia.moderation.models import Appeal, Case, HouseRule, Verdict
from tertulia.moderation.rules import month_named
from tertulia.outbox.actions import TooLate

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
    dispatch_id: int | None
    lifted: str
    check_state: str
    checked_at: datetime | None


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


# --------------------------------------------------------------------------- the other acts


class Decision(Schema):
    """What to do, and by which rule (its number; none to keep it)."""

    act: Literal["keep", "note", "hide", "delete", "block"]
    rule: int | None = Field(None, ge=1, le=2**31 - 1)
    note: str = Field("", max_length=2000)


@router.post("/{slug}/messages/{pk}/decide", response={201: VerdictOut, **PROBLEMS})
def decide(request: HttpRequest, slug: str, pk: Id, body: Decision) -> Status[Verdict]:
    """Decides about a message; a deletion waits for the brand's delay."""
    brand, member = enter(request, slug, "moderate")
    decision = queue.Decision(body.act, _rule(brand, body), body.note)
    try:
        return Status(201, queue.act(message_of(brand, pk), decision, member, by=member.key, because="API"))
    except actions.CannotDo as error:
        raise HttpError(409, str(error)) from error


def _rule(brand: Brand, body: Decision) -> HouseRule | None:
    if body.act != "keep" and body.rule is None:
        raise HttpError(422, "rule")
    return queries.house_rule_of(brand, body.rule) if body.rule is not None and body.act != "keep" else None


@router.get("/{slug}/messages/{pk}/verdicts", response={200: list[VerdictOut], **PROBLEMS})
def verdicts(request: HttpRequest, slug: str, pk: Id) -> list[Verdict]:
    """What was ever decided of a message, newest first."""
    brand, _ = enter(request, slug)
    return list(queries.verdicts_about(message_of(brand, pk)))


@router.post("/{slug}/verdicts/{pk}/undo", response={200: VerdictOut, **PROBLEMS})
def undo(request: HttpRequest, slug: str, pk: Id) -> Verdict:
    """Takes a verdict back, where the network can; 409 for a deletion that left."""
    brand, member = enter(request, slug, "moderate")
    verdict = queries.verdict_of(brand, pk)
    try:
        queue.undo(brand, [verdict.pk], member, by=member.key, because="API")
    except TooLate as error:
        raise HttpError(409, "it has left") from error
    return queries.verdict_of(brand, pk)


# --------------------------------------------------------------------------- the queue and the appeals


class CaseOut(Schema):
    """A message that somebody has to look at; ``token`` is what decides it, for whoever claimed it."""

    id: int
    message_id: int
    weight: int
    proposed: str
    at: datetime
    token: UUID | None
    held_until: datetime | None


@router.post("/{slug}/cases/claim", response={200: CaseOut, **PROBLEMS})
def claim(request: HttpRequest, slug: str) -> Case:
    """The next case, for some minutes nobody else's; 404 when there is none."""
    brand, member = enter(request, slug, "moderate")
    case = queue.claim(brand, member)
    if case is None:
        raise HttpError(404, "nothing waits")
    return case


class CaseDecision(Decision):
    """The same, of a claimed case; ``same``: also of those that say the same."""

    token: UUID
    same: bool = False


@router.post("/{slug}/cases/{pk}/decide", response={201: list[VerdictOut], **PROBLEMS})
def decide_case(request: HttpRequest, slug: str, pk: Id, body: CaseDecision) -> Status[list[Verdict]]:
    """Decides a claimed case; 409 if another was faster."""
    brand, member = enter(request, slug, "moderate")
    decision = queue.Decision(body.act, _rule(brand, body), body.note, body.same)
    try:
        return Status(201, list(queue.decide(brand, pk, str(body.token), decision, member, by=member.key, because="API")))
    except queue.Taken as error:
        raise HttpError(409, "somebody else has it, or decided it") from error
    except actions.CannotDo as error:
        raise HttpError(409, str(error)) from error


class AppealOut(Schema):
    """What an author says against a verdict, and how it ended (``outcome`` empty: it waits)."""

    id: int
    verdict_id: int
    text: str
    at: datetime
    due_at: datetime
    outcome: str
    answer: str


@router.get("/{slug}/appeals", response={200: list[AppealOut], **PROBLEMS})
def listed(request: HttpRequest, slug: str) -> list[Appeal]:
    """The last hundred; those that wait first."""
    brand, _ = enter(request, slug)
    return list(appeals.appeals_of(brand)[:100])


class Answer(Schema):
    """How it ends, and what its author will read."""

    outcome: Literal["upheld", "reversed"]
    text: str = Field(min_length=1, max_length=2000)


@router.post("/{slug}/appeals/{pk}/answer", response={200: AppealOut, **PROBLEMS})
def answer(request: HttpRequest, slug: str, pk: Id, body: Answer) -> Appeal:
    """Answers an appeal; 409 for who decided what it is against."""
    brand, member = enter(request, slug, "moderate")
    appeal = appeals.appeals_of(brand).get(pk=pk)
    if not clean(body.text).strip():
        raise HttpError(422, "text")
    try:
        if not appeals.answer(appeal, body.outcome, body.text, member, by=member.key, because="API"):
            raise HttpError(409, "answered already")
    except appeals.NotYours as error:
        raise HttpError(409, str(error)) from error
    return appeals.appeals_of(brand).get(pk=pk)


@router.get("/{slug}/moderation/{month}", response={200: dict[str, Any], **PROBLEMS})
def month(request: HttpRequest, slug: str, month: Annotated[str, Path(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]) -> dict[str, Any]:
    """A month in numbers: see the page of transparency."""
    brand, _ = enter(request, slug)
    first = month_named(month)
    told = transparency.told(brand, first) if first else None
    if told is None:
        raise HttpError(404, "month")
    return told
