"""Workers killed, stopped, and cut off at every step: each dispatch is on its network once, or says why not."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest

from tertulia.kit import database
from tests.fire.house import House, states
from tests.fire.kinds import KINDS

STEPS = ("claimed", "opened", "before_request", "after_response", "before_written", "written")


@pytest.fixture(scope="module")
def streets(ground: House) -> House:
    """An account on a network of every kind."""
    for kind in KINDS:
        ground.open(kind, delay=0.05)
    return ground


@pytest.fixture
def street(streets: House, house: House) -> House:
    return house


def posts(house: House) -> None:
    """Two for every kind, due now."""
    house.queue([channels[0] for channels in house.channels.values()], 2 * len(KINDS))


def stopped_at(house: House, step: str) -> subprocess.Popen[bytes]:
    """A worker that stands still with a dispatch of every kind at this step."""
    worker = house.work({step: {"do": "stop", "when": len(KINDS)}})
    house.until(lambda: house.stopped(worker))
    return worker


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(street: House, step: str) -> None:
    posts(street)
    first = street.work({step: {"do": "kill", "when": len(KINDS)}})
    assert first.wait(40) == -signal.SIGKILL, street.logs()
    street.pass_time()
    street.work()
    street.settle()
    assert not (verdict := street.judge()).faults(), verdict


@pytest.mark.parametrize("step", STEPS)
def test_stopped_at_a_step_for_so_long_that_another_does_it_and_then_set_going(street: House, step: str) -> None:
    posts(street)
    slow = stopped_at(street, step)
    time.sleep(0.6)
    street.pass_time()
    street.work()
    street.settle()
    slow.send_signal(signal.SIGCONT)
    time.sleep(0.7)  # what it still does wrong, it does at once
    assert not (verdict := street.judge()).faults(), verdict


@pytest.mark.parametrize("step", ["claimed", "before_request", "after_response", "before_written"])
def test_the_database_is_started_again_at_a_step(street: House, step: str) -> None:
    posts(street)
    worker = stopped_at(street, step)
    database.stop()
    worker.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    database.ensure()
    street.reconnect()
    time.sleep(2.5)  # the worker has noticed and begun again
    street.pass_time()
    street.settle()
    assert worker.poll() is None
    assert not (verdict := street.judge()).faults(), verdict


@pytest.mark.parametrize("step", ["claimed", "before_request", "after_response"])
def test_the_network_is_cut_at_a_step(street: House, step: str) -> None:
    posts(street)
    worker = stopped_at(street, step)
    street.networks("cut")
    worker.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    street.networks("mend")
    street.settle()
    assert not (verdict := street.judge()).faults(), verdict


def test_a_worker_that_stands_still_while_claiming_holds_up_nobody_for_a_minute(street: House) -> None:
    """Its locks would: a server's row, a channel, the cursor of a reaction. Nobody helps here but the database itself."""
    street.queue([channels[0] for channels in street.channels.values()], 12 * len(KINDS))
    stopped_at(street, "claimed")
    street.work()
    left = len(KINDS) * 5  # what the one that stands still may have in its hands: its leases are not over
    street.until(lambda: states().get("sent", 0) >= 12 * len(KINDS) - left, 60)


def test_killed_while_the_network_is_still_thinking(street: House) -> None:
    """What left before the kill may be done seconds after it: whoever takes over must not look too soon."""
    posts(street)
    for place in range(len(KINDS)):
        street.networks("slow", at=place, seconds=[8.0, 8.0])
    first = street.work()
    street.until(lambda: street.sending() >= len(KINDS))
    time.sleep(0.3)
    killed = time.monotonic()
    first.kill()
    first.wait()
    street.work()
    street.settle(70)
    time.sleep(max(0.0, killed + 9 - time.monotonic()))
    assert not (verdict := street.judge()).faults(), verdict
