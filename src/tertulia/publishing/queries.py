"""Reading posts: brand first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from tertulia.brands.models import Brand, Member
from tertulia.channels import queries as channels
from tertulia.channels import reaching
from tertulia.channels.models import Channel
from tertulia.journal.models import Fact
from tertulia.networks.contract import Quota
from tertulia.outbox.models import Dispatch, DispatchState
from tertulia.publishing import facts
from tertulia.publishing.models import Post, PostState, Series, SeriesState, Variant
from tertulia.publishing.recurring import Rule, next_days
from tertulia.publishing.rules import AHEAD, Crowd, Fault, Said, crowded, faults, hour_of
from tertulia.strategy import queries as voice


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


def undated_drafts(brand: Brand) -> QuerySet[Post]:
    """Drafts without a day in mind, the last touched first: the tray beside the calendar."""
    return drafts_of(brand).filter(local_date=None)


def on_days(brand: Brand, first: date, last: date) -> QuerySet[Post]:
    """What leaves on the brand's days ``first`` to ``last``, both included, and the drafts with a day among them."""
    start, end = (hour_of(datetime.combine(day, time()), brand.time_zone) for day in (first, last + timedelta(days=1)))
    leaving = Q(due_at__gte=start, due_at__lt=end)
    planned = Q(state=PostState.DRAFT, local_date__gte=first, local_date__lte=last)
    return posts_of(brand).filter(leaving | planned).order_by("due_at", "local_date", "local_time", "pk")


def rule_of(series: Series) -> Rule:
    """When a series repeats."""
    return Rule(series.every, series.first, tuple(series.weekdays), series.until, series.times)


def series_of(brand: Brand, pk: int) -> Series:
    """One of the brand's series; ``Series.DoesNotExist`` if it is another's."""
    return Series.objects.get(brand=brand, pk=pk)


def templates_of(brand: Brand) -> QuerySet[Post]:
    """What repeats in the brand, the last touched first."""
    return posts_of(brand).filter(state=PostState.TEMPLATE).select_related("series").order_by("-changed_at")


def coming(series: Series, now: datetime) -> QuerySet[Post]:
    """The posts made of a series that have not left yet, by their hours."""
    return posts_of(series.brand).filter(series=series, state=PostState.SCHEDULED, due_at__gt=now).order_by("due_at", "pk")


def next_of(series: Series, zone: str, now: datetime, most: int = 5) -> list[date]:
    """The next days of a series whose hour has not passed, but for those that somebody took out."""
    today = now.astimezone(ZoneInfo(zone)).date()
    out = set(Post.objects.filter(series=series, state=PostState.DISCARDED).values_list("series_day", flat=True))
    found = [day for day in next_days(rule_of(series), today - timedelta(days=1), most + len(out) + 1)
             if day not in out and hour_of(datetime.combine(day, series.local_time), zone) > now]
    return found[:most]


def to_make(now: datetime, most: int = 100) -> list[int]:
    """The series, of any brand, whose posts have not been made ``AHEAD``."""
    behind = Series.objects.filter(state=SeriesState.ACTIVE, made_until__lt=(now + AHEAD).date()).order_by("made_until")
    return list(behind.values_list("pk", flat=True)[:most])


def adrift(now: datetime) -> list[Post]:
    """Scheduled posts, of any brand, whose moment is not what their wall clock says: the rules of a zone changed since.

    Those of the next hour stay: among them is what leaves "now", whose clock was cut to the minute.
    """
    rows = Post.objects.filter(state=PostState.SCHEDULED, due_at__gt=now + timedelta(hours=1)).select_related("brand")
    return [one for one in rows.defer("text").iterator() if one.local_date and one.local_time
            and hour_of(datetime.combine(one.local_date, one.local_time), one.zone) != one.due_at]


def at_risk(channel: Channel) -> QuerySet[Post]:
    """What is to leave by the channel after its credentials end, the next first."""
    risky = Variant.objects.filter(channel=channel, dispatch__state__in=("waiting", "ready"), dispatch__due_at__gte=channel.expires_at)
    return posts_of(channel.brand).filter(state=PostState.SCHEDULED, pk__in=risky.values("post_id")).order_by("due_at")


def zone_of(post: Post) -> str:
    """Whose clock its hour is on: the brand's, but for what got its hour while the brand had another."""
    return post.zone if post.state == PostState.SCHEDULED else post.brand.time_zone


#: States of what takes a place of a network's quota, or will.
_COUNTED = ("waiting", "ready", "sending", "sent", "unsure", "held")


def _hours(channel: Channel, quota: Quota, first: datetime, last: datetime, but: Post | None = None) -> list[datetime]:
    """When publications leave or left by the channel, sorted, from a window of its quota before ``first`` until ``last``.

    Those that the network counts and we did not send are there too, as made when it said so.
    """
    window = timedelta(seconds=quota.seconds)
    rows = Dispatch.objects.filter(brand=channel.brand_id, channel=channel, verb="publish", state__in=_COUNTED,
                                   due_at__gt=first - window - timedelta(days=1), due_at__lt=last)
    if but is not None:
        rows = rows.exclude(variant__post=but)
    hours = [sent_at or due_at for sent_at, due_at in rows.values_list("sent_at", "due_at")]
    if channel.quota and channel.quota_at:
        sent_at = Dispatch.objects.filter(brand=channel.brand_id, channel=channel, verb="publish", state=DispatchState.SENT,
                                          sent_at__gt=channel.quota_at - window, sent_at__lte=channel.quota_at)
        hours += [channel.quota_at] * max(0, quota.used - sent_at.count())
    return sorted(hours)


def crowds(channel: Channel, first: datetime, last: datetime) -> list[Crowd]:
    """What cannot leave by the channel at its hour, from ``first`` until ``last``, for the network's quota would be spent."""
    quota = channels.quota(channel)
    if quota is None:
        return []
    hours = _hours(channel, quota, first, last)
    return [one for one in crowded(hours, quota.most, timedelta(seconds=quota.seconds)) if one.hour >= first]


def crowd_at(channel: Channel, hour: datetime, but: Post | None = None) -> Crowd | None:
    """What a publication at ``hour`` by the channel would have to wait for, if the quota would be spent; ``but`` does not count."""
    quota = channels.quota(channel)
    if quota is None:
        return None
    hours = sorted([*_hours(channel, quota, hour, hour + timedelta(microseconds=1), but), hour])
    return next((one for one in reversed(crowded(hours, quota.most, timedelta(seconds=quota.seconds))) if one.hour == hour), None)


def faults_of(variant: Variant) -> list[Fault]:
    """What is wrong with a variant for its channel, by the network's own count and limits."""
    pictures = [(one.picture.mime, one.picture.size, len(one.alt)) for one in variant.post.pictures.all()]
    return faults_in(variant.channel, variant.words, pictures)


def faults_in(channel: Channel, words: str, pictures: Sequence[tuple[str, int, int]]) -> list[Fault]:
    """What is wrong with these words and pictures (type, bytes, length of the alternative text) for the channel."""
    words = words if words.strip() else ""  # blanks are nothing to say, on any network
    said = Said(length=channels.length(channel, words), size=len(words.encode()), pictures=tuple(pictures))
    stopped = voice.stopping(channel.brand, words, reaching.known(words, [channel]).findings)
    return [*faults(said, channels.limits(channel)), *([Fault("voice", len(stopped))] if stopped else [])]


#: How many of its posts a brand's next one is held against.
_PAST = 60


def past_words(brand: Brand) -> list[str]:
    """What the brand published last, the newest first, each text once."""
    sent = Variant.objects.filter(post__brand=brand, dispatch__state=DispatchState.SENT).select_related("post")
    return list(dict.fromkeys(one.words for one in sent.order_by("-dispatch__sent_at")[:_PAST]))


@dataclass(frozen=True, slots=True)
class Change:
    """The last thing that happened to a post: the fact's name, whose doing (None: the program's), and when."""

    name: str
    member: Member | None
    at: datetime


_OF_POSTS = [one.__name__ for one in vars(facts).values() if isinstance(one, type) and one.__name__.startswith("Post")]


def last_change(brand: Brand, pk: int) -> Change | None:
    """What was last done to the post, by the journal."""
    fact = Fact.objects.filter(brand_id=brand.pk, name__in=_OF_POSTS, data__post_id=pk).order_by("-id").first()
    if fact is None:
        return None
    kind, _, number = fact.by.partition(":")
    member = Member.objects.filter(pk=int(number)).first() if kind == "member" and number.isdigit() else None
    return Change(fact.name, member, fact.at)
