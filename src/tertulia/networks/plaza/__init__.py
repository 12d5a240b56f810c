"""The network inside the product, spoken to over HTTP like any other."""

from tertulia.networks.plaza.client import Plaza as NETWORK

__all__ = ["NETWORK"]
