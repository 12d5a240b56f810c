"""The fake, served behind a layer of faults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import serving
from tertulia.networks.facebook.tests.fake import Fake
from tertulia.networks.facebook.tests.stages import FakeStage
from tertulia.networks.faults import Faults


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStage]:
    fake = Fake()
    faults = Faults(fake.answer, fake.kind_of, dialect=fake.dialect(), shows=fake)
    with serving(faults.answer) as server:
        fake.url = server.url
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        with open_client() as http:
            yield FakeStage(fake, faults, http, server)
    assert fake.wrong == []
