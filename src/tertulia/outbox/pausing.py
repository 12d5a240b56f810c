"""Stopping everything in one act, and going on: what was held meanwhile is reviewed, and none of it is lost.

Whoever claims locks the dispatch's row and waits for the pause's after it; so whoever waits for a dispatch that is held has
no pause locked that a claim could want, but the one that it ends, after which no claim waits with a held dispatch.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member, Membership
from tertulia.journal.actions import record_all
from tertulia.journal.facts import Announcement
from tertulia.kit import clock
from tertulia.outbox import actions, facts, queries, rules
from tertulia.outbox.models import Dispatch, DispatchState, Pause
from tertulia.outbox.moves import hold_all, move, named

#: What a person says of each thing that was held.
Choose = Callable[[Dispatch], rules.Choice]

#: For so long after pausing it can be undone: then all that was held leaves as if nothing had been.
UNDO = timedelta(minutes=5)


class NotPaused(Exception):
    """Somebody resumed it before."""


# --------------------------------------------------------------------------- reading


def pauses_of(brand: Brand) -> QuerySet[Pause]:
    """What keeps the brand's dispatches from leaving: its own pause, then that of everything."""
    return Pause.objects.filter(Q(brand=brand) | Q(brand=None)).order_by("brand")


def keeps_the_installation(member: Member) -> bool:
    """Whether the member may stop everybody's dispatches: they own the brand that the installation began with."""
    first = Brand.objects.order_by("pk").values("pk")[:1]
    return Membership.objects.filter(member=member, role=Role.OWNER, brand__in=first).exists()


def due_in_a_pause(brand: Brand | None, now: datetime) -> QuerySet[Dispatch]:
    """What has its hour behind it because of the pause, held or about to be."""
    held = Q(state=DispatchState.HELD, reason="brand_paused" if brand else "all_paused")
    rows = Dispatch.objects.filter(held | Q(state__in=_STILL, try_at__lte=now))
    return rows.filter(brand=brand) if brand else rows


def to_review(brand: Brand, now: datetime) -> QuerySet[Dispatch]:
    """What waits for a person to say what becomes of it; while the brand is paused, also what that pause holds."""
    asked = Q(state=DispatchState.HELD, reason__in=rules.FOR_A_PERSON)
    if Pause.objects.filter(brand=brand).exists():
        asked |= Q(state=DispatchState.HELD, reason="brand_paused") | Q(state__in=_STILL, try_at__lte=now)
    return Dispatch.objects.filter(asked, brand=brand).select_related("channel").order_by("due_at", "pk")


def to_come(brand: Brand | None, now: datetime) -> QuerySet[Dispatch]:
    """What has its hour still before it, and keeps it."""
    rows = Dispatch.objects.filter(state__in=_STILL, try_at__gt=now).order_by("due_at", "pk")
    return rows.filter(brand=brand) if brand else rows


_STILL = (DispatchState.WAITING, DispatchState.READY)

# --------------------------------------------------------------------------- writing


@transaction.atomic
def pause_all(brand: Brand | None, *, by: str, because: str = "") -> bool:
    """Nothing of the brand (None: of any) leaves from here on; whether that was not so before. What is leaving just now, leaves."""
    made = {"by": by, "because": because[:500], "since": clock.now()}
    _pause, new = Pause.objects.select_for_update(no_key=True).get_or_create(brand=brand, defaults=made)
    if new:
        record_all([facts.BrandPaused(brand_id=pk, everywhere=brand is None) for pk in _whose(brand)], by=by, because=because)
    return new


def resume_all(brand: Brand | None, *, by: str, because: str = "", choose: Choose | None = None) -> Counter[str]:
    """The pause is over. What it held becomes what ``choose`` says of it (by default, see ``rules.preselected``).

    How many were sent, dated, discarded or kept for a person (``ask``). ``NotPaused`` if somebody resumed it before.
    """
    now = clock.now()
    _hold_due(brand, now)
    with transaction.atomic():
        if not Pause.objects.filter(brand=brand).delete()[0]:
            raise NotPaused
        held = Dispatch.objects.filter(state=DispatchState.HELD, reason="brand_paused" if brand else "all_paused")
        if brand:
            held = held.filter(brand=brand)
        else:
            # a brand that has a pause of its own goes on with it
            held.filter(brand__in=Pause.objects.exclude(brand=None).values("brand")).update(reason="brand_paused")
        done = _carry_out(held, choose or (lambda one: by_itself(one, now)), now, by=by, because=because)
        record_all([facts.BrandResumed(brand_id=pk, everywhere=brand is None) for pk in _whose(brand)], by=by, because=because)
        return done


def by_itself(dispatch: Dispatch, now: datetime) -> rules.Choice:
    """What becomes of it when nobody says."""
    return rules.preselected(dispatch.verb, late=dispatch.expires_at <= now)


@transaction.atomic
def decide(brand: Brand, choices: dict[int, rules.Choice], *, by: str, because: str = "") -> Counter[str]:
    """What becomes of the brand's dispatches that wait for a person; those that wait no more are left as they are."""
    held = Dispatch.objects.filter(brand=brand, pk__in=choices, state=DispatchState.HELD, reason__in=rules.FOR_A_PERSON)
    return _carry_out(held, lambda one: choices[one.pk], clock.now(), by=by, because=because)


def _whose(brand: Brand | None) -> Iterable[int]:
    return [brand.pk] if brand else Brand.objects.order_by("pk").values_list("pk", flat=True)


@transaction.atomic
def _hold_due(brand: Brand | None, now: datetime) -> None:
    """Holds what came due in the pause and no worker has met yet, so that it does not leave unasked when the pause ends.

    What is skipped is just being claimed: that claim holds it, and ending the pause waits for it. This is a transaction of
    its own, for whoever ends a pause may have no dispatch locked before it.
    """
    if Pause.objects.select_for_update(no_key=True).filter(brand=brand).first() is None:
        raise NotPaused
    reason = "brand_paused" if brand else "all_paused"
    due = due_in_a_pause(brand, now).filter(state__in=_STILL).order_by("pk")
    rows = list(due.select_for_update(no_key=True, skip_locked=True, of=("self",)))
    hold_all(rows, reason)


def _carry_out(held: QuerySet[Dispatch], choose: Choose, now: datetime, *, by: str, because: str) -> Counter[str]:
    leaving: list[int] = []
    done: Counter[str] = Counter()
    told: list[Announcement] = []
    for one in held.select_for_update(no_key=True, of=("self",)).order_by("due_at", "pk"):
        choice = choose(one)
        if choice == rules.DISCARD and queries.cannot_be_taken_back(one):
            choice = rules.ASK
        if choice == rules.SEND:
            leaving.append(one.pk)
            continue
        done["dated" if isinstance(choice, datetime) else choice] += 1
        told += _put(one, choice, now)
    record_all(told, by=by, because=because)
    chosen = Dispatch.objects.filter(pk__in=leaving)
    done[rules.SEND] = actions.release_these(chosen, by=by, because=because, until=now + actions.TOLERANCE)
    return +done


def _put(one: Dispatch, choice: rules.Choice, now: datetime) -> list[Announcement]:
    if isinstance(choice, datetime):
        tolerance = max(one.expires_at - one.due_at, actions.TOLERANCE)
        move(one, DispatchState.WAITING, due_at=choice, try_at=choice, expires_at=max(choice, now) + tolerance, reason="", detail="")
        return [facts.DispatchChanged(**named(one)), facts.DispatchReleased(**named(one))]
    if choice == rules.DISCARD:
        move(one, DispatchState.CANCELLED)
        return [facts.DispatchCancelled(**named(one))]
    if one.reason in rules.FOR_A_PERSON:
        return []
    move(one, DispatchState.HELD, reason="review")
    return [facts.DispatchHeld(**named(one), reason="review")]
