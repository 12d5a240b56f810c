"""``/metrics``: the figures of ``vitals`` and a few more, in Prometheus' text format.

All of them are asked of the database at each scrape, by whichever process is asked: no process counts anything itself, so
nothing is lost with one, and any number of them say the same. For the same reason attempts are counted over the last hour:
a table has no counters that only rise, and counting all that ever was would cost more each day.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from tertulia import __version__
from tertulia.kit import clock
from tertulia.outbox.models import DispatchState
from tertulia.outbox.queries import oldest_due
from tertulia.site import vitals

#: Attempts are counted over this long.
WINDOW = timedelta(hours=1)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for whoever asks on this very machine or knows ``TERTULIA_METRICS_TOKEN`` (``Authorization: Bearer …``)."""
    if not _allowed(request):
        return HttpResponseForbidden("TERTULIA_METRICS_TOKEN\n", content_type="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Installation())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _allowed(request: HttpRequest) -> bool:
    if token := os.environ.get("TERTULIA_METRICS_TOKEN", ""):
        said = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return secrets.compare_digest(said.encode(), token.encode())
    # a proxy on this machine speaks for others: whoever comes through one is not of this machine
    if any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


class _Installation(Collector):
    """Reads everything anew each time it is asked."""

    def collect(self) -> Iterator[Metric]:
        now = clock.now()
        yield _gauge("info", "The version that runs.", ["version"], {(__version__,): 1})
        yield from _outbox(now)
        yield from _reactions()
        yield from _rest(now)


def _outbox(now: Any) -> Iterator[Metric]:
    states = dict(vitals.rows("select state, count(*) from outbox_dispatch group by state"))
    yield _gauge("dispatches", "Dispatches, by state.", ["state"], {(one,): states.get(one, 0) for one in DispatchState.values})
    yield _gauge("dispatches_due", "Dispatches whose hour has come and that have not left.", [], {(): vitals.due(now)})
    yield _gauge("dispatch_late_seconds", "How long the oldest dispatch that could leave has been due.", [],
                 {(): oldest_due(now).total_seconds()})
    attempts = vitals.rows("""
        select channel.network, coalesce(nullif(attempt.outcome, ''), 'open'), count(*)
        from outbox_attempt attempt join outbox_dispatch dispatch on dispatch.id = attempt.dispatch_id
            join channels_channel channel on channel.id = dispatch.channel_id
        where attempt.started_at > %s group by 1, 2""", now - WINDOW)
    yield _gauge("attempts_last_hour", "Attempts begun in the last hour, by network and outcome.", ["network", "outcome"],
                 {(network, outcome): many for network, outcome, many in attempts})
    yield _gauge("leases", "What is held just now, by what for; lost: ended with nobody to go on.", ["kind"],
                 {(kind,): many for kind, many in vitals.leases(now).items()})
    closed = vitals.closed(now)
    yield _gauge("buckets_closed", "Accounts and servers that nothing may be sent to just now.", ["scope"],
                 {(kind,): sum(one.scope.startswith(kind) for one in closed) for kind in ("account", "app")})
    waiting = vitals.rows("select count(*) from notices_delivery where sent_at is null and due_at is not null")
    yield _gauge("notices_waiting", "Notices that wait to be mailed or pushed.", [], {(): waiting[0][0]})


def _reactions() -> Iterator[Metric]:
    stopped = {one.name for one in vitals.stopped()}
    behind = vitals.behind()
    yield _gauge("reaction_behind_facts", f"Facts that a reaction has not read; {vitals.MOST_BEHIND} a shard at most are counted.",
                 ["reaction"], {(name,): many for name, many in behind.items()})
    yield _gauge("reaction_stopped", "1 where a fact broke the reaction.", ["reaction"], {(name,): name in stopped for name in behind})


def _rest(now: Any) -> Iterator[Metric]:
    yield _gauge("workers", "Worker processes that beat.", [], {(): vitals.beating()})
    yield _gauge("jobs", "Jobs, by status.", ["status"], {(status,): many for status, many in vitals.jobs().items()})
    channels = vitals.rows("select network, state, count(*) from channels_channel group by 1, 2")
    yield _gauge("channels", "Channels, by network and state.", ["network", "state"],
                 {(network, state): many for network, state, many in channels})
    failing = vitals.rows("select count(*) from channels_channel where state = 'active' and failing_since is not null")
    yield _gauge("channels_failing", "Channels that are connected and do not answer.", [], {(): failing[0][0]})
    arrivals = vitals.rows("select count(*) from channels_arrival where stored_at is null")
    yield _gauge("arrivals_waiting", "Things that arrived and the inbox has not stored.", [], {(): arrivals[0][0]})
    pending = vitals.rows("select count(*) from inbox_conversation where waiting_since is not null and state = 'open'")
    yield _gauge("conversations_pending", "Conversations that wait for an answer of ours.", [], {(): pending[0][0]})
    unread = vitals.rows(
        "select count(*) from inbox_message where reading is null and not ours and received_at > %s", now - timedelta(days=1))
    yield _gauge("messages_unread", "Messages of the last day that have not been understood yet.", [], {(): unread[0][0]})
    yield _gauge("database_bytes", "The size of the database.", [], {(): vitals.database_bytes()})
    free, total = vitals.disk()
    yield _gauge("disk_bytes", "The disk of the data folder.", ["kind"], {("free",): free, ("total",): total})


def _gauge(name: str, what: str, labels: list[str], values: dict[tuple[str, ...], float]) -> Metric:
    metric = GaugeMetricFamily(f"tertulia_{name}", what, labels=labels)
    for told, value in values.items():
        metric.add_metric(list(told), value)
    return metric
