"""The fake, served behind faults; a clock that can be moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import serving
from tertulia.networks.faults import Faults
from tertulia.networks.instagram.tests.fake import Fake
from tertulia.networks.instagram.tests.stages import DIALECT, FakeStage, kind_of


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStage]:
    fake = Fake()
    faults = Faults(fake.answer, kind_of, dialect=DIALECT, shows=fake)
    with serving(faults.answer) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        with open_client() as http:
            yield FakeStage(fake, http, server, faults)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``later(minutes=3)``: time goes by, for us and for the fake."""
    gone = timedelta(0)

    def pass_by(**time: float) -> None:
        nonlocal gone
        gone += timedelta(**time)

    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + gone)
    return pass_by
