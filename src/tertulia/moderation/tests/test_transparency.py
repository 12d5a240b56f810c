"""Months in numbers: they add up with the verdicts, and do not change once they are over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Message
from tertulia.kit import clock
from tertulia.moderation import actions, appeals, reactions, transparency
from tertulia.moderation.models import AGAINST, HouseRule, Month, Outcome, Policy, Verdict
from tertulia.moderation.tests.telling import tell
from tertulia.outbox.facts import DispatchRefused, DispatchSent
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def busy(brand: Brand, channel: Channel, rule: HouseRule, ana: Member, luis: Member) -> Brand:
    """A month with verdicts of every kind, by people and by a rule; one undone, one reversed, one that never came to be."""
    other = actions.write_house_rule(brand, "Nada de publicidad", "Sin anuncios.", by="x", weight=0)
    said = cast.arrive(channel, *[cast.item(f"t{n}", f"Texto {n}", who=f"w{n}") for n in range(8)])
    rows = {one.pk: one for one in Message.objects.filter(pk__in=[one.pk for one in said])}
    a, b, c, d, e, f, g, _h = [rows[one.pk] for one in said]
    given = actions.hide(a, rule, ana, by=ana.key)
    actions.hide(b, other, by="rule:7", match={})
    actions.delete(c, rule, ana, by=ana.key)
    actions.block(d, rule, ana, by=ana.key)
    actions.note(e, rule, ana, by=ana.key)
    actions.hide(f, rule, ana, by=ana.key)
    actions.show(f, ana, by=ana.key)
    tell(DispatchRefused, actions.hide(g, rule, ana, by=ana.key).dispatch)
    tell(DispatchSent, given.dispatch)
    appeals.answer(appeals.make(given, "No"), Outcome.REVERSED, "Sí", luis, by=luis.key)
    return brand


def test_a_month_adds_up_with_its_verdicts(busy: Brand) -> None:
    found = transparency.figures(busy, transparency.this_month(busy))
    assert found["received"] == 8
    assert found["acts"] == {"note": {"by_person": 1, "automatic": 0}, "hide": {"by_person": 2, "automatic": 1},
                             "delete": {"by_person": 1, "automatic": 0}, "block": {"by_person": 1, "automatic": 0}}
    counted = sum(sum(one.values()) for one in found["acts"].values())
    assert counted == sum(row[act] for row in found["rules"] for act in AGAINST) == 6
    assert counted == Verdict.objects.filter(brand=busy, act__in=AGAINST).exclude(lifted="failed").count()
    assert (found["undone"], found["reversed"], found["appeals"]["made"], found["appeals"]["reversed"]) == (2, 1, 1, 1)
    assert found["minutes_to_act"] == found["minutes_to_answer"] == 0


def test_a_month_that_is_over_is_written_down_once_and_never_changes(busy: Brand, monkeypatch: Any) -> None:
    now = transparency.this_month(busy)
    assert transparency.freeze(busy, now, by="x") is None and not reactions.months_to_freeze()
    before = transparency.figures(busy, now)
    later = datetime.combine(now, datetime.min.time(), UTC) + timedelta(days=40)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert [wake.arguments for wake in reactions.months_to_freeze()] == [{"brand_id": busy.pk, "first": now.isoformat()}]
    for _time in range(2):
        reactions.freeze_month(busy.pk, now.isoformat())
    kept = Month.objects.get()
    assert kept.figures == before and not reactions.months_to_freeze()
    Verdict.objects.filter(brand=busy).update(lifted="undone", lifted_at=later)
    assert transparency.told(busy, now) == before


def test_a_brand_begins_with_the_month_in_which_it_first_heard_anything(brand: Brand, channel: Channel) -> None:
    cast.conversation(channel, "Hola", at=datetime(2026, 8, 31, 23, 30, tzinfo=UTC))  # September already, in Madrid
    assert transparency.to_freeze()[:1] == [(brand.pk, date(2026, 9, 1))]


def test_the_months_are_public_only_if_the_brand_wants(busy: Brand, client: Client) -> None:
    anybody, first = Client(), f"{transparency.this_month(busy):%Y-%m}"
    address = reverse("transparency", args=[busy.slug, first])
    assert anybody.get(address).status_code == 404
    Policy.objects.create(brand=busy, transparency=True)
    page = anybody.get(address).content.decode()
    assert "Nada de publicidad" in page and "todavía cambian" in page
    for hidden in ("Ana", "Texto", "w0"):
        assert hidden not in page
    assert anybody.get(reverse("transparency", args=[busy.slug, "2024-01"])).status_code == 404
    sheet = anybody.get(reverse("transparency_sheet", args=[busy.slug, first]))
    assert sheet["Content-Type"].startswith("text/csv") and "Mensajes ocultados: por una persona,2" in sheet.content.decode()
    Policy.objects.update(public=False)
    assert anybody.get(address).status_code == 404
    inside = client.get(reverse("moderation:month", args=[busy.slug, first]))
    assert inside.status_code == 200 and client.get(reverse("moderation:month_sheet", args=[busy.slug, first])).status_code == 200
