"""Writing posts: drafting, scheduling, moving, taking back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import DispatchState
from tertulia.outbox.payloads import to_say
from tertulia.publishing import facts
from tertulia.publishing.models import Post, PostPicture, PostState, Variant
from tertulia.publishing.queries import faults_of, post_of
from tertulia.publishing.rules import GRACE, Fault, hour_of, too_early


class Stale(Exception):
    """Somebody changed the post after the page was drawn; ``post`` is as it stands."""

    def __init__(self, post: Post) -> None:
        super().__init__(post.pk)
        self.post = post


class CannotLeave(Exception):
    """A network would refuse it: ``faults`` by channel id."""

    def __init__(self, faults: Mapping[int, Sequence[Fault]]) -> None:
        super().__init__(dict(faults))
        self.faults = faults


class NoChannel(Exception):
    """A post goes to at least one channel."""


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
        _set_variants(kept, variants, by=by)
    if pictures is not None:
        kept.pictures.all().delete()
        PostPicture.objects.bulk_create(
            [PostPicture(post=kept, picture_id=pk, alt=clean(alt), place=place) for place, (pk, alt) in enumerate(pictures)])
    kept = post_of(kept.brand, kept.pk)
    if kept.state == PostState.SCHEDULED:
        require_leavable(kept)
        _dispatch(kept, by=by, because=because)
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
    _dispatch(kept, by=by, because=because)
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


def copied(post: Post, author: Member | None, **more: Any) -> Post:
    """A post with the same words, channels and pictures. Call inside a transaction, and announce it."""
    now = clock.now()
    copy = Post.objects.create(brand=post.brand, author=author, text=post.text, zone=post.brand.time_zone,
                               tolerance_minutes=post.tolerance_minutes, created_at=now, changed_at=now, **more)
    Variant.objects.bulk_create([Variant(post=copy, channel_id=one.channel_id, text=one.text) for one in post.variants.all()])
    PostPicture.objects.bulk_create([PostPicture(post=copy, picture_id=one.picture_id, alt=one.alt, place=one.place)
                                     for one in post.pictures.all()])
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
    kept = Post.objects.select_for_update().get(pk=post.pk)
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
    _dispatch(kept, by=by, because=because)
    record(facts.PostMoved(brand_id=kept.brand_id, post_id=kept.pk), by=by, because=because)


# --------------------------------------------------------------------------- inside


def take(post: Post, seen: int) -> Post:
    """The post, locked and with its next version, if ``seen`` is the version that stands."""
    if not Post.objects.filter(pk=post.pk, version=seen).update(version=F("version") + 1):
        raise Stale(Post.objects.get(pk=post.pk))
    return post_of(post.brand, post.pk)


def _set_variants(post: Post, wanted: Mapping[int, str], *, by: str) -> None:
    channels = {one.pk: one for one in Channel.objects.filter(brand=post.brand_id, pk__in=wanted)}
    for variant in post.variants.all():
        if variant.channel_id not in channels:
            if variant.dispatch:
                outbox.cancel(variant.dispatch, by=by, because="channel taken off the post")
            variant.delete()
    for pk in channels:
        Variant.objects.update_or_create(post=post, channel_id=pk, defaults={"text": clean(wanted[pk])})


def require_leavable(post: Post) -> None:
    variants = list(post.variants.all())
    if not variants:
        raise NoChannel(post.pk)
    found = {one.channel_id: [fault for fault in faults_of(one) if fault.stops] for one in variants}
    if any(found.values()):
        raise CannotLeave({channel: faults for channel, faults in found.items() if faults})


def _dispatch(post: Post, *, by: str, because: str) -> None:
    """A dispatch for each variant, new or changed to what the post says now."""
    assert post.due_at
    tolerance = timedelta(minutes=post.tolerance_minutes)
    pictures = [(one.picture_id, one.alt) for one in post.pictures.all()]
    for variant in post.variants.all():
        payload = to_say(variant.words, language=post.brand.language.split("-")[0], pictures=pictures)
        if variant.dispatch is None or variant.dispatch.state == DispatchState.CANCELLED:
            variant.dispatch = outbox.queue(variant.channel, "publish", payload, due_at=post.due_at, tolerance=tolerance,
                                             by=by, because=because)
            variant.save(update_fields=["dispatch"])
        else:
            outbox.change(variant.dispatch, payload=payload, due_at=post.due_at, tolerance=tolerance, by=by, because=because)


def withdraw(post: Post, *, by: str, because: str) -> None:
    for variant in post.variants.all():
        if variant.dispatch:
            outbox.cancel(variant.dispatch, by=by, because=because)


def _wall_clock(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
