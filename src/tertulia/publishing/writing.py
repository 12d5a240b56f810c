"""A post and what hangs from it, written inside the transaction of whoever acts: versions, variants, pictures, dispatches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import F

from tertulia.brands.models import Member
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import DispatchState
from tertulia.outbox.payloads import to_say
from tertulia.publishing.models import Post, PostPicture, Variant
from tertulia.publishing.queries import faults_of, post_of
from tertulia.publishing.rules import Fault


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


def copied(post: Post, author: Member | None, **more: Any) -> Post:
    """A post with the same words, channels and pictures. To be announced."""
    now = clock.now()
    copy = Post.objects.create(brand=post.brand, author=author, text=post.text, zone=post.brand.time_zone,
                               tolerance_minutes=post.tolerance_minutes, created_at=now, changed_at=now, **more)
    Variant.objects.bulk_create([Variant(post=copy, channel_id=one.channel_id, text=one.text) for one in post.variants.all()])
    PostPicture.objects.bulk_create([PostPicture(post=copy, picture_id=one.picture_id, alt=one.alt, place=one.place)
                                     for one in post.pictures.all()])
    return copy


def take(post: Post, seen: int) -> Post:
    """The post, locked and with its next version, if ``seen`` is the version that stands."""
    if not Post.objects.filter(pk=post.pk, version=seen).update(version=F("version") + 1):
        raise Stale(Post.objects.get(pk=post.pk))
    return post_of(post.brand, post.pk)


def set_variants(post: Post, wanted: Mapping[int, str], *, by: str) -> None:
    """The post goes to these channels, with these words of their own."""
    channels = {one.pk: one for one in Channel.objects.filter(brand=post.brand_id, pk__in=wanted)}
    for variant in post.variants.all():
        if variant.channel_id not in channels:
            if variant.dispatch:
                outbox.cancel(variant.dispatch, by=by, because="channel taken off the post")
            variant.delete()
    for pk in channels:
        Variant.objects.update_or_create(post=post, channel_id=pk, defaults={"text": clean(wanted[pk])})


def require_leavable(post: Post) -> None:
    """``NoChannel`` or ``CannotLeave`` if it could not leave as it is."""
    variants = list(post.variants.all())
    if not variants:
        raise NoChannel(post.pk)
    found = {one.channel_id: [fault for fault in faults_of(one) if fault.stops] for one in variants}
    if any(found.values()):
        raise CannotLeave({channel: faults for channel, faults in found.items() if faults})


def dispatch(post: Post, *, by: str, because: str) -> None:
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
    """Nothing of it leaves; ``outbox.TooLate`` if something may have."""
    for variant in post.variants.all():
        if variant.dispatch:
            outbox.cancel(variant.dispatch, by=by, because=because)
