"""A line to a channel's network: the class, an HTTP client, and the place where renewed secrets go."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.db.models import QuerySet

from tertulia import networks
from tertulia.channels.models import Channel
from tertulia.channels.rules import renewal
from tertulia.kit import clock, secrets
from tertulia.kit.http import open_client
from tertulia.networks.contract import Account, Network, Reconnect, TryLater

#: How long whoever renews a channel's secrets has for it; longer than any call lasts.
RENEW_LEASE = timedelta(seconds=60)
#: How long another waits for it before it does something else.
WAIT = 15.0


@contextmanager
def open_network(channel: Channel, before: Callable[[], None] | None = None,
                 after: Callable[[httpx.Response], None] | None = None) -> Iterator[Network]:
    """The channel's network, ready to call; never inside a transaction, for the network may be slow.

    ``before`` is called before each request, which is not sent if it raises; ``after`` with each answer, its body unread.
    """
    with open_client() as http:
        http.event_hooks = {"request": [lambda request: before()] if before else [], "response": [after] if after else []}
        yield networks.load(channel.network)(account_of(channel), http, Keep(channel))


def account_of(channel: Channel) -> Account:
    """The account a channel holds; ``Reconnect`` if its secrets cannot be read with this installation's key."""
    try:
        opened = secrets.unseal(bytes(channel.secrets))
    except secrets.Unreadable as error:
        raise Reconnect("bad_credentials", str(error)) from error
    return Account(
        network=channel.network, external_id=channel.external_id, handle=channel.handle, name=channel.name,
        url=channel.url, avatar_url=channel.avatar_url, base_url=channel.base_url, scopes=frozenset(channel.scopes),
        settings=channel.settings, secrets=opened)


# --------------------------------------------------------------------------- secrets that end


def ends(account: Account, now: datetime) -> dict[str, datetime | int | None]:
    """What a channel keeps of the end of an account's credentials, got now. ``renew_at`` None: only a person can renew them."""
    network = networks.load(account.network)
    told = getattr(network, "expires_at", None)
    end: datetime | None = told(account) if told else None
    renewable = end is not None and hasattr(network, "renew")
    return {"expires_at": end, "renew_at": renewal(now, end) if end and renewable else None, "renew_failures": 0}


class Keep:
    """Stores a channel's renewed secrets at once; see ``networks.keeping.Guarded``."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def __call__(self, new: Mapping[str, Any]) -> None:
        """Stores them, unless the channel was connected again meanwhile: then they are of no use."""
        channel = self._channel
        channel.secrets = secrets.seal(dict(new))
        Channel.objects.filter(pk=channel.pk, connected_at=channel.connected_at).update(
            secrets=channel.secrets, **ends(account_of(channel), clock.now()))

    @contextmanager
    def alone(self) -> Iterator[Mapping[str, Any]]:
        """Waits for the lease on renewing; gives the secrets as they are stored then."""
        until = time.monotonic() + WAIT
        while not (lease := hold(Channel.objects.filter(pk=self._channel.pk))):
            if time.monotonic() > until:
                raise TryLater("busy", "another worker is renewing the session", after=5)
            time.sleep(0.1)
        try:
            stored = Channel.objects.only("secrets", "connected_at").get(pk=self._channel.pk)
            self._channel.secrets, self._channel.connected_at = stored.secrets, stored.connected_at
            yield account_of(self._channel).secrets
        finally:
            let_go(self._channel, lease)


def hold(free: QuerySet[Channel], **claimed: Any) -> datetime | None:
    """The lease, until when, on renewing the secrets of the one channel in ``free``; None if it is not there or another has it.

    ``claimed`` is written in the same act.
    """
    now = clock.now()
    until = now + RENEW_LEASE
    return until if free.exclude(renewing_until__gt=now).update(renewing_until=until, **claimed) else None


def let_go(channel: Channel, lease: datetime) -> None:
    """Ends the lease, if it is still ours."""
    Channel.objects.filter(pk=channel.pk, renewing_until=lease).update(renewing_until=None)
