"""What the tests of one step play: posts for every kind of network, and a worker that stands still with them."""

from __future__ import annotations

import subprocess

from tests.fire.house import House
from tests.fire.kinds import KINDS


def posts(house: House, each: int = 1) -> None:
    """So many for every kind, due now: of one each, all are at the same step when every lane has come to it."""
    house.queue([channels[0] for channels in house.channels.values()], each * len(KINDS))


def stopped_at(house: House, step: str) -> subprocess.Popen[bytes]:
    """A worker that stands still with a dispatch of every kind at this step."""
    worker = house.work({step: {"do": "stop", "when": len(KINDS)}})
    house.until(lambda: house.stopped(worker))
    return worker
