"""Each fault of a real server, for each verb: one thing there, or a state that a person sees. Never two."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tertulia.channels.actions import connect
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.outbox import actions
from tertulia.outbox.models import Bucket, Dispatch
from tertulia.outbox.tests.stage import Square, fresh, hide, next_up, outcomes, pass_time, say, send, settle, square
from tests.work import settle as work

VERBS = {"publish": ("POST", "utterances"), "reply": ("POST", "utterances"), "hide": ("PUT", "utterances/*/hidden")}
ENDS_WELL = ("limit", "error_before", "error_after", "lose_before", "lose_after", "hang_before", "hang_after", "html",
             "bad_json", "slow")


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        yield found


def ask(plaza: Square, verb: str) -> tuple[Dispatch, Any]:
    """A dispatch of ``verb``, and how many times what it asks for is on the plaza."""
    about = plaza.comment()
    if verb == "hide":
        dispatch = hide(plaza.channel, about)
        return dispatch, lambda: sum(one["hidden"] for one in plaza.seen() if one["id"] == about.external_id)
    text = f"Hay pan de {verb}"
    dispatch = say(plaza.channel, text, reply_to=about if verb == "reply" else None)
    return dispatch, lambda: plaza.texts().count(text)


@pytest.mark.parametrize("effect", ENDS_WELL)
def test_a_fault_that_passes_ends_as_one(plaza: Square, effect: str) -> None:
    for verb, where in VERBS.items():
        dispatch, there = ask(plaza, verb)
        plaza.fault(effect, *where, seconds=0.2)
        send(dispatch.pk)
        assert fresh(dispatch).state == ("sent" if effect == "slow" else "waiting"), (verb, outcomes(dispatch))
        done = settle(dispatch) if effect != "slow" else fresh(dispatch)
        assert (done.state, there()) == ("sent", 1), (verb, outcomes(dispatch))
        assert done.external_id and done.attempts.count() == done.version


@pytest.mark.parametrize("effect", ["error_after", "lose_after", "hang_after", "lose_before", "error_before"])
def test_a_fault_that_stays_is_shown_to_a_person_and_there_is_one_at_most(plaza: Square, effect: str) -> None:
    dispatch, there = ask(plaza, "publish")
    plaza.fault(effect, "POST", "utterances", seconds=0.1, times=50)
    done = settle(dispatch)
    assert done.state == "unsure"
    assert outcomes(dispatch) == ["unsure"] * 7
    assert there() == ("after" in effect)
    plaza.mend()
    actions.send_again(done, by="member:1")
    assert (settle(done).state, there()) == ("sent", 1), "the key makes the repetition harmless"


@pytest.mark.parametrize("verb", VERBS)
def test_a_no_is_final_visible_and_can_be_tried_again(plaza: Square, verb: str) -> None:
    dispatch, there = ask(plaza, verb)
    plaza.fault("refuse", *VERBS[verb])
    assert send(dispatch.pk) == "refused"
    assert (fresh(dispatch).reason, fresh(dispatch).detail, there()) == ("forbidden", "La plaza no lo quiere.", 0)
    actions.send_again(dispatch, by="member:1")
    assert (settle(dispatch).state, there()) == ("sent", 1)


@pytest.mark.parametrize("verb", VERBS)
def test_dead_credentials_hold_it_until_the_channel_is_connected_again(plaza: Square, verb: str) -> None:
    dispatch, there = ask(plaza, verb)
    plaza.fault("dead_token", *VERBS[verb])
    assert send(dispatch.pk) == "held"
    assert Channel.objects.get(pk=plaza.channel.pk).state == "reconnect"
    connect(plaza.brand, "plaza", plaza.answers, by="member:1")
    work()
    assert (fresh(dispatch).state, there()) == ("sent", 1)


@pytest.mark.parametrize(("wait", "seconds"), [("seconds", 75), ("date", 75), ("epoch", 75), ("iso", 75), ("none", 5)])
def test_a_limit_is_waited_out_by_the_whole_account(plaza: Square, wait: str, seconds: int) -> None:
    first, second = say(plaza.channel, "Una"), say(plaza.channel, "Otra")
    plaza.fault("limit", "POST", "utterances", seconds=75, wait=wait)
    assert send(first.pk) == "waiting"
    assert abs(fresh(first).try_at - clock.now() - timedelta(seconds=seconds)) < timedelta(seconds=4)
    assert next_up(plaza.channel) is None
    assert send(second.pk) == ""
    assert plaza.texts() == []
    assert next_up(plaza.channel, seconds=80) == second.pk, "it waited longer"
    for one in (first, second):
        settle(one)
    assert plaza.texts() == ["Una", "Otra"]


def test_a_limit_longer_than_its_deadline_is_an_expiry_that_a_person_sees(plaza: Square) -> None:
    dispatch = say(plaza.channel, tolerance=timedelta(minutes=1))
    plaza.fault("limit", "POST", "utterances", seconds=3600)
    assert send(dispatch.pk) == "expired"
    assert plaza.texts() == []
    assert next_up(plaza.channel) is None and Bucket.objects.get().until > clock.now(), "the rest of the account waits all the same"


def test_what_is_not_seen_yet_is_not_sent_again(plaza: Square) -> None:
    plaza.fault("invisible", "POST", "utterances", seconds=3600)
    dispatch, there = ask(plaza, "publish")
    assert send(dispatch.pk) == "sent"
    assert there() == 1


def test_past_its_deadline_a_thing_is_looked_for_and_not_sent(plaza: Square) -> None:
    for effect, state, times in (("lose_before", "expired", 0), ("lose_after", "sent", 1)):
        dispatch, there = ask(plaza, "publish")
        plaza.fault(effect, "POST", "utterances")
        send(dispatch.pk)
        Dispatch.objects.filter(pk=dispatch.pk).update(expires_at=clock.now())
        pass_time(dispatch)
        before = there()
        assert send(dispatch.pk) == state
        assert there() == before
        assert dispatch.attempts.get(version=2).looked
        assert times in (0, before)


def test_a_dispatch_whose_network_is_away_tries_again_and_says_why(plaza: Square) -> None:
    Channel.objects.filter(pk=plaza.channel.pk).update(base_url="http://127.0.0.1:9")
    dispatch = say(plaza.channel)
    assert send(dispatch.pk) == "refused", "port 9 was never allowed: a private address"
    assert fresh(dispatch).reason == "blocked_address"
