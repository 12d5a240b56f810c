"""What an answer means for a dispatch, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from tertulia.networks.contract import Gone, Outcome, Reason, Reconnect, Refused, TryLater, Unsure
from tertulia.outbox import rules, words
from tertulia.outbox.models import DispatchState
from tertulia.outbox.rules import Next, after_failure, may_move, must_look_first, rest

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def after(failure: Outcome, **how: Any) -> Next:
    known: dict[str, Any] = {"verb": "publish", "tries": 1, "unsure_tries": 0, "now": NOW, "expires_at": NOW + timedelta(hours=12)}
    offers = {"repeatable": how.pop("repeatable", True), "findable": how.pop("findable", True)}
    known |= how
    return after_failure(failure, rests=rules.rests(known["verb"], **offers), **known)


@pytest.mark.parametrize(("failure", "how", "state", "seconds"), [
    (TryLater("limited", after=75, scope="account"), {}, "waiting", 75),
    (TryLater("limited", after=0), {}, "waiting", 5),
    (TryLater("unreachable"), {}, "waiting", 5),
    (TryLater("unreachable"), {"tries": 4}, "waiting", 40),
    (TryLater("limited", after=50_000), {}, "expired", 50_000),
    (TryLater("busy"), {"expires_at": NOW}, "expired", 5),
    (Reconnect("expired"), {}, "held", None),
    (Refused("too_long"), {}, "refused", None),
    (Gone("not_found"), {}, "refused", None),
    (Gone("not_found"), {"verb": "delete"}, "sent", None),
    (Gone("not_found"), {"verb": "hide"}, "sent", None),
    (Unsure("reset"), {}, "waiting", 2),
    (Unsure("reset"), {"unsure_tries": 1}, "waiting", 8),
    (Unsure("reset"), {"unsure_tries": 2}, "waiting", 25),
    (Unsure("reset"), {"unsure_tries": 5}, "waiting", 600),
    (Unsure("reset"), {"unsure_tries": 6}, "unsure", None),
    (Unsure("reset"), {"repeatable": False}, "waiting", 30),
    (Unsure("reset"), {"repeatable": False, "unsure_tries": 1}, "waiting", 60),
    (Unsure("reset"), {"repeatable": False, "unsure_tries": 3}, "unsure", None),
    (Unsure("reset"), {"repeatable": False, "verb": "hide"}, "waiting", 2),
    (Unsure("reset"), {"repeatable": False, "findable": False}, "unsure", None),
    (Unsure("reset"), {"repeatable": False, "findable": False, "verb": "delete"}, "waiting", 2),
])
def test_what_becomes_of_it(failure: Outcome, how: dict[str, Any], state: str, seconds: float | None) -> None:
    found = after(failure, **how)
    assert found.state == state
    assert found.reason == failure.reason
    assert found.try_at == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_a_limit_of_the_account_stops_the_account_and_a_server_that_is_away_does_not() -> None:
    assert after(TryLater("limited", after=9, scope="account")).blocks == "account"
    assert after(TryLater("server_error")).blocks == ""
    away = after(TryLater("unreachable"), tries=9)
    assert (away.blocks, away.try_at) == ("app", NOW + timedelta(minutes=1)), "one of them knocks for all"


def test_rests_double_up_to_ten_minutes() -> None:
    assert [rest(tries).total_seconds() for tries in (1, 2, 3, 7, 8, 60)] == [5, 10, 20, 320, 600, 600]


@pytest.mark.parametrize(("verb", "repeatable", "unknown", "late", "looks"), [
    ("publish", True, True, False, False),
    ("publish", False, True, False, True),
    ("publish", False, False, False, False),
    ("publish", True, True, True, True),
    ("publish", True, False, True, False),
    ("reply", False, True, False, True),
    ("hide", False, True, True, False),
])
def test_when_the_network_is_asked_first(verb: str, repeatable: bool, unknown: bool, late: bool, looks: bool) -> None:
    assert must_look_first(verb, repeatable=repeatable, unknown_before=unknown, late=late) is looks


def test_a_look_waits_until_a_cut_request_has_had_time_to_end() -> None:
    assert min(rules.LOOKUPS) >= timedelta(seconds=30)
    assert timedelta(seconds=30) < rules.LEASE < timedelta(minutes=1)


def test_nothing_leaves_sent_and_everything_else_can_end() -> None:
    assert set(rules.GRAPH) == set(DispatchState.values)
    assert rules.GRAPH["sent"] == frozenset()
    assert not any(may_move(state, "sent") for state in rules.GRAPH if state not in ("sending", "unsure"))
    assert all(may_move(state, "cancelled") for state in ("waiting", "ready", "held", "refused", "expired"))


def test_every_reason_state_and_verb_has_its_words() -> None:
    assert set(get_args(Reason)) <= set(words.REASONS)
    assert set(words.TONES) == set(words.MEANS) == set(DispatchState.values)
    assert set(words.VERBS) >= rules.CREATES
    for reason in words.REASONS:
        for state in DispatchState.values:
            found = words.why(reason, state)
            assert found and str(found.what).endswith(".") and (state == "sent" or str(found.todo).endswith("."))


def test_an_unknown_reason_is_said_too_and_none_is_none() -> None:
    assert words.why("brand_new", "refused")
    assert words.why("", "waiting") is None
