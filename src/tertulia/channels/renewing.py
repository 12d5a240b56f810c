"""Credentials that end: renewed ahead, by one worker, and said in time where only a person can renew them."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from tertulia.channels import actions, facts, queries
from tertulia.channels.connection import hold, let_go, open_network
from tertulia.channels.models import Channel
from tertulia.channels.rules import next_renewal
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock
from tertulia.networks.contract import Outcome, Reconnect, TryLater


def renew(channel_id: int, *, by: str = SYSTEM, because: str = "") -> bool:
    """Renews a channel's credentials if that is due and nobody else is at it; whether it did.

    The next try is written down before the call, so that whatever becomes of it is followed by a rest; new secrets move
    it to their own time. The old ones are kept until there are new ones.
    """
    now = clock.now()
    due = Channel.objects.filter(queries.RENEWABLE, pk=channel_id, renew_at__lte=now)
    if (channel := due.first()) is None:
        return False
    again = next_renewal(now, channel.expires_at, channel.renew_failures)
    if not (lease := hold(due, renew_at=again, renew_failures=F("renew_failures") + 1)):
        return False
    try:
        channel = Channel.objects.get(pk=channel_id)  # another may have renewed its session before we held it
        used = bytes(channel.secrets)
        with open_network(channel) as network:
            network.renew()  # type: ignore[attr-defined]
        with transaction.atomic():
            record(facts.ChannelRenewed(brand_id=channel.brand_id, channel_id=channel.pk), by=by, because=because)
        return True
    except TryLater as failure:
        if failure.after is not None:
            Channel.objects.filter(pk=channel_id, renew_at__lt=now + timedelta(seconds=failure.after)).update(
                renew_at=now + timedelta(seconds=failure.after))
    except Reconnect as failure:
        _give_up(channel, used, failure, by=by)
    except Outcome:
        pass  # tried again after its rest; a person is told when it goes on failing
    finally:
        let_go(channel, lease)
    return False


@transaction.atomic
def _give_up(channel: Channel, used: bytes, failure: Reconnect, *, by: str) -> None:
    """Only a person can go on, unless somebody has brought other secrets meanwhile."""
    kept = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    if bytes(kept.secrets) == used and kept.connected_at == channel.connected_at:
        Channel.objects.filter(pk=channel.pk).update(renew_at=None)
        actions.fail(channel, failure, by=by)


@transaction.atomic
def warn(channel_id: int, *, by: str = SYSTEM, because: str = "") -> bool:
    """Says, once for each end, that a channel's credentials end soon; whether it did."""
    unsaid = Channel.objects.filter(queries.ending(clock.now()), pk=channel_id).exclude(warned_of=F("expires_at"))
    if not unsaid.update(warned_of=F("expires_at")):
        return False
    channel = Channel.objects.get(pk=channel_id)
    record(facts.ChannelExpiring(brand_id=channel.brand_id, channel_id=channel_id), by=by, because=because)
    return True
