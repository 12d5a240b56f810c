"""Counting what happened: brand first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel, ChannelState
from tertulia.inbox import ledger
from tertulia.inbox.deadlines import Clocks
from tertulia.inbox.models import Conversation, Message, Subject
from tertulia.moderation.models import Verdict
from tertulia.outbox.models import Dispatch, DispatchState
from tertulia.reports.rules import Begun, Figures, Week, middle, monday_of, week_at

#: Of our messages, those that are really on the network: it told us of them, or our dispatch was sent.
SAID = Q(ours=True) & (Q(dispatch=None) | Q(dispatch__state=DispatchState.SENT))


def week_of(brand: Brand, day: date) -> Week:
    """The week that ``day`` is in, on the brand's clock."""
    return week_at(monday_of(day), ZoneInfo(brand.time_zone))


def figures(brand: Brand, week: Week, channel_id: int | None = None) -> Figures:
    """What the week came to, on one channel or all."""
    where = Q(brand=brand) & (Q(channel_id=channel_id) if channel_id else Q())
    begun = [one for one in begun_in(brand, week) if channel_id in (None, one.channel_id)]
    messages = _messages(brand, week).filter(where)
    return Figures(
        received=messages.filter(ours=False).count(),
        answered=messages.filter(SAID, _to_somebody()).aggregate(many=Count("conversation", distinct=True))["many"],
        unanswered=sum(one.waiting for one in begun),
        first_answer_s=middle(one.wait_s for one in begun),
        published=_published(brand, week).filter(where).count(),
        hidden=_hidden(brand, week).filter(where if not channel_id else Q(message__channel_id=channel_id))
        .aggregate(many=Count("message", distinct=True))["many"])


def _messages(brand: Brand, week: Week) -> QuerySet[Message]:
    # what we write is dated when it was written and counted when it was out; the first filter is for the index
    near = Message.objects.filter(brand=brand, at__gte=week.start - timedelta(days=14), at__lt=week.end)
    return near.annotate(out_at=Coalesce("dispatch__sent_at", "at")).filter(out_at__gte=week.start, out_at__lt=week.end)


def _to_somebody() -> Q:
    return Q(conversation__person__isnull=False)


def _published(brand: Brand, week: Week) -> QuerySet[Dispatch]:
    return Dispatch.objects.filter(brand=brand, verb="publish", state=DispatchState.SENT,
                                   sent_at__gte=week.start, sent_at__lt=week.end)


def _hidden(brand: Brand, week: Week) -> QuerySet[Verdict]:
    return Verdict.objects.filter(brand=brand, act="hide", dispatch__state=DispatchState.SENT,
                                  dispatch__sent_at__gte=week.start, dispatch__sent_at__lt=week.end)


def begun_in(brand: Brand, week: Week) -> list[Begun]:
    """The conversations that somebody else began in the week, oldest first."""
    talk = Message.objects.filter(conversation=OuterRef("pk")).order_by()
    asked = talk.filter(ours=False).values("conversation").annotate(at_first=Min("at")).values("at_first")
    answered = (talk.filter(SAID).annotate(out_at=Coalesce("dispatch__sent_at", "at")).filter(out_at__gte=OuterRef("asked_at"))
                .values("conversation").annotate(at_first=Min("out_at")).values("at_first"))
    rows = (Conversation.objects.filter(brand=brand, person__isnull=False, first_at__lt=week.end, last_at__gte=week.start)
            .annotate(asked_at=Subquery(asked)).filter(asked_at__gte=week.start, asked_at__lt=week.end)
            .annotate(answered_at=Subquery(answered)).order_by("asked_at"))
    found = list(rows.values_list("pk", "channel_id", "asked_at", "answered_at", "sentiment", "waiting_since"))
    clocks = Clocks.of({row[1] for row in found})
    return [Begun(*row[:5], waiting=row[5] is not None, open_s=clocks.hours(row[1]).between(row[2], row[3]) * 60 if row[3] else None)
            for row in found]


def by_day(brand: Brand, week: Week) -> Sequence[tuple[date, int, int]]:
    """Each day of the week: (day, messages received, messages sent by us)."""
    rows = (_messages(brand, week).annotate(day=TruncDate("out_at", tzinfo=ZoneInfo(brand.time_zone))).values("day")
            .annotate(theirs=Count("pk", filter=Q(ours=False)), mine=Count("pk", filter=SAID)))
    found = {row["day"]: (row["theirs"], row["mine"]) for row in rows}
    days = [week.monday + timedelta(days=n) for n in range(7)]
    return [(day, *found.get(day, (0, 0))) for day in days]


def ledger_of(brand: Brand, week: Week) -> ledger.Line:
    """How what came in the week ended, as the ledger has it."""
    return ledger.together(ledger.sums(brand, week.monday, week.monday + timedelta(days=6)), week.monday)


def received_by_day(brand: Brand, first: date, days: int) -> list[int]:
    """How many messages came on each of ``days`` days from ``first``, on the brand's clock."""
    zone = ZoneInfo(brand.time_zone)
    start, end = (datetime(one.year, one.month, one.day, tzinfo=zone) for one in (first, first + timedelta(days=days)))
    rows = (Message.objects.filter(brand=brand, ours=False, at__gte=start, at__lt=end).order_by()
            .annotate(day=TruncDate("at", tzinfo=zone)).values_list("day").annotate(many=Count("pk")))
    found = dict(rows)
    return [found.get(first + timedelta(days=n), 0) for n in range(days)]


@dataclass(frozen=True, slots=True)
class OfChannel:
    """One channel's week."""

    channel: Channel
    received: int
    begun: int
    waiting: int
    first_answer_s: float | None
    published: int
    hidden: int


def by_channel(brand: Brand, week: Week, begun: Sequence[Begun]) -> list[OfChannel]:
    """Each channel of the brand and what the week was there; ``begun`` are the conversations that began in it."""
    received = _by(_messages(brand, week).filter(ours=False), "channel_id")
    published = _by(_published(brand, week), "channel_id")
    hidden = dict(_hidden(brand, week).order_by().values_list("message__channel_id").annotate(many=Count("message", distinct=True)))
    rows = []
    for channel in brand.channels.order_by("network", "handle"):
        here = [one for one in begun if one.channel_id == channel.pk]
        rows.append(OfChannel(channel, received.get(channel.pk, 0), len(here), sum(one.waiting for one in here),
                              middle(one.wait_s for one in here), published.get(channel.pk, 0), hidden.get(channel.pk, 0)))
    return rows


def _by(rows: QuerySet[Message] | QuerySet[Dispatch], field: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(field).annotate(many=Count("pk")))


def by_member(brand: Brand, week: Week) -> list[tuple[Member | None, int]]:
    """Who answered, with how many conversations each, the most first; nobody: it was written on the network itself."""
    rows = (_messages(brand, week).filter(SAID, _to_somebody()).order_by().values_list("member_id")
            .annotate(many=Count("conversation", distinct=True)))
    counted = dict(rows)
    people: dict[int | None, Member] = dict(Member.objects.in_bulk([pk for pk in counted if pk]))
    return sorted(((people.get(pk), many) for pk, many in counted.items()), key=lambda row: (-row[1], str(row[0])))


def best_post(brand: Brand, week: Week) -> tuple[Subject, int] | None:
    """The post that began most conversations in the week, and how many; None if none did."""
    row = (Conversation.objects.filter(brand=brand, person__isnull=False, subject__isnull=False, first_at__gte=week.start,
                                       first_at__lt=week.end)
           .order_by().values_list("subject_id").annotate(many=Count("pk")).order_by("-many", "subject_id").first())
    return (Subject.objects.select_related("channel").get(pk=row[0]), row[1]) if row else None


def slowest(brand: Brand, begun: Sequence[Begun], most: int = 5) -> list[tuple[Conversation, float]]:
    """The conversations whose first answer took longest, and how many seconds."""
    waits = sorted(((one.wait_s, one.conversation_id) for one in begun if one.wait_s is not None), reverse=True)[:most]
    found = Conversation.objects.filter(brand=brand).select_related("person", "channel").in_bulk([pk for _wait, pk in waits])
    return [(found[pk], wait) for wait, pk in waits if pk in found]


@dataclass(frozen=True, slots=True)
class Lacks:
    """What the figures of a week do not know."""

    unread: int
    unsure: int
    silent: Sequence[Channel]

    def __bool__(self) -> bool:
        return bool(self.unread or self.unsure or self.silent)


def lacking(brand: Brand, week: Week, now: datetime) -> Lacks:
    """Messages not read yet, dispatches that nobody knows whether they left, channels not heard to the week's end."""
    until = min(week.end, now) - timedelta(minutes=30)
    silent = brand.channels.filter(state__in=[ChannelState.RECONNECT, ChannelState.ACTIVE], connected_at__lt=week.end).filter(
        Q(failing_since__isnull=False) | Q(state=ChannelState.RECONNECT)).exclude(last_success_at__gte=until)
    return Lacks(
        unread=Message.objects.filter(brand=brand, ours=False, at__gte=week.start, at__lt=week.end, reading__isnull=True).count(),
        unsure=Dispatch.objects.filter(brand=brand, state=DispatchState.UNSURE, due_at__gte=week.start, due_at__lt=week.end).count(),
        silent=list(silent))


def first_day(brand: Brand) -> datetime | None:
    """When the brand's first message came; None: none has."""
    first: datetime | None = Message.objects.filter(brand=brand).aggregate(first=Min("at"))["first"]
    return first
