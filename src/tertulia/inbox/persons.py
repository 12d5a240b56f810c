"""Persons as the inbox knows them: how much they speak and how angry, what they said, how their mood went, what is held of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy as _

from tertulia.inbox.models import Conversation, Ending, Message, Note
from tertulia.inbox.rules import ANGRY, heat, summed
from tertulia.journal.actions import SYSTEM
from tertulia.kit import paging
from tertulia.people.actions import Spoke, meet, note_anger
from tertulia.people.holdings import holds
from tertulia.people.models import Person, Profile

#: How many weeks of mood are drawn.
WEEKS = 26
_PAGE = 20


# --------------------------------------------------------------------------- they speak


def heard(message_ids: Sequence[int]) -> None:
    """These messages were stored: whoever said them is a person from now on, and speaks so much more."""
    rows = Message.objects.filter(pk__in=message_ids, ours=False, erased_at=None, author__isnull=False)
    spoken = rows.values("author").annotate(count=Count("pk"), last=Max("at"))
    meet([Spoke(one["author"], one["count"], one["last"]) for one in spoken], by=SYSTEM)


def read(messages: Sequence[Message], readings: Mapping[int, Mapping[str, Any]]) -> None:
    """What was understood of these messages: who sounded angry in them, and when last."""
    angry: dict[int, datetime] = {}
    for one in messages:
        if one.author_id and not one.ours and heat(summed(readings[one.pk])) >= ANGRY:
            angry[one.author_id] = max(one.at, angry.get(one.author_id, one.at))
    if angry:
        note_anger([Spoke(pk, angry_at=at) for pk, at in angry.items()], by=SYSTEM)


# --------------------------------------------------------------------------- what they said


def said_by(person: Person, before: str = "", size: int = _PAGE) -> paging.Page[Message]:
    """What they said in all their conversations, newest first."""
    rows = Message.objects.filter(author__in=person.profiles.values("pk"), ours=False, brand=person.brand_id)
    return paging.page(rows.select_related("conversation__channel", "author", "channel").defer("folded"), "-at", before, size)


def talks_of(profiles: Sequence[int], most: int = 6, but: int | None = None) -> list[Conversation]:
    """The last conversations that these profiles (ids) began, on all networks."""
    rows = Conversation.objects.filter(~Q(pk=but or 0), person__in=profiles).select_related("channel")
    return list(rows.order_by("-last_at", "-pk")[:most])


# --------------------------------------------------------------------------- how their mood went


@dataclass(slots=True)
class Week:
    """How somebody sounded in the week that began on ``monday``: how many messages of each kind; ``unsure``: nobody knows."""

    monday: date
    negative: int = 0
    neutral: int = 0
    positive: int = 0
    unsure: int = 0
    angry: int = 0

    @property
    def count(self) -> int:
        return self.negative + self.neutral + self.positive + self.unsure

    @property
    def lowest(self) -> float:
        """The mood from -1 to 1 if all that is not sure were negative."""
        return (self.positive - self.negative - self.unsure) / self.count

    @property
    def highest(self) -> float:
        """And if it were positive."""
        return (self.positive - self.negative + self.unsure) / self.count

    @property
    def mood(self) -> float:
        """The middle of both."""
        return (self.lowest + self.highest) / 2


@dataclass(frozen=True, slots=True)
class Stroke:
    """A week in the drawing, in its units: where it stands, and how far up and down its doubt goes."""

    week: Week
    x: float
    y: float
    top: float
    height: float

    @property
    def left(self) -> float:
        return round(self.x - 2, 1)

    @property
    def tone(self) -> str:
        return "bad" if self.week.mood < -.2 else "good" if self.week.mood > .2 else ""


@dataclass(frozen=True, slots=True)
class Mood:
    """A drawing of ``width`` by ``height``: a stroke for each week in which they spoke, and the line through them."""

    strokes: list[Stroke] = field(default_factory=list)
    path: str = ""
    width: int = 260
    height: int = 56

    @property
    def middle(self) -> float:
        return self.height / 2


def moods(person_profiles: Sequence[int], now: datetime, zone: ZoneInfo) -> list[Week]:
    """The weeks, on the brand's clock, in which these profiles (ids) spoke lately, oldest first."""
    rows = Message.objects.filter(author__in=person_profiles, ours=False, erased_at=None, at__gt=now - timedelta(weeks=WEEKS))
    weeks: dict[date, Week] = {}
    for at, reading in rows.order_by("at").values_list("at", "reading")[:2000]:
        day = at.astimezone(zone).date()
        monday = day - timedelta(days=day.weekday())
        week, summary = weeks.setdefault(monday, Week(monday)), summed(reading)
        kind = summary.sentiment if summary.sentiment in ("negative", "neutral", "positive") else "unsure"
        setattr(week, kind, getattr(week, kind) + 1)
        week.angry += heat(summary) >= ANGRY
    return list(weeks.values())


def drawn(weeks: Sequence[Week], width: int = 260, height: int = 56) -> Mood:
    """Weeks along their time: the first at the left edge, the last at the right one; the best mood at the top."""
    if not weeks:
        return Mood(width=width, height=height)
    first, span, edge = weeks[0].monday, max(1, (weeks[-1].monday - weeks[0].monday).days), 6

    def y(mood: float) -> float:
        return round(edge + (1 - mood) / 2 * (height - 2 * edge), 1)

    strokes = []
    for one in weeks:
        x = width / 2 if len(weeks) == 1 else edge + (one.monday - first).days / span * (width - 2 * edge)
        strokes.append(Stroke(one, round(x, 1), y(one.mood), y(one.highest), round(y(one.lowest) - y(one.highest), 1)))
    return Mood(strokes, "M" + " L".join(f"{one.x} {one.y}" for one in strokes), width, height)


# --------------------------------------------------------------------------- what is held of them


@holds("inbox", {
    "inbox": _("Lo que has hablado con la marca"), "messages": _("Lo que escribiste"), "answers": _("Lo que te respondimos"),
    "team_notes": _("Lo que el equipo apuntó en tus conversaciones"), "kind": _("Tipo"), "conversation": _("Conversación"),
    "attachments": _("Adjuntos"), "understood": _("Lo que se entendió"), "ending": _("Cómo terminó"), "edited": _("Editado el"),
    "language": _("Idioma"), "sentiment": _("Sentimiento"), "intents": _("Qué querías"), "judgement": _("Qué era"),
    "offence": _("Ofensa"), "importance": _("Importancia"), "urgency": _("Urgencia"), "department": _("Departamento"),
    "url": _("Dirección")})
def _tell(profiles: Sequence[Profile]) -> dict[str, Any]:
    """What they said, what was understood of it, how it ended, what we answered, and what the team wrote beside it."""
    said = Message.objects.filter(author__in=profiles, ours=False).select_related("channel").order_by("at", "pk")
    ours = Message.objects.filter(conversation__person__in=profiles, ours=True).select_related("channel").order_by("at", "pk")
    notes = Note.objects.filter(conversation__person__in=profiles).order_by("at", "pk")
    return {
        "messages": [_said(one) | _understood(one) for one in said.iterator(500)],
        "answers": [_said(one) for one in ours.iterator(500)],
        "team_notes": [{"at": one.at.isoformat(), "conversation": one.conversation_id, "text": one.text} for one in notes]}


def _said(one: Message) -> dict[str, Any]:
    return {
        "id": one.pk, "at": one.at.isoformat(), "network": one.channel.network, "kind": one.kind, "conversation": one.conversation_id,
        "text": one.text, "attachments": [there["url"] for there in one.attachments], "url": one.url,
        "edited": one.edited_at.isoformat() if one.edited_at else None}


def _understood(one: Message) -> dict[str, Any]:
    summary = summed(one.reading)
    told = {name: getattr(summary, name) for name in summary.__slots__}
    return {"understood": {name: list(value) if isinstance(value, tuple) else value for name, value in told.items() if value},
            "ending": str(Ending(one.ending).label) if one.ending else None}
