"""Reading dispatches: brand first, but for the worker, who sees what is due."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Count, Q, QuerySet

from tertulia import networks
from tertulia.brands.models import Brand
from tertulia.kit import life
from tertulia.outbox import pacing
from tertulia.outbox.models import Attempt, Bucket, Dispatch, DispatchState, Readback
from tertulia.outbox.pacing import Server, account_of, server_of
from tertulia.outbox.payloads import can_be_asked
from tertulia.outbox.rules import LEASE, MOURNING, NEEDS_A_PERSON, ON_THE_WAY, READ_BACK_WRONG


def dispatches_of(brand: Brand, state: str = "", channel_id: int | None = None) -> QuerySet[Dispatch]:
    """The brand's dispatches, with their channels; ``state`` may be "attention" (what needs a person) or "on_the_way"."""
    rows = Dispatch.objects.filter(brand=brand).select_related("channel", "readback")
    if state == "attention" and (troubled := list(unseen(brand).values_list("dispatch", flat=True))):
        rows = rows.filter(Q(state__in=NEEDS_A_PERSON) | Q(pk__in=troubled))
    elif several := {"attention": NEEDS_A_PERSON, "on_the_way": ON_THE_WAY}.get(state):
        rows = rows.filter(state__in=several)
    elif state:
        rows = rows.filter(state=state)
    return rows.filter(channel_id=channel_id) if channel_id else rows


def dispatch_of(brand: Brand, pk: int) -> Dispatch:
    """One of the brand's dispatches; ``Dispatch.DoesNotExist`` if it is another's."""
    return Dispatch.objects.select_related("channel", "brand", "readback").get(brand=brand, pk=pk)


def counts(brand: Brand) -> dict[str, int]:
    """How many dispatches of the brand are open, by state; and of those sent, how many differ or are gone (``unseen``)."""
    opened = Dispatch.objects.filter(brand=brand).exclude(state__in=[DispatchState.SENT, DispatchState.CANCELLED])
    return {**dict(opened.order_by().values_list("state").annotate(Count("pk"))), "unseen": unseen(brand).count()}


def unseen(brand: Brand) -> QuerySet[Readback]:
    """Of what the brand sent, what is not on the network as it was approved, and nobody took note of yet."""
    return Readback.objects.filter(brand=brand, state__in=READ_BACK_WRONG, seen_at=None)


def closed_until(dispatches: Collection[Dispatch], now: datetime) -> dict[int, datetime]:
    """Until when a limit keeps back each of these dispatches, where one does."""
    scopes = {one.pk: (account_of(one.channel), server_of(one.channel).scope) for one in dispatches}
    closed = list(Bucket.objects.filter(scope__in={name for both in scopes.values() for name in both}, until__gt=now))
    found = {}
    for one in dispatches:
        moments = [row.until for row in closed if row.until and row.scope in scopes[one.pk] and one.verb in (row.verbs or [one.verb])]
        if moments:
            found[one.pk] = max(moments)
    return found


def sent_since(brand: Brand, moment: datetime) -> int:
    """How many of the brand's dispatches left since ``moment``; things due up to two days earlier are looked at."""
    late = moment - timedelta(days=2)
    return Dispatch.objects.filter(brand=brand, due_at__gte=late, state=DispatchState.SENT, sent_at__gte=moment).count()


def cannot_be_taken_back(dispatch: Dispatch) -> bool:
    """Whether it may be on the network already."""
    return (dispatch.state in (DispatchState.SENDING, DispatchState.SENT, DispatchState.CANCELLED)
            or unknown_attempts(dispatch).exists())


def unknown_attempts(dispatch: Dispatch) -> QuerySet[Attempt]:
    """The attempts that may have done it. One that was cut before its first request did not: there that is written down."""
    network = dispatch.channel.network
    known = networks.load(network) if network in networks.names() else None
    noted = known is not None and not can_be_asked(known)
    return dispatch.attempts.filter(Q(outcome="unsure") | (Q(outcome="", left_at__isnull=False) if noted else Q(outcome="")))


def attempts_of(dispatch: Dispatch) -> QuerySet[Attempt]:
    """Every try, first to last."""
    return dispatch.attempts.order_by("version")


def by_external_id(brand: Brand, channel_id: int, external_ids: list[str]) -> dict[str, Dispatch]:
    """The dispatches that made these things on the network."""
    found = Dispatch.objects.filter(brand=brand, channel_id=channel_id, external_id__in=external_ids, state=DispatchState.SENT)
    return {one.external_id: one for one in found}


# --------------------------------------------------------------------------- the engine's own, over all brands

#: A channel's first due dispatch that nothing closed keeps back.
_FIRST = f"""
    select due.id, due.try_at from outbox_dispatch due
    where due.channel_id = channel.id and due.state in ('waiting', 'ready') and due.try_at <= %(now)s
      and {pacing.OPEN.format(verb="due.verb")}
"""

#: How many calls are under way on each server.
_CALLS = """
    select channel.network, channel.base_url, count(*) under_way from outbox_dispatch cut
      join channels_channel channel on channel.id = cut.channel_id
    where cut.state = 'sending' group by channel.network, channel.base_url
"""


def servers_with_due(now: datetime, most: int = 5) -> list[tuple[Server, int, int]]:
    """The servers where something may leave now, each with how much (``most`` a channel is counted) and the calls under way."""
    with connection.cursor() as sql:
        sql.execute(f"""
            select network, base_url, count(*), coalesce(max(calls.under_way), 0) from channels_channel channel
                cross join lateral ({_FIRST} limit {most}) first
                left join ({_CALLS}) calls using (network, base_url)
            group by network, base_url""", {"now": now})
        return [(Server(network, base_url), many, under_way) for network, base_url, many, under_way in sql.fetchall()]


def next_due(now: datetime, server: Server, parallel: int, but: Sequence[int] = ()) -> int | None:
    """The dispatch that leaves next on a server, by its hour. ``but``: not these.

    None also while ``parallel`` dispatches are being sent there.
    """
    with connection.cursor() as sql:
        sql.execute(f"""
            select first.id from channels_channel channel
                cross join lateral ({_FIRST} and due.id <> all(%(but)s) order by due.try_at, due.id limit 1) first
            where channel.network = %(network)s and channel.base_url = %(base_url)s and %(parallel)s > (
                select count(*) from outbox_dispatch cut join channels_channel on channels_channel.id = cut.channel_id
                where cut.state = 'sending' and network = %(network)s and base_url = %(base_url)s)
            order by first.try_at, first.id limit 1""",
            {"now": now, "network": server.network, "base_url": server.base_url, "parallel": parallel, "but": list(but)})
        row = sql.fetchone()
        return int(row[0]) if row else None


def abandoned(now: datetime, most: int = 200) -> list[int]:
    """What is being sent by nobody: its lease ended, or its process did, some moments after its last request.

    A lease longer than any was given by a clock that has gone back since.
    """
    with connection.cursor() as sql:
        sql.execute(f"""select cut.id from outbox_dispatch cut where cut.state = 'sending' and (cut.lease_until <= %(now)s or (
            (cut.lease_until <= %(mourned)s or cut.lease_until > %(longest)s) and not {life.LIVES.format(life="cut.life")}))
            order by cut.lease_until limit %(most)s""",
            {"now": now, "mourned": now + LEASE - MOURNING, "longest": now + LEASE, "most": most})
        return [pk for (pk,) in sql.fetchall()]


def oldest_due(now: datetime) -> timedelta:
    """How long the oldest dispatch that could leave, of any brand, has been due."""
    with connection.cursor() as sql:
        sql.execute(f"""select min(first.try_at) from channels_channel channel
            cross join lateral ({_FIRST} order by due.try_at, due.id limit 1) first""", {"now": now})
        oldest = sql.fetchone()[0]
    return max(now - oldest, timedelta()) if oldest else timedelta()


def to_mark_ready(now: datetime, most: int = 200) -> list[int]:
    """Dispatches whose hour came some seconds ago and that still wait, at most ``most`` a channel: others go first, or a limit."""
    with connection.cursor() as sql:
        sql.execute("""select turn.id from channels_channel channel cross join lateral (
            select due.id from outbox_dispatch due where due.channel_id = channel.id and due.state = 'waiting'
              and due.state in ('waiting', 'ready') and due.try_at <= %(now)s and due.version = 0 and due.due_at <= %(while)s
            order by due.try_at, due.id limit %(most)s) turn""", {"now": now, "while": now - timedelta(seconds=5), "most": most})
        return [pk for (pk,) in sql.fetchall()]
