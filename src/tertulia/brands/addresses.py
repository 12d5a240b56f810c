"""Public addresses of pictures, for networks that fetch what they publish: signed, for some days, a picture each."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from tertulia.brands.models import Picture

#: How long a network may fetch it: it does so when a post is made, and again while it prepares it.
LIFE = timedelta(days=3)
_SALT = "tertulia.picture"


def address_of(picture: Picture) -> str:
    """Where anybody who was given the address finds the picture as JPEG; empty where nobody outside reaches us by HTTPS."""
    if not settings.PUBLIC_URL.startswith("https://"):
        return ""
    return str(settings.PUBLIC_URL + reverse("public_picture", args=[signing.dumps(picture.pk, salt=_SALT)]))


def picture_at(signed: str) -> Picture | None:
    """The picture that a signature of ours names; None if it is not ours or is over."""
    try:
        number = signing.loads(signed, salt=_SALT, max_age=LIFE)
    except signing.BadSignature:
        return None
    return Picture.objects.filter(pk=number).first()
