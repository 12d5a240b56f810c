"""What needs a member now, gathered from the parts for Hoy: nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.channels.queries import ending
from tertulia.inbox.labels import INTENTS, OFFENCES
from tertulia.inbox.lists import VIEWS
from tertulia.inbox.models import Conversation, ConversationState
from tertulia.moderation.queries import house_rules
from tertulia.outbox.models import Dispatch
from tertulia.outbox.queries import dispatches_of
from tertulia.publishing.models import Post, PostState
from tertulia.publishing.queries import at_risk, drafts_of, on_days
from tertulia.reports import queries as reports
from tertulia.reports.rules import Figures, Week
from tertulia.site.context import FAILING

#: How many of each thing are shown; the rest is a click away.
MOST = 6
FEW = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A conversation as Hoy shows it."""

    conversation: Conversation
    chips: Sequence[tuple[Any, str]]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Conversations that need somebody for the same reason; ``many`` in all, of which ``lines`` are shown."""

    title: str
    view: str
    icon: str
    many: int
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Ending:
    """A channel whose credentials end soon, and the posts that are to leave after: ``many``, of which the first are named."""

    channel: Channel
    many: int
    posts: Sequence[Post]


@dataclass(frozen=True, slots=True)
class Yesterday:
    """A day in figures, the received of the days up to it, and the day."""

    day: date
    figures: Figures
    received: Sequence[int]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of setting a brand up; ``url`` empty: the member may not take it."""

    title: str
    text: str
    url: str
    done: bool


@dataclass(frozen=True, slots=True)
class Day:
    """Everything Hoy shows."""

    channels: Sequence[Channel]
    ending: Sequence[Ending]
    dispatches: Sequence[Dispatch]
    dispatches_many: int
    shelves: Sequence[Shelf]
    pending: int
    leaving: Sequence[Post]
    next: Post | None
    drafts: Sequence[Post]
    returning: Sequence[Conversation]
    yesterday: Yesterday

    @property
    def quiet(self) -> bool:
        """Nothing needs anybody."""
        return not (self.channels or self.ending or self.dispatches or self.shelves)


def day_of(brand: Brand, member: Member, now: datetime) -> Day:
    """The brand's day for a member at ``now``."""
    zone = ZoneInfo(brand.time_zone)
    today = now.astimezone(zone).date()
    shelves, pending = _shelves(brand, member)
    stuck = dispatches_of(brand, "attention").order_by("-due_at", "-pk")
    leaving = [one for one in on_days(brand, today, today) if one.state == PostState.SCHEDULED]
    tomorrow = datetime.combine(today + timedelta(days=1), time(), zone)
    later = Post.objects.filter(brand=brand, state=PostState.SCHEDULED, due_at__gte=now).order_by("due_at")
    snoozed = _rows(brand).filter(state=ConversationState.SNOOZED, snoozed_until__lt=tomorrow).order_by("snoozed_until")
    return Day(
        channels=list(brand.channels.filter(FAILING).order_by("failing_since")),
        ending=[Ending(one, (posts := at_risk(one)).count(), list(posts[:FEW]))
                for one in brand.channels.filter(ending(now)).order_by("expires_at")],
        dispatches=list(stuck[:FEW]), dispatches_many=stuck.count(), shelves=shelves, pending=pending, leaving=leaving,
        next=None if any(one.due_at and one.due_at >= now for one in leaving) else later.first(),
        drafts=list(drafts_of(brand)[:FEW]), returning=list(snoozed[:FEW]), yesterday=_yesterday(brand, today, zone))


def _rows(brand: Brand) -> QuerySet[Conversation]:
    return Conversation.objects.filter(brand=brand).select_related("channel", "person", "assignee")


def _shelves(brand: Brand, member: Member) -> tuple[list[Shelf], int]:
    """Angry ones first, then the member's own, then whoever has waited longest; each conversation once."""
    waiting = _rows(brand).filter(VIEWS["pending"]).order_by("waiting_since", "pk")
    shelves: list[Shelf] = []
    shown: set[int] = set()
    for title, view, icon, rule, most in (
            (_("Enfadadas"), "enfadadas", "sad", VIEWS["angry"], FEW),
            (_("Asignadas a ti"), "mias", "person", Q(assignee=member), FEW),
            (_("Las que más esperan"), "pendientes", "clock", Q(), MOST)):
        rows = waiting.filter(rule)
        lines = [Line(one, _chips(one)) for one in rows.exclude(pk__in=shown)[:most]]
        if lines:
            shelves.append(Shelf(title, view, icon, rows.count(), lines))
            shown |= {one.conversation.pk for one in lines}
    return shelves, waiting.count()


def _chips(conversation: Conversation) -> list[tuple[Any, str]]:
    """The worst offence and the first purpose; the feeling has a mark of its own."""
    told = [OFFENCES[conversation.offence]] if conversation.offence in ("OFP", "OFG") else []
    return told + [INTENTS[one] for one in conversation.intents if one in INTENTS][:1]


def _yesterday(brand: Brand, today: date, zone: ZoneInfo) -> Yesterday:
    day = today - timedelta(days=1)
    whole = Week(day, datetime.combine(day, time(), zone), datetime.combine(today, time(), zone))
    return Yesterday(day, reports.figures(brand, whole), reports.received_by_day(brand, today - timedelta(days=7), 7))


def steps(brand: Brand, may: dict[str, bool]) -> list[Step]:
    """What a new brand still lacks; empty once it has everything."""
    def to(name: str, what: str, end: str = "") -> str:
        return reverse(name, args=[brand.slug]) + end if may[what] else ""

    found = [
        Step(_("Conecta un canal"), _("De ahí llegan los mensajes y por ahí salen las respuestas."), to("channels:list", "connect"),
             brand.channels.exists()),
        Step(_("Escribe las normas de la casa"), _("Qué se pide a quien habla en lo vuestro: se citan al ocultar."),
             to("moderation:settings", "manage"), house_rules(brand).exists()),
        Step(_("Invita a tu equipo"), _("Cada respuesta lleva el nombre de quien la escribió."),
             to("brands:team", "manage", "#invitar"), brand.memberships.count() > 1),
        Step(_("Programa la primera publicación"), _("Una idea, una variante por canal, y a su hora."),
             to("publishing:compose", "publish"), brand.posts.filter(state=PostState.SCHEDULED).exists())]
    return [] if all(one.done for one in found) else found
