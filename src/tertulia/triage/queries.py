"""Reading what was understood and what people said instead: brand first."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext as _

from tertulia.brands.models import Brand
from tertulia.inbox.models import ConversationState, Message
from tertulia.language.learning import LEARNED, Example
from tertulia.language.reading import Circumstances
from tertulia.people.queries import customers
from tertulia.triage.models import BrandModel, Correction, Department, Reading
from tertulia.triage.rules import Place, Share, echo, told, usual_departments

LATELY = timedelta(days=7)
_MOST_OF_A_PERSON = 200
_MOST_ALIKE = 300


# --------------------------------------------------------------------------- departments


def own_departments(brand: Brand) -> list[Place]:
    """The brand's own list in its order; empty if it made none. «none» (nobody has to answer) is not in it."""
    rows = Department.objects.filter(brand=brand, archived_at=None).order_by("order", "pk")
    return [Place(one.key, one.name, one.about) for one in rows]


def departments(brand: Brand) -> list[Place]:
    """Every department that a message of the brand may be for, «none» last."""
    own = own_departments(brand)
    return [*own, Place("none", _("Ninguno"))] if own else usual_departments()


# --------------------------------------------------------------------------- what people said


def standing(brand: Brand) -> QuerySet[Correction]:
    """What people said of the brand's messages and did not take back."""
    return Correction.objects.filter(brand=brand, undone_at=None)


def correction_of(brand: Brand, pk: int) -> Correction:
    """One of the brand's; ``Correction.DoesNotExist`` if it is another's."""
    return Correction.objects.select_related("message").get(brand=brand, pk=pk)


def corrections_of(message: Message) -> dict[str, Correction]:
    """What people said of a message, by head, in the order in which they said it."""
    rows = Correction.objects.filter(message=message, undone_at=None).select_related("by").order_by("at", "pk")
    return {one.head: one for one in rows}


def said_around(message: Message) -> dict[tuple[int | None, str], Correction]:
    """What stands of the messages of its conversation, by message and head."""
    rows = Correction.objects.filter(message__conversation=message.conversation_id, undone_at=None).select_related("by")
    return {(one.message_id, one.head): one for one in rows}


def said_lately(brand: Brand, head: str, most: int = 30) -> list[Correction]:
    """What was said of ``head`` last, the newest first; each with its message, if that is still there."""
    rows = standing(brand).filter(head=head).select_related("message__conversation", "message__author", "by")
    return list(rows.order_by("-at", "-pk")[:most])


def told_lately(brand: Brand, most: int) -> list[dict[str, Any]]:
    """What the model told of the brand's last messages."""
    return list(Reading.objects.filter(brand=brand).order_by("-said_at").values_list("heads", flat=True)[:most])


def told_of(brand: Brand, message_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """What the model tells of these messages today, by message id."""
    return dict(Reading.objects.filter(brand=brand, message__in=message_ids).values_list("message", "heads"))


def words_about(messages: Mapping[int, str]) -> dict[int, list[tuple[str, list[str]]]]:
    """What people said of these messages (id → text), as (head, labels): of an edited one only what was said of its new text."""
    words: dict[int, list[tuple[str, list[str]]]] = {}
    for one in Correction.objects.filter(message__in=messages, undone_at=None):
        if one.message_id is not None and one.text == messages[one.message_id]:
            words.setdefault(one.message_id, []).append((one.head, one.right))
    return words


def lessons(brand: Brand) -> tuple[list[Example], tuple[str, ...]]:
    """What a brand teaches: the names of its own departments, then what people said, oldest first; and its departments' keys."""
    own = own_departments(brand)
    named = [Example(". ".join(filter(None, (one.name, one.about))), "department", (one.key,), said=False) for one in own]
    rows = standing(brand).filter(head__in=LEARNED).order_by("at", "pk").values_list("text", "head", "right")
    keys = (*(one.key for one in own), "none") if own else ()
    return [*named, *(Example(text, head, tuple(right)) for text, head, right in rows)], keys


# --------------------------------------------------------------------------- circumstances

_HISTORY = """
    select asked.id, count(past.offends), count(*) filter (where past.offends)
    from unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) asked (id, author, at)
    cross join lateral (
        select offends from triage_reading where author_id = asked.author and said_at < asked.at and said_at > asked.at - interval '1 year'
        order by said_at desc limit %s) past
    group by asked.id
"""
_ALIKE = """
    select asked.brand, asked.echo, alike.author_id, alike.said_at from unnest(%s::bigint[], %s::bigint[]) asked (brand, echo)
    cross join lateral (
        select author_id, said_at from triage_reading
        where brand_id = asked.brand and echo = asked.echo and said_at > %s and said_at <= %s and author_id is not null
        order by said_at desc limit %s) alike
"""


def circumstances(messages: Sequence[Message]) -> dict[int, Circumstances]:
    """What is known of these messages (with their authors) besides their texts, in three queries. ``reach``: followers."""
    history, alike = _history(messages), _alike(messages)
    known = customers({one.author_id for one in messages if one.author_id})
    found = {}
    for one in messages:
        before, offences = history.get(one.pk, (0, 0))
        reach = max(0, one.author.followers or 0) if one.author else 0
        found[one.pk] = Circumstances(messages=before, offences=offences, alike=alike.get(one.pk, 0), reach=reach,
                                      customer=one.author_id in known)
    return found


def _history(messages: Sequence[Message]) -> dict[int, tuple[int, int]]:
    """How many messages each author had written before, and how many of them offended; the last 200 of a year at most."""
    known = [one for one in messages if one.author_id]
    with connection.cursor() as sql:
        sql.execute(_HISTORY, [[one.pk for one in known], [one.author_id for one in known], [one.at for one in known],
                               _MOST_OF_A_PERSON])
        return {pk: (before, offences) for pk, before, offences in sql.fetchall()}


def _alike(messages: Sequence[Message]) -> dict[int, int]:
    """How many other accounts wrote almost the same to the brand within the week before, in the database or in this batch."""
    echoes = {one: (one.brand_id, said) for one in messages if one.author_id and (said := echo(one.text)) is not None}
    if not echoes:
        return {}
    spoken: dict[tuple[int, int], list[tuple[int, datetime]]] = {key: [] for key in echoes.values()}
    brands, numbers = zip(*spoken, strict=True)
    with connection.cursor() as sql:
        sql.execute(_ALIKE, [list(brands), list(numbers), min(one.at for one in echoes) - LATELY,
                             max(one.at for one in echoes), _MOST_ALIKE])
        for brand, number, who, at in sql.fetchall():
            spoken[brand, number].append((who, at))
    for one, key in echoes.items():
        spoken[key].append((one.author_id or 0, one.at))
    return {one.pk: len({who for who, at in spoken[key] if one.at - LATELY < at <= one.at} - {one.author_id})
            for one, key in echoes.items()}


def unanswered(brand: Brand, most: int = 300) -> list[int]:
    """The newest messages that wait for an answer."""
    waiting = Message.objects.filter(brand=brand, ours=False, conversation__state=ConversationState.OPEN,
                                     conversation__waiting_since__isnull=False)
    return list(waiting.order_by("-at", "-pk").values_list("pk", flat=True)[:most])


def just_spoken_of(brand: Brand, since: datetime) -> list[int]:
    """The messages of which people said something, or took it back, since then."""
    rows = Correction.objects.filter(Q(at__gte=since) | Q(undone_at__gte=since), brand=brand, message__isnull=False)
    return list(rows.values_list("message", flat=True).distinct())


# --------------------------------------------------------------------------- how right we are


@dataclass(frozen=True, slots=True)
class Score:
    """How right one head is with a brand. ``told``: what people confirmed of what they judged, as it was told at the time.

    ``general`` and ``brand``: what the general model and the brand's have right of the same messages without having seen them
    (None where none was measured); they count as right a first label that is among those a person gave.
    """

    head: str
    corrected: int
    confirmed: int
    told: Share
    general: Share | None
    brand: Share | None


def scores(brand: Brand) -> list[Score]:
    """Every head that people judged, the most judged first."""
    taught = BrandModel.objects.filter(brand=brand).values_list("held_back", flat=True).first() or {}
    rows = standing(brand).exclude(said=[]).values("head").annotate(of=Count("pk"), right=Count("pk", filter=Q(confirms=True)))
    found = []
    for row in sorted(rows, key=lambda row: (-row["of"], row["head"])):
        measured = taught.get(row["head"])
        found.append(Score(
            row["head"], row["of"] - row["right"], row["right"], Share(row["right"], row["of"]),
            Share(measured["general"], measured["of"]) if measured else None,
            Share(measured["brand"], measured["of"]) if measured else None))
    return found


@dataclass(frozen=True, slots=True)
class Week:
    """What people judged in one week, which began on ``monday``."""

    monday: date
    share: Share


def weeks(brand: Brand, head: str = "", most: int = 12) -> list[Week]:
    """By week of the brand's clock, oldest first: how much of what was told was confirmed. Without ``head``: of all."""
    rows = standing(brand).exclude(said=[])
    rows = rows.filter(head=head) if head else rows
    counted = rows.annotate(week=TruncWeek("at", tzinfo=ZoneInfo(brand.time_zone))).values("week").annotate(
        of=Count("pk"), right=Count("pk", filter=Q(confirms=True))).order_by("-week")[:most]
    return [Week(row["week"].date(), Share(row["right"], row["of"])) for row in reversed(counted)]


def worst(brand: Brand, head: str = "", most: int = 20) -> list[Correction]:
    """The mistakes that were told most surely; each with its message, if that is still there."""
    rows = standing(brand).filter(confirms=False).exclude(said=[])
    rows = rows.filter(head=head) if head else rows
    return list(rows.select_related("message__conversation", "by").order_by("-sure", "-p", "-at")[:most])


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message that we are not sure of: what ``head`` would be (``labels``) and how likely (``p``); ``alike``: how many others
    lately said almost the same, which one word of a person would settle too.
    """

    message: Message
    head: str
    labels: tuple[str, ...]
    p: float
    alike: int


def doubtful(brand: Brand, head: str, most: int = 10, among: int = 400) -> list[Doubt]:
    """Of the newest ``among`` messages the few whose labelling teaches most: the least sure, each thing said once, those that
    many said before those that one did. Of a head that cannot be taught: nothing.
    """
    if head not in LEARNED:
        return []
    judged = Correction.objects.filter(message=OuterRef("message"), head=head, undone_at=None)
    rows = Reading.objects.filter(~Exists(judged), brand=brand, message__vanished_at=None).select_related(
        "message__conversation", "message__author").order_by("-said_at")[:among]
    found: dict[Any, Doubt] = {}
    for row in rows:
        one = told(row.heads, head)
        if one.sure or one.p is None:
            continue
        key = row.pk if row.echo is None else ("echo", row.echo)
        before = found.get(key)
        found[key] = Doubt(before.message, head, before.labels, before.p, before.alike + 1) if before else Doubt(
            row.message, head, one.labels, one.p, 0)
    return sorted(found.values(), key=lambda one: (one.p / (1 + one.alike), -one.message.pk))[:most]
