"""The fake, served behind a layer of faults; whatever any test asks of it is held against the vendor's description."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import serving
from tertulia.networks.facebook.tests import described
from tertulia.networks.facebook.tests.fake import PAGE, Fake
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
    if described.SPEC.exists():  # else test_description says that nothing was held against it
        assert not list(filter(None, (described.wrong(one, PAGE) for one in server.asked)))
