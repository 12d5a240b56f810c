"""Writing channels: connecting, collecting, pausing, health."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db import transaction

from tertulia import networks
from tertulia.brands.models import Brand
from tertulia.channels import facts
from tertulia.channels.arrivals import digest, pack
from tertulia.channels.connection import ends, open_network
from tertulia.channels.forgetting import not_forgotten
from tertulia.channels.models import Arrival, Channel, ChannelState
from tertulia.channels.rules import next_poll
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock, secrets
from tertulia.kit.hours import read_week
from tertulia.kit.http import open_client
from tertulia.networks.contract import (
    Account,
    Batch,
    Begun,
    Gone,
    Item,
    Outcome,
    Reconnect,
    Ref,
    Refused,
    TryLater,
    Vanished,
)

POLL_LEASE = timedelta(minutes=1)


# --------------------------------------------------------------------------- connecting


def connect(brand: Brand, network: str, answers: Mapping[str, str], *, by: str, because: str = "") -> Channel:
    """Connects an account by a form; raises the network's ``Outcome`` and leaves things as they were if it fails."""
    with open_client() as http, _sayable():
        account = networks.load(network).connect(answers, http)  # type: ignore[attr-defined]
    return keep_account(brand, account, by=by, because=because)


def begin_oauth(network: str, answers: Mapping[str, str], redirect_uri: str, state: str, *, by: str,
                because: str = "") -> Begun:
    """The network's own page where the person says yes, and what must be remembered meanwhile."""
    with open_client() as http, _sayable():
        begun: Begun = networks.load(network).begin(answers, redirect_uri, state, http)  # type: ignore[attr-defined]
    return begun


def finish_oauth(brand: Brand, network: str, memory: Mapping[str, Any], code: str, *, by: str, because: str = "") -> Channel:
    """Connects the account that said yes."""
    with open_client() as http, _sayable():
        account = networks.load(network).finish(memory, code, http)  # type: ignore[attr-defined]
    return keep_account(brand, account, by=by, because=because)


@contextmanager
def _sayable() -> Iterator[None]:
    """What a person typed may be no address at all: that is a refusal, in words, and no fault."""
    try:
        yield
    except ValueError as error:
        raise Refused("invalid", type(error).__name__) from error  # its words may hold what was typed, also a secret


@transaction.atomic
def keep_account(brand: Brand, account: Account, *, by: str, because: str = "") -> Channel:
    """Stores a connected account. Connecting again keeps the channel, its cursor and history, and renews its secrets."""
    now = clock.now()
    renewed = {
        "handle": account.handle, "name": account.name, "url": account.url, "avatar_url": account.avatar_url,
        "base_url": account.base_url, "scopes": sorted(account.scopes), "settings": dict(account.settings),
        "secrets": secrets.seal(dict(account.secrets)), "state": ChannelState.ACTIVE, "connected_at": now,
        "next_poll_at": now, "failing_since": None, "failures": 0, "reason": "", "detail": "",
        "renewing_until": None, "warned_of": None, "quota": {}, "quota_at": None, **ends(account, now)}
    wanted = {"brand": brand, "network": account.network, "external_id": account.external_id}
    Channel.objects.bulk_create(
        [Channel(**wanted, **renewed)], update_conflicts=True, unique_fields=list(wanted), update_fields=list(renewed))
    channel = Channel.objects.get(**wanted)
    record(facts.ChannelConnected(brand_id=brand.pk, channel_id=channel.pk), by=by, because=because)
    return channel


@transaction.atomic
def set_hours(channel: Channel, hours: Mapping[str, Any] | None, *, by: str, because: str = "") -> None:
    """When the channel is answered, as ``Brand.hours``; None: in the brand's hours. ``BadHours`` if that is no week."""
    read_week(hours)
    kept = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    if kept.hours != hours:
        Channel.objects.filter(pk=channel.pk).update(hours=hours)
        record(facts.ChannelHoursChanged(brand_id=kept.brand_id, channel_id=kept.pk), by=by, because=because)


@transaction.atomic
def pause(channel: Channel, *, by: str, because: str = "") -> None:
    """Nothing is collected or sent until ``resume``."""
    if Channel.objects.filter(pk=channel.pk, state=ChannelState.ACTIVE).update(state=ChannelState.PAUSED):
        record(facts.ChannelPaused(brand_id=channel.brand_id, channel_id=channel.pk), by=by, because=because)


@transaction.atomic
def resume(channel: Channel, *, by: str, because: str = "") -> None:
    """Collects and sends again, from where it was."""
    if Channel.objects.filter(pk=channel.pk, state=ChannelState.PAUSED).update(
            state=ChannelState.ACTIVE, next_poll_at=clock.now()):
        record(facts.ChannelResumed(brand_id=channel.brand_id, channel_id=channel.pk), by=by, because=because)


@transaction.atomic
def ask_now(channel: Channel, *, by: str, because: str = "") -> None:
    """Asks the network at once, whatever the next hour was."""
    if Channel.objects.filter(pk=channel.pk, state=ChannelState.ACTIVE).update(next_poll_at=clock.now()):
        record(facts.ChannelAsked(brand_id=channel.brand_id, channel_id=channel.pk), by=by, because=because)


# --------------------------------------------------------------------------- collecting


class Overtaken(Exception):
    """Another poller took the channel over while this one was slow: this one stores nothing more."""


def collect(channel_id: int, *, by: str = SYSTEM, because: str = "") -> int:
    """Asks the network for everything new, page by page; how many things arrived. Each page and its cursor are one commit."""
    if (channel := _claim(channel_id)) is None:
        return 0
    arrived = 0
    try:
        with open_network(channel) as network:
            while True:
                batch: Batch = network.collect(channel.cursor)  # type: ignore[attr-defined]
                arrived += _store(channel, batch, by=by)
                if not batch.more:
                    break
    except Overtaken:
        return arrived
    except Outcome as failure:
        fail(channel, failure, by=by)
    except Exception as error:  # a fault of ours, or nonsense that a network let through: seen, and not asked again at once
        fail(channel, TryLater("not_json", type(error).__name__), by=by)
        raise
    else:
        _succeed(channel, by=by)
    finally:
        Channel.objects.filter(pk=channel.pk, polling_until=channel.polling_until).update(polling_until=None)
    return arrived


def _claim(channel_id: int) -> Channel | None:
    """The channel, leased to us, if it is active and nobody else is asking."""
    now = clock.now()
    free = Channel.objects.filter(pk=channel_id, state=ChannelState.ACTIVE).exclude(polling_until__gt=now)
    if not free.update(polling_until=now + POLL_LEASE):
        return None
    return Channel.objects.select_related("brand").get(pk=channel_id)


@transaction.atomic
def _store(channel: Channel, batch: Batch, *, by: str) -> int:
    """A page and its cursor, in one commit."""
    new = _arrive(channel, [*batch.items, *batch.vanished], by=by)
    until = clock.now() + POLL_LEASE
    ours = Channel.objects.filter(pk=channel.pk, polling_until=channel.polling_until)
    if not ours.update(cursor=dict(batch.cursor), polling_until=until):
        raise Overtaken(str(channel))
    channel.cursor, channel.polling_until = dict(batch.cursor), until
    return new


def _arrive(channel: Channel, things: Sequence[Item | Vanished], *, by: str) -> int:
    """Stores what is new of ``things`` and announces it; how many were new."""
    new = _insert(_rows(channel, not_forgotten(channel, things)))
    if new:
        Channel.objects.filter(pk=channel.pk).update(last_arrival_at=clock.now())
        record(facts.ItemsArrived(brand_id=channel.brand_id, channel_id=channel.pk, count=new), by=by)
    return new


def _rows(channel: Channel, things: Sequence[Item | Vanished]) -> list[Arrival]:
    packed = [(one.external_id, pack(one)) for one in things]
    return [Arrival(channel=channel, external_id=external_id, digest=digest(one), payload=one, arrived_at=clock.now())
            for external_id, one in packed]


def _insert(rows: list[Arrival]) -> int:
    """Inserts what is new; how many were."""
    if not rows:
        return 0
    known = set(Arrival.objects.filter(channel=rows[0].channel, external_id__in=[one.external_id for one in rows])
                .values_list("external_id", "digest"))
    new = [one for one in rows if (one.external_id, one.digest) not in known]
    Arrival.objects.bulk_create(new, batch_size=500, ignore_conflicts=True)
    return len(new)


def look_at(channel: Channel, posts: Iterable[str], *, by: str = SYSTEM, because: str = "") -> int:
    """Fetches posts of ours that we only know by their ids (people answer them), and lets them arrive; how many did.

    What the network does not have any more arrives as gone.
    """
    found: list[Item | Vanished] = []
    with open_network(channel) as network:
        for external_id in posts:
            try:
                read: Item = network.read(Ref(external_id))  # type: ignore[attr-defined]
                found.append(replace(read, external_id=external_id, kind="post", ours=True))
            except Gone:
                found.append(Vanished(external_id))
    with transaction.atomic():
        return _arrive(channel, found, by=by)


def note_gone(channel: Channel, external_ids: Iterable[str], *, by: str = SYSTEM, because: str = "") -> int:
    """Asks the network which of these are gone, and lets that arrive like anything else; how many were new."""
    asked = sorted(set(external_ids))
    with open_network(channel) as network:
        there = network.still_there(asked)  # type: ignore[attr-defined]
    with transaction.atomic():
        return _arrive(channel, [Vanished(one) for one in asked if one not in there], by=by)


# --------------------------------------------------------------------------- health


@transaction.atomic
def fail(channel: Channel, failure: Outcome, *, by: str = SYSTEM, because: str = "") -> None:
    """Notes what went wrong and when to try again; announced once, when it begins."""
    now = clock.now()
    kept = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    was_well = kept.failing_since is None
    kept.failures += 1
    kept.failing_since = kept.failing_since or now
    kept.reason, kept.detail = failure.reason, failure.detail
    asked = failure.after if isinstance(failure, TryLater) else None
    kept.next_poll_at = next_poll(now, networks.manifest(kept.network), kept.failures, asked)
    # else somebody connected it again meanwhile, or renewed its session
    same_secrets = kept.connected_at == channel.connected_at and bytes(kept.secrets) == bytes(channel.secrets)
    if isinstance(failure, Reconnect) and kept.state == ChannelState.ACTIVE and same_secrets:
        kept.state = ChannelState.RECONNECT
    kept.save(update_fields=["failures", "failing_since", "reason", "detail", "next_poll_at", "state"])
    if was_well:
        record(facts.ChannelFailed(brand_id=kept.brand_id, channel_id=kept.pk, reason=failure.reason), by=by, because=because)


@transaction.atomic
def _succeed(channel: Channel, *, by: str) -> None:
    now = clock.now()
    kept = Channel.objects.select_for_update(no_key=True).get(pk=channel.pk)
    failed = kept.failing_since is not None
    kept.last_success_at, kept.failures, kept.failing_since, kept.reason, kept.detail = now, 0, None, "", ""
    kept.next_poll_at = next_poll(now, networks.manifest(kept.network), 0)
    kept.save(update_fields=["last_success_at", "failures", "failing_since", "reason", "detail", "next_poll_at"])
    if failed:
        record(facts.ChannelRecovered(brand_id=kept.brand_id, channel_id=kept.pk), by=by)
