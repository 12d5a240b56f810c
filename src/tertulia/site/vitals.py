"""How the installation is, figure by figure, for the health page and the metrics: all of it asked of the database when wanted."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tertulia.journal.models import Cursor, Fact
from tertulia.journal.reactions import reactions
from tertulia.kit import clock
from tertulia.kit.database import data_folder
from tertulia.outbox.models import Bucket

#: How long a worker may be silent before it counts as dead.
BEAT = timedelta(seconds=30)
#: How late the oldest due dispatch may be before the installation is unwell.
LATE = timedelta(minutes=1)
#: Facts that a reaction has not read are counted up to here.
MOST_BEHIND = 10_000


def rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query over the whole installation finds."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker process, by its number, and the jobs it is at. One that is not ``alive`` is about to be forgotten."""

    pk: int
    beat_at: datetime
    alive: bool
    doing: Sequence[str]


def workers() -> list[Worker]:
    """Every worker that beats or did until a moment ago."""
    found = rows("""
        select worker.id, last_heartbeat, last_heartbeat > now() - %s,
            coalesce(array_agg(distinct task_name::text) filter (where task_name is not null), '{}')
        from procrastinate_workers worker left join procrastinate_jobs job on job.worker_id = worker.id and job.status = 'doing'
        group by worker.id order by worker.id""", BEAT)
    return [Worker(*row) for row in found]


def beating() -> int:
    """How many workers beat."""
    return int(rows("select count(*) from procrastinate_workers where last_heartbeat > now() - %s", BEAT)[0][0])


def jobs() -> dict[str, int]:
    """How many jobs wait (``todo``) and are done just now (``doing``); a job that ended leaves nothing."""
    found = dict(rows("select status::text, count(*) from procrastinate_jobs group by 1"))
    return {name: found.get(name, 0) for name in ("todo", "doing")}


def due(now: datetime) -> int:
    """How many dispatches could leave now, were nothing closed to them."""
    return int(rows("""
        select count(*) from channels_channel channel cross join lateral (
            select 1 from outbox_dispatch due
            where due.channel_id = channel.id and due.state in ('waiting', 'ready') and due.try_at <= %s) found""", now)[0][0])


def leases(now: datetime) -> dict[str, int]:
    """What somebody holds just now, by what it is for; ``lost``: dispatches whose lease ended with nobody to go on."""
    row = rows("""select
        (select count(*) from outbox_dispatch where state = 'sending' and lease_until > %s),
        (select count(*) from outbox_dispatch where state = 'sending' and lease_until <= %s),
        (select count(*) from channels_channel where polling_until > %s),
        (select count(*) from channels_channel where renewing_until > %s),
        (select count(*) from notices_delivery where sent_at is null and lease_until > %s)""", now, now, now, now, now)[0]
    return dict(zip(("sending", "lost", "collecting", "renewing", "mailing"), row, strict=True))


def closed(now: datetime) -> list[Bucket]:
    """What keeps dispatches back: accounts and servers of networks, until when and why."""
    return list(Bucket.objects.filter(until__gt=now).order_by("until"))


# --------------------------------------------------------------------------- reactions


@dataclass(frozen=True, slots=True)
class Stopped:
    """A reaction that a fact broke: it tries that fact again at ``retry_at``, and reads no further meanwhile."""

    name: str
    fact: str
    fact_id: int | None
    error: str
    failures: int
    retry_at: datetime | None  # None: now


def stopped() -> list[Stopped]:
    """The reactions that do not go on, with the last line of why."""
    cursors = list(Cursor.objects.exclude(error="").filter(reaction__in=reactions()).order_by("reaction", "shard"))
    facts = dict(Fact.objects.filter(pk__in=[one.broken_fact_id for one in cursors]).values_list("pk", "name"))
    return [Stopped(one.reaction, facts.get(one.broken_fact_id or 0, ""), one.broken_fact_id, one.error.strip().splitlines()[-1],
                    one.failures, one.retry_at if one.retry_at and one.retry_at > clock.now() else None) for one in cursors]


def behind() -> dict[str, int]:
    """How many facts each reaction has not read yet; at most ``MOST_BEHIND`` a shard are counted."""
    found = dict(rows("""
        select reaction, sum(many) from journal_cursor cursor cross join lateral (
            select count(*) as many from (
                select 1 from journal_fact fact where fact.shard = cursor.shard
                  and (fact.transaction, fact.id) > (cursor.transaction, cursor.fact_id)
                limit %s) unread) counted
        group by reaction""", MOST_BEHIND))
    return {name: int(found.get(name, 0)) for name in reactions()}


# --------------------------------------------------------------------------- room


def database_bytes() -> int:
    """How big the database is."""
    return int(rows("select pg_database_size(current_database())")[0][0])


def disk() -> tuple[int, int]:
    """Bytes free, and in all, where the data folder is."""
    found = shutil.disk_usage(data_folder())
    return found.free, found.total
