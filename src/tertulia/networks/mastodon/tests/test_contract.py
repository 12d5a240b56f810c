"""The shared suite, on a server that ignores Idempotency-Key."""

from __future__ import annotations

import pytest

from tertulia.networks.mastodon import Mastodon
from tertulia.networks.mastodon.tests.stages import FakeStage
from tertulia.networks.testing import ContractSuite


class TestMastodon(ContractSuite):
    network_class = Mastodon
    counts = (
        ("¡Hola, señora!", 14), ("👩‍👩‍👧 🇪🇸", 3), ("n\u0303", 1), ("https://a.es", 23),
        ("Mira https://example.com/un/camino/larguísimo?con=cosas&muchas=más, ¿no?", 5 + 23 + 6),
        ("(https://es.example.org/wiki/Pan_(comida))", 25), ("http://localhost/sin/punto", 26),
        ("@ana@servidor.example hola", 9), ("@ana hola", 9), ("ana@correo.example", 18), ("@ana@servidor.example.", 5),
        ("dos https://a.example/ https://b.example/", 4 + 23 + 1 + 23), ("línea\notra", 10),
    )

    @pytest.fixture(params=["4.3", "4.2"])
    def stage(self, stage: FakeStage, request: pytest.FixtureRequest) -> FakeStage:
        """Also on a server from before 4.3: no /api/v2/instance, no list of statuses, no PKCE."""
        stage.fake.since_4_3 = stage.fake.has_v2 = request.param == "4.3"
        return stage.anew()
