"""Counting what happened: brand first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from tertulia.brands.models import Brand
from tertulia.inbox.models import Conversation, Message
from tertulia.journal.models import Fact
from tertulia.outbox.models import Dispatch, DispatchState


@dataclass(frozen=True, slots=True)
class Figures:
    """What one week came to. ``first_answer_s``: median seconds from the first message to the first answer; None: no answers."""

    received: int
    answered: int
    unanswered: int
    first_answer_s: float | None
    published: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Week:
    """From Monday 00:00 on the brand's clock, seven days."""

    monday: date
    start: datetime
    end: datetime


def week_of(brand: Brand, day: date) -> Week:
    """The week that ``day`` is in, on the brand's clock (so that a week with a clock change has its own length)."""
    monday, zone = day - timedelta(days=day.weekday()), ZoneInfo(brand.time_zone)
    start = datetime(monday.year, monday.month, monday.day, tzinfo=zone)
    sunday = monday + timedelta(days=7)
    return Week(monday, start, datetime(sunday.year, sunday.month, sunday.day, tzinfo=zone))


def figures(brand: Brand, week: Week, channel_id: int | None = None) -> Figures:
    """What the week came to, on one channel or all."""
    where = Q(brand=brand) & (Q(channel_id=channel_id) if channel_id else Q())
    inside = Q(at__gte=week.start, at__lt=week.end)
    messages = Message.objects.filter(where & inside)
    begun = Conversation.objects.filter(where, first_at__gte=week.start, first_at__lt=week.end, person__isnull=False)
    waits = [(answer - first).total_seconds() for first, answer in
             begun.filter(first_answer_at__isnull=False).values_list("first_at", "first_answer_at")]
    sent = Dispatch.objects.filter(where, sent_at__gte=week.start, sent_at__lt=week.end, state=DispatchState.SENT)
    hidden = Message.objects.filter(where, hidden_at__gte=week.start, hidden_at__lt=week.end)
    return Figures(
        received=messages.filter(ours=False).count(),
        answered=messages.filter(ours=True).values("conversation").distinct().count(),
        unanswered=begun.filter(waiting_since__isnull=False).count(),
        first_answer_s=median(waits) if waits else None,
        published=sent.filter(verb="publish").count(),
        hidden=hidden.count())


def by_day(brand: Brand, week: Week) -> Sequence[tuple[date, int, int]]:
    """Each day of the week: (day, received, sent by us)."""
    zone = ZoneInfo(brand.time_zone)
    rows = (Message.objects.filter(brand=brand, at__gte=week.start, at__lt=week.end)
            .annotate(day=TruncDate("at", tzinfo=zone)).values("day")
            .annotate(theirs=Count("pk", filter=Q(ours=False)), mine=Count("pk", filter=Q(ours=True))))
    found = {row["day"]: (row["theirs"], row["mine"]) for row in rows}
    days = [week.monday + timedelta(days=n) for n in range(7)]
    return [(day, *found.get(day, (0, 0))) for day in days]


def moods(brand: Brand, week: Week) -> dict[str, int]:
    """How many conversations begun in the week were sure to be positive, neutral or negative; "" is not sure."""
    rows = (Conversation.objects.filter(brand=brand, first_at__gte=week.start, first_at__lt=week.end)
            .values("sentiment").annotate(many=Count("pk")))
    return {row["sentiment"]: row["many"] for row in rows}


def lately(brand: Brand, most: int = 20) -> Sequence[Fact]:
    """The brand's last facts, newest first."""
    return list(Fact.objects.filter(brand_id=brand.pk).order_by("-id")[:most])
