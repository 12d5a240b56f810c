"""Strikes: what counts against somebody, until it expires or is cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum
from django.utils.translation import ngettext

from tertulia.brands.models import Brand
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.moderation import facts, rules
from tertulia.moderation.models import AGAINST, Lifted, Policy, Step, Strike, Verdict
from tertulia.people.models import Profile


def policy_of(brand: Brand | int) -> Policy:
    """How the brand moderates; the defaults if it never said."""
    pk = brand if isinstance(brand, int) else brand.pk
    return Policy.objects.filter(brand=pk).first() or Policy(brand_id=pk)


def ladder_of(brand: Brand | int) -> Sequence[tuple[int, str]]:
    """The brand's steps: living strikes → what happens, in order."""
    pk = brand if isinstance(brand, int) else brand.pk
    return list(Step.objects.filter(brand=pk).order_by("points").values_list("points", "act")) or rules.LADDER


def same_person(profile: Profile) -> QuerySet[Profile]:
    """The profiles of the person behind this one; itself alone while nobody is known behind it."""
    person = getattr(profile, "person_id", None)
    return Profile.objects.filter(person=person) if person else Profile.objects.filter(pk=profile.pk)


def living(profile: Profile, now: datetime | None = None) -> QuerySet[Strike]:
    """The strikes that count against the person behind ``profile`` now, oldest first."""
    at = now or clock.now()
    return Strike.objects.filter(profile__in=same_person(profile), brand=profile.brand_id, cancelled_at=None,
                                 expires_at__gt=at).order_by("at", "pk")


def give(verdict: Verdict, *, by: str, because: str = "") -> Strike | None:
    """The strike of a verdict, with the step that it reaches. None: it does not count, or its message counted already."""
    rule, profile = verdict.rule, verdict.profile
    if verdict.act not in AGAINST or rule is None or profile is None or not rule.weight:
        return None
    if Strike.objects.filter(verdict__message=verdict.message_id, cancelled_at=None).exists():
        return None
    Profile.objects.select_for_update(no_key=True).get(pk=profile.pk)  # strikes of a person add up in turn
    before = [rules.Living(one.weight, one.step) for one in living(profile, verdict.at)]
    step = rules.step_after(ladder_of(verdict.brand_id), before, rule.weight)
    strike, new = Strike.objects.get_or_create(verdict=verdict, defaults={
        "brand_id": verdict.brand_id, "profile": profile, "weight": rule.weight, "at": verdict.at, "step": step,
        "expires_at": verdict.at + timedelta(days=policy_of(verdict.brand_id).strike_days)})
    if new:
        record(facts.StrikeGiven(brand_id=verdict.brand_id, strike_id=strike.pk, profile_id=profile.pk, step=step), by=by, because=because)
    return strike if new else None


def cancel_for(verdict: Verdict, why: str, *, by: str, because: str = "") -> int:
    """After ``verdict`` was lifted: its message counts no more, unless another standing verdict is against it. How many."""
    others = Verdict.objects.filter(message=verdict.message_id, act__in=AGAINST, lifted=Lifted.STANDS, rule__isnull=False)
    if others.exclude(pk=verdict.pk).exists():
        return 0
    cancelled = 0
    for strike in Strike.objects.select_for_update(no_key=True).filter(verdict__message=verdict.message_id, cancelled_at=None):
        cancelled += 1
        Strike.objects.filter(pk=strike.pk).update(cancelled_at=clock.now(), cancelled_because=why)
        record(facts.StrikeCancelled(brand_id=strike.brand_id, strike_id=strike.pk, profile_id=strike.profile_id), by=by, because=because)
    return cancelled


def count_again(verdict: Verdict) -> None:
    """What was given up was done after all: its strike counts."""
    failed = (Lifted.FAILED, Lifted.TAKEN_BACK)
    Strike.objects.filter(verdict=verdict, cancelled_because__in=failed).update(cancelled_at=None, cancelled_because="")


# --------------------------------------------------------------------------- beside the person


def counted(points: int) -> str:
    """So many strikes, in words."""
    return ngettext("%(points)s falta", "%(points)s faltas", points) % {"points": points}


@dataclass(frozen=True, slots=True)
class Record:
    """What counts against somebody now: the strikes with their verdicts, their sum, and what comes next."""

    strikes: Sequence[Strike]
    points: int
    next_points: int
    next_act: str
    past: int


def record_of(profile: Profile) -> Record:
    """What moderation knows of the person behind a profile."""
    strikes = list(living(profile).select_related("verdict__rule", "verdict__message"))
    points = sum(one.weight for one in strikes)
    after = next(((at, act) for at, act in ladder_of(profile.brand_id) if at > points), (0, ""))
    all_ever = Strike.objects.filter(profile__in=same_person(profile), brand=profile.brand_id).aggregate(many=Sum("weight"))["many"] or 0
    return Record(strikes, points, after[0], after[1], all_ever - points)
