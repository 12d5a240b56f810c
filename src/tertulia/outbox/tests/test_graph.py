"""The database itself refuses what the graph does not have."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction

from tertulia.kit import clock
from tertulia.outbox import actions
from tertulia.outbox.actions import TooLate
from tertulia.outbox.models import Dispatch, DispatchState
from tertulia.outbox.rules import GRAPH, may_move
from tertulia.outbox.tests.stage import fresh, say
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispatch() -> Dispatch:
    return say(cast.channel(cast.brand(cast.member())))


def put(dispatch: Dispatch, state: str) -> None:
    """In ``state``, whatever the graph says of the way there."""
    with connection.cursor() as sql:
        sql.execute("set constraints all immediate")  # what is still to be checked would stand in the way
        sql.execute("alter table outbox_dispatch disable trigger outbox_graph")
        sql.execute("update outbox_dispatch set state = %s, lease_until = now() where id = %s", [state, dispatch.pk])
        sql.execute("alter table outbox_dispatch enable trigger outbox_graph")


def test_the_database_has_the_very_moves_of_the_rules(dispatch: Dispatch) -> None:
    allowed = set()
    for before, after in product(DispatchState.values, repeat=2):
        put(dispatch, before)
        try:
            with transaction.atomic():
                Dispatch.objects.filter(pk=dispatch.pk).update(state=after)
            allowed.add((before, after))
        except IntegrityError:
            continue
    assert allowed == {(before, after) for before, after in product(GRAPH, repeat=2) if before == after or may_move(before, after)}


def test_what_was_tried_once_is_frozen(dispatch: Dispatch) -> None:
    actions.change(dispatch, payload={**dispatch.payload, "text": "Mejor así"}, by="member:1")
    Dispatch.objects.filter(pk=dispatch.pk).update(version=1)
    with pytest.raises(TooLate):
        actions.change(dispatch, payload={"text": "Tarde"}, by="member:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=dispatch.pk).update(payload={"text": "Por debajo"})
    assert fresh(dispatch).payload["text"] == "Mejor así"


def test_sending_without_a_lease_is_refused(dispatch: Dispatch) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=dispatch.pk).update(state="sending", lease_until=None)


def test_taking_back_can_be_undone_and_not_twice(dispatch: Dispatch) -> None:
    Dispatch.objects.filter(pk=dispatch.pk).update(due_at=clock.now() + timedelta(hours=1))
    actions.cancel(dispatch, by="member:1")
    actions.cancel(dispatch, by="member:1")
    assert fresh(dispatch).state == "cancelled"
    actions.restore(dispatch, by="member:1")
    assert (fresh(dispatch).state, fresh(dispatch).try_at) == ("waiting", fresh(dispatch).due_at)
    with pytest.raises(TooLate):
        actions.restore(dispatch, by="member:1")


def test_what_was_asked_for_again_meanwhile_is_not_restored(dispatch: Dispatch) -> None:
    actions.cancel(dispatch, by="member:1")
    say(dispatch.channel)
    with pytest.raises(TooLate):
        actions.restore(dispatch, by="member:1")


@pytest.mark.parametrize("state", ["sent", "sending"])
def test_what_may_be_on_the_network_cannot_be_taken_back(dispatch: Dispatch, state: str) -> None:
    put(dispatch, state)
    with pytest.raises(TooLate):
        actions.cancel(dispatch, by="member:1")


def test_a_waiting_dispatch_with_an_attempt_of_unknown_end_cannot_be_taken_back(dispatch: Dispatch) -> None:
    dispatch.attempts.create(version=1, started_at=clock.now(), worker="w", outcome="unsure")
    with pytest.raises(TooLate):
        actions.cancel(dispatch, by="member:1")


@pytest.mark.parametrize("state", [one for one in DispatchState.values if one not in ("unsure", "refused", "expired")])
def test_only_what_ended_badly_is_sent_again(dispatch: Dispatch, state: str) -> None:
    put(dispatch, state)
    with pytest.raises(TooLate):
        actions.send_again(dispatch, by="member:1")
    with pytest.raises(TooLate):
        actions.confirm(dispatch, by="member:1")
