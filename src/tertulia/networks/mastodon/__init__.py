"""Mastodon and the servers that speak its API: publishing, collecting, blocking, private mentions."""

from tertulia.networks.mastodon.client import Mastodon

NETWORK = Mastodon
