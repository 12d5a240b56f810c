"""When something may reach a member: values in, moments out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

#: What happens within this time is one letter.
GATHER = timedelta(minutes=1)
#: How long what a member was told is kept.
KEPT = timedelta(days=365)
#: Tries of a letter, with a rest that doubles from a minute, before it is given up: two hours.
MOST_TRIES = 7


@dataclass(frozen=True, slots=True)
class Quiet:
    """When a member is left in peace, on a clock of theirs."""

    begins: time
    ends: time
    zone: ZoneInfo
    weekends: bool = False
    urgent_passes: bool = True


def after_quiet(moment: datetime, quiet: Quiet | None) -> datetime:
    """``moment``, or the end of the quiet hours in which it falls."""
    if quiet is None:
        return moment
    local = moment.astimezone(quiet.zone)
    for _span in range(4):  # a night, a weekend and its night
        if (end := _quiet_until(local.replace(tzinfo=None), quiet)) is None:
            return moment
        local = end.replace(tzinfo=quiet.zone)
        moment = local.astimezone(moment.tzinfo)
    return moment


def _quiet_until(clock: datetime, quiet: Quiet) -> datetime | None:
    """Until when a wall clock that says ``clock`` is quiet; None: it is not."""
    if quiet.weekends and clock.weekday() >= 5:
        return datetime.combine(clock.date() + timedelta(days=7 - clock.weekday()), time(0))
    now, begins, ends = clock.time(), quiet.begins, quiet.ends
    if begins < ends and begins <= now < ends:
        return datetime.combine(clock.date(), ends)
    if begins > ends and now >= begins:
        return datetime.combine(clock.date() + timedelta(days=1), ends)
    if begins > ends and now < ends:
        return datetime.combine(clock.date(), ends)
    return None


def mail_due(now: datetime, *, hourly: bool, quiet: Quiet | None) -> datetime:
    """When a mail of something told ``now`` leaves."""
    due = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1) if hourly else now + GATHER
    return after_quiet(due, quiet)


def next_digest(after: datetime, zone: ZoneInfo, hour: time, weekday: int | None) -> datetime:
    """The first moment after ``after`` at which a clock of ``zone`` says ``hour``, of that weekday (0 is Monday) if given."""
    day = after.astimezone(zone).date()
    while True:
        moment = datetime.combine(day, hour, zone)
        if moment > after and weekday in (None, moment.weekday()):
            return moment
        day += timedelta(days=1)


def rest(tries: int) -> timedelta | None:
    """How long a letter waits after its so-manieth try failed; None: it is given up."""
    return timedelta(minutes=2 ** min(tries - 1, 6)) if tries < MOST_TRIES else None
