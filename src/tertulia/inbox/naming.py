"""What the brand's departments are called: only the part that reads messages knows, and says so here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tertulia.brands.models import Brand

Namer = Callable[[Brand], Mapping[str, str]]
_namers: list[Namer] = []


def names_departments(namer: Namer) -> Namer:
    """Registers who knows: from a brand to the names of its departments, by key, in order."""
    _namers.append(namer)
    return namer


def departments(brand: Brand) -> dict[str, str]:
    """The names of the brand's departments, by key, in order."""
    return {key: name for namer in _namers for key, name in namer(brand).items()}
