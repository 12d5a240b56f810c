"""The shared suite, with both ways in which a site may spell the addresses of its API."""

from __future__ import annotations

import pytest

from tertulia.networks.testing import ContractSuite
from tertulia.networks.wordpress import WordPress
from tertulia.networks.wordpress.tests.stages import FakeStage


class TestWordPress(ContractSuite):
    network_class = WordPress
    counts = (("¡Hola, señora!", 14), ("👩‍👩‍👧", 5), ("n\u0303", 1), ("https://a.es", 12), ("línea\notra", 10))

    @pytest.fixture(params=["/wp-json", "?rest_route="])
    def stage(self, stage: FakeStage, request: pytest.FixtureRequest) -> FakeStage:
        stage.fake.readable = request.param == "/wp-json"
        return stage.anew()
