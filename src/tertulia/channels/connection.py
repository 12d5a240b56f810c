"""A line to a channel's network: the class, an HTTP client, and the place where refreshed secrets go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx

from tertulia import networks
from tertulia.channels.models import Channel
from tertulia.kit import secrets
from tertulia.kit.http import open_client
from tertulia.networks.contract import Account, Network, Reconnect


@contextmanager
def open_network(channel: Channel, before: Callable[[], None] | None = None,
                 after: Callable[[httpx.Response], None] | None = None) -> Iterator[Network]:
    """The channel's network, ready to call; never inside a transaction, for the network may be slow.

    ``before`` is called before each request, which is not sent if it raises; ``after`` with each answer, its body unread.
    """
    with open_client() as http:
        http.event_hooks = {"request": [lambda request: before()] if before else [], "response": [after] if after else []}
        yield networks.load(channel.network)(account_of(channel), http, lambda new: _keep(channel, new))


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


def _keep(channel: Channel, new: Mapping[str, Any]) -> None:
    """Stores a renewed session, unless the channel was connected again meanwhile: then it is of no use."""
    channel.secrets = secrets.seal(dict(new))
    Channel.objects.filter(pk=channel.pk, connected_at=channel.connected_at).update(secrets=channel.secrets)
