"""The worker lets the public speak: every few seconds where a brand of the plaza may be waiting for it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from tertulia.kit import clock, jobs
from tertulia.plaza import public, queries


@jobs.job
def speak_up() -> None:
    """Says what is due. ``TERTULIA_PLAZA_PACE``: how many times faster than life (1)."""
    public.tick(clock.now(), pace=float(getattr(settings, "TERTULIA_PLAZA_PACE", 1)))


@jobs.watch(every=5)
def somebody_listens() -> Sequence[jobs.Wake]:
    """Nothing is said to nobody."""
    return [jobs.Wake(speak_up, {}, "plaza.speak_up")] if queries.brands().exists() else []
