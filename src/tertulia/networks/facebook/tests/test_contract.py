"""The shared suite, on a Page whose lists come in long pages and in short ones."""

from __future__ import annotations

import pytest

from tertulia.networks.facebook import Facebook
from tertulia.networks.facebook.tests.stages import FakeStage
from tertulia.networks.testing import ContractSuite


class TestFacebook(ContractSuite):
    network_class = Facebook
    counts = (("¡Hola, señora!", 14), ("n\u0303", 1), ("https://a.es", 12), ("línea\notra", 10), ("🥖", 1))

    @pytest.fixture(params=[100, 7])
    def stage(self, stage: FakeStage, request: pytest.FixtureRequest) -> FakeStage:
        stage.fake.page_size = request.param
        return stage
