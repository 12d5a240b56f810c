"""What the token's bearer was told, by API: listing it, and saying that it was read."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from tertulia.brands.bearer import PROBLEMS, enter
from tertulia.notices import queries, reading
from tertulia.notices.queries import Told

router = Router(tags=["notices"])


class NoticeOut(Schema):
    """A notice, in the language that was asked for. ``pending``: what it tells is still so; ``address``: the path of the matter."""

    id: int
    kind: str
    label: str
    title: str
    quote: str
    text: str
    address: str
    about: dict[str, int | str]
    at: datetime
    read_at: datetime | None
    pending: bool


class NoticesOut(Schema):
    """A page, newest first; ``before`` asks for the next one (0: that was all)."""

    notices: list[NoticeOut]
    unread: int
    before: int


class Wanted(Schema):
    """Which ones."""

    unread: bool = False
    before: int = Field(0, ge=0, le=2**63 - 1)
    most: int = Field(40, ge=1, le=100)


class Reading(Schema):
    """Which ones were read; none named: all of the brand."""

    ids: list[int] | None = Field(None, max_length=500)


class ReadOut(Schema):
    """How many notices of the brand are still new."""

    unread: int


def _out(one: Told) -> NoticeOut:
    words, row = one.words, one.notice
    return NoticeOut(id=row.pk, kind=row.kind, label=str(one.kind.label), title=words.title, quote=words.quote, text=words.text,
                     address=words.address, about=row.about, at=row.at, read_at=row.read_at, pending=one.pending)


@router.get("/{slug}/notices", response={200: NoticesOut, **PROBLEMS})
def notices(request: HttpRequest, slug: str, wanted: Query[Wanted]) -> NoticesOut:
    """What the bearer was told of the brand."""
    brand, member = enter(request, slug)
    told = queries.told(member, brand, unread=wanted.unread, before=wanted.before, most=wanted.most + 1)
    page = told[: wanted.most]
    return NoticesOut(notices=[_out(one) for one in page], unread=queries.unread_count(member, brand),
                      before=page[-1].notice.pk if len(told) > wanted.most else 0)


@router.post("/{slug}/notices/read", response={200: ReadOut, **PROBLEMS})
def read(request: HttpRequest, slug: str, body: Reading) -> ReadOut:
    """The bearer has read these, or all of the brand; what is not theirs is left alone. Twice is once."""
    brand, member = enter(request, slug)
    if body.ids is None:
        reading.mark_all_read(member, brand)
    else:
        reading.mark_read(member, body.ids, brand=brand)
    return ReadOut(unread=queries.unread_count(member, brand))
