"""Writing posts: drafting, scheduling, moving, taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from tertulia.brands.models import Brand, Member
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.outbox.models import DispatchState
from tertulia.publishing import facts
from tertulia.publishing.models import Post, PostPicture, PostState
from tertulia.publishing.queries import post_of
from tertulia.publishing.rules import GRACE, hour_of, too_early
from tertulia.publishing.writing import CannotLeave as CannotLeave
from tertulia.publishing.writing import NoChannel as NoChannel
from tertulia.publishing.writing import Stale as Stale
from tertulia.publishing.writing import copied, dispatch, require_leavable, set_variants, take, withdraw


class PastHour(Exception):
    """The hour is gone."""


class NotADraft(Exception):
    """It has an hour already, or is in the bin."""


@transaction.atomic
def draft(brand: Brand, author: Member | None, *, by: str, because: str = "") -> Post:
    """An empty post."""
    now = clock.now()
    post = Post.objects.create(brand=brand, author=author, zone=brand.time_zone, created_at=now, changed_at=now)
    record(facts.PostDrafted(brand_id=brand.pk, post_id=post.pk), by=by, because=because)
    return post


@transaction.atomic
def edit(post: Post, *, seen: int, by: str, because: str = "", text: str | None = None,
         variants: Mapping[int, str] | None = None, pictures: Sequence[tuple[int, str]] | None = None,
         tolerance: int | None = None) -> Post:
    """Changes words (``text``), channels with their own words (``variants``: channel id → text), pictures (id, alt), and
    how late it may leave (``tolerance``: minutes).

    A scheduled post's dispatches change with it. Raises ``Stale``, ``outbox.TooLate`` or, if scheduled, ``CannotLeave``.
    """
    kept = take(post, seen)
    if text is not None:
        kept.text = clean(text)
    if tolerance is not None:
        kept.tolerance_minutes = tolerance
    kept.changed_at, kept.by_hand = clock.now(), kept.series_day is not None
    kept.save(update_fields=["text", "tolerance_minutes", "changed_at", "by_hand"])
    if variants is not None:
        set_variants(kept, variants, by=by)
    if pictures is not None:
        kept.pictures.all().delete()
        PostPicture.objects.bulk_create(
            [PostPicture(post=kept, picture_id=pk, alt=clean(alt), place=place) for place, (pk, alt) in enumerate(pictures)])
    kept = post_of(kept.brand, kept.pk)
    if kept.state == PostState.SCHEDULED:
        require_leavable(kept)
        dispatch(kept, by=by, because=because)
    record(facts.PostEdited(brand_id=kept.brand_id, post_id=kept.pk), by=by, because=because)
    return kept


@transaction.atomic
def schedule(post: Post, local: datetime | None, *, seen: int, by: str, because: str = "",
             grace: timedelta = timedelta()) -> Post:
    """Gives the post its hour (naive, on the brand's clock; None: now, after ``grace``) and a dispatch a channel.

    Raises ``Stale``, ``NoChannel``, ``CannotLeave``, ``PastHour`` or ``outbox.TooLate``.
    """
    kept = take(post, seen)
    if kept.state == PostState.TEMPLATE:
        raise NotADraft(kept.pk)
    require_leavable(kept)
    now = clock.now()
    kept.by_hand = kept.series_day is not None
    moved = kept.state == PostState.SCHEDULED
    if not moved:  # until it has an hour, it follows the brand's clock
        kept.zone = kept.brand.time_zone
    due_at = hour_of(local, kept.zone) if local else now + grace
    if too_early(due_at, now):
        raise PastHour(due_at)
    shown = local or _wall_clock(now, kept.zone)
    kept.local_date, kept.local_time = shown.date(), shown.time().replace(second=0, microsecond=0)
    kept.due_at, kept.state, kept.changed_at = due_at, PostState.SCHEDULED, now
    kept.save(update_fields=["local_date", "local_time", "zone", "due_at", "state", "changed_at", "by_hand"])
    dispatch(kept, by=by, because=because)
    announced = facts.PostMoved if moved else facts.PostScheduled
    record(announced(brand_id=kept.brand_id, post_id=kept.pk), by=by, because=because)
    return kept


@transaction.atomic
def plan(post: Post, local: datetime | None, *, seen: int, by: str, because: str = "") -> Post:
    """The day and hour that somebody has in mind for a draft (None: none); it stays a draft.

    Raises ``Stale``, ``PastHour``, or ``NotADraft`` for what has an hour already: that is ``schedule``'s.
    """
    kept = take(post, seen)
    if kept.state != PostState.DRAFT:
        raise NotADraft(kept.pk)
    now, kept.zone = clock.now(), kept.brand.time_zone
    if local and too_early(hour_of(local, kept.zone), now):
        raise PastHour(local)
    kept.local_date, kept.local_time, kept.changed_at = (local.date(), local.time(), now) if local else (None, None, now)
    kept.save(update_fields=["local_date", "local_time", "zone", "changed_at"])
    record(facts.PostPlanned(brand_id=kept.brand_id, post_id=kept.pk), by=by, because=because)
    return kept


@transaction.atomic
def duplicate(post: Post, author: Member | None, *, by: str, because: str = "") -> Post:
    """A draft with the same words, channels and pictures, and no hour."""
    copy = copied(post, author)
    record(facts.PostDrafted(brand_id=copy.brand_id, post_id=copy.pk), by=by, because=because)
    return copy


@transaction.atomic
def unschedule(post: Post, *, seen: int, by: str, because: str = "") -> Post:
    """Back to a draft: nothing of it leaves. ``outbox.TooLate`` if something may have left."""
    kept = take(post, seen)
    withdraw(kept, by=by, because=because)
    now = clock.now()
    if kept.due_at and kept.due_at < now + GRACE:  # an hour that is gone is no plan
        kept.local_date = kept.local_time = None
    kept.state, kept.due_at, kept.changed_at = PostState.DRAFT, None, now
    kept.save(update_fields=["state", "due_at", "changed_at", "local_date", "local_time"])
    record(facts.PostUnscheduled(brand_id=kept.brand_id, post_id=kept.pk), by=by, because=because)
    return kept


@transaction.atomic
def discard(post: Post, *, seen: int, by: str, because: str = "") -> None:
    """Into the bin; ``restore`` brings it back as a draft. What was the template of a series is so no longer."""
    kept = take(post, seen)
    withdraw(kept, by=by, because=because)
    series = None if kept.state == PostState.TEMPLATE else kept.series
    Post.objects.filter(pk=kept.pk).update(state=PostState.DISCARDED, due_at=None, changed_at=clock.now(), series=series)
    record(facts.PostDiscarded(brand_id=kept.brand_id, post_id=kept.pk), by=by, because=because)


@transaction.atomic
def restore(brand: Brand, pk: int, *, by: str, because: str = "") -> None:
    """Out of the bin, as a draft; ``Post.DoesNotExist`` if the brand has no such post."""
    Post.objects.get(brand=brand, pk=pk)
    kept = Post.objects.filter(brand=brand, pk=pk, state=PostState.DISCARDED)
    if kept.update(state=PostState.DRAFT, version=F("version") + 1, changed_at=clock.now()):
        record(facts.PostDrafted(brand_id=brand.pk, post_id=pk), by=by, because=because)


@transaction.atomic
def follow(post: Post, *, by: str, because: str = "") -> bool:
    """Puts the post where its dispatches were moved to, if none has left and all agree; whether it moved."""
    kept = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    alive = [one.dispatch for one in kept.variants.select_related("dispatch")
             if one.dispatch and one.dispatch.state != DispatchState.CANCELLED]
    hours = {one.due_at for one in alive}
    if kept.state != PostState.SCHEDULED or len(hours) != 1 or hours == {kept.due_at} or any(one.version for one in alive):
        return False
    due_at = hours.pop()
    local = _wall_clock(due_at, kept.zone)
    kept.local_date, kept.local_time, kept.due_at, kept.changed_at = local.date(), local.time(), due_at, clock.now()
    kept.version, kept.by_hand = kept.version + 1, kept.series_day is not None
    kept.save(update_fields=["local_date", "local_time", "due_at", "changed_at", "version", "by_hand"])
    record(facts.PostMoved(brand_id=kept.brand_id, post_id=kept.pk), by=by, because=because)
    return True


@transaction.atomic
def keep_hour(post: Post, *, by: str, because: str = "") -> None:
    """Its moment is that of its wall clock again: the rules of its zone changed after it was scheduled. ``outbox.TooLate``."""
    kept = take(post, post.version)
    assert kept.local_date and kept.local_time
    kept.due_at = hour_of(datetime.combine(kept.local_date, kept.local_time), kept.zone)
    kept.save(update_fields=["due_at"])
    dispatch(kept, by=by, because=because)
    record(facts.PostMoved(brand_id=kept.brand_id, post_id=kept.pk), by=by, because=because)


def _wall_clock(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
