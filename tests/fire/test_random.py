"""Mishaps at random, by a seed: whatever happens, each post is on its network once, or says why not."""

from __future__ import annotations

import pytest

from tests.fire.burning import HANGS, Fire
from tests.fire.house import House


@pytest.mark.parametrize("seed", [20261122])
def test_a_fire_loses_nothing_and_doubles_nothing(house: House, seed: int) -> None:
    fire = Fire(house, seed)
    fire.lay(200, but=HANGS)
    fire.burn(kills=3)
    fire.end(60)
    verdict = house.judge()
    assert not verdict.faults(), verdict
    assert fire.slowest() < 60
    assert sum(verdict.states.values()) == fire.queued
