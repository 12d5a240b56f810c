"""What each brand taught, kept ready in this process: read again from the database only where its version changed."""

from __future__ import annotations

from collections.abc import Collection

from tertulia.language.learning import BadBrandModel
from tertulia.language.learning import BrandModel as Taught
from tertulia.triage.models import BrandModel

MOST = 64

_kept: dict[int, Taught] = {}


def taught_by(brand_ids: Collection[int], general: str) -> dict[int, Taught]:
    """The brands' models that stand on the general model of this version; brands without are left out. One cheap query."""
    versions = dict(BrandModel.objects.filter(brand__in=brand_ids, general=general).values_list("brand", "version"))
    stale = [brand for brand, version in versions.items() if brand not in _kept or _kept[brand].version != version]
    if stale:
        for brand, content in BrandModel.objects.filter(brand__in=stale).values_list("brand", "content"):
            _keep(brand, bytes(content))
    return {brand: _kept[brand] for brand in versions if brand in _kept and _kept[brand].general == general}


def outdated(general: str) -> list[int]:
    """Brands, any, whose model stands on another general model than this one."""
    return list(BrandModel.objects.exclude(general=general).values_list("brand", flat=True))


def _keep(brand: int, content: bytes) -> None:
    _kept.pop(brand, None)
    try:
        _kept[brand] = Taught.from_bytes(content)
    except BadBrandModel:
        return  # of another format: made again from the corrections, which are the truth
    while len(_kept) > MOST:
        _kept.pop(next(iter(_kept)), None)
