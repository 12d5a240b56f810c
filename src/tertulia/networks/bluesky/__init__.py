"""Bluesky, and any other server of the AT Protocol, by app password."""

from tertulia.networks.bluesky.network import Bluesky

__all__ = ["NETWORK", "Bluesky"]

NETWORK = Bluesky
