"""What notices are of, for their tests: things that happen."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tertulia.brands.models import Member
from tertulia.channels.models import Channel
from tertulia.journal.actions import SYSTEM
from tertulia.journal.facts import Happened
from tertulia.kit import clock
from tertulia.outbox import actions, facts
from tertulia.outbox.models import Dispatch
from tertulia.outbox.moves import named
from tertulia.outbox.notices_reactions import note_trouble
from tertulia.outbox.payloads import to_say
from tertulia.outbox.tests.test_graph import put

FACTS: dict[str, Any] = {"refused": facts.DispatchRefused, "unsure": facts.DispatchUnsure, "held": facts.DispatchHeld,
                          "expired": facts.DispatchExpired}


def post(channel: Channel, member: Member | str, text: str = "Hay pan de nueces", **more: Any) -> Dispatch:
    return actions.queue(channel, "publish", to_say(text), by=member if isinstance(member, str) else member.key, **more)


_number = iter(range(1, 10_000))


def happen(dispatch: Dispatch, kind: str, reason: str = "too_long", at: datetime | None = None) -> None:
    """The dispatch comes to this, and the reaction hears of it."""
    put(dispatch, kind)
    Dispatch.objects.filter(pk=dispatch.pk).update(reason=reason)
    more = {"reason": reason} if kind in ("refused", "held") else {}
    what = FACTS[kind](**named(dispatch), **more)
    note_trouble([Happened(next(_number), at or clock.now(), SYSTEM, "", what)])


def shut(channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(state="reconnect", reason="bad_credentials")
