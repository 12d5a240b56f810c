"""What a brand promises, and who hears when it is not kept: targets and the ladder of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import facts
from tertulia.inbox.due import CEILING, FIRST, OTHERS, order_of
from tertulia.inbox.models import LadderStep, Target
from tertulia.journal.actions import record


class AlreadyPromised(Exception):
    """There is a target for that case."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a target says. ``channel`` None: on all of them; ``intent`` empty: whatever it wants."""

    channel: Channel | None
    intent: str
    importance: int
    answer_minutes: int
    solve_minutes: int | None
    ceiling_minutes: int | None


def targets_of(brand: Brand) -> QuerySet[Target]:
    """The brand's targets, in the order in which they are asked."""
    return brand.targets.select_related("channel").order_by("order", "answer_minutes", "pk")


def ladder_of(brand: Brand) -> QuerySet[LadderStep]:
    """Who hears of what is late, in order."""
    return brand.ladder.select_related("member").order_by("order")


@transaction.atomic
def promise_first(brand: Brand, *, by: str, because: str = "") -> bool:
    """The targets that a brand begins with; whether it had none."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    if brand.targets.exists():
        return False
    for intent, (answer, solve) in {**FIRST, "": OTHERS}.items():
        Target.objects.create(brand=brand, intent=intent, answer_minutes=answer, solve_minutes=solve, ceiling_minutes=CEILING,
                              order=order_of(None, intent, 1))
    record(facts.TargetsChanged(brand_id=brand.pk), by=by, because=because)
    return True


@transaction.atomic
def promise(brand: Brand, what: Promise, *, by: str, because: str = "", target: Target | None = None) -> Target:
    """A new target, or ``target`` says this from now on. ``AlreadyPromised``: another one is for the same case."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    same = brand.targets.filter(channel=what.channel, intent=what.intent, importance=what.importance)
    if (same.exclude(pk=target.pk) if target else same).exists():
        raise AlreadyPromised
    told: dict[str, Any] = {
        "channel": what.channel, "intent": what.intent, "importance": what.importance, "answer_minutes": what.answer_minutes,
        "solve_minutes": what.solve_minutes, "ceiling_minutes": what.ceiling_minutes,
        "order": order_of(what.channel.pk if what.channel else None, what.intent, what.importance)}
    if target:
        brand.targets.filter(pk=target.pk).update(**told)
        kept = brand.targets.get(pk=target.pk)
    else:
        kept = Target.objects.create(brand=brand, **told)
    record(facts.TargetsChanged(brand_id=brand.pk), by=by, because=because)
    return kept


@transaction.atomic
def drop(target: Target, *, by: str, because: str = "") -> None:
    """It is promised no more; twice is once."""
    if Target.objects.filter(pk=target.pk).delete()[0]:
        record(facts.TargetsChanged(brand_id=target.brand_id), by=by, because=because)


@transaction.atomic
def set_ladder(brand: Brand, steps: Sequence[tuple[Member, int]], *, by: str, because: str = "") -> None:
    """Who hears of what is late, in order, and how many open minutes after the deadline."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    brand.ladder.all().delete()
    LadderStep.objects.bulk_create([LadderStep(brand=brand, order=place, member=member, after_minutes=minutes)
                                    for place, (member, minutes) in enumerate(steps)])
    record(facts.LadderChanged(brand_id=brand.pk), by=by, because=because)
