"""A brand, and who is in charge of it."""

from __future__ import annotations

import pytest
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.site.tests import cast


@pytest.fixture
def owner(db: None) -> Member:
    """In charge of the brand."""
    return cast.member("Ana")


@pytest.fixture
def brand(owner: Member) -> Brand:
    """The brand."""
    return cast.brand(owner, "La Huerta")


@pytest.fixture
def inside(owner: Member) -> Client:
    """A browser of hers, without the browser."""
    client = Client()
    client.force_login(owner)
    return client
