"""Reading dispatches: brand first, but for the worker, who sees what is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from tertulia.brands.models import Brand
from tertulia.outbox.models import Attempt, Dispatch, DispatchState, Limit
from tertulia.outbox.rules import NEEDS_A_PERSON, ON_THE_WAY


def dispatches_of(brand: Brand, state: str = "", channel_id: int | None = None) -> QuerySet[Dispatch]:
    """The brand's dispatches, with their channels; ``state`` may be "attention" (what needs a person) or "on_the_way"."""
    rows = Dispatch.objects.filter(brand=brand).select_related("channel")
    if several := {"attention": NEEDS_A_PERSON, "on_the_way": ON_THE_WAY}.get(state):
        rows = rows.filter(state__in=several)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(channel_id=channel_id) if channel_id else rows


def dispatch_of(brand: Brand, pk: int) -> Dispatch:
    """One of the brand's dispatches; ``Dispatch.DoesNotExist`` if it is another's."""
    return Dispatch.objects.select_related("channel", "brand").get(brand=brand, pk=pk)


def counts(brand: Brand) -> dict[str, int]:
    """How many dispatches of the brand are open, by state."""
    opened = Dispatch.objects.filter(brand=brand).exclude(state__in=[DispatchState.SENT, DispatchState.CANCELLED])
    return dict(opened.order_by().values_list("state").annotate(Count("pk")))


def sent_since(brand: Brand, moment: datetime) -> int:
    """How many of the brand's dispatches left since ``moment``; things due up to two days earlier are looked at."""
    late = moment - timedelta(days=2)
    return Dispatch.objects.filter(brand=brand, due_at__gte=late, state=DispatchState.SENT, sent_at__gte=moment).count()


def cannot_be_taken_back(dispatch: Dispatch) -> bool:
    """Whether it may be on the network already."""
    return (dispatch.state in (DispatchState.SENDING, DispatchState.SENT, DispatchState.CANCELLED)
            or dispatch.attempts.filter(outcome__in=["", "unsure"]).exists())


def attempts_of(dispatch: Dispatch) -> QuerySet[Attempt]:
    """Every try, first to last."""
    return dispatch.attempts.order_by("version")


def by_external_id(brand: Brand, channel_id: int, external_ids: list[str]) -> dict[str, Dispatch]:
    """The dispatches that made these things on the network."""
    found = Dispatch.objects.filter(brand=brand, channel_id=channel_id, external_id__in=external_ids, state=DispatchState.SENT)
    return {one.external_id: one for one in found}


def due(now: datetime, most: int = 500) -> list[int]:
    """The dispatches, of any brand, that a worker may take now: due ones, and those whose worker died."""
    waiting = Q(state__in=[DispatchState.WAITING, DispatchState.READY], try_at__lte=now)
    abandoned = Q(state=DispatchState.SENDING, lease_until__lte=now)
    closed = Limit.objects.filter(until__gt=now).values_list("scope", flat=True)
    accounts = [int(one.removeprefix("channel:")) for one in closed if one.startswith("channel:")]
    rows = Dispatch.objects.filter(waiting | abandoned).exclude(channel_id__in=accounts)
    return list(rows.order_by("try_at", "id").values_list("pk", flat=True)[:most])


def oldest_due(now: datetime) -> timedelta:
    """How long the oldest dispatch that could leave, of any brand, has been due."""
    oldest = (Dispatch.objects.filter(pk__in=due(now, most=1)).values_list("try_at", flat=True).first())
    return max(now - oldest, timedelta()) if oldest else timedelta()
