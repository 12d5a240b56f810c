"""Workers that race, are slow, or are killed: each dispatch is still done once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from tertulia.brands.actions import add_picture
from tertulia.kit import clock
from tertulia.kit.tests.beside import beside
from tertulia.networks.stage import png
from tertulia.outbox import actions, sending
from tertulia.outbox.models import Attempt, Dispatch
from tertulia.outbox.payloads import to_say
from tertulia.outbox.tests.stage import Square, claim, fresh, next_up, outcomes, pass_time, say, send, square


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        yield found


def until(true: Callable[[], object], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)


def test_workers_that_race_for_one_dispatch_make_one_attempt(plaza: Square) -> None:
    dispatch = say(plaza.channel)
    plaza.fault("slow", "POST", "utterances", seconds=0.5)
    workers = [beside(lambda: send(dispatch.pk)) for _ in range(5)]
    for worker in workers:
        worker.join(20)
    assert outcomes(dispatch) == ["sent"]
    assert plaza.texts() == ["Hay pan de nueces"]
    assert send(dispatch.pk) == ""


def test_a_slow_worker_is_overtaken_and_its_late_answer_is_only_written_down(plaza: Square) -> None:
    dispatch = say(plaza.channel)
    plaza.fault("slow", "POST", "utterances", seconds=1.5)
    slow = beside(lambda: send(dispatch.pk))
    until(lambda: Dispatch.objects.filter(pk=dispatch.pk, state="sending").exists())
    assert next_up(plaza.channel) is None, "its lease protects it"
    time.sleep(0.3)  # the request has left
    pass_time(dispatch)
    assert next_up(plaza.channel) == dispatch.pk
    assert send(dispatch.pk) == "sent"
    before = Dispatch.objects.values().get(pk=dispatch.pk)
    slow.join(20)
    assert Dispatch.objects.values().get(pk=dispatch.pk) == before
    assert outcomes(dispatch) == ["sent", "sent"]
    assert plaza.texts() == ["Hay pan de nueces"]


def test_who_lost_the_lease_sends_nothing_more(live: str, settings: Any) -> None:
    with square(live, settings, ignores_keys=True) as plaza:
        picture = add_picture(plaza.brand, png(), by="member:1")
        dispatch = actions.queue(plaza.channel, "publish", to_say("Con foto", pictures=[(picture.pk, "Pan")]), by="member:1")
        plaza.fault("slow", "POST", "pictures", seconds=1.5)
        slow = beside(lambda: send(dispatch.pk))
        until(lambda: Dispatch.objects.filter(pk=dispatch.pk, state="sending").exists())
        time.sleep(0.3)
        pass_time(dispatch)
        assert send(dispatch.pk) == "sent"
        slow.join(20)
        assert plaza.texts() == ["Con foto"], "the slow worker, done with its picture, did not publish it again"
        assert outcomes(dispatch) == ["", "sent"]


def test_each_request_renews_the_lease(plaza: Square) -> None:
    dispatch = say(plaza.channel)
    made = claim(dispatch)
    assert made
    mine = replace(made, at=0.0)  # long ago
    Dispatch.objects.filter(pk=dispatch.pk).update(lease_until=clock.now())
    sending._renew(mine)
    assert next_up(plaza.channel) is None
    Dispatch.objects.filter(pk=dispatch.pk).update(version=7)
    with pytest.raises(sending.Superseded):
        sending._renew(mine)


def worker(address: str) -> subprocess.Popen[bytes]:
    """A real worker process over the test database."""
    where = connection.get_connection_params()
    login = f"{where['user']}:{where['password']}" if where.get("password") else where["user"]
    url = f"postgresql://{login}@/{where['dbname']}?host={where['host']}" + (f"&port={where['port']}" if where.get("port") else "")
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tertulia.site.settings",
                   "TERTULIA_PRIVATE_HOSTS": address.removeprefix("http://"), "TERTULIA_PLAZA_CONTROL": ""}
    return subprocess.Popen([sys.executable, "-m", "tertulia.site.command", "worker"], env=environment,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def test_a_worker_killed_while_it_sends_thirty_posts_leaves_each_there_once(live: str, plaza: Square) -> None:
    texts = [f"Hogaza número {number}" for number in range(30)]
    plaza.fault("slow", "POST", "utterances", seconds=0.4, times=1000)
    dispatches = [say(plaza.channel, text) for text in texts]
    first = worker(live)
    try:
        until(lambda: len(plaza.texts()) >= 8, 60)
    finally:
        first.kill()
        first.wait(10)
    cut = list(Attempt.objects.filter(outcome="").values_list("dispatch_id", flat=True))
    assert cut, "it was killed in the middle of something"
    assert Dispatch.objects.filter(state="sent").count() < 30
    second = worker(live)
    try:
        # nobody waits for its leases to end: the database knew that it died
        until(lambda: not Dispatch.objects.exclude(state="sent").exists(), 40)
    finally:
        second.kill()
        second.wait(10)
    assert sorted(plaza.texts()) == sorted(texts)
    assert {fresh(one).state for one in dispatches} == {"sent"}
    assert Attempt.objects.filter(dispatch_id__in=cut).count() == 2 * len(cut)
