"""Posts follow what becomes of their dispatches, and keep their hour when a zone's rules change; series make their posts ahead."""

from __future__ import annotations

from collections.abc import Sequence

from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.journal.reactions import reaction
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.outbox.actions import TooLate
from tertulia.outbox.facts import DispatchChanged
from tertulia.publishing import actions, queries, repeating
from tertulia.publishing.models import Post


@reaction(DispatchChanged)
def follow_dispatches(happened: Sequence[Happened]) -> None:
    """A dispatch that was given another hour takes its post along in the calendar."""
    changed = {one.what.dispatch_id for one in happened}
    for post in Post.objects.filter(variants__dispatch__in=changed).distinct():
        actions.follow(post, by=SYSTEM, because="DispatchChanged")


@job
def make(series_id: int) -> None:
    """Makes the coming posts of one series."""
    repeating.make(series_id)


@watch(every=60.0)
def series_behind() -> Sequence[Wake]:
    """The series whose posts are not made far enough ahead."""
    return [Wake(make, {"series_id": pk}, lock=f"series:{pk}") for pk in queries.to_make(clock.now())]


@job
def keep_hours() -> None:
    """Puts what is scheduled back on its wall clock, where the rules of its zone have changed."""
    for post in queries.adrift(clock.now()):
        try:
            actions.keep_hour(post, by=SYSTEM, because="the zone's rules changed")
        except (TooLate, actions.Stale):
            continue  # it is leaving, or somebody has just given it another hour


@watch(every=86400.0)
def zones() -> Sequence[Wake]:
    """Once a day, and when a worker starts: that is when new rules have come."""
    return [Wake(keep_hours, {}, lock="keep_hours")]
