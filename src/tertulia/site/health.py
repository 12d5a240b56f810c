"""``/healthz``: green when the database answers, a worker beats and nothing due waits over a minute."""

from __future__ import annotations

from datetime import timedelta

from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse
from psycopg_pool import PoolTimeout

from tertulia.kit import clock
from tertulia.outbox.queries import oldest_due

_BEAT = 30.0  # seconds without a beat after which a worker is dead
_LATE = timedelta(minutes=1)


def healthz(request: HttpRequest) -> JsonResponse:
    """200 or 503, and the figures either way: ``database``, ``workers`` beating, ``late_s`` of the oldest due dispatch."""
    try:
        workers, late = _workers(), oldest_due(clock.now())
    except (DatabaseError, PoolTimeout):
        return JsonResponse({"ok": False, "database": False}, status=503)
    well = workers > 0 and late <= _LATE
    return JsonResponse({"ok": well, "database": True, "workers": workers, "late_s": round(late.total_seconds(), 1)},
                        status=200 if well else 503)


def _workers() -> int:
    with connection.cursor() as sql:
        sql.execute("select count(*) from procrastinate_workers where last_heartbeat > now() - make_interval(secs => %s)", [_BEAT])
        return int(sql.fetchone()[0])
