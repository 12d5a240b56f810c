"""Where the network ignores the key, an earlier attempt is looked for before anything is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.networks.contract import Ref
from tertulia.networks.mastodon import text
from tertulia.networks.mastodon.tests.fake import Fake
from tertulia.outbox import actions
from tertulia.outbox.tests.stage import fediverse, fresh, outcomes, pass_time, say, send, settle

pytestmark = pytest.mark.django_db(transaction=True)

Place = tuple[Fake, Channel]


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    with fediverse(monkeypatch) as found:
        yield found


def said(fake: Fake) -> list[str]:
    return [text.plain(one["content"]) for one in fake.statuses.values() if one["account"]["acct"] == "panaderia"]


@pytest.mark.parametrize(("fault", "done"), [("lost", True), ("late", True), ("error", False), ("html", False), ("cut", False)])
@pytest.mark.parametrize("answering", [False, True])
def test_a_lost_answer_is_looked_for_half_a_minute_later_and_ends_as_one(
        place: Place, fault: str, done: bool, answering: bool) -> None:
    fake, channel = place
    parent = fake.post(fake.whose("ana"), {"status": "@panaderia ¿hay pan?"})["id"] if answering else ""
    dispatch = say(channel, "@ana hay pan de nueces", reply_to=Ref(parent) if parent else None)
    fake.faults["publish"].append(fault)
    assert send(dispatch.pk) == "waiting"
    assert fresh(dispatch).try_at >= clock.now() + timedelta(seconds=25)
    assert settle(dispatch).state == "sent"
    assert said(fake) == ["@ana hay pan de nueces"]
    assert outcomes(dispatch) == (["unsure", "sent"] if done else ["absent", "sent"])
    assert dispatch.attempts.get(version=2).looked


def test_a_look_that_cannot_be_made_sends_nothing(place: Place) -> None:
    fake, channel = place
    dispatch = say(channel)
    fake.faults["publish"].append("lost")
    send(dispatch.pk)
    for fault in ("error", "html", "cut", "limit"):
        fake.faults["look"].append(fault)
        pass_time(dispatch)
        assert send(dispatch.pk) == "waiting", fault
    assert settle(dispatch).state == "sent"
    assert said(fake) == ["Hay pan de nueces"]


@pytest.mark.parametrize(("fault", "state"), [("refuse", "refused"), ("dead", "held"), ("scope", "held"), ("disabled", "held")])
def test_a_no_is_a_no(place: Place, fault: str, state: str) -> None:
    fake, channel = place
    dispatch = say(channel)
    fake.faults["publish"].append(fault)
    assert send(dispatch.pk) == state
    assert said(fake) == []


def test_a_post_of_another_dispatch_is_not_taken_for_ours(place: Place) -> None:
    fake, channel = place
    first, second = say(channel), say(channel)
    send(first.pk)
    fake.faults["publish"].append("cut")
    send(second.pk)
    done = settle(second)
    assert (done.state, done.reason) == ("unsure", "duplicate")
    assert said(fake) == ["Hay pan de nueces"]
    last = done.attempts.order_by("version").last()
    assert last and last.evidence["dispatch"] == first.pk
    actions.send_again(done, by="member:1")
    assert settle(done).state == "sent"
    assert said(fake) == ["Hay pan de nueces"] * 2, "a person said that it was not there"
    assert fresh(first).external_id != fresh(second).external_id


def test_a_person_may_say_that_it_is_there(place: Place) -> None:
    fake, channel = place
    dispatch = say(channel)
    fake.faults["publish"] += ["lost"]
    fake.faults["look"] += ["html"] * 9
    send(dispatch.pk)
    fake.post(fake.whose("panaderia"), {"status": "Hay pan de nueces"})  # written by hand on the network
    fake.faults["look"].clear()
    done = settle(dispatch)
    assert (done.state, done.reason) == ("unsure", "duplicate")
    actions.confirm(done, url="https://fediverso.example/@panaderia/1", by="member:1")
    assert (fresh(done).state, fresh(done).url) == ("sent", "https://fediverso.example/@panaderia/1")
    assert len(said(fake)) == 2
