"""The shared suite."""

from __future__ import annotations

import pytest

from tertulia.networks.instagram import Instagram
from tertulia.networks.instagram.tests.stages import FakeStage
from tertulia.networks.testing import ContractSuite


class TestInstagram(ContractSuite):
    network_class = Instagram
    counts = (("¡Hola, señora!", 14), ("n\u0303", 1), ("🥖", 1), ("línea\notra", 10), ("https://a.example #pan @ana", 27))

    @pytest.fixture
    def stage(self, stage: FakeStage) -> FakeStage:
        return stage
