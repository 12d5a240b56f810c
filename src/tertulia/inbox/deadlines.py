"""By when a conversation must be answered and solved, written beside it.

Each message that is owed has its own target, by what was understood of it; the conversation is due when the first of them
is. What was handed to another role has still to be solved, though it waits for no answer of ours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from tertulia.brands.models import Brand, Holiday
from tertulia.channels.models import Channel
from tertulia.inbox.due import Case, answer_due, earliest, solve_due, target_for
from tertulia.inbox.models import Conversation, ConversationState, Ending, Message, Target
from tertulia.inbox.rules import summed
from tertulia.kit.hours import BadHours, Hours
from tertulia.kit.writing import write

BATCH = 500


@dataclass(slots=True)
class Clocks:
    """Hours, targets and beginnings of channels, read once for many conversations."""

    channels: dict[int, Channel]
    targets: dict[int, list[Target]]
    off: dict[int, list[Any]]
    _hours: dict[int, Hours] = field(default_factory=dict)

    @classmethod
    def of(cls, channels: Collection[int]) -> Clocks:
        """For what happens on these channels."""
        found = Channel.objects.select_related("brand").only("hours", "connected_at", "brand__hours", "brand__time_zone").in_bulk(channels)
        brands = {one.brand_id for one in found.values()}
        targets: dict[int, list[Target]] = {}
        for one in Target.objects.filter(brand__in=brands).order_by("order", "answer_minutes", "pk"):
            targets.setdefault(one.brand_id, []).append(one)
        off: dict[int, list[Any]] = {}
        for brand_id, day in Holiday.objects.filter(brand__in=brands).values_list("brand_id", "day"):
            off.setdefault(brand_id, []).append(day)
        return cls(found, targets, off)

    def hours(self, channel_id: int) -> Hours:
        """When the channel is answered."""
        if channel_id not in self._hours:
            channel = self.channels[channel_id]
            self._hours[channel_id] = _hours(channel.hours or channel.brand.hours, channel.brand, self.off.get(channel.brand_id, []))
        return self._hours[channel_id]


def _hours(told: Any, brand: Brand, off: Collection[Any]) -> Hours:
    try:
        return Hours.of(told, brand.time_zone, off)
    except BadHours:  # written by hand in the database: nobody is late by hours that say nothing
        return Hours.of(None, brand.time_zone)


def hours_of(channel: Channel) -> Hours:
    """When a channel of the brand is answered."""
    return Clocks.of([channel.pk]).hours(channel.pk)


def hours_of_brand(brand: Brand) -> Hours:
    """When the brand answers."""
    return _hours(brand.hours, brand, list(brand.holidays.values_list("day", flat=True)))


def set_due(conversations: Collection[Conversation]) -> None:
    """Sets by when these conversations must be answered and solved, from what they owe and the brand's targets."""
    clocks = Clocks.of({one.channel_id for one in conversations})
    dues: dict[int, list[tuple[bool, datetime | None, datetime | None]]] = {}
    waiting = {one.pk: one.channel_id for one in conversations if one.state != ConversationState.CLOSED}
    for conversation_id, answer, solve, ended in _owed(waiting, clocks):
        dues.setdefault(conversation_id, []).append((ended, answer, solve))
    changed = []
    for one in conversations:
        found = dues.get(one.pk, [])
        answer, solve = earliest([due for ended, due, _ in found if not ended]), earliest([due for _, _, due in found])
        if (one.answer_due_at, one.solve_due_at) != (answer, solve):
            one.answer_due_at, one.solve_due_at = answer, solve
            changed.append(one)
    write(Conversation, changed, ["answer_due_at", "solve_due_at"])


def _owed(waiting: dict[int, int], clocks: Clocks) -> Iterator[tuple[int, datetime | None, datetime | None, bool]]:
    """What each message still to be answered or solved adds: conversation, answer due, solution due, whether it was handed."""
    if not any(clocks.targets.values()):
        return
    rows = Message.objects.filter(Q(ending=None) | Q(ending=Ending.HANDED), conversation__in=waiting, ours=False)
    known: dict[tuple[Any, ...], tuple[datetime | None, datetime | None]] = {}
    for pk, brand_id, at, ended_at, ending, intent, importance in rows.values_list(
            "conversation_id", "brand_id", "at", "ended_at", "ending", "reading__intent", "reading__importance"):
        channel_id, summary = waiting[pk], summed({"intent": intent, "importance": importance})
        target = target_for(clocks.targets.get(brand_id, ()), Case(channel_id, summary.intents, summary.importance))
        if target is None:
            continue
        # what came before we were there to hear it is owed since then; what a role gave back, since it did
        since = max(at, clocks.channels[channel_id].connected_at)
        again = max(since, ended_at) if ended_at and ending is None else since
        key = (channel_id, target.pk, since, again)
        if key not in known:
            hours = clocks.hours(channel_id)
            known[key] = answer_due(hours, again, target), solve_due(hours, since, target)
        yield pk, *known[key], ending is not None


def set_due_of_brand(brand_id: int) -> None:
    """Sets them anew for all that the brand has to answer or to solve: its targets or its hours changed."""
    last = 0
    while True:
        with transaction.atomic():
            rows = list(Conversation.objects.select_for_update(no_key=True).filter(brand=brand_id, pk__gt=last).exclude(
                state=ConversationState.CLOSED).order_by("pk")[:BATCH])
            set_due(rows)
        if len(rows) < BATCH:
            return
        last = rows[-1].pk
