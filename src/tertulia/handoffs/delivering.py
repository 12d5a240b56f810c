"""Taking leads out: mails of sales, webhooks signed, each once and again until it is taken."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from tertulia.handoffs import facts
from tertulia.handoffs.models import Lead, LeadDelivery
from tertulia.journal.actions import SYSTEM, record
from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.kit.secrets import unseal

LEASE, MOST_TRIES = timedelta(minutes=3), 9


def due(now: datetime, most: int = 100) -> list[int]:
    """The deliveries, of any brand, to make now."""
    rows = LeadDelivery.objects.filter(state="queued", next_at__lte=now).exclude(lease_until__gt=now)
    return list(rows.order_by("next_at").values_list("pk", flat=True)[:most])


def deliver(delivery_id: int) -> bool:
    """Takes a lead to its outlet, if it should still go; whether it was taken."""
    if (one := _claim(delivery_id)) is None:
        return False
    assert one.outlet
    try:
        refused = _call(one) if one.outlet.way == "webhook" else _mail(one)
    except (OSError, httpx.HTTPError) as error:
        return _failed(one, str(error) or type(error).__name__)
    if refused:
        return _failed(one, refused, give_up=not refused.startswith(("429", "5")))
    with transaction.atomic():
        LeadDelivery.objects.filter(pk=one.pk).update(state="sent", sent_at=clock.now(), lease_until=None, next_at=None, told="")
        record(facts.LeadDelivered(brand_id=one.lead.brand_id, lead_id=one.lead_id, delivery_id=one.pk), by=SYSTEM)
    return True


@transaction.atomic
def _claim(delivery_id: int) -> LeadDelivery | None:
    now = clock.now()
    one = (LeadDelivery.objects.select_for_update(skip_locked=True, no_key=True, of=("self",)).select_related("lead__brand", "outlet")
           .filter(pk=delivery_id, state="queued", next_at__lte=now, outlet__isnull=False).exclude(lease_until__gt=now).first())
    if one is None:
        return None
    if one.lead.consent_at is None or one.lead.withdrawn_at:
        LeadDelivery.objects.filter(pk=one.pk).update(state="refused", next_at=None, told="no consent")
        return None
    one.lease_until, one.tries = now + LEASE, one.tries + 1
    one.save(update_fields=["lease_until", "tries"])
    return one


def _failed(one: LeadDelivery, because: str, *, give_up: bool = False) -> bool:
    over = give_up or one.tries >= MOST_TRIES
    LeadDelivery.objects.filter(pk=one.pk).update(
        lease_until=None, told=because[:300], state="refused" if over else "queued",
        next_at=None if over else clock.now() + timedelta(minutes=2 ** min(one.tries - 1, 8)))
    return False


def told_of(lead: Lead) -> dict[str, Any]:
    """A lead as it goes out."""
    assert lead.consent_at
    return {
        "id": lead.pk, "brand": lead.brand.slug, "name": lead.name, "email": lead.email, "phone": lead.phone, "wants": lead.wants,
        "state": lead.state, "noted_at": lead.made_at.isoformat(),
        "consent": {"at": lead.consent_at.isoformat(), "how": lead.consent_how, "words": lead.consent_words}}


def signed(body: bytes, secret: str, at: int) -> str:
    """What the header ``Tertulia-Signature`` says: the moment, and HMAC-SHA256 over it, a full stop and the body."""
    return f"t={at},v1={hmac.new(secret.encode(), f'{at}.'.encode() + body, hashlib.sha256).hexdigest()}"


def _call(one: LeadDelivery) -> str:
    """Posts it; what the other side said if it did not take it. The same ``Idempotency-Key`` however often it is tried."""
    assert one.outlet
    body = json.dumps({"type": "lead", "key": str(one.key), "lead": told_of(one.lead)}, ensure_ascii=False).encode()
    headers: Mapping[str, str] = {"Content-Type": "application/json", "Idempotency-Key": str(one.key)}
    if one.outlet.secret:
        headers = {**headers, "Tertulia-Signature": signed(body, unseal(one.outlet.secret), int(clock.now().timestamp()))}
    with open_client() as client:
        answer = client.post(one.outlet.target, content=body, headers=headers)
    return "" if answer.is_success else f"{answer.status_code} {answer.text[:200]}"


def _mail(one: LeadDelivery) -> str:
    assert one.outlet
    with translation.override("es"):
        text = render_to_string("handoffs/mail/lead.txt", {"lead": one.lead, "brand": one.lead.brand})
        subject = render_to_string("handoffs/mail/lead_subject.txt", {"lead": one.lead, "brand": one.lead.brand})
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
    EmailMessage(" ".join(subject.split()), text, to=[one.outlet.target], headers={"Message-ID": f"<lead.{one.key}@{domain}>"}).send()
    return ""
