"""Salud, ``/healthz`` and ``/metrics``: what they say when all is well and when something is not, and to whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.journal.actions import SYSTEM, record
from tertulia.journal.models import Cursor, Fact
from tertulia.kit import clock
from tertulia.outbox import actions as outbox
from tertulia.outbox.facts import DispatchSent
from tertulia.outbox.models import Bucket
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana() -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


@pytest.fixture
def inside(client: Client, ana: Member, brand: Brand) -> Client:
    client.force_login(ana)
    return client


@pytest.fixture
def beats() -> Iterator[None]:
    with connection.cursor() as sql:
        sql.execute("insert into procrastinate_workers (last_heartbeat) values (now())")
    yield


def salud(client: Client) -> str:
    answer = client.get("/salud/")
    assert answer.status_code == 200
    return answer.content.decode()


def stop_a_reaction() -> Fact:
    record(DispatchSent(brand_id=1, dispatch_id=1, channel_id=1, verb="publish"), by=SYSTEM)
    fact = Fact.objects.latest("pk")
    Cursor.objects.update_or_create(reaction="inbox.on_dispatch_sent", shard=1, defaults={
        "error": "Traceback …\nKeyError: 'secret of a customer'", "broken_fact_id": fact.pk, "failures": 3, "retry_at": clock.now()})
    return fact


def figures(client: Client, **headers: Any) -> dict[str, float]:
    """``name{labels}`` → value, as Prometheus' own parser reads them."""
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200 and answer["Content-Type"].startswith("text/plain")
    return {f"{one.name}{sorted(one.labels.items()) or ''}": one.value
            for family in text_string_to_metric_families(answer.content.decode()) for one in family.samples}


# --------------------------------------------------------------------------- the page


def test_it_is_calm_when_all_is_well(inside: Client, beats: None) -> None:
    page = salud(inside)
    assert "Todo funciona" in page and "Todas siguen" in page and "pill danger" not in page and "pill warn" not in page


def test_it_says_that_nobody_works(inside: Client) -> None:
    assert "Nadie está trabajando" in salud(inside)


def test_it_says_what_is_late_and_what_is_closed_until_when(inside: Client, channel: Channel, beats: None) -> None:
    outbox.queue(channel, "publish", {"text": "Hola"}, by=SYSTEM, due_at=clock.now() - timedelta(minutes=9))
    assert "Lo que tenía que salir no sale" in salud(inside)
    Bucket.objects.create(scope=f"account:{channel.pk}", until=clock.now() + timedelta(hours=1), reason="limited")
    Bucket.objects.create(scope="app:mastodon@https://uno.example", until=clock.now() + timedelta(hours=1), verbs=["publish"])
    page = salud(inside)
    assert "Todo funciona" in page, "what the network closed is not late"
    assert "La red nos pidió ir más despacio." in page and "uno.example" in page and page.count("Cerrado; se abre") == 2


def test_a_stopped_reaction_is_shown_with_its_fact_and_its_error_to_the_keeper_alone(inside: Client, beats: None) -> None:
    fact = stop_a_reaction()
    page = salud(inside)
    assert "inbox.on_dispatch_sent" in page and f"DispatchSent {fact.pk}" in page and "secret of a customer" in page
    other = cast.member("Eva")
    cast.brand(other, "Otra casa")
    inside.force_login(other)
    page = salud(inside)
    assert "inbox.on_dispatch_sent" in page and "secret of a customer" not in page


def test_what_is_of_other_brands_is_counted_and_not_named(inside: Client, channel: Channel, beats: None) -> None:
    theirs = cast.channel(cast.brand(cast.member("Eva"), "Otra casa"), handle="secreta")
    Channel.objects.all().update(failing_since=clock.now())
    Bucket.objects.create(scope=f"account:{theirs.pk}", until=clock.now() + timedelta(hours=1))
    page = salud(inside)
    assert channel.handle in page and "secreta" not in page and "Otra casa" not in page
    assert "1 más con problemas" in page and "1 más, de otra marca" in page


def test_only_who_is_in_charge_of_a_brand_gets_in(client: Client, brand: Brand) -> None:
    assert client.get("/salud/").status_code == 302
    client.force_login(cast.joined(brand, Role.EDITOR))
    assert client.get("/salud/").status_code == 403


def test_ajustes_leads_there_and_the_page_looks_again_by_itself(inside: Client, brand: Brand) -> None:
    assert 'href="/salud/"' in inside.get(f"/m/{brand.slug}/ajustes/").content.decode()
    part = inside.get("/salud/", headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 5s' in part and "<html" not in part


# --------------------------------------------------------------------------- for machines


def test_a_stopped_reaction_is_a_warning_and_not_red(client: Client, beats: None) -> None:
    stop_a_reaction()
    answer = client.get("/healthz")
    assert answer.status_code == 200 and answer.json()["warnings"] == ["reaction inbox.on_dispatch_sent stopped"]


def test_the_metrics_say_what_there_is(client: Client, channel: Channel, beats: None) -> None:
    one = outbox.queue(channel, "publish", {"text": "Hola"}, by=SYSTEM, due_at=clock.now() - timedelta(seconds=90))
    one.attempts.create(version=1, started_at=clock.now(), worker="w:1", outcome="trylater")
    stop_a_reaction()
    found = figures(client)
    assert found["tertulia_dispatches[('state', 'waiting')]"] == 1 and found["tertulia_dispatches[('state', 'unsure')]"] == 0
    assert found["tertulia_dispatches_due"] == 1 and found["tertulia_dispatch_late_seconds"] >= 90
    assert found["tertulia_attempts_last_hour[('network', 'plaza'), ('outcome', 'trylater')]"] == 1
    assert found["tertulia_reaction_stopped[('reaction', 'inbox.on_dispatch_sent')]"] == 1
    assert found["tertulia_workers"] == 1 and found["tertulia_database_bytes"] > 1_000_000


def test_the_metrics_are_for_this_machine_or_for_who_knows_the_token(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 403
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 403
    assert client.post("/metrics").status_code == 405
    monkeypatch.setenv("TERTULIA_METRICS_TOKEN", "ábrete")
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 403
    monkeypatch.setenv("TERTULIA_METRICS_TOKEN", "sesame")
    assert client.get("/metrics", headers={"Authorization": "Bearer sesame"}, REMOTE_ADDR="203.0.113.9").status_code == 200
