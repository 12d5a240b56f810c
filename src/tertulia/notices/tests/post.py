"""Time that goes by for letters, and letters that leave."""

from __future__ import annotations

from datetime import timedelta

from tertulia.notices import mailing
from tertulia.notices.models import Delivery, DigestRecipient
from tertulia.notices.reactions import due_mails


def go_by(**time: float) -> None:
    """Time passes for what waits to be sent, and for what was."""
    for rows in (Delivery.objects.all(), DigestRecipient.objects.all()):
        for one in rows:
            for field in ("due_at", "sent_at", "lease_until"):
                if moment := getattr(one, field):
                    setattr(one, field, moment - timedelta(**time))
            one.save()


def mail() -> int:
    """What the workers do when mails are due: how many left."""
    return sum(mailing.mail(one.arguments["member_id"]) for one in due_mails())
