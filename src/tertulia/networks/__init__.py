"""The social networks, a folder each: values in, values out; no database, no Django.

A folder is the registry: a network is a package here whose ``NETWORK`` is its class.
Adding one edits nothing outside its folder.
"""

import importlib
from functools import cache
from pathlib import Path

from tertulia.networks.contract import Manifest, Network


@cache
def names() -> tuple[str, ...]:
    """The networks there are, in the alphabet's order: the folders with a manifest (``tests`` has none)."""
    return tuple(sorted(path.parent.name for path in Path(__file__).parent.glob("*/manifest.toml")))


@cache
def load(name: str) -> type[Network]:
    """The class of network ``name``; ``LookupError`` if there is no such folder."""
    if name not in names():
        raise LookupError(f"no network called {name!r}")
    network: type[Network] = importlib.import_module(f"{__name__}.{name}").NETWORK
    return network


def manifest(name: str) -> Manifest:
    """The facts of network ``name``: limits, media, scopes, costs."""
    return load(name).manifest
