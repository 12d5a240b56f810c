"""Leads leave once, signed, and only with consent."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest
from django.utils import timezone

from tertulia.brands.models import Brand, Member
from tertulia.handoffs import delivering, leads
from tertulia.handoffs.leads import Consent, NoConsent
from tertulia.handoffs.models import Lead, LeadDelivery
from tertulia.kit import clock
from tertulia.kit.tests.loopback import Asked, Loopback, Told, serving
from tertulia.notices.tests.mailbox import Mailbox
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


class _Sales:
    """What the other side got, and what it answers."""

    def __init__(self) -> None:
        self.got: list[Asked] = []
        self.status = 200

    def __call__(self, asked: Asked) -> Told:
        self.got.append(asked)
        return Told(self.status, b"ok")


@pytest.fixture
def sales() -> _Sales:
    return _Sales()


@pytest.fixture
def crm(sales: _Sales, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    with serving(sales) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.url.removeprefix("http://"))
        yield server


def _lead(brand: Brand, ana: Member, given: bool = True) -> Lead:
    consent = Consent(clock.now(), "message", "Sí, llamadme") if given else None
    return leads.note_lead(brand, ana, name="Lola", email="lola@example.org", wants="40 ejemplares", consent=consent, by=cast.BY)


def _delivered() -> int:
    LeadDelivery.objects.filter(state="queued").update(next_at=timezone.now())
    return sum(delivering.deliver(pk) for pk in delivering.due(timezone.now()))


def test_a_webhook_gets_it_once_and_can_prove_who_sent_it(brand: Brand, ana: Member, crm: Loopback, sales: _Sales) -> None:
    leads.add_outlet(brand, "webhook", f"{crm.url}/entrada", secret="s3creto", by=cast.BY)
    lead = _lead(brand, ana)
    assert _delivered() == 1 and _delivered() == 0
    asked = sales.got[0]
    told = json.loads(asked.body)
    assert told["lead"]["name"] == "Lola" and told["lead"]["consent"]["words"] == "Sí, llamadme"
    at, _comma, mac = asked.headers["tertulia-signature"].removeprefix("t=").partition(",v1=")
    assert hmac.compare_digest(mac, hmac.new(b"s3creto", at.encode() + b"." + asked.body, hashlib.sha256).hexdigest())
    assert asked.headers["idempotency-key"] == str(lead.deliveries.get().key)


def test_a_server_that_fails_is_asked_again_with_the_same_key_and_one_that_refuses_is_not(
        brand: Brand, ana: Member, crm: Loopback, sales: _Sales) -> None:
    leads.add_outlet(brand, "webhook", crm.url, by=cast.BY)
    lead = _lead(brand, ana)
    sales.status = 503
    assert _delivered() == 0 and lead.deliveries.get().state == "queued" and "503" in lead.deliveries.get().told
    sales.status = 200
    assert _delivered() == 1 and len({asked.headers["idempotency-key"] for asked in sales.got}) == 1
    other = _lead(brand, ana)
    sales.status = 410
    assert _delivered() == 0 and other.deliveries.get().state == "refused"


def test_without_consent_nothing_leaves_and_taken_back_nothing_more(brand: Brand, ana: Member, crm: Loopback, sales: _Sales) -> None:
    leads.add_outlet(brand, "webhook", crm.url, by=cast.BY)
    silent = _lead(brand, ana, given=False)
    with pytest.raises(NoConsent):
        leads.send_out(silent)
    lead = _lead(brand, ana)
    leads.withdraw(lead, by=cast.BY)
    assert _delivered() == 0 and not sales.got and lead.deliveries.get().state == "refused"
    leads.change_lead(silent, consent=Consent(clock.now(), "said", "Sí"), by=cast.BY)
    assert _delivered() == 1


def test_the_mail_of_sales_gets_it(brand: Brand, ana: Member, box: Mailbox) -> None:
    leads.add_outlet(brand, "mail", "ventas@faro.example", by=cast.BY)
    _lead(brand, ana)
    assert _delivered() == 1 and box.mails[0]["To"] == "ventas@faro.example"
    assert "40 ejemplares" in box.text() and "«Sí, llamadme»" in box.text()


def test_a_private_address_is_not_called(brand: Brand, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", "")
    leads.add_outlet(brand, "webhook", "http://127.0.0.1:9/x", by=cast.BY)
    lead = _lead(brand, ana)
    assert _delivered() == 0 and "127.0.0.1" in lead.deliveries.get().told
