"""What the workers would do, done here and now: for tests that want the outcome and not the waiting."""

from tertulia.kit.jobs import drain


def settle() -> int:
    """Does all that is due; how many jobs. The public of the plaza is left out: tests speak for it."""
    return drain(skip="plaza.")
