"""What the page «Comprensión» shows: how right each head is with the brand, over time, and what is worth a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tertulia.brands.models import Brand, Member
from tertulia.inbox import labels
from tertulia.inbox.models import Message
from tertulia.kit.words import day as short_day
from tertulia.triage import queries
from tertulia.triage.cards import HeadShown, head_of, label_of
from tertulia.triage.models import Correction
from tertulia.triage.queries import Score
from tertulia.triage.rules import ENOUGH, Place, Share, told

_TOP, _BASE = 6.0, 84.0
_MONTH = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Standing:
    """How right one head is. ``now``: with what the brand taught, where that was measured; ``general``: without it."""

    head: str
    name: Any
    now: Share
    general: Share | None
    judged: int
    current: bool

    @property
    def left(self) -> int:
        """How many are wanting until it may be told."""
        return max(0, ENOUGH - self.now.of)

    @property
    def pips(self) -> list[bool]:
        """One for each of the ten that are wanted: whether it is there."""
        return [n < self.now.of for n in range(ENOUGH)]

    @property
    def gained(self) -> int:
        """By how many points of a hundred what was taught helps."""
        return self.now.percent - self.general.percent if self.general else 0


@dataclass(frozen=True, slots=True)
class Spell:
    """One week of the drawing, in percent of it. Nothing but ``x`` is drawn where there are too few to tell."""

    label: str
    share: Share
    x: float
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Item:
    """A message to be looked at: ``shown`` is its head with the choices; ``told`` what was told of it.

    ``learned``: what people said of it is what would be told today (None: nobody said anything).
    """

    message: Message | None
    text: str
    shown: HeadShown | None
    told: str
    percent: int
    right: str
    by: str
    correction: Correction | None
    learned: bool | None
    alike: int = 0


def opening(brand: Brand, among: int = 100) -> str:
    """The head to begin with, before anybody said anything: the one that is most in doubt lately."""
    lately = queries.told_lately(brand, among)
    doubts = {head: sum(1 for heads in lately if (one := told(heads, head)).labels and not one.sure) for head in labels.MAIN}
    return max(labels.MAIN, key=lambda head: doubts[head])


def standings(brand: Brand, current: str) -> list[Standing]:
    """The heads that matter most, and every other that people judged."""
    scores = {one.head: one for one in queries.scores(brand)}
    heads = [one for one in labels.HEADS if one in labels.MAIN or one in scores]
    return [_standing(head, scores.get(head), head == current) for head in heads]


def _standing(head: str, score: Score | None, current: bool) -> Standing:
    nothing = Share(0, 0)
    measured = score.brand if score and score.brand and score.brand.enough else None
    now = measured or (score.told if score else nothing)
    general = score.general if score and measured else None
    return Standing(head, labels.HEADS[head], now, general, score.told.of if score else 0, current)


def spells(brand: Brand, head: str) -> list[Spell]:
    """The last weeks, oldest first, as they are drawn: each with the three before it, for one alone has seldom enough."""
    weeks = queries.weeks(brand, head)
    slot = 100 / max(1, len(weeks))
    shares = [_together([each.share for each in weeks if timedelta() <= one.monday - each.monday < _MONTH]) for one in weeks]
    return [
        Spell(short_day(one.monday), share, round(slot * (at + .5), 2), _y(share.percent), _y(share.low), _y(share.high))
        for at, (one, share) in enumerate(zip(weeks, shares, strict=True))]


def _together(shares: Sequence[Share]) -> Share:
    return Share(sum(one.right for one in shares), sum(one.of for one in shares))


def _y(percent: int) -> float:
    return round(_BASE - (_BASE - _TOP) * percent / 100, 2)


def queue(brand: Brand, member: Member, head: str, name: str) -> list[Item]:
    """What stands in one of the queues of a head."""
    places = queries.departments(brand)
    if name == "dudosos":
        return [_doubt(one, places, member) for one in queries.doubtful(brand, head)]
    rows = queries.worst(brand, head) if name == "errores" else queries.said_lately(brand, head)
    now = queries.told_of(brand, [one.message_id for one in rows if one.message_id])
    items = [item_of(one, places, member, now.get(one.message_id or 0)) for one in rows]
    return sorted(items, key=lambda one: bool(one.learned)) if name == "errores" else items


def _doubt(one: queries.Doubt, places: Sequence[Place], member: Member) -> Item:
    shown = head_of(one.message, one.head, "", places, None, member)
    said = ", ".join(label_of(one.head, label, places) for label in one.labels)
    return Item(one.message, one.message.text, shown, said, round(one.p * 100), "", "", None, None, one.alike)


def item_of(one: Correction, places: Sequence[Place], member: Member, now: dict[str, Any] | None) -> Item:
    """What somebody said of a message; ``now``: what the model tells of it today."""
    message = one.message
    shown = head_of(message, one.head, "", places, one, member) if message else None
    learned = set(told(now, one.head).labels) == set(one.right) if now else None
    by = shown.by if shown else ""
    return Item(message, one.text, shown, ", ".join(label_of(one.head, label, places) for label in one.said), round((one.p or 0) * 100),
                ", ".join(label_of(one.head, label, places) for label in one.right), by, one, learned)


def neighbour_labels(found: dict[str, tuple[str, ...]], places: Sequence[Place]) -> list[tuple[str, str]]:
    """What a labelled example says that is worth a chip: label and tone, the heads that matter most first."""
    wanted = [(head, label) for head in labels.HEADS for label in found.get(head, ())]
    kept = [(head, label) for head, label in wanted if label != "none" and head in labels.MAIN and label != "1"]
    return [(label_of(head, label, places), labels.WORDS.get(head, {}).get(label, ("", ""))[1]) for head, label in kept][:5]
