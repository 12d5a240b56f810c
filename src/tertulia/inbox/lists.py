"""The lists of conversations: which ones, in which order, how many. Brand first.

However much there is, the work of a page is bounded: what passes the filters is looked for among the newest of what the
view has, and only if that is not enough it is gathered by an index over all that was understood.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import searching
from tertulia.inbox.models import Conversation, ConversationState, Draft, Message, Note, Presence
from tertulia.inbox.rules import ANGRY
from tertulia.kit import clock, paging
from tertulia.kit.paging import gathered
from tertulia.people.models import Profile

#: Where a row stands in an order: the column's value, and its id.
Place = tuple[Any, int]
OPEN = Q(state=ConversationState.OPEN)
UNCLOSED = Q(state__in=[ConversationState.OPEN, ConversationState.SNOOZED, ConversationState.HANDED])
#: The views of the inbox: name → filter. ``mine`` needs the member and is added by ``conversations``.
VIEWS = {
    "pending": OPEN & Q(waiting_since__isnull=False),
    "angry": OPEN & Q(heat__gte=ANGRY),
    "questions": OPEN & (Q(intents__contains="question") | Q(intents__contains="presales")),
    "attacks": OPEN & (Q(judgement="troll") | Q(offence__in=["OFP", "OFG"])),
    "unassigned": OPEN & Q(assignee=None),
    "mine": UNCLOSED,
    "to_approve": Q(pk__in=Draft.objects.filter(state="asked").values("conversation")),
    "handed": Q(state=ConversationState.HANDED),
    "snoozed": Q(state=ConversationState.SNOOZED),
    "closed": Q(state=ConversationState.CLOSED),
    "all": Q(),
}
#: In which order: the column, and what a conversation needs for a place in it.
ORDERS = {
    "newest": ("-last_at", Q()), "heat": ("-heat", UNCLOSED), "waiting": ("waiting_since", Q(waiting_since__isnull=False)),
    "due": ("answer_due_at", Q(answer_due_at__isnull=False)),
}
#: The order a view has when none is asked for; the others: newest first.
ORDER_OF_VIEW = {"angry": "heat"}
#: How many of a view's conversations are looked at before all are gathered; how many are gathered before they are walked in order.
LOOK, GATHERED = 3000, 800
#: So many are on a page: where fewer say a word, it is looked for as a beginning too.
PAGE = 24
#: Counts are exact up to here; above, they are marked.
COUNTED, COUNTED_OPEN = 1000, 5000


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows, and in which order; what is empty or None filters nothing.

    ``assignee`` is a member's id, ``me`` or ``nobody``; ``deadline`` is ``overdue``, ``hour``, ``today`` or ``none``;
    ``notes`` is ``me`` (a note names me) or ``new`` (others' notes since I last saw it); ``closing``: the network's window
    ends within two hours. ``saved`` is the view these come from; ``back`` the queue that leads here (``todas``: of all brands).
    """

    view: str = "pending"
    order: str = ""
    words: str = ""
    channel_id: int | None = None
    kind: str = ""
    state: str = ""
    judgement: str = ""
    intent: str = ""
    sentiment: str = ""
    offence: str = ""
    importance: int | None = None
    urgency: int | None = None
    department: str = ""
    language: str = ""
    person_id: int | None = None
    subject_id: int | None = None
    assignee: str = ""
    label: str = ""
    deadline: str = ""
    notes: str = ""
    closing: str = ""
    saved: int | None = None
    back: str = ""

    @property
    def ordered(self) -> str:
        """The order that holds: a key of ``ORDERS``."""
        return self.order if self.order in ORDERS else ORDER_OF_VIEW.get(self.view, "newest")

    @property
    def narrow(self) -> bool:
        """Whether anything but the view and the order is asked for."""
        return any(getattr(self, one.name) for one in fields(self) if one.name not in ("view", "order", "saved", "back"))


@dataclass(frozen=True, slots=True)
class Counted:
    """How many; ``more``: at least so many."""

    number: int
    more: bool = False

    def __bool__(self) -> bool:
        return self.number > 0

    def __str__(self) -> str:
        return f"{self.number}+" if self.more else str(self.number)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list. ``texts``: what was found, by conversation; ``cut``: a search that did not look everywhere."""

    rows: Sequence[Conversation]
    next: str = ""
    texts: dict[int, str] | None = None
    cut: bool = False


def conversations(brand: Brand, member: Member, filters: Filters) -> QuerySet[Conversation]:
    """The brand's conversations that pass the filters, but for the words: those are ``searching``'s."""
    rows = _of_view(brand, member, filters).filter(merged_into=None)
    for condition in conditions(brand, member, filters):
        rows = rows.filter(condition)
    return rows


def _of_view(brand: Brand, member: Member, filters: Filters) -> QuerySet[Conversation]:
    rows = Conversation.objects.filter(VIEWS.get(filters.view, VIEWS["pending"]), brand=brand)
    return rows.filter(assignee=member) if filters.view == "mine" else rows


def conditions(brand: Brand | None, member: Member, filters: Filters) -> Iterator[Q]:
    """What the filters ask for, but for the view, the order and the words; without a brand, the day is Madrid's."""
    for name in ("channel_id", "kind", "state", "judgement", "sentiment", "offence", "importance", "urgency", "department", "language",
                 "subject_id"):
        if told := getattr(filters, name):
            yield Q(**{name: told})
    if filters.intent:
        yield Q(intents__contains=filters.intent)
    if filters.label:
        yield Q(labels__contains=[filters.label])
    if filters.person_id:  # and whoever else they are
        person = Profile.objects.filter(pk=filters.person_id).values_list("person_id", flat=True).first()
        others = Profile.objects.filter(person=person).values_list("pk", flat=True) if person else ()
        yield Q(person__in=[filters.person_id, *others])
    if filters.assignee:
        whose = {"nobody": None, "me": member.pk}
        yield Q(assignee=whose[filters.assignee] if filters.assignee in whose else int(filters.assignee))
    if filters.notes:
        yield _noted(member, filters.notes)
    yield from _timely(filters, clock.now(), ZoneInfo(brand.time_zone if brand else "Europe/Madrid"))


def _timely(filters: Filters, now: datetime, zone: ZoneInfo) -> Iterator[Q]:
    if filters.deadline == "none":
        yield Q(answer_due_at=None, solve_due_at=None)
    elif filters.deadline:
        tonight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(0), zone)
        until = {"overdue": now, "hour": now + timedelta(hours=1)}.get(filters.deadline, tonight)
        yield Q(answer_due_at__lt=until) | Q(solve_due_at__lt=until)
    if filters.closing:
        yield Q(window_ends_at__gt=now, window_ends_at__lt=now + timedelta(hours=2)) & UNCLOSED


def _noted(member: Member, which: str) -> Q:
    notes = Note.objects.filter(conversation=OuterRef("pk"))
    if which == "me":
        return Q(Exists(notes.filter(mentions__contains=member.pk)))
    seen = Presence.objects.filter(conversation=OuterRef("conversation"), member=member).values("seen_at")[:1]
    unseen = notes.exclude(member=member).filter(at__gt=Coalesce(Subquery(seen), datetime(1970, 1, 1, tzinfo=ZoneInfo("UTC"))))
    return Q(Exists(unseen))


# --------------------------------------------------------------------------- a page


def page_of(brand: Brand, member: Member, filters: Filters, after: str = "", size: int = 40) -> Listed:
    """One page of the list, in its order; what is looked for by words comes newest first."""
    rows = conversations(brand, member, filters)
    if filters.words.strip():
        found = searching.search(brand, rows, filters.words, after, size, narrow=_few(filters))
        return Listed(_in_order([(at, pk) for pk, at in found.hits]), found.next, searching.texts(found.hits, filters.words), found.cut)
    order, needs = ORDERS[filters.ordered]
    rows = rows.filter(needs)
    if filters.narrow:
        few = filters.person_id or filters.subject_id
        places = _narrowed(None if few else _of_view(brand, member, filters).filter(needs), rows, order, after, size)
    else:
        places = _first(rows, order, after, size)
    return Listed(_in_order(places[:size]), paging.written(*places[size - 1]) if len(places) > size else "")


def _first(rows: QuerySet[Conversation], order: str, after: str, size: int) -> list[Place]:
    """The places of the first ``size`` rows, and of one more if there are more."""
    return list(paging.ordered(rows, order, after).values_list(order.lstrip("-"), "pk")[:size + 1])


_OF: dict[str, type[Model]] = {"brand": Brand, "channel": Channel, "assignee": Member, "person": Profile}
_SHOWN = {"brand": ("slug", "name", "color"), "channel": ("network", "handle"), "assignee": ("name", "email"),
          "person": ("network", "handle", "name", "url", "avatar_url", "erased_at")}


def as_rows(rows: QuerySet[Conversation]) -> QuerySet[Conversation]:
    """With what a line of the list shows of whose they are, and no more."""
    left = [f"{name}__{one.name}" for name, shown in _SHOWN.items() for one in _OF[name]._meta.concrete_fields
            if not one.primary_key and one.name not in shown]
    return rows.select_related(*_SHOWN).defer(*left)


def _in_order(places: Sequence[Place]) -> list[Conversation]:
    # fetched by their ids: joined before the limit, what is not shown would be joined too
    rows = as_rows(Conversation.objects.all()).in_bulk([pk for _value, pk in places])
    return [rows[pk] for _value, pk in places if pk in rows]


def _narrowed(view: QuerySet[Conversation] | None, rows: QuerySet[Conversation], order: str, after: str, size: int) -> list[Place]:
    """The same, of ``rows`` that are few of those of the ``view``, or (None) few in any view."""
    name, falling = order.lstrip("-"), order.startswith("-")
    if view is not None:
        end = paging.ordered(view, order, after).values_list(name, "pk")[LOOK:LOOK + 1].first()
        near = rows if end is None else rows.filter(**{f"{name}__{'gte' if falling else 'lte'}": end[0]})
        found = _first(near, order, after, size)
        if end is None or len(found) > size:
            return found
    every = gathered(paging.ordered(rows, order, after).order_by().values_list(name, "pk"), GATHERED)
    if len(every) == GATHERED:  # so many that the first are near
        return _first(rows, order, after, size)
    return sorted(every, reverse=falling)[:size + 1]


# --------------------------------------------------------------------------- how many


def counts(brand: Brand, member: Member) -> dict[str, Counted]:
    """How many conversations each view has of what is not closed."""
    waiting = Draft.objects.filter(state="asked", conversation__brand=brand)  # also where others answered and closed meanwhile
    return counted(Conversation.objects.filter(brand=brand), member) | {
        "to_approve": Counted(waiting.values("conversation").distinct().count(), False)}


def counted(rows: QuerySet[Conversation], member: Member) -> dict[str, Counted]:
    """How many of these rows each view has; all of them marked if there are more than are looked at."""
    wanted = {name: condition for name, condition in VIEWS.items() if name not in ("all", "closed", "to_approve")}
    wanted["mine"] = Q(assignee=member)
    told = rows.filter(UNCLOSED, merged_into=None)[:COUNTED_OPEN].aggregate(
        every=Count("pk"), **{name: Count("pk", filter=condition) for name, condition in wanted.items()})
    more = told.pop("every") >= COUNTED_OPEN
    return {name: Counted(number, more) for name, number in told.items()}


def count_of(brand: Brand, member: Member, filters: Filters, most: int = COUNTED) -> Counted:
    """How many conversations pass the filters; exact up to ``most``."""
    found, whole = ids_of(brand, member, filters, most)
    return Counted(len(found), not whole)


def ids_of(brand: Brand, member: Member, filters: Filters, most: int) -> tuple[list[int], bool]:
    """Up to ``most`` conversations that pass the filters, by id; and whether these are all."""
    order, needs = ORDERS[filters.ordered]
    rows = conversations(brand, member, filters).filter(needs)
    if filters.words.strip():
        found = searching.search(brand, rows, filters.words, "", most, narrow=_few(filters), enough=PAGE)
        return [pk for pk, _at in found.hits], not (found.next or found.cut)
    if filters.narrow:
        pks = [pk for pk, in gathered(rows.order_by().values_list("pk"), most + 1)]
    else:
        pks = [pk for _value, pk in _first(rows, order, "", most)]
    return pks[:most], len(pks) <= most


def _few(filters: Filters) -> bool:
    """Whether, but for the words, what is asked for may be few of the brand's conversations."""
    return filters.view not in ("all", "closed") or replace(filters, words="").narrow


def inside(brand: Brand, member: Member, filters: Filters, ids: Sequence[int]) -> set[int]:
    """Which of these conversations pass the filters."""
    rows = conversations(brand, member, filters).filter(pk__in=ids)
    rows = searching.with_words(brand, rows, filters.words) if filters.words.strip() else rows
    return set(rows.values_list("pk", flat=True))


def last_id() -> int:
    """The id of the last message stored, of any brand; 0: none."""
    return Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def spoke_since(brand: Brand, member: Member, filters: Filters, since: int) -> int:
    """In how many conversations of the list somebody spoke after message ``since`` was stored; up to two hundred."""
    spoken = Message.objects.filter(brand=brand, pk__gt=since, ours=False).values_list("conversation_id", flat=True).distinct()[:200]
    return len(inside(brand, member, filters, list(spoken)))


def rows_of(brand: Brand, ids: Sequence[int]) -> QuerySet[Conversation]:
    """These of the brand's conversations, as the list shows them."""
    return Conversation.objects.filter(brand=brand, pk__in=ids).select_related("brand", "channel", "person", "assignee")
