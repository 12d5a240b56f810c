"""The whole product with real networks: a brand, two channels, worker processes."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tertulia.channels.models import Channel
from tests.peers.bluesky.breaking import Breaking
from tests.peers.bluesky.running import BlueskyNetwork
from tests.peers.conftest import MastodonMock, serve_mastodon_mock
from tests.peers.product.crew import Crew
from tests.peers.product.public import BlueskyPublic, MastodonPublic
from tests.peers.product.town import Town, new_brand


@pytest.fixture
def own_mastodon(tmp_path: Path) -> Iterator[MastodonMock]:
    """A mastodon_mock that nobody spoke on."""
    with serve_mastodon_mock(tmp_path) as mock:
        yield mock


@dataclass(frozen=True)
class Doors:
    """Between the product and each network's server: what can be cut."""

    bluesky: Breaking
    mastodon: Breaking

    def of(self, network: str) -> Breaking:
        return self.bluesky if network == "bluesky" else self.mastodon


@pytest.fixture
def doors(bluesky_network: BlueskyNetwork, own_mastodon: MastodonMock) -> Iterator[Doors]:
    both = Doors(Breaking(bluesky_network.pds_url), Breaking(own_mastodon.url))
    yield both
    both.bluesky.close()
    both.mastodon.close()


@pytest.fixture
def town(clients: None, bluesky_network: BlueskyNetwork, own_mastodon: MastodonMock, doors: Doors, transactional_db: None,
         tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """A brand, its accounts and the public; nothing is connected yet and no worker runs."""
    hosts = (*bluesky_network.hosts, own_mastodon.host, doors.bluesky.host, doors.mastodon.host)
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", ",".join(hosts))
    tag = secrets.token_hex(4)
    account = bluesky_network.person(f"marca-{tag}.test")
    publics = BlueskyPublic(bluesky_network, account, tag), MastodonPublic(own_mastodon)
    brand, member = new_brand("Librería La Tertulia")
    crew = Crew(tmp_path)
    yield Town(brand, member, publics, {
        "bluesky": lambda: {
            "handle": account.handle, "password": account.app_password(), "server": bluesky_network.pds_url},
        "mastodon": lambda: {"address": own_mastodon.url, "token": own_mastodon.tokens["katherine"]},
    }, crew)
    crew.stop()
    for public in publics:
        public.close()


@pytest.fixture
def behind_doors(town: Town, doors: Doors) -> Town:
    """Both channels connected, each through its door."""
    for network in town.said:
        channel = town.connect(network)
        Channel.objects.filter(pk=channel.pk).update(base_url=doors.of(network).url)
    return town
