"""Workers killed, stopped, and cut off at every step: each dispatch is on its network once, or says why not."""

from __future__ import annotations

import signal
import time

import pytest

from tertulia.kit import database
from tests.fire.house import House
from tests.fire.kinds import KINDS
from tests.fire.street import posts, stopped_at

STEPS = ("claimed", "opened", "before_request", "after_response", "before_written", "written")


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step(street: House, step: str) -> None:
    posts(street)
    first = street.work({step: {"do": "kill", "when": len(KINDS)}})
    assert first.wait(40) == -signal.SIGKILL, street.logs()
    street.pass_time()
    street.work()
    street.settle()
    verdict = street.judge()
    assert not verdict.faults(), verdict


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
    verdict = street.judge()
    assert not verdict.faults(), verdict


@pytest.mark.parametrize("step", ["before_request", "after_response"])
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
    verdict = street.judge()
    assert not verdict.faults(), verdict


@pytest.mark.parametrize("step", ["before_request", "after_response"])
def test_the_network_is_cut_at_a_step(street: House, step: str) -> None:
    posts(street)
    worker = stopped_at(street, step)
    street.networks("cut")
    worker.send_signal(signal.SIGCONT)
    time.sleep(0.5)
    street.networks("mend")
    street.settle()
    verdict = street.judge()
    assert not verdict.faults(), verdict
