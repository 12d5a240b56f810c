"""When to ask a network again, and what a channel can do."""

from datetime import datetime, timedelta

from tertulia.networks.contract import Manifest

LONGEST_WAIT = timedelta(minutes=15)


def next_poll(now: datetime, manifest: Manifest, failures: int, asked: float | None = None) -> datetime:
    """After a success: the manifest's pace. After failures: doubling, to a ceiling, and never before the network asked."""
    pace = timedelta(seconds=manifest.poll_seconds)
    if not failures:
        return now + pace
    wait: timedelta = min(pace * 2 ** min(failures, 10), max(LONGEST_WAIT, pace))
    return now + max(wait, timedelta(seconds=asked or 0))


def lacking(manifest: Manifest, granted: frozenset[str], verb: str) -> frozenset[str]:
    """The scopes that ``verb`` needs and the account was not granted."""
    return frozenset(manifest.scopes.get(verb, ())) - granted
