"""The pair of keys with which this installation signs its pushes (VAPID), made once and kept encrypted."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import transaction
from py_vapid import Vapid02

from tertulia.kit import clock
from tertulia.kit.secrets import Unreadable, seal, unseal
from tertulia.notices.models import Browser, PushKey


@dataclass(frozen=True, slots=True)
class Pair:
    """``public``: as browsers want it; ``vapid`` signs."""

    public: str
    vapid: Vapid02


@transaction.atomic
def pair() -> Pair:
    """The installation's pair. If its key cannot be opened any more there is a new one, and browsers have to be added anew."""
    row = PushKey.objects.first()
    if row:
        try:
            return Pair(row.public, Vapid02.from_pem(unseal(row.sealed).encode()))
        except Unreadable:
            row.delete()
            Browser.objects.all().delete()
    made = Vapid02()
    made.generate_keys()
    point = made.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    public = urlsafe_b64encode(point).decode().rstrip("=")
    PushKey.objects.bulk_create([PushKey(public=public, sealed=seal(made.private_pem().decode()), made_at=clock.now())],
                                ignore_conflicts=True)  # another process may have been as quick
    kept = PushKey.objects.get()
    return Pair(kept.public, Vapid02.from_pem(unseal(kept.sealed).encode()))
