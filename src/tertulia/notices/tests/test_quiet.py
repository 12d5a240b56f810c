"""Quiet hours: what is told then waits, unless it is urgent and may pass."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.notices import actions, queries
from tertulia.notices.models import Delivery
from tertulia.notices.tests.mailbox import Mailbox
from tertulia.notices.tests.sample import FIRE, errand

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
HOURS = {"silencio-on": "on", "silencio-begins": "21:00", "silencio-ends": "08:00", "silencio-urgent": "on",
         "silencio-time_zone": "Europe/Madrid"}


def say(client: Client, brand: Brand, **changed: str) -> int:
    given = {name: text for name, text in {**HOURS, **changed}.items() if text}
    return client.post(reverse("notices:quiet", args=[brand.slug]), given).status_code


@pytest.fixture
def inside(client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


def test_what_is_told_at_night_waits_for_the_morning_and_what_is_urgent_does_not(box: Mailbox, inside: Client, ana: Member,
                                                                                brand: Brand) -> None:
    assert say(inside, brand) == 302
    calm, fire = errand(ana, brand, 1, now=NIGHT), errand(ana, brand, 2, kind=FIRE, now=NIGHT)
    due = {one.notice_id: one.due_at for one in Delivery.objects.all()}
    assert due == {calm.pk: datetime(2026, 11, 24, 7, 0, tzinfo=UTC), fire.pk: datetime(2026, 11, 23, 22, 1, tzinfo=UTC)}
    assert queries.unread_count(ana) == 2, "the page tells at once"


def test_nothing_passes_where_the_member_wants_so(box: Mailbox, inside: Client, ana: Member, brand: Brand) -> None:
    say(inside, brand, **{"silencio-urgent": ""})
    errand(ana, brand, 2, kind=FIRE, now=NIGHT)
    assert Delivery.objects.get().due_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def test_turning_them_off_lets_what_waited_go(box: Mailbox, inside: Client, ana: Member, brand: Brand) -> None:
    actions.keep_quiet(ana, {"begins": "00:00", "ends": "23:59", "time_zone": "Europe/Madrid"}, by=ana.key)
    ana.quiet_hours.refresh_from_db()
    errand(ana, brand, 1)
    before = Delivery.objects.get().due_at
    assert say(inside, brand, **{"silencio-on": ""}) == 302 and queries.quiet_hours_of(ana) is None
    after = Delivery.objects.get().due_at
    assert before and after and after < before


def test_hours_that_are_none_are_refused_with_the_reason(inside: Client, ana: Member, brand: Brand) -> None:
    assert say(inside, brand, **{"silencio-ends": "21:00"}) == 422
    assert say(inside, brand, **{"silencio-begins": "noche"}) == 422
    assert say(inside, brand, **{"silencio-time_zone": "Mars/Olympus"}) == 422
    assert queries.quiet_hours_of(ana) is None
