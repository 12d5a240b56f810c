"""When to ask a network again, when to renew what ends, and what a channel can do."""

from datetime import datetime, timedelta

from tertulia.networks.contract import Manifest

LONGEST_WAIT = timedelta(minutes=15)
#: How long before the end of its credentials a person is told, and long ones are renewed at the latest.
WARNING = timedelta(days=7)
#: Failures in renewing after which a person is told as well.
PATIENCE = 3


def next_poll(now: datetime, manifest: Manifest, failures: int, asked: float | None = None) -> datetime:
    """After a success: the manifest's pace. After failures: doubling, to a ceiling, and never before the network asked."""
    pace = timedelta(seconds=manifest.poll_seconds)
    if not failures:
        return now + pace
    wait: timedelta = min(pace * 2 ** min(failures, 10), max(LONGEST_WAIT, pace))
    return now + max(wait, timedelta(seconds=asked or 0))


def renewal(now: datetime, end: datetime) -> datetime:
    """When to renew credentials got now that serve until ``end``: after four fifths of their life, long ones a week before."""
    life = end - now
    wait: timedelta = min(life * 0.8, life - WARNING if life > 4 * WARNING else life)
    return now + wait


def next_renewal(now: datetime, end: datetime | None, failures: int) -> datetime:
    """After ``failures`` in renewing: 5 minutes, doubling, to six hours, and often enough before they end."""
    wait: timedelta = min(timedelta(minutes=5) * 2 ** min(failures, 10), timedelta(hours=6))
    if end is not None and end > now:
        wait = min(wait, max((end - now) / 4, timedelta(minutes=1)))
    return now + wait


def lacking(manifest: Manifest, granted: frozenset[str], verb: str) -> frozenset[str]:
    """The scopes that ``verb`` needs and the account was not granted."""
    return frozenset(manifest.scopes.get(verb, ())) - granted
