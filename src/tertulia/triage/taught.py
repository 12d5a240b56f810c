"""What each brand taught, kept ready in this process: read again from the database only where its version changed."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from tertulia.language.learning import FORMAT, BadBrandModel
from tertulia.language.learning import BrandModel as Taught
from tertulia.triage.models import BrandModel

#: Brands whose model is kept; each takes up to some megabytes.
MOST = 24

_kept: dict[int, Taught] = {}


def ground(general: str) -> str:
    """What a brand's model stands on: the general model of this version, and the form of its own bytes."""
    return f"{general}/{FORMAT}"


def taught_by(brand_ids: Collection[int], general: str) -> dict[int, Taught]:
    """The brands' models that stand on the general model of this version; brands without are left out. One cheap query."""
    versions = dict(BrandModel.objects.filter(brand__in=brand_ids, general=ground(general)).values_list("brand", "version"))
    found = {brand: kept for brand, version in versions.items() if (kept := _kept.get(brand)) and kept.version == version}
    if stale := versions.keys() - found.keys():
        for brand, content in BrandModel.objects.filter(brand__in=stale, general=ground(general)).values_list("brand", "content"):
            with suppress(BadBrandModel):  # spoilt: made again from the corrections, which are the truth
                found[brand] = Taught.from_bytes(bytes(content))
        _keep(found)
    return found


def outdated(general: str) -> list[int]:
    """Brands, any, whose model stands on another general model than this one."""
    return list(BrandModel.objects.exclude(general=ground(general)).values_list("brand", flat=True))


def _keep(found: dict[int, Taught]) -> None:
    """The last used stay."""
    global _kept
    others = {brand: kept for brand, kept in _kept.items() if brand not in found}
    _kept = dict(list((others | found).items())[-MOST:])
