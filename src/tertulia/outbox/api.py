"""Dispatches by API."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.errors import HttpError
from pydantic import Field, NaiveDatetime

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.brands.models import Brand, Member, Token
from tertulia.brands.queries import brand_for
from tertulia.kit import clock, paging
from tertulia.kit.folding import clean
from tertulia.outbox import actions, pausing, queries, readback, rules, sheets
from tertulia.outbox.models import Dispatch, DispatchState, Pause, Readback

router = Router(tags=["dispatches"])


class DifferenceOut(Schema):
    """What differs: text, links (that are missing), pictures (how many), alt (of the picture at ``place``, from 1) or language."""

    what: str
    approved: str | int
    live: str | int
    place: int | None = None


class ReadbackOut(Schema):
    """How what is on the network compares with what was approved: waiting, same, differs or gone; and who took note of it."""

    state: str
    looked_at: datetime | None
    gone_at: datetime | None
    seen_at: datetime | None
    seen_by: str
    differences: list[DifferenceOut]


class DispatchOut(Schema):
    """A dispatch: what, where, when, and how it stands; ``readback``: nothing if nobody is to look at it again."""

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
    readback: ReadbackOut | None = None

    @staticmethod
    def resolve_readback(dispatch: Dispatch) -> Readback | None:
        """What it looked like on the network."""
        return getattr(dispatch, "readback", None)

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


States = Literal["", "attention", "to_decide", "waiting", "ready", "sending", "sent", "refused", "unsure", "expired", "cancelled", "held"]


@router.get("/{slug}/dispatches", response={200: DispatchPage, **PROBLEMS})
def dispatches(request: HttpRequest, slug: str, state: States = "", after: str = "") -> dict[str, Any]:
    """The brand's dispatches, the latest due first. ``to_decide``: what was held and waits to be told whether and when it leaves."""
    brand, _ = enter(request, slug)
    rows = queries.dispatches_of(brand, DispatchState.HELD if state == "to_decide" else state)
    page = paging.page(rows.filter(reason__in=rules.FOR_A_PERSON) if state == "to_decide" else rows, "-due_at", after)
    return {"items": page.rows, "next": page.next}


@router.get("/{slug}/dispatches/{pk}", response={200: DispatchWhole, **PROBLEMS})
def dispatch(request: HttpRequest, slug: str, pk: Id) -> Dispatch:
    """One dispatch with its attempts."""
    brand, _ = enter(request, slug)
    return queries.dispatch_of(brand, pk)


class Decision(Schema):
    """What a person decided about a dispatch.

    ``confirm``: it is there (unsure → sent; ``url``: where it was seen). ``send_again``: it is not (unsure), or another try is
    wanted (refused, expired). ``send_now`` and ``new_hour``: of what waits for a decision, at once or at ``local_time`` on the
    brand's clock (no offset). ``cancel``: it is not wanted (what waits for a decision, too). ``note``: of what was read back,
    somebody knows that it differs or is gone.
    """

    decision: Literal["confirm", "send_again", "send_now", "new_hour", "cancel", "note"]
    url: str = ""
    local_time: NaiveDatetime | None = None


@router.post("/{slug}/dispatches/{pk}/decide", response={200: DispatchOut, **PROBLEMS})
def decide(request: HttpRequest, slug: str, pk: Id, body: Decision) -> Dispatch:
    """What becomes of it; the scope is that of its verb: publish, answer (replies and messages) or moderate."""
    token: Token = request.auth  # type: ignore[attr-defined]
    one = queries.dispatch_of(brand_for(token.member, slug), pk)
    brand, member = enter(request, slug, sheets.needs(one))
    match body.decision:
        case "confirm":
            actions.confirm(one, url=clean(body.url)[:1000], by=member.key, because="API")
        case "send_again":
            actions.send_again(one, by=member.key, because="API")
        case "send_now":
            _choose(brand, one, rules.SEND, member)
        case "new_hour":
            _choose(brand, one, _moment(brand, body.local_time), member)
        case "cancel":
            actions.cancel(one, by=member.key, because="API")
        case "note":
            readback.note(one, by=member.key, because="API")
    return queries.dispatch_of(brand, pk)


def _choose(brand: Brand, one: Dispatch, choice: rules.Choice, member: Member) -> None:
    if not pausing.decide(brand, {one.pk: choice}, by=member.key, because="API"):
        raise actions.TooLate(one.state)


def _moment(brand: Brand, local: datetime | None) -> datetime:
    if local is None or not 2000 <= local.year <= 2200:
        raise HttpError(422, "local_time: a year between 2000 and 2200")
    moment = local.replace(tzinfo=ZoneInfo(brand.time_zone), fold=0)
    if moment <= clock.now():
        raise HttpError(422, "local_time: still to come")
    return moment


# --------------------------------------------------------------------------- pausing


class PauseOut(Schema):
    """What keeps everything from leaving: of the brand or, ``everywhere``, of the whole installation."""

    everywhere: bool
    by: str
    because: str
    since: datetime

    @staticmethod
    def resolve_everywhere(pause: Pause) -> bool:
        """Whether it is everybody's."""
        return pause.brand_id is None


class Pausing(Schema):
    """Why, for the others of the team."""

    because: str = Field("", max_length=500)


class Resuming(Schema):
    """What becomes of what the pause held.

    ``usual``: posts, and what is late, wait for a decision; the rest leaves. ``send``: all leaves. ``ask``: all waits.
    """

    held: Literal["usual", "send", "ask"] = "usual"


class Resumed(Schema):
    """How many leave now, and how many wait for a decision."""

    send: int
    ask: int


@router.get("/{slug}/pauses", response={200: list[PauseOut], **PROBLEMS})
def pauses(request: HttpRequest, slug: str) -> list[Pause]:
    """The pauses that there are: none, the brand's, the installation's or both."""
    brand, _ = enter(request, slug)
    return list(pausing.pauses_of(brand))


@router.post("/{slug}/pause", response={200: PauseOut, **PROBLEMS})
def pause(request: HttpRequest, slug: str, body: Pausing) -> Pause:
    """Nothing of the brand leaves any more. Twice is once."""
    brand, member = enter(request, slug, "publish")
    pausing.pause_all(brand, by=member.key, because=clean(body.because))
    return Pause.objects.get(brand=brand)


@router.post("/{slug}/resume", response={200: Resumed, **PROBLEMS})
def resume(request: HttpRequest, slug: str, body: Resuming) -> dict[str, int]:
    """The brand's pause is over."""
    brand, member = enter(request, slug, "publish")
    try:
        done = pausing.resume_all(brand, by=member.key, because="API", choose=None if body.held == "usual" else lambda one: body.held)
    except pausing.NotPaused as error:
        raise HttpError(409, "not paused") from error
    return {"send": done[rules.SEND], "ask": done[rules.ASK]}
