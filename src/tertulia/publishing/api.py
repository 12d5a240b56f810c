"""Posts by API."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field, NaiveDatetime

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.kit import clock, paging
from tertulia.publishing import actions, queries, repeating
from tertulia.publishing.models import Post, PostState, SeriesState
from tertulia.publishing.recurring import Rule
from tertulia.publishing.sheets import LONGEST

router = Router(tags=["posts"])

Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]


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


class SeriesOut(Schema):
    """A post that repeats: ``every`` day, week (on ``weekdays``, 0: Monday), month (the day of ``first``) or nth (its weekday)."""

    id: int
    post_id: int
    state: str
    every: str
    weekdays: list[int]
    first: date
    local_time: time
    until: date | None
    times: int | None
    next: list[date]


class Repeating(Schema):
    """When a draft repeats, on the brand's clock: until a day, after some times, or without end. And the version it saw."""

    version: Version
    every: Literal["day", "week", "month", "nth"]
    first: Day
    local_time: time
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field([], max_length=7)
    until: Day | None = None
    times: Annotated[int, Field(ge=1, le=1000)] | None = None


@router.get("/{slug}/posts", response={200: PostPage, **PROBLEMS})
def posts(request: HttpRequest, slug: str, after: str = "") -> dict[str, Any]:
    """The brand's posts, the last changed first."""
    brand, _ = enter(request, slug)
    page = paging.page(queries.posts_of(brand).exclude(state=PostState.TEMPLATE), "-changed_at", after)
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
    return repeating.edit(one, seen=body.version, text=body.text, variants=body.channels, tolerance=body.tolerance_minutes,
                          by=member.key, because="API")


@router.post("/{slug}/posts/{pk}/schedule", response={200: PostOut, **PROBLEMS})
def schedule(request: HttpRequest, slug: str, pk: Id, body: Hour) -> Post:
    """Gives it an hour, or another."""
    brand, member = enter(request, slug, "publish")
    if body.local_time and not 2000 <= body.local_time.year <= 2200:
        raise HttpError(422, "local_time: a year between 2000 and 2200")
    one = queries.post_of(brand, pk)
    if one.state == PostState.TEMPLATE:
        raise HttpError(409, "it repeats: its hour is the series'")
    return queries.post_of(brand, actions.schedule(one, body.local_time, seen=body.version, by=member.key, because="API").pk)


@router.post("/{slug}/posts/{pk}/unschedule", response={200: PostOut, **PROBLEMS})
def unschedule(request: HttpRequest, slug: str, pk: Id, body: Seen) -> Post:
    """A draft again."""
    brand, member = enter(request, slug, "publish")
    one = queries.post_of(brand, pk)
    return queries.post_of(brand, actions.unschedule(one, seen=body.version, by=member.key, because="API").pk)


@router.get("/{slug}/series", response={200: list[SeriesOut], **PROBLEMS})
def series(request: HttpRequest, slug: str) -> list[Any]:
    """What repeats, the last changed first."""
    brand, _ = enter(request, slug)
    return [_told(one) for one in queries.templates_of(brand)]


@router.post("/{slug}/posts/{pk}/repeat", response={200: SeriesOut, **PROBLEMS})
def repeat(request: HttpRequest, slug: str, pk: Id, body: Repeating) -> Any:
    """Makes a draft repeat, or what repeats repeat otherwise. Its posts are made two weeks ahead."""
    brand, member = enter(request, slug, "publish")
    one = queries.post_of(brand, pk)
    if body.until and not body.first <= body.until <= body.first + LONGEST:
        raise HttpError(422, "until: from first on, within ten years")
    if one.state not in (PostState.DRAFT, PostState.TEMPLATE):
        raise HttpError(409, "only a draft can begin to repeat")
    weekdays = tuple(sorted(set(body.weekdays))) if body.every == "week" else ()
    rule = Rule(body.every, body.first, weekdays, None if body.times else body.until, body.times)
    hour = body.local_time.replace(tzinfo=None, second=0, microsecond=0)
    return _told(repeating.repeat(one, rule, hour, seen=body.version, by=member.key, because="API"))


@router.post("/{slug}/series/{pk}/stop", response={200: SeriesOut, **PROBLEMS})
def stop(request: HttpRequest, slug: str, pk: Id) -> Any:
    """It repeats no longer; what came and nobody had changed is taken back."""
    brand, member = enter(request, slug, "publish")
    repeating.stop(queries.series_of(brand, pk), by=member.key, because="API")
    return _told(queries.templates_of(brand).get(series=pk))


@router.post("/{slug}/series/{pk}/resume", response={200: SeriesOut, **PROBLEMS})
def resume(request: HttpRequest, slug: str, pk: Id) -> Any:
    """It repeats again."""
    brand, member = enter(request, slug, "publish")
    repeating.resume(queries.series_of(brand, pk), by=member.key, because="API")
    return _told(queries.templates_of(brand).get(series=pk))


def _told(template: Post) -> dict[str, Any]:
    """A series, from its template."""
    kept = template.series
    assert kept
    return {"id": kept.pk, "post_id": template.pk, "state": kept.state, "every": kept.every, "weekdays": kept.weekdays, "first": kept.first,
            "local_time": kept.local_time, "until": kept.until, "times": kept.times,
            "next": [] if kept.state == SeriesState.STOPPED else queries.next_of(kept, template.brand.time_zone, clock.now())}
