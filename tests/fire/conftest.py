"""A house for each file of the fire: its database is made and migrated once, and every test begins with no dispatch."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from tertulia.kit import database
from tests.fire.house import ROOT, House, Networks, environment, over
from tests.fire.kinds import KINDS


@pytest.fixture(scope="module")
def ground(django_db_blocker: Any) -> Iterator[House]:
    """An empty house: no place is open, nobody works."""
    data = database.throwaway_folder()
    migrated = subprocess.run([sys.executable, "-m", "tertulia.site.command", "migrate"], cwd=ROOT, text=True, capture_output=True,
                              env=environment(TERTULIA_DATA=str(data)))
    assert migrated.returncode == 0, migrated.stderr
    with django_db_blocker.unblock(), over(data):
        networks = Networks()
        house = House(data, networks)
        try:
            yield house
        finally:
            house.rest()
            networks.close()
    database.discard(data)


@pytest.fixture
def house(ground: House) -> Iterator[House]:
    """The house, calm and with no dispatch; at the end nobody works."""
    ground.forget()
    ground.networks("calm")
    yield ground
    ground.rest()
    told = ground.networks("seen")
    print(json.dumps(told))


@pytest.fixture(scope="module")
def streets(ground: House) -> House:
    """An account on a network of every kind."""
    for kind in KINDS:
        ground.open(kind, delay=0.05)
    return ground


@pytest.fixture
def street(streets: House, house: House) -> House:
    """The house with its accounts, calm and with no dispatch."""
    return house
