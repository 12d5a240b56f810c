"""A worker as in life, but for what the harness armed: ``python -m tests.fire.worker``, ``FIRE_STEPS`` in the environment.

``FIRE_STEPS``: ``{"claimed": {"do": "kill", "when": 3}}``. Whoever reaches an armed step waits until ``when`` have, so that
all of them are there when the process is killed (``kill``) or stopped (``stop``); nobody waits longer than five seconds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tertulia.kit import steps
from tertulia.networks.instagram.client import Instagram
from tertulia.site import command

SIGNALS = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
PATIENCE = 5.0


def stopper(do: str, when: int) -> Callable[[], None]:
    """What happens at an armed step; once. Nobody goes a step further before it has."""
    come, done, leading = threading.Barrier(when), threading.Event(), threading.Lock()

    def stop() -> None:
        if done.is_set():
            return
        try:
            come.wait(PATIENCE)
        except threading.BrokenBarrierError:
            pass  # fewer came than were expected: so be it
        with leading:
            if not done.is_set():
                # to this very thread: with os.kill it could go on, and send, until the signal has come to another
                signal.pthread_kill(threading.get_ident(), SIGNALS[do])
                done.set()

    return stop


def main() -> int:
    """Arms, and works."""
    armed: dict[str, dict[str, Any]] = json.loads(os.environ.pop("FIRE_STEPS", "{}"))
    Instagram.settles = timedelta(0)  # the harness hurries rests, and cannot hurry two minutes that a network is waited for
    for step, told in armed.items():
        steps.arm(step, stopper(**told))
    return command.main(["worker"])


if __name__ == "__main__":
    sys.exit(main())
