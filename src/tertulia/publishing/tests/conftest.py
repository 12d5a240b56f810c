"""A brand with a person in charge, a channel of each network, and the ways in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from PIL import Image

from tertulia import networks
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.publishing import actions
from tertulia.publishing.models import Post
from tertulia.site.tests import cast


@pytest.fixture
def lucia(db: None) -> Member:
    """In charge of the brand."""
    return cast.member("Lucía")


@pytest.fixture
def house(lucia: Member) -> Brand:
    """The brand."""
    return cast.brand(lucia, "Librería Faro")


@pytest.fixture
def ways(house: Brand) -> list[Channel]:
    """A channel of each network that publishes words alone, the narrowest first."""
    made = [cast.channel(house, name, f"libreria-{name}") for name in networks.names()
            if not networks.manifest(name).limits.needs_picture]
    return sorted(made, key=lambda one: (networks.manifest(one.network).limits.characters, one.network))


@pytest.fixture
def desk(lucia: Member) -> Client:
    """Lucía's browser."""
    client = Client()
    client.force_login(lucia)
    return client


@pytest.fixture
def tomorrow(house: Brand) -> datetime:
    """Noon of tomorrow on the brand's clock, naive."""
    return (datetime.now(ZoneInfo(house.time_zone)) + timedelta(days=1)).replace(
        hour=12, minute=0, second=0, microsecond=0, tzinfo=None)


@pytest.fixture
def write(house: Brand, lucia: Member, ways: list[Channel]) -> Callable[..., Post]:
    """A draft with words on the first channel."""

    def make(text: str = "Mañana abrimos hasta las diez.", on: list[Channel] | None = None, **more: Any) -> Post:
        post = actions.draft(house, lucia, by=lucia.key)
        return actions.edit(post, seen=1, text=text, variants={one.pk: "" for one in on or ways[:1]}, by=lucia.key, **more)

    return make


def photo(kind: str = "JPEG", size: tuple[int, int] = (60, 40), **more: Any) -> bytes:
    """The bytes of a small picture."""
    out = BytesIO()
    Image.new("RGB", size, (180, 90, 50)).save(out, kind, **more)
    return out.getvalue()
