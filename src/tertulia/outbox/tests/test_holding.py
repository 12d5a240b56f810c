"""A channel in pause, or to be connected again, holds what is due; nothing is lost and the order is kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tertulia.channels import actions as channels
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.networks.contract import Reconnect
from tertulia.outbox import actions, sending
from tertulia.outbox.models import Dispatch
from tertulia.outbox.tests.stage import Square, claim, fresh, pass_time, say, send, square
from tests.work import settle as work


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        yield found


def test_a_pause_holds_and_resuming_releases_in_order(plaza: Square) -> None:
    channels.pause(plaza.channel, by="member:1")
    texts = ["Uno", "Dos", "Tres", "Cuatro"]
    start = clock.now() - timedelta(minutes=10)
    for place in (2, 0, 3, 1):
        say(plaza.channel, texts[place], due_at=start + timedelta(minutes=place))
    later = say(plaza.channel, "Mañana", due_at=clock.now() + timedelta(days=1))
    work()
    assert set(Dispatch.objects.exclude(pk=later.pk).values_list("state", "reason")) == {("held", "paused")}
    assert plaza.texts() == []
    channels.resume(plaza.channel, by="member:1")
    work()
    assert plaza.texts() == texts
    assert fresh(later).state == "waiting"


def test_two_held_things_are_announced_and_one_that_is_taken_back_does_not_leave(plaza: Square) -> None:
    channels.pause(plaza.channel, by="member:1")
    kept, dropped = say(plaza.channel, "Se queda"), say(plaza.channel, "Se va")
    work()
    actions.cancel(dropped, by="member:1")
    channels.resume(plaza.channel, by="member:1")
    work()
    assert plaza.texts() == ["Se queda"]
    assert (fresh(kept).state, fresh(dropped).state) == ("sent", "cancelled")


def test_what_could_not_leave_in_time_is_asked_about_when_it_is_released(plaza: Square) -> None:
    channels.pause(plaza.channel, by="member:1")
    dispatch = say(plaza.channel, tolerance=timedelta(seconds=0))
    send(dispatch.pk)
    channels.resume(plaza.channel, by="member:1")
    work()
    assert (fresh(dispatch).state, fresh(dispatch).reason, plaza.texts()) == ("held", "late", [])


def test_a_channel_connected_again_meanwhile_is_not_shut_by_the_old_failure(plaza: Square) -> None:
    dispatch = say(plaza.channel)
    mine = claim(dispatch)
    assert mine
    channels.connect(plaza.brand, "plaza", plaza.answers, by="member:1")
    assert sending._failed(mine, Reconnect("bad_credentials")) == "waiting"
    assert Channel.objects.get().state == "active"
    pass_time(dispatch)
    assert send(dispatch.pk) == "sent"
