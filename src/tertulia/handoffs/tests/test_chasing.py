"""Deadlines: reminded once a step, then the next one, then the team."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.handoffs import actions, hours, queries
from tertulia.handoffs.models import Desk, HandOff, Letter, State, Stint
from tertulia.handoffs.rules import next_step, steps
from tertulia.handoffs.slowness import percentile, slowness
from tertulia.handoffs.tests.steps import handed, posted
from tertulia.inbox.models import Conversation
from tertulia.kit import clock
from tertulia.notices.models import Notice
from tertulia.notices.tests.mailbox import Mailbox

pytestmark = pytest.mark.django_db(transaction=True)


def _pass(one: HandOff, minutes: int) -> int:
    """So many minutes go by, and whatever is due is done; how many steps."""
    back = timedelta(minutes=minutes)
    for stint in Stint.objects.filter(hand_off=one, ended_at=None):
        stint.began_at, stint.due_at = stint.began_at - back, stint.due_at - back
        stint.next_at = stint.next_at - back if stint.next_at else None
        stint.save()
    return sum(actions.chase(Stint.objects.get(pk=pk), by="sistema") for pk in queries.stints_due(clock.now()))


@pytest.mark.parametrize(("done", "then"), [(0, 50), (50, 100), (100, 150), (150, None)])
def test_one_step_follows_the_other(done: int, then: int | None) -> None:
    assert next_step([100, 50, 50, 300], 150, done) == then and steps([50], 100) == [50, 100]


def test_reminded_at_half_and_at_the_end_then_the_next_one_and_then_the_team(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Mailbox) -> None:
    one = handed(brand, ana, shop, talk)
    posted()
    assert _pass(one, 119) == 0 and _pass(one, 2) == 1 and posted() == 1
    assert "Recordatorio" in box.subjects[-1] and "espera tu respuesta" in box.text()
    assert _pass(one, 120) == 1 and posted() == 1 and "Sin respuesta" in box.subjects[-1] and "su plazo ya ha pasado" in box.text()
    assert _pass(one, 120) == 1 and posted() == 1 and box.mails[-1]["To"] == "pau@tienda.example"
    assert [stint.ended for stint in one.stints.order_by("pk")] == ["late", ""]
    for _step in range(3):
        _pass(one, 121)
    posted()
    one.refresh_from_db()
    assert one.nobody_at and one.state == State.OPEN and Notice.objects.filter(kind="handoffs.left_alone", member=ana).count() == 1
    assert queries.current(one) is not None  # the last one may answer still
    assert _pass(one, 5000) == 0 and len(box.mails) == 6


def test_a_step_is_told_once_however_often_it_is_looked_at(brand: Brand, ana: Member, shop: Desk) -> None:
    one = handed(brand, ana, shop)
    stint = queries.current(one)
    assert stint
    Stint.objects.filter(pk=stint.pk).update(next_at=clock.now())
    done = [actions.chase(stint, by="sistema") for _look in range(3)]
    assert done == [True, False, False] and Letter.objects.filter(what="chase").count() == 1


def test_a_reminder_asked_for_by_hand_goes_at_most_once_a_minute(brand: Brand, ana: Member, shop: Desk) -> None:
    one = handed(brand, ana, shop)
    stint, now = queries.current(one), clock.now()
    assert stint
    assert actions.chase(stint, by=ana.key, now=now) and not actions.chase(stint, by=ana.key, now=now)


def test_who_was_late_may_answer_still(brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    one = handed(brand, ana, shop, talk)
    first = queries.current(one)
    assert first
    actions.pass_on(one, "late", by="sistema")
    actions.hear(one, first.holder, "answer", "Perdón por tardar.", way="mail", by="x")
    one.refresh_from_db()
    assert one.state == State.ANSWERED and queries.current(one) is None


def test_time_runs_only_while_the_brand_answers(brand: Brand) -> None:
    brand.hours = {"0": [["09:00", "14:00"]], "1": [["09:00", "14:00"]]}
    brand.save()
    madrid = ZoneInfo("Europe/Madrid")
    monday = datetime(2026, 11, 23, 13, 0, tzinfo=madrid)
    assert hours.later(brand, monday, 120) == datetime(2026, 11, 24, 10, 0, tzinfo=madrid)
    assert hours.spent(brand, monday, datetime(2026, 11, 24, 10, 0, tzinfo=madrid)) == 120


def test_the_report_says_which_desk_is_slow(brand: Brand, ana: Member, shop: Desk) -> None:
    for minutes in (10, 20, 30, 600):
        one = handed(brand, ana, shop)
        HandOff.objects.filter(pk=one.pk).update(state=State.ANSWERED, answered_in=minutes, answered_at=clock.now())
    late = handed(brand, ana, shop)
    HandOff.objects.filter(pk=late.pk).update(due_at=clock.now() - timedelta(hours=1))
    whole, complaints = slowness(brand, clock.now() - timedelta(days=1), clock.now())
    assert (whole.desk, whole.asked, whole.answered, whole.in_time, whole.overdue) == (shop.name, 5, 4, 3, 1)
    assert whole.middle == 25 and round(whole.slowest_tenth or 0) == 429 and complaints.kind_name == "Queja"
    assert percentile([], 0.9) is None
