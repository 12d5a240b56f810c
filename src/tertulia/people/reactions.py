"""What people's records do by themselves: look for pairs, carry out what was asked for, throw away old copies."""

from collections.abc import Sequence

from tertulia.journal.actions import SYSTEM
from tertulia.kit import clock
from tertulia.kit.jobs import Wake, job, watch
from tertulia.people import erasing, exporting, joining, queries


@job
def compare() -> None:
    """Looks whom the profiles that spoke are like."""
    while joining.compare():
        pass


@watch(every=5.0)
def profiles_to_compare() -> Sequence[Wake]:
    """Whether any spoke that was never compared."""
    return [Wake(compare, {}, lock="compare_profiles")] if queries.to_compare(clock.now(), 1) else []


@job
def erase(erasure_id: int) -> None:
    """Carries out one erasure whose grace is over."""
    erasing.erase(erasure_id, by=SYSTEM)


@job
def finish_erasure(erasure_id: int) -> None:
    """Ends one erasure, if every part did its own."""
    erasing.finish(erasure_id, by=SYSTEM)


@watch(every=5.0)
def erasures() -> Sequence[Wake]:
    """Those that are due, and those that may be done."""
    now = clock.now()
    due = [Wake(erase, {"erasure_id": pk}, lock=f"erase:{pk}") for pk in queries.erasures_due(now)]
    # nothing to do while a part is still at it: asked again at the next beat
    return due + [Wake(finish_erasure, {"erasure_id": pk}, lock=f"erased:{pk}") for pk in queries.erasures_ready(now)]


@job
def make_export(export_id: int) -> None:
    """Makes one copy."""
    exporting.make(export_id, by=SYSTEM)


@watch(every=2.0, told=True)
def exports_to_make() -> Sequence[Wake]:
    """The copies that were asked for."""
    return [Wake(make_export, {"export_id": pk}, lock=f"export:{pk}") for pk in queries.exports_to_make(clock.now())]


@job
def throw_away() -> None:
    """Throws away copies that were kept long enough."""
    exporting.throw_away(by=SYSTEM)


@watch(every=3600.0)
def old_exports() -> Sequence[Wake]:
    """Always: it costs little."""
    return [Wake(throw_away, {}, lock="old_exports")]
