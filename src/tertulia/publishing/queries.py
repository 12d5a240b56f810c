"""Reading posts: brand first."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, QuerySet

from tertulia.brands.models import Brand
from tertulia.channels import queries as channels
from tertulia.publishing.models import Post, PostState, Variant
from tertulia.publishing.rules import Fault, Said, faults


def posts_of(brand: Brand) -> QuerySet[Post]:
    """The brand's posts, with variants, channels, dispatches and pictures at hand; the discarded ones apart."""
    variants = Variant.objects.select_related("channel", "dispatch").order_by("channel__network", "channel__handle")
    return (brand.posts.exclude(state=PostState.DISCARDED).select_related("author")
            .prefetch_related(Prefetch("variants", variants), "pictures__picture"))


def post_of(brand: Brand, pk: int) -> Post:
    """One of the brand's posts; ``Post.DoesNotExist`` if it is another's."""
    return posts_of(brand).get(pk=pk)


def drafts_of(brand: Brand) -> QuerySet[Post]:
    """Drafts, the last touched first."""
    return posts_of(brand).filter(state=PostState.DRAFT).order_by("-changed_at")


def between(brand: Brand, start: datetime, end: datetime) -> QuerySet[Post]:
    """Posts with an hour in ``[start, end)``, by it: the calendar."""
    return posts_of(brand).filter(due_at__gte=start, due_at__lt=end).order_by("due_at", "pk")


def faults_of(variant: Variant) -> list[Fault]:
    """What is wrong with a variant for its channel, by the network's own count and limits."""
    words = variant.words
    said = Said(
        length=channels.length(variant.channel, words), size=len(words.encode()),
        pictures=tuple((one.picture.mime, one.picture.size, len(one.alt)) for one in variant.post.pictures.all()))
    return faults(said, channels.limits(variant.channel))
