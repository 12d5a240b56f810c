"""The plaza keeps the promises of every network, on a real server over a real database."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tertulia.networks.plaza.client import Plaza
from tertulia.networks.plaza.tests.square import Square, square
from tertulia.networks.testing import ContractSuite


class TestPlaza(ContractSuite):
    network_class = Plaza
    counts = (("¿Y mañana? ñ", 12), ("an\u0303o", 3), ("👨‍👩‍👧‍👦", 7), ("  espacios fuera  ", 14))

    @pytest.fixture
    def stage(self, live: str, settings: Any) -> Iterator[Square]:  # type: ignore[override]
        settings.TERTULIA_PLAZA_CONTROL = True
        with square(live) as found:
            yield found
