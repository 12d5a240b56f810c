"""Whoever was erased stays so: what had arrived from them is thrown away, and what they said before is not taken in again."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from tertulia.channels.models import Arrival, Channel
from tertulia.networks.contract import Item, Vanished
from tertulia.people.queries import forgotten


def not_forgotten(channel: Channel, things: Sequence[Item | Vanished]) -> list[Item | Vanished]:
    """``things`` without what somebody said until they were erased. What they say anew is said to us, and comes in."""
    authors = {one.author.external_id for one in things if isinstance(one, Item) and not one.ours}
    gone = forgotten(channel.brand_id, channel.network, authors)
    return [one for one in things if not (
        gone and isinstance(one, Item) and not one.ours and one.author.external_id in gone
        and one.created_at <= gone[one.author.external_id])]


def throw_away(channel: Channel, external_ids: Collection[str], authors: Collection[str]) -> int:
    """Deletes what arrived by these ids, and whatever of these authors waits to be stored; how many rows."""
    rows, _each = Arrival.objects.filter(channel=channel, external_id__in=list(external_ids)).delete()
    waiting, _each = Arrival.objects.filter(channel=channel, stored_at=None, payload__author__external_id__in=list(authors)).delete()
    return rows + waiting
