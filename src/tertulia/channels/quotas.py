"""How much an account may still publish, as its network says: asked every hour."""

from __future__ import annotations

import logging
from dataclasses import asdict

from tertulia.channels import queries
from tertulia.channels.connection import open_network
from tertulia.channels.models import Channel
from tertulia.journal.actions import SYSTEM
from tertulia.kit import clock
from tertulia.networks.contract import Outcome, Quota

log = logging.getLogger(__name__)


def read(channel_id: int, *, by: str = SYSTEM, because: str = "") -> bool:
    """Asks a channel's network, if it is time and nobody else does; whether it answered. What was known stands until then."""
    now = clock.now()
    if not Channel.objects.filter(queries.quota_unread(now), pk=channel_id).update(quota_at=now):
        return False
    channel = Channel.objects.get(pk=channel_id)
    try:
        with open_network(channel) as network:
            told: Quota = network.quota()  # type: ignore[attr-defined]
    except Outcome as failure:
        log.info("channel %s does not say its quota: %s", channel_id, failure)
        return False
    Channel.objects.filter(pk=channel_id, connected_at=channel.connected_at).update(quota=asdict(told), quota_at=now)
    return True
