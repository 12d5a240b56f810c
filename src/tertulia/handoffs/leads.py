"""Somebody who may buy: noted, with their consent, and out by file, webhook or mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from tertulia.brands.models import Brand, Member
from tertulia.handoffs import facts
from tertulia.handoffs.models import HandOff, Lead, LeadDelivery, Outlet
from tertulia.inbox.models import Conversation
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.kit.secrets import seal


@dataclass(frozen=True, slots=True)
class Consent:
    """That somebody lets us pass their data on: when, how (``message``, ``said``, ``form``) and in what words."""

    at: datetime
    how: str
    words: str


class NoConsent(Exception):
    """They did not give leave, or took it back."""


@transaction.atomic
def note_lead(brand: Brand, member: Member | None, *, by: str, wants: str, hand_off: HandOff | None = None,
              conversation: Conversation | None = None, name: str = "", email: str = "", phone: str = "",
              consent: Consent | None = None, because: str = "") -> Lead:
    """Notes somebody who may buy; with consent it goes out by every outlet of the brand."""
    conversation = conversation or (hand_off.conversation if hand_off else None)
    person = conversation.person if conversation else None
    lead = Lead.objects.create(
        brand=brand, conversation=conversation, person=person, hand_off=hand_off, name=clean(name or str(person or ""))[:120], email=email,
        phone=clean(phone)[:40], wants=clean(wants).strip(), made_by=member, made_at=clock.now(), **_as_fields(consent))
    record(facts.LeadNoted(brand_id=brand.pk, lead_id=lead.pk), by=by, because=because)
    if consent:
        send_out(lead)
    return lead


def _as_fields(consent: Consent | None) -> dict[str, Any]:
    if consent is None:
        return {}
    return {"consent_at": consent.at, "consent_how": consent.how, "consent_words": clean(consent.words).strip()}


@transaction.atomic
def change_lead(lead: Lead, *, by: str, because: str = "", consent: Consent | None = None, **fields: Any) -> None:
    """Changes what is known of a lead; with ``consent`` it goes out from now on."""
    kept = Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)
    told = fields | _as_fields(consent) | ({"withdrawn_at": None} if consent else {})
    if told:
        Lead.objects.filter(pk=kept.pk).update(**told)
        record(facts.LeadChanged(brand_id=kept.brand_id, lead_id=kept.pk), by=by, because=because)
    if consent:
        send_out(Lead.objects.get(pk=kept.pk))


@transaction.atomic
def withdraw(lead: Lead, *, by: str, because: str = "") -> None:
    """They take their leave back: what did not go out yet stays, and nothing goes any more."""
    if Lead.objects.filter(pk=lead.pk, withdrawn_at=None).update(withdrawn_at=clock.now()):
        lead.deliveries.filter(state="queued").update(state="refused", next_at=None, told="consent withdrawn")
        record(facts.LeadChanged(brand_id=lead.brand_id, lead_id=lead.pk), by=by, because=because)


def send_out(lead: Lead) -> int:
    """Queues a lead for every outlet of its brand, each once; how many. ``NoConsent``."""
    if lead.consent_at is None or lead.withdrawn_at:
        raise NoConsent(lead.pk)
    now = clock.now()
    outlets = Outlet.objects.filter(brand=lead.brand_id, archived_at=None)
    made = LeadDelivery.objects.bulk_create(
        [LeadDelivery(lead=lead, outlet=one, key=uuid4(), next_at=now) for one in outlets], ignore_conflicts=True)
    return len(made)


@transaction.atomic
def add_outlet(brand: Brand, way: str, target: str, *, by: str, secret: str = "", because: str = "") -> Outlet:
    """From now on leads with consent go there too."""
    outlet = Outlet.objects.filter(brand=brand, target=target, archived_at=None).first()
    if outlet is None:
        outlet = Outlet.objects.create(brand=brand, way=way, target=target, secret=seal(secret) if secret else b"")
        record(facts.DesksChanged(brand_id=brand.pk), by=by, because=because)
    return outlet


@transaction.atomic
def drop_outlet(outlet: Outlet, *, by: str, because: str = "") -> None:
    """Nothing goes there any more."""
    if Outlet.objects.filter(pk=outlet.pk, archived_at=None).update(archived_at=clock.now()):
        outlet.deliveries.filter(state="queued").update(state="refused", next_at=None, told="outlet removed")
        record(facts.DesksChanged(brand_id=outlet.brand_id), by=by, because=because)
