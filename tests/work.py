"""What the workers would do, done here and now: for tests that want the outcome and not the waiting."""

from __future__ import annotations

from tertulia.kit import jobs


def settle(most: int = 200) -> int:
    """Runs every job that is due, and those that they make due, until nothing is; how many ran.

    Each watch is asked as the workers' waker would ask it; a job that stays due for ever fails the test.
    """
    ran = 0
    seen: dict[str, int] = {}
    while due := [wake for watch in jobs._watches if watch.every <= 5 for wake in watch.find() if _is_ours(wake)]:
        for wake in due:
            wake.job.func(**wake.arguments)
            ran += 1
            seen[wake.lock] = seen.get(wake.lock, 0) + 1
        busy = [lock for lock, times in seen.items() if times > most]
        assert not busy, f"never ends: {busy}"
    return ran


def _is_ours(wake: jobs.Wake) -> bool:
    """The public of the plaza speaks when it likes; tests speak for it."""
    return not wake.job.name.startswith("plaza.")
