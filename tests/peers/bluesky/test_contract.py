"""The shared suite on Bluesky's own servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tertulia.networks.bluesky import Bluesky
from tertulia.networks.testing import ContractSuite
from tests.peers.bluesky.running import BlueskyNetwork
from tests.peers.bluesky.staging import BlueskyStage


class TestBluesky(ContractSuite):
    network_class = Bluesky
    counts = (("👩‍👩‍👧", 1), ("ñandú", 5), ("https://example.test/una/ruta", 29))

    @pytest.fixture
    def stage(self, bluesky_network: BlueskyNetwork) -> Iterator[BlueskyStage]:
        stage = BlueskyStage(bluesky_network)
        yield stage
        stage.close()
