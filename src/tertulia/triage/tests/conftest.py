"""A brand and who is in charge of it."""

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.site.tests import cast


@pytest.fixture
def ana(db: None) -> Member:
    """In charge of the brand."""
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    """Her brand."""
    return cast.brand(ana)
