"""Steps that tests of hand-offs share."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone

from tertulia.brands.models import Brand, Member
from tertulia.handoffs import actions, queries
from tertulia.handoffs.actions import Matter
from tertulia.handoffs.models import Desk, HandOff, Kind, Letter
from tertulia.handoffs.posting import post
from tertulia.inbox.models import Conversation
from tertulia.site.tests import cast


def handed(brand: Brand, member: Member, desk: Desk, talk: Conversation | None = None, **more: Any) -> HandOff:
    """A matter as Ana hands it over."""
    given = {"kind": Kind.COMPLAINT, "brief": "¿Qué ha pasado con su pedido?", "minutes": 240, "title": "Pedido 4417", "desk": desk,
             "conversation": talk, "messages": list(talk.messages.all()) if talk else []} | more
    return actions.hand_over(brand, Matter(**given), member, by=cast.BY)


def ripe() -> None:
    """The moment of regret is over for all letters."""
    Letter.objects.filter(state="queued").update(next_at=timezone.now())


def posted() -> int:
    """Lets every letter leave; how many did."""
    ripe()
    return sum(post(pk) for pk in queries.letters_due(timezone.now()))


def link_in(text: str) -> str:
    """The path of the private link in a letter."""
    found = re.search(r"https?://[^/]+(/asunto/[\w-]+/)", text)
    assert found, text
    return found[1]
