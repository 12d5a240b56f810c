"""Posts by API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field, NaiveDatetime

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.kit import paging
from tertulia.publishing import actions, queries
from tertulia.publishing.models import Post

router = Router(tags=["posts"])

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]


class VariantOut(Schema):
    """The post on one channel."""

    channel_id: int
    text: str
    dispatch_id: int | None


class PostOut(Schema):
    """A post; ``version`` is what a change must say it saw."""

    id: int
    state: str
    text: str
    due_at: datetime | None
    zone: str
    tolerance_minutes: int
    version: int
    variants: list[VariantOut]

    @staticmethod
    def resolve_variants(post: Post) -> list[Any]:
        """Its variants, as prefetched."""
        return list(post.variants.all())


class PostPage(Schema):
    """Some posts, and the mark of the next page."""

    items: list[PostOut]
    next: str


class Writing(Schema):
    """What a post says, where (channel id → own words, empty: the post's) and how late it may leave (15 minutes to a day)."""

    text: str | None = Field(None, max_length=20_000)
    channels: dict[Annotated[int, Field(ge=1, le=2**63 - 1)], Annotated[str, Field(max_length=20_000)]] | None = None
    tolerance_minutes: Literal[15, 60, 180, 720, 1440] | None = None


class Rewriting(Writing):
    """A change, and the version it saw."""

    version: Version


class Hour(Schema):
    """When, on the brand's clock (no offset); nothing: now. And the version it saw."""

    version: Version
    local_time: NaiveDatetime | None = None


class Seen(Schema):
    """The version it saw."""

    version: Version


@router.get("/{slug}/posts", response={200: PostPage, **PROBLEMS})
def posts(request: HttpRequest, slug: str, after: str = "") -> dict[str, Any]:
    """The brand's posts, the last changed first."""
    brand, _ = enter(request, slug)
    page = paging.page(queries.posts_of(brand), "-changed_at", after)
    return {"items": page.rows, "next": page.next}


@router.get("/{slug}/posts/{pk}", response={200: PostOut, **PROBLEMS})
def post(request: HttpRequest, slug: str, pk: Id) -> Post:
    """One post."""
    brand, _ = enter(request, slug)
    return queries.post_of(brand, pk)


@router.post("/{slug}/posts", response={201: PostOut, **PROBLEMS})
def write(request: HttpRequest, slug: str, body: Writing) -> Status[Post]:
    """A new draft."""
    brand, member = enter(request, slug, "publish")
    new = actions.draft(brand, member, by=member.key, because="API")
    return Status(201, actions.edit(new, seen=new.version, text=body.text or "", variants=body.channels,
                                    tolerance=body.tolerance_minutes, by=member.key, because="API"))


@router.patch("/{slug}/posts/{pk}", response={200: PostOut, **PROBLEMS})
def rewrite(request: HttpRequest, slug: str, pk: Id, body: Rewriting) -> Post:
    """Changes it; what is left out stays."""
    brand, member = enter(request, slug, "publish")
    one = queries.post_of(brand, pk)
    return actions.edit(one, seen=body.version, text=body.text, variants=body.channels, tolerance=body.tolerance_minutes,
                        by=member.key, because="API")


@router.post("/{slug}/posts/{pk}/schedule", response={200: PostOut, **PROBLEMS})
def schedule(request: HttpRequest, slug: str, pk: Id, body: Hour) -> Post:
    """Gives it an hour, or another."""
    brand, member = enter(request, slug, "publish")
    if body.local_time and not 2000 <= body.local_time.year <= 2200:
        raise HttpError(422, "local_time: a year between 2000 and 2200")
    one = queries.post_of(brand, pk)
    return queries.post_of(brand, actions.schedule(one, body.local_time, seen=body.version, by=member.key, because="API").pk)


@router.post("/{slug}/posts/{pk}/unschedule", response={200: PostOut, **PROBLEMS})
def unschedule(request: HttpRequest, slug: str, pk: Id, body: Seen) -> Post:
    """A draft again."""
    brand, member = enter(request, slug, "publish")
    one = queries.post_of(brand, pk)
    return queries.post_of(brand, actions.unschedule(one, seen=body.version, by=member.key, because="API").pk)
