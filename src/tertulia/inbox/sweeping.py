"""One act on many conversations: begun at once, gone on with in stretches, taken back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import team
from tertulia.inbox import actions, facts, labels
from tertulia.inbox.labelling import NoName, label
from tertulia.inbox.models import Conversation, Sweep
from tertulia.inbox.rules import snooze_times
from tertulia.journal.actions import record
from tertulia.kit import clock

#: The most conversations of one sweep, and how many are done in one transaction.
MOST, STRETCH = 2000, 40

Act = Callable[[Conversation], Any]


class NotAnAct(ValueError):
    """Nothing is known by that name."""


@transaction.atomic
def begin(brand: Brand, member: Member, act: str, ids: Sequence[int], *, by: str, because: str = "") -> Sweep:
    """Writes down what is to be done: ``close:why``, ``assign:member``, ``snooze:until``, ``label:name``, ``unlabel:name``.

    ``NotAnAct``: there is no such thing. Nothing is done yet: see ``go_on``.
    """
    name, _colon, how = act.partition(":")
    if name == "snooze":  # the moment is that of today, whenever it is done
        moment = snooze_times(clock.now(), ZoneInfo(brand.time_zone)).get(how)
        act = f"snooze:{moment.isoformat() if moment else ''}"
    sweep = Sweep(brand=brand, member=member, act=act[:200], total=len(ids), left=list(ids), at=clock.now())
    _act_of(sweep, by)
    sweep.save()
    record(facts.SweepBegun(brand_id=brand.pk, sweep_id=sweep.pk), by=by, because=because)
    return sweep


def _act_of(sweep: Sweep, by: str) -> Act:
    name, _colon, how = sweep.act.partition(":")
    if name == "close" and (not how or how in labels.REASONS):
        return lambda one: actions.close(one, by=by, because=how)
    if name == "assign":
        member = next((one.member for one in team(sweep.brand) if str(one.member_id) == how), None)
        if member or not how:
            return lambda one: actions.assign(one, member, by=by)
    if name == "snooze" and how:
        moment = datetime.fromisoformat(how)
        return lambda one: actions.snooze(one, moment, by=by)
    if name in ("label", "unlabel"):
        return lambda one: label(one, how, on=name == "label", by=by)
    if name == "undo" and (undone := Sweep.objects.filter(brand=sweep.brand, pk=int(how)).first()):
        befores = {one["conversation_id"]: one for one in undone.before}
        return lambda one: actions.put_back(sweep.brand, [before_of(befores[one.pk])], by=by, because="deshacer")
    raise NotAnAct(sweep.act)


def go_on(sweep: Sweep, *, seconds: float, by: str, because: str = "") -> Sweep:
    """Does what is left for about so long; how it stands then. What is closed but is owed an answer is left as it is."""
    until = time.monotonic() + seconds
    while sweep.left and time.monotonic() < until:
        sweep = _stretch(sweep.pk, by)
    return sweep


@transaction.atomic
def _stretch(pk: int, by: str) -> Sweep:
    sweep = Sweep.objects.select_for_update(of=("self",)).select_related("brand").get(pk=pk)
    if sweep.undone_at and not sweep.act.startswith("undo:"):
        sweep.left = []
    some, act = sweep.left[:STRETCH], _act_of(sweep, by)
    for one in Conversation.objects.filter(brand=sweep.brand, pk__in=some).order_by("pk"):
        before = actions.Before.of(one)
        try:
            with transaction.atomic():
                act(one)
        except (actions.NoReason, NoName):
            continue
        sweep.before.append(as_json(before))
    sweep.left = sweep.left[STRETCH:]
    sweep.save(update_fields=["left", "before"])
    return sweep


@transaction.atomic
def take_back(sweep: Sweep, *, by: str, because: str = "") -> Sweep | None:
    """A sweep that takes this one back, or None: it was taken back already."""
    kept = Sweep.objects.select_for_update(of=("self",)).select_related("brand", "member").get(pk=sweep.pk)
    if kept.undone_at:
        return None
    kept.undone_at = clock.now()
    kept.save(update_fields=["undone_at"])
    return begin(kept.brand, kept.member, f"undo:{kept.pk}", [one["conversation_id"] for one in kept.before], by=by, because=because)


def unfinished() -> list[int]:
    """The sweeps, of any brand, with something left to do."""
    return list(Sweep.objects.exclude(left=[]).filter(undone_at=None).values_list("pk", flat=True)[:100])


def as_json(before: actions.Before) -> dict[str, Any]:
    """How a conversation stood, as JSON."""
    told = asdict(before)
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in told.items()}


def before_of(told: dict[str, Any]) -> actions.Before:
    """How a conversation stood, from its JSON."""
    moments = {name: datetime.fromisoformat(told[name]) if told[name] else None for name in ("waiting_since", "snoozed_until")}
    return actions.Before(**{**told, **moments})
