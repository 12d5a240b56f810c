"""Dispatches by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.kit import paging
from tertulia.outbox import actions, queries
from tertulia.outbox.models import Dispatch

router = Router(tags=["dispatches"])


class DispatchOut(Schema):
    """A dispatch: what, where, when, and how it stands."""

    id: int
    channel_id: int
    verb: str
    state: str
    reason: str
    due_at: datetime
    sent_at: datetime | None
    url: str
    external_id: str
    text: str = ""

    @staticmethod
    def resolve_text(dispatch: Dispatch) -> str:
        """What it says, if it says something."""
        return str(dispatch.payload.get("text", ""))


class AttemptOut(Schema):
    """One try."""

    version: int
    started_at: datetime
    ended_at: datetime | None
    looked: bool
    outcome: str
    reason: str
    evidence: dict[str, Any]


class DispatchWhole(DispatchOut):
    """A dispatch and its attempts."""

    attempts: list[AttemptOut]


class DispatchPage(Schema):
    """Some dispatches, and the mark of the next page."""

    items: list[DispatchOut]
    next: str


States = Literal["", "attention", "waiting", "ready", "sending", "sent", "refused", "unsure", "expired", "cancelled", "held"]


@router.get("/{slug}/dispatches", response={200: DispatchPage, **PROBLEMS})
def dispatches(request: HttpRequest, slug: str, state: States = "", after: str = "") -> dict[str, Any]:
    """The brand's dispatches, the latest due first."""
    brand, _ = enter(request, slug)
    page = paging.page(queries.dispatches_of(brand, state), "-due_at", after)
    return {"items": page.rows, "next": page.next}


@router.get("/{slug}/dispatches/{pk}", response={200: DispatchWhole, **PROBLEMS})
def dispatch(request: HttpRequest, slug: str, pk: Id) -> Dispatch:
    """One dispatch with its attempts."""
    brand, _ = enter(request, slug)
    return queries.dispatch_of(brand, pk)


class Decision(Schema):
    """What a person decided about a dispatch; ``url``: where they saw it, for ``confirm``."""

    decision: Literal["confirm", "send_again", "cancel"]
    url: str = ""


@router.post("/{slug}/dispatches/{pk}/decide", response={200: DispatchOut, **PROBLEMS})
def decide(request: HttpRequest, slug: str, pk: Id, body: Decision) -> Dispatch:
    """It is there (unsure → sent), it is not (unsure, refused, expired → due now), or take it back (waiting, held…)."""
    brand, member = enter(request, slug, "publish")
    one = queries.dispatch_of(brand, pk)
    match body.decision:
        case "confirm":
            actions.confirm(one, url=body.url[:1000], by=member.key, because="API")
        case "send_again":
            actions.send_again(one, by=member.key, because="API")
        case "cancel":
            actions.cancel(one, by=member.key, because="API")
    return queries.dispatch_of(brand, pk)
