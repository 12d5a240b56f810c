"""The same cast as the inbox's tests, a rule of the house, and an insult."""

from __future__ import annotations

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Message
from tertulia.inbox.tests.conftest import ana, brand, channel, client
from tertulia.moderation import actions
from tertulia.moderation.models import HouseRule
from tertulia.site.tests import cast

__all__ = ["ana", "brand", "channel", "client"]


@pytest.fixture
def rule(brand: Brand) -> HouseRule:
    return actions.write_house_rule(brand, "Respeto", "No se insulta.", by="x")


@pytest.fixture
def message(channel: Channel) -> Message:
    return cast.conversation(channel, "Sois unos ladrones", key="k1").messages.get()


@pytest.fixture
def luis(brand: Brand) -> Member:
    """Another moderator."""
    return cast.joined(brand, "agent", "Luis Vega")
