"""A brand with its team, and a mail server that runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.notices.tests import sample
from tertulia.notices.tests.mailbox import Mailbox, mailbox
from tertulia.site.tests import cast


@pytest.fixture
def owner() -> Member:
    return cast.member("Olga")


@pytest.fixture
def brand(owner: Member) -> Brand:
    return cast.brand(owner, "Librería La Tertulia")


@pytest.fixture
def ana(brand: Brand) -> Member:
    return cast.joined(brand, Role.EDITOR, "Ana")


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mailbox(settings) as found:
        yield found


@pytest.fixture(autouse=True)
def nothing_is_done() -> Iterator[None]:
    yield
    sample.done.clear()
