"""Polling: nothing lost, nothing twice, in order, whoever else polls and whatever the network answers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from tertulia.channels import actions, queries
from tertulia.channels.arrivals import pack, unpack
from tertulia.channels.models import Arrival, Channel
from tertulia.channels.rules import next_poll
from tertulia.inbox.models import Message
from tertulia.inbox.storing import store_arrivals
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.kit.tests.beside import beside
from tertulia.networks import manifest
from tertulia.networks.contract import Batch, Reconnect, TryLater
from tertulia.outbox.tests.stage import Square, square
from tertulia.outbox.tests.test_workers import until
from tertulia.site.tests import cast


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        yield found


def store(channel: Channel) -> int:
    """Everything that arrived, into the inbox; how many batches."""
    batches = 0
    while store_arrivals(channel.pk, by=""):
        batches += 1
    return batches


def fresh(channel: Channel) -> Channel:
    return Channel.objects.get(pk=channel.pk)


def told(name: str) -> int:
    return Fact.objects.filter(name=name).count()


def test_a_burst_of_five_thousand_is_stored_once_and_in_order(plaza: Square) -> None:
    plaza.post("neighbours", handle="ana", name="Ana")
    said = plaza.post("bulk", mention="lunares", count=5000)["ids"]
    began = time.monotonic()
    assert actions.collect(plaza.channel.pk) == 5000
    collected = time.monotonic()
    store(plaza.channel)
    stored = time.monotonic()
    assert list(Message.objects.order_by("pk").values_list("external_id", flat=True)) == said
    assert told("MessageReceived") == 5000
    actions.collect(plaza.channel.pk)
    Channel.objects.update(cursor={}, next_poll_at=clock.now())
    assert actions.collect(plaza.channel.pk) == 0, "a replay adds nothing"
    store(plaza.channel)
    assert Message.objects.count() == Arrival.objects.count() == told("MessageReceived") == 5000
    print(f"5000 mentions: {5000 / (collected - began):.0f}/s collected over HTTP, {5000 / (stored - collected):.0f}/s stored")


def test_the_cursor_and_what_it_has_passed_are_one_commit(plaza: Square) -> None:
    plaza.post("neighbours", handle="ana", name="Ana")
    plaza.post("bulk", mention="lunares", count=100)
    plaza.fault("error_before", "GET", "me/notices", times=None)
    plaza.mend()
    with connection.cursor() as sql:  # the second page cannot be stored
        sql.execute("create function stumble() returns trigger language plpgsql as $$ begin if (select count(*) from "
                    "channels_arrival) >= 40 then raise exception 'no room'; end if; return new; end $$")
        sql.execute("create trigger stumble before insert on channels_arrival for each statement execute function stumble()")
    try:
        with pytest.raises(Exception, match="no room"):
            actions.collect(plaza.channel.pk)
        assert Arrival.objects.count() == 40
        assert fresh(plaza.channel).cursor == {"after": "40"}
        assert fresh(plaza.channel).failing_since, "it is seen"
        assert fresh(plaza.channel).next_poll_at > clock.now(), "and not asked again at once"
    finally:
        with connection.cursor() as sql:
            sql.execute("drop trigger stumble on channels_arrival; drop function stumble()")
    assert actions.collect(plaza.channel.pk) == 60
    assert fresh(plaza.channel).failing_since is None


def test_two_pollers_take_turns(plaza: Square) -> None:
    plaza.fault("slow", "GET", "me/notices", seconds=1)
    slow = beside(lambda: actions.collect(plaza.channel.pk))
    until(lambda: fresh(plaza.channel).polling_until)
    assert plaza.channel.pk not in queries.to_poll(clock.now())
    assert actions.collect(plaza.channel.pk) == 0
    slow.join(20)
    assert plaza.control.get("faults").json()["faults"][0]["spent"] == 1
    assert fresh(plaza.channel).polling_until is None


def test_a_poller_that_was_overtaken_stores_nothing_more(plaza: Square) -> None:
    plaza.post("neighbours", handle="ana", name="Ana")
    plaza.post("bulk", mention="lunares", count=10)
    stale = actions._claim(plaza.channel.pk)
    assert stale
    Channel.objects.update(polling_until=clock.now() - timedelta(seconds=1))  # its lease is over
    assert actions.collect(plaza.channel.pk) == 10
    with pytest.raises(actions.Overtaken):
        actions._store(stale, Batch(items=(cast.item("viejo", "Tarde"),), cursor={"after": "0"}), by="")
    assert fresh(plaza.channel).cursor == {"after": "10"}
    assert not Arrival.objects.filter(external_id="viejo").exists()


def test_failing_is_announced_once_and_so_is_recovering(plaza: Square) -> None:
    plaza.fault("error_before", "GET", "*", times=3)
    waits = []
    for _ in range(3):
        actions.collect(plaza.channel.pk)
        waits.append((fresh(plaza.channel).next_poll_at - clock.now()).total_seconds())
    assert waits == sorted(waits) and waits[0] > 15
    assert (told("ChannelFailed"), fresh(plaza.channel).failures, fresh(plaza.channel).reason) == (1, 3, "server_error")
    actions.collect(plaza.channel.pk)
    assert (told("ChannelFailed"), told("ChannelRecovered"), fresh(plaza.channel).failures) == (1, 1, 0)


def test_dead_credentials_stop_the_polling_until_it_is_connected_again(plaza: Square) -> None:
    plaza.fault("dead_token", "GET", "*")
    actions.collect(plaza.channel.pk)
    assert (fresh(plaza.channel).state, fresh(plaza.channel).reason) == ("reconnect", "bad_credentials")
    assert queries.to_poll(clock.now() + timedelta(days=1)) == []
    actions.connect(plaza.brand, "plaza", plaza.answers, by="member:1")
    assert queries.to_poll(clock.now()) == [plaza.channel.pk]
    assert Channel.objects.count() == 1


@pytest.mark.django_db
def test_a_failure_with_old_secrets_does_not_shut_a_channel_connected_since() -> None:
    channel = cast.channel(cast.brand(cast.member()))
    Channel.objects.update(connected_at=clock.now())
    actions.fail(channel, Reconnect("bad_credentials"))
    assert fresh(channel).state == "active"


@pytest.mark.django_db
def test_pausing_stops_asking_and_asking_now_does_not_wake_it() -> None:
    channel = cast.channel(cast.brand(cast.member()))
    actions.pause(channel, by="member:1")
    actions.pause(channel, by="member:1")
    actions.ask_now(channel, by="member:1")
    assert queries.to_poll(clock.now()) == []
    assert actions.collect(channel.pk) == 0
    assert (told("ChannelPaused"), told("ChannelAsked")) == (1, 0)
    actions.resume(channel, by="member:1")
    Channel.objects.update(next_poll_at=clock.now() + timedelta(hours=1))
    actions.ask_now(fresh(channel), by="member:1")
    assert queries.to_poll(clock.now()) == [channel.pk]


@pytest.mark.django_db
def test_what_the_network_asks_is_waited(settings: Any) -> None:
    channel = cast.channel(cast.brand(cast.member()))
    actions.fail(channel, TryLater("limited", after=3000, scope="account"))
    assert fresh(channel).next_poll_at > clock.now() + timedelta(seconds=2990)


@pytest.mark.parametrize(("failures", "asked", "seconds"), [
    (0, None, 10), (1, None, 20), (2, None, 40), (5, None, 320), (40, None, 900), (1, 5, 20), (1, 4000, 4000)])
def test_the_pace_of_asking(failures: int, asked: float | None, seconds: int) -> None:
    now = clock.now()
    assert next_poll(now, manifest("plaza"), failures, asked) == now + timedelta(seconds=seconds)


def test_what_arrives_is_kept_whole_but_for_what_no_database_could_keep() -> None:
    item = cast.item("1", "Ho\x00la 👩‍👩‍👧 مرحبا", name="Ana\x00 \ud800Ruiz", url="https://red.example/\x001")
    kept = unpack(pack(item))
    assert kept.author.name == "Ana Ruiz" and kept.text == "Hola 👩‍👩‍👧 مرحبا"  # type: ignore[union-attr]
    assert len(pack(cast.item("2", "x" * 10_000_000))["text"]) == 20_000
