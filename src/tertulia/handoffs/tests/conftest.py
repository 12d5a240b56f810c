"""Ana's bookshop with a shop's manager outside it, and a mail server that runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.handoffs import desks
from tertulia.handoffs.models import Desk, Kind
from tertulia.inbox.models import Conversation
from tertulia.inbox.tests.conftest import ana, brand, channel, client
from tertulia.notices.tests.mailbox import Mailbox, mailbox
from tertulia.site.tests import cast

__all__ = ["ana", "brand", "channel", "client"]


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mailbox(settings) as found:
        yield found


@pytest.fixture
def shop(brand: Brand) -> Desk:
    """The shop: Marta answers, then Pau; neither has an account."""
    desk = desks.write_desk(brand, "Tienda de Gran Vía", {Kind.COMPLAINT: 240, Kind.INCIDENT: 120}, by=cast.BY)
    desks.add_holder(desk, name="Marta", email="marta@tienda.example", by=cast.BY)
    desks.add_holder(desk, name="Pau", email="pau@tienda.example", by=cast.BY)
    return desk


@pytest.fixture
def talk(channel: Channel) -> Conversation:
    """A customer whose order did not come."""
    text = "Llevo tres semanas esperando el pedido 4417 y nadie me responde. Vergonzoso."
    return cast.conversation(channel, text, who="lola", name="Lola Ruiz")


@pytest.fixture
def stranger() -> Client:
    """A browser where nobody is signed in."""
    return Client()


@pytest.fixture
def member(ana: Member) -> Member:
    return ana
