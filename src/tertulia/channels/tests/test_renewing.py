"""Credentials that end are renewed ahead and once, never wiped, and said in time where only a person can renew them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tertulia.channels import actions, queries, quotas, renewing
from tertulia.channels import connection as line
from tertulia.channels.connection import account_of, open_network
from tertulia.channels.models import Channel
from tertulia.channels.rules import next_renewal, renewal
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks.bluesky.tests.pds import FakePds
from tertulia.networks.contract import Account, Draft, Reconnect, TryLater
from tertulia.networks.instagram.tests.fake import TOKEN, Fake
from tertulia.networks.stage import key
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import Dispatch
from tertulia.outbox.payloads import to_say
from tertulia.publishing import actions as posts
from tertulia.site.tests import cast
from tests.work import settle

pytestmark = pytest.mark.django_db(transaction=True)

DAY = timedelta(days=1)


class Gate:
    """A server before the fake: it counts what is asked for, may be slow, or answer something else."""

    def __init__(self, answer: Callable[[Asked], Told]) -> None:
        self.answer, self.slow, self.instead = answer, 0.0, dict[str, Told]()
        self.asked: list[str] = []

    def __call__(self, asked: Asked) -> Told:
        name = asked.path.rsplit("/", 1)[1].rsplit(".", 1)[-1]
        self.asked.append(name)
        time.sleep(self.slow)
        return self.instead.get(name) or self.answer(asked)

    def many(self, name: str) -> int:
        return self.asked.count(name)


@pytest.fixture
def gram() -> Fake:
    return Fake()


@pytest.fixture
def gate(gram: Fake, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    found = Gate(gram.answer)
    with serving(found) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        brand = cast.brand(cast.member())
        actions.connect(brand, "instagram", {"base_url": f"{server.url}/v25.0", "token": TOKEN}, by="member:1")
        gram.tokens[token()]["since"] -= 2 * DAY  # old enough to be renewed again
        yield found


def the() -> Channel:
    return Channel.objects.select_related("brand").get()


def token() -> str:
    return str(account_of(the()).secrets["token"])


def due(**more: Any) -> int:
    """Its time to be renewed has come."""
    secrets = {**account_of(the()).secrets, "renewed_at": (clock.now() - 50 * DAY).isoformat()}
    line.Keep(the())(secrets)
    Channel.objects.update(renew_at=clock.now(), **more)
    return the().pk


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """Several workers, each with its own connection; what they raised."""
    raised: list[Exception] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return raised


def test_long_credentials_are_renewed_at_four_fifths_and_a_week_before_they_end() -> None:
    now = clock.now()
    for days, after in [(60, 48), (90, 72), (30, 23), (10, 8)]:
        assert renewal(now, now + days * DAY) == now + after * DAY
    assert renewal(now, now + timedelta(hours=1)) == now + timedelta(minutes=48)


def test_renewing_in_vain_rests_longer_each_time_and_less_near_the_end() -> None:
    now = clock.now()
    rests = [(next_renewal(now, now + 60 * DAY, failures) - now) / timedelta(minutes=1) for failures in range(9)]
    assert rests == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert next_renewal(now, now + timedelta(hours=1), 8) == now + timedelta(minutes=15)
    assert next_renewal(now, now + timedelta(seconds=5), 8) == now + timedelta(minutes=1)


def test_connecting_notes_when_credentials_end_and_when_to_renew_them(gate: Gate) -> None:
    left = the().expires_at - clock.now()  # type: ignore[operator]
    assert 59 * DAY < left <= 60 * DAY
    assert 47 * DAY < the().renew_at - clock.now() <= 48 * DAY  # type: ignore[operator]
    assert queries.to_renew(clock.now()) == []


def test_two_workers_at_the_same_instant_renew_once(gate: Gate) -> None:
    pk, before = due(), token()
    gate.asked.clear()
    gate.slow = 0.3
    assert at_once(*[lambda: renewing.renew(pk)] * 4) == []
    assert gate.many("refresh_access_token") == 1
    assert token() != before and the().renewing_until is None and the().renew_failures == 0
    assert the().renew_at > clock.now() + 40 * DAY  # type: ignore[operator]
    assert Fact.objects.filter(name="ChannelRenewed").count() == 1


def test_the_worker_does_it_by_itself_also_while_the_channel_is_paused(gate: Gate) -> None:
    due(state="paused", next_poll_at=clock.now() + DAY)
    before = token()
    settle()
    assert token() != before


def test_a_failure_keeps_the_old_secrets_and_tries_again_with_rests(gate: Gate) -> None:
    pk, before = due(), token()
    for failures in (1, 2):
        gate.instead["refresh_access_token"] = said({"error": {"code": 2, "message": "temporary"}}, 500)
        assert not renewing.renew(pk)
        assert (token(), the().renew_failures, the().state) == (before, failures, "active")
        assert the().renew_at > clock.now() + timedelta(minutes=4)  # type: ignore[operator]
        assert not renewing.renew(pk)  # it rests
        Channel.objects.update(renew_at=clock.now())
    gate.instead.clear()
    assert renewing.renew(pk)
    assert token() != before and the().renew_failures == 0


def test_a_worker_that_died_while_renewing_is_followed_by_another(gate: Gate) -> None:
    pk = due(renewing_until=clock.now() + timedelta(seconds=30))
    assert queries.to_renew(clock.now()) == [] and not renewing.renew(pk)
    Channel.objects.update(renewing_until=clock.now() - timedelta(seconds=1))
    assert queries.to_renew(clock.now()) == [pk] and renewing.renew(pk)


def test_who_connects_again_while_it_is_being_renewed_is_not_overwritten(gate: Gate) -> None:
    pk = due()
    gate.slow = 0.4
    other = {**account_of(the()).secrets, "token": "la-nueva"}

    def again() -> None:
        time.sleep(0.2)
        channel = the()
        actions.keep_account(channel.brand, Account("instagram", channel.external_id, channel.handle, secrets=other), by="member:1")

    assert at_once(lambda: renewing.renew(pk), again) == []
    assert token() == "la-nueva"


def test_credentials_that_cannot_be_renewed_hold_what_is_due_and_reconnecting_releases_it_in_order(gate: Gate, gram: Fake) -> None:
    pk, before = due(), token()
    gram.tokens.clear()
    assert not renewing.renew(pk)
    channel = the()
    assert (channel.state, channel.renew_at, token()) == ("reconnect", None, before)
    start = clock.now() - timedelta(minutes=5)
    sent = [outbox.queue(channel, "publish", to_say(text), by="member:1", due_at=start + timedelta(minutes=place))
            for place, text in ((1, "Dos"), (0, "Uno"), (2, "Tres"))]
    settle()
    assert set(Dispatch.objects.values_list("state", "reason")) == {("held", "reconnect")}
    gram.tokens[TOKEN] = Fake().tokens[TOKEN]
    actions.connect(channel.brand, "instagram", {"base_url": channel.base_url, "token": TOKEN}, by="member:1")
    settle()
    tried = Dispatch.objects.filter(version__gt=0).order_by("attempts__started_at").values_list("pk", flat=True)
    assert list(tried) == [sent[1].pk, sent[0].pk, sent[2].pk]  # Instagram wants a picture, but each was tried in its turn
    assert the().renew_at is not None


def test_a_no_to_secrets_that_are_no_longer_ours_asks_nobody_to_connect(gate: Gate) -> None:
    old = the()
    line.Keep(the())({**account_of(old).secrets, "token": "otra"})
    actions.fail(old, Reconnect("expired"))
    assert the().state == "active"


# --------------------------------------------------------------------------- sessions whose refresh token serves once


@pytest.fixture
def pds() -> FakePds:
    return FakePds()


@pytest.fixture
def sky(pds: FakePds, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    found = Gate(pds.answer)
    with serving(found) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        brand = cast.brand(cast.member())
        actions.connect(brand, "bluesky", {**pds.join("panaderia"), "server": server.url}, by="member:1")
        found.asked.clear()
        yield found


def test_workers_that_find_a_session_ended_at_once_renew_it_once_and_all_go_on(pds: FakePds, sky: Gate) -> None:
    pds.expire()
    sky.slow = 0.2

    def say(text: str) -> Callable[[], object]:
        def work() -> None:
            with open_network(the()) as network:
                network.publish(Draft(text), key())  # type: ignore[attr-defined]
        return work

    assert at_once(*[say(f"Pan {number}") for number in range(4)]) == []
    assert sorted(pds.texts()) == ["Pan 0", "Pan 1", "Pan 2", "Pan 3"]
    assert (pds.renewals, sky.many("createSession")) == (1, 0)
    assert account_of(the()).secrets["access"] in pds.access and account_of(the()).secrets["refresh"] in pds.refresh
    assert the().renewing_until is None


def test_who_waits_too_long_for_another_tries_later(sky: Gate, pds: FakePds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "WAIT", 0.2)
    pds.expire()
    Channel.objects.update(renewing_until=clock.now() + timedelta(seconds=30))
    with open_network(the()) as network, pytest.raises(TryLater):
        network.publish(Draft("Pan"), key())  # type: ignore[attr-defined]
    assert pds.renewals == 0


# --------------------------------------------------------------------------- said in time, and how much may leave


def test_an_end_that_only_a_person_can_put_off_is_announced_once_and_seen(client: Client) -> None:
    member = cast.member()
    brand = cast.brand(member)
    near, far = cast.channel(brand, handle="cerca"), cast.channel(brand, handle="lejos")
    Channel.objects.filter(pk=near.pk).update(expires_at=clock.now() + 3 * DAY)
    Channel.objects.filter(pk=far.pk).update(expires_at=clock.now() + 8 * DAY)
    assert queries.to_warn_of(clock.now()) == [near.pk]
    assert renewing.warn(near.pk) and not renewing.warn(near.pk) and not renewing.warn(far.pk)
    assert [one.data for one in Fact.objects.filter(name="ChannelExpiring")] == [{"channel_id": near.pk}]
    client.force_login(member)
    page = client.get(reverse("channels:list", args=[brand.slug])).content.decode()
    assert page.count("El permiso de este canal caduca") == 1
    Channel.objects.filter(pk=near.pk).update(expires_at=clock.now() + 4 * DAY)
    assert renewing.warn(near.pk)


def test_what_we_renew_ourselves_is_told_only_when_that_fails_again_and_again() -> None:
    channel = cast.channel(cast.brand(cast.member()))
    Channel.objects.update(expires_at=clock.now() + DAY, renew_at=clock.now() + DAY / 2)
    assert not queries.is_ending(channel, clock.now())
    Channel.objects.update(renew_failures=3)
    assert queries.is_ending(channel, clock.now())


def test_a_quota_is_read_when_connected_and_each_hour_and_what_was_known_stands(gate: Gate, gram: Fake) -> None:
    pk = the().pk
    assert queries.with_quota_unread(clock.now()) == [pk]
    gram.quota = 25
    assert at_once(*[lambda: quotas.read(pk)] * 3) == []
    told = queries.quota(the())
    assert told is not None and (told.used, told.most, told.seconds) == (0, 25, 86400)
    assert gate.many("content_publishing_limit") == 1 and not quotas.read(pk)
    Channel.objects.update(quota_at=clock.now() - timedelta(hours=2))
    gate.instead["content_publishing_limit"] = said({"error": {"code": 2}}, 500)
    assert not quotas.read(pk) and queries.quota(the()) == told


def test_what_is_to_leave_after_an_end_is_named_in_canales_and_in_hoy(client: Client) -> None:
    member = cast.member()
    brand = cast.brand(member)
    channel = cast.channel(brand)
    Channel.objects.update(expires_at=clock.now() + 3 * DAY)
    for text, days in (("Antes", 2), ("Después", 4), ("Mucho después", 9)):
        post = posts.draft(brand, member, by=member.key)
        post = posts.edit(post, seen=1, text=text, variants={channel.pk: ""}, by=member.key)
        posts.schedule(post, clock.now().replace(tzinfo=None) + days * DAY, seen=2, by=member.key)
    client.force_login(member)
    at_risk = client.get(reverse("publishing:at_risk", args=[brand.slug, channel.pk])).content.decode()
    assert "2 publicaciones están programadas" in at_risk
    assert "Mucho después" in at_risk and "Antes" not in at_risk
    today = client.get(reverse("site:today", args=[brand.slug])).content.decode()
    assert "Su permiso caduca pronto" in today and "Hay 2 publicaciones programadas para después" in today
    other = cast.brand(cast.member("Rosa"), "Otra")
    assert client.get(reverse("publishing:at_risk", args=[other.slug, channel.pk])).status_code == 404
    mine_elsewhere = cast.brand(member, "Mía también")
    assert client.get(reverse("publishing:at_risk", args=[mine_elsewhere.slug, channel.pk])).status_code == 404
