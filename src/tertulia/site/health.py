"""``/healthz`` for machines, and ``/salud/`` for whoever is in charge of a brand: is everything working, and if not, what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from tertulia import __version__, networks
from tertulia.brands.doors import LAST_SEEN, BrandRequest, for_brand
from tertulia.brands.facts import Role
from tertulia.brands.models import Member, Membership
from tertulia.brands.tabs import show
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.outbox import words
from tertulia.outbox.models import Bucket
from tertulia.outbox.pausing import keeps_the_installation
from tertulia.outbox.queries import oldest_due
from tertulia.reports.words import length
from tertulia.site import vitals
from tertulia.site.context import FAILING

#: With less of the disk free than this share, and less than this many bytes, somebody should look.
_TIGHT, _SMALL = 0.05, 2 * 2**30


def healthz(request: HttpRequest) -> JsonResponse:
    """200 or 503, and the figures either way: ``database``, ``workers`` beating, ``late_s`` of the oldest due dispatch.

    ``warnings``, if there are any, name what somebody should look at though nothing is at a stop: reactions that a fact broke.
    """
    try:
        workers, late, stopped = vitals.beating(), oldest_due(clock.now()), vitals.stopped()
    except (DatabaseError, PoolTimeout):
        return JsonResponse({"ok": False, "database": False}, status=503)
    well = workers > 0 and late <= vitals.LATE
    told: dict[str, Any] = {"ok": well, "database": True, "workers": workers, "late_s": round(late.total_seconds(), 1)}
    if stopped:
        told["warnings"] = sorted({f"reaction {one.name} stopped" for one in stopped})
    return JsonResponse(told, status=200 if well else 503)


# --------------------------------------------------------------------------- the page


@login_required
def page(request: HttpRequest) -> HttpResponseBase:
    """To a member who is in charge of some brand, in the frame of the one they saw last; to nobody else."""
    mine = Membership.objects.filter(member=cast(Member, request.user), role=Role.OWNER)
    slugs = list(mine.order_by("brand__name").values_list("brand__slug", flat=True))
    if not slugs:
        raise PermissionDenied("manage")
    last = request.COOKIES.get(LAST_SEEN, "")
    return _page(request, slug=last if last in slugs else slugs[0])


@for_brand("manage")
@require_safe
def _page(request: BrandRequest) -> HttpResponse:
    health = _health(request.user, clock.now())
    context = {"health": health, "late": _lasting(health.late)}
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "site/health_body.html", context)
    return show(request, "site/health.html", context)


def _lasting(time: timedelta) -> str:
    seconds = round(time.total_seconds())
    return _("%(n)s s") % {"n": seconds} if seconds < 60 else length(seconds)


@dataclass(frozen=True, slots=True)
class Closed:
    """A limit that keeps dispatches back: of whom, until when, and why."""

    network: str
    name: str
    verbs: Sequence[str]
    until: datetime
    why: Any


@dataclass(frozen=True, slots=True)
class Health:
    """Everything the page shows. What is of brands that the member does not see is counted, not named.

    ``keeper``: the member began this installation, and may read what broke a reaction.
    """

    workers: Sequence[vitals.Worker]
    late: timedelta
    due: int
    jobs: dict[str, int]
    leases: dict[str, int]
    closed: Sequence[Closed]
    closed_elsewhere: int
    failing: Sequence[Channel]
    failing_elsewhere: int
    stopped: Sequence[vitals.Stopped]
    behind: int
    database_bytes: int
    disk_free: int
    disk_total: int
    version: str
    keeper: bool

    @property
    def beating(self) -> int:
        """How many workers beat."""
        return sum(one.alive for one in self.workers)

    @property
    def is_late(self) -> bool:
        """Whether what is due waits too long."""
        return self.late > vitals.LATE

    @property
    def tight(self) -> bool:
        """Whether the disk is nearly full."""
        return self.disk_free < self.disk_total * _TIGHT or self.disk_free < _SMALL

    @property
    def well(self) -> bool:
        """As ``/healthz`` says."""
        return self.beating > 0 and not self.is_late

    @property
    def calm(self) -> bool:
        """Nothing to look at."""
        return self.well and not (self.stopped or self.failing or self.failing_elsewhere or self.tight or self.leases["lost"])


def _health(member: Member, now: datetime) -> Health:
    brands = set(member.memberships.values_list("brand_id", flat=True))
    failing = list(Channel.objects.filter(FAILING).select_related("brand").order_by("failing_since"))
    mine = [one for one in failing if one.brand_id in brands]
    buckets = vitals.closed(now)
    closed = [told for one in buckets if (told := _closed(one, brands))]
    free, total = vitals.disk()
    return Health(
        vitals.workers(), oldest_due(now), vitals.due(now), vitals.jobs(), vitals.leases(now), closed, len(buckets) - len(closed),
        mine, len(failing) - len(mine), vitals.stopped(), sum(vitals.behind().values()), vitals.database_bytes(), free, total,
        __version__, keeps_the_installation(member))


def _closed(bucket: Bucket, brands: set[int]) -> Closed | None:
    """The limit in words; None if it is of an account that the member does not see."""
    kind, _separator, rest = bucket.scope.partition(":")
    verbs = [str(words.VERBS.get(one, (one, ""))[0]) for one in bucket.verbs]
    why = words.why(bucket.reason, "waiting")
    what = why.what if why else ""
    if kind == "account":
        channel = Channel.objects.filter(pk=int(rest), brand_id__in=brands).first()
        return Closed(channel.network, channel.handle, verbs, bucket.until, what) if channel else None  # type: ignore[arg-type]
    network, _separator, server = rest.partition("@")
    title = networks.manifest(network).title if network in networks.names() else network
    return Closed(network, f"{title} · {server.partition('//')[2] or server}" if server else title, verbs, bucket.until, what)  # type: ignore[arg-type]
