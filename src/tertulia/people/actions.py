"""Writing people."""

from collections.abc import Iterable

from tertulia.brands.models import Brand
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.networks.contract import Author
from tertulia.people.models import Profile

_KEPT_FRESH = ["handle", "name", "url", "avatar_url", "followers", "last_seen_at"]


def know(brand: Brand, network: str, authors: Iterable[Author], *, by: str, because: str = "") -> dict[str, Profile]:
    """The profiles of ``authors``, made or refreshed, by external id. No fact: knowing a name is not an event."""
    now = clock.now()
    rows = {
        one.external_id: Profile(
            brand=brand, network=network, external_id=one.external_id, handle=clean(one.handle)[:255],
            name=clean(one.name)[:255], url=one.url[:1000], avatar_url=one.avatar_url[:1000], followers=one.followers,
            first_seen_at=now, last_seen_at=now)
        for one in authors
    }
    # sorted: two workers that know the same people lock them in the same order
    Profile.objects.bulk_create(
        [rows[key] for key in sorted(rows)], batch_size=1000, update_conflicts=True, update_fields=_KEPT_FRESH,
        unique_fields=["brand", "network", "external_id"])
    found = Profile.objects.filter(brand=brand, network=network, external_id__in=rows)
    return {one.external_id: one for one in found}
