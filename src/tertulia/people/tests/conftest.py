"""Ana, her bookshop, two channels, and a browser where she is signed in."""

from __future__ import annotations

import pytest
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.site.tests import cast


@pytest.fixture
def ana() -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


@pytest.fixture
def second(brand: Brand) -> Channel:
    return cast.channel(brand, "mastodon", "faro")


@pytest.fixture
def client(ana: Member) -> Client:
    return cast.enter(ana)
