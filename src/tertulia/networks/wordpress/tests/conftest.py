"""The fake, served; whatever any test asks of it is held against WordPress's own description."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import serving
from tertulia.networks.wordpress.tests import described
from tertulia.networks.wordpress.tests.fake import Fake
from tertulia.networks.wordpress.tests.stages import FakeStage


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStage]:
    fake = Fake()
    with serving(fake.answer) as server:
        fake.url = f"{server.url}/blog"
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        with open_client() as http:
            yield FakeStage(fake, http, server)
    if described.SPEC.exists():  # else test_translate says that nothing was held against it
        assert not list(filter(None, map(described.wrong, server.asked)))
