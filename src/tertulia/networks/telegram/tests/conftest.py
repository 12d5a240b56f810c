"""The fake, served; whatever any test asks of it is held against the tables of the Bot API's parameters."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import serving
from tertulia.networks.faults import Faults
from tertulia.networks.telegram.tests.fake import Fake
from tertulia.networks.telegram.tests.stages import DIALECT, FakeStage, kind_of


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStage]:
    fake = Fake()
    faults = Faults(fake.answer, kind_of, dialect=DIALECT)
    with serving(faults.answer) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        with open_client() as http:
            yield FakeStage(fake, faults, http, server)
    assert not list(filter(None, map(fake.wrong, server.asked)))
