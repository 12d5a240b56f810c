"""What cannot be hurried: a worker that stands still with locks in its hands, and a network that thinks for long."""

from __future__ import annotations

import time

from tests.fire.house import House, states
from tests.fire.kinds import KINDS
from tests.fire.street import posts, stopped_at


def test_a_worker_that_stands_still_while_claiming_holds_up_nobody_for_a_minute(street: House) -> None:
    """Its locks would: a server's row, a channel, the cursor of a reaction. Nobody helps here but the database itself."""
    posts(street, 12)
    stopped_at(street, "claimed")
    street.work()
    left = len(KINDS) * 5  # what the one that stands still may have in its hands: its leases are not over
    street.until(lambda: states().get("sent", 0) >= 12 * len(KINDS) - left, 60)


def test_killed_while_the_network_is_still_thinking(street: House) -> None:
    """What left before the kill may be done seconds after it: whoever takes over must not look too soon."""
    posts(street, 2)
    for place in range(len(KINDS)):
        street.networks("slow", at=place, seconds=[8.0, 8.0])
    first = street.work()
    street.until(lambda: street.sending() >= len(KINDS))
    time.sleep(0.3)
    killed = time.monotonic()
    first.kill()
    first.wait()
    street.work()
    time.sleep(max(0.0, killed + 10 - time.monotonic()))  # real time: a jump would look before the network had a chance
    street.settle(70)
    verdict = street.judge()
    assert not verdict.faults(), verdict
