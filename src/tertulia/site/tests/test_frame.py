"""What every page carries: the way around with its counts, the brands, the policy, and what the health says."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.outbox import actions as outbox
from tertulia.outbox.models import Dispatch
from tertulia.site.context import frame
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).parents[2]


@pytest.fixture
def ana() -> Member:
    return cast.member("Ana Torres")


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


@pytest.fixture
def inside(client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


def test_the_frame_costs_two_queries_however_many_brands_and_nothing_until_it_is_drawn(ana: Member, brand: Brand) -> None:
    for name in ("Otra", "Y otra", "Y otra más"):
        cast.brand(ana, name)
    request = RequestFactory().get("/")
    request.user, request.brand, request.role = ana, brand, "owner"  # type: ignore[assignment, attr-defined]
    request.resolver_match = None
    with CaptureQueriesContext(connection) as asked:
        context = frame(request)
        assert len(asked) == 0 and context["may"]["manage"]
        assert len(list(context["nav"])) == 13 and len(context["brands"]) == 4
    assert len(asked) == 2


def test_the_frame_counts_what_waits_what_is_stuck_and_what_fails(ana: Member, brand: Brand) -> None:
    channel = cast.channel(brand)
    for n in range(3):
        cast.conversation(channel, "Hola", who=f"p{n}")
    stuck = outbox.queue(channel, "publish", {"text": "Hola"}, by=ana.key)
    Dispatch.objects.filter(pk=stuck.pk).update(state="sending", lease_until=clock.now())
    Dispatch.objects.filter(pk=stuck.pk).update(state="unsure", lease_until=None)
    Channel.objects.filter(pk=channel.pk).update(failing_since=clock.now())
    cast.conversation(cast.channel(cast.brand(ana, "Otra")), "De otra marca")
    request = RequestFactory().get("/")
    request.user, request.brand, request.role = ana, brand, "owner"  # type: ignore[assignment, attr-defined]
    request.resolver_match = None
    context = frame(request)
    assert {one.label: str(one.count) for one in context["nav"] if one.count} == {
        "Bandeja": "3", "Envíos": "1", "Canales": "1"}
    assert {one.name: (one.url, str(one.count)) for one in context["brands"]} == {
        "Librería Faro": ("/m/libreria-faro/", "3"), "Otra": ("/m/otra/", "1")}


def test_who_may_not_publish_is_not_offered_to(client: Client, brand: Brand) -> None:
    client.force_login(cast.joined(brand, "viewer", "Vera"))
    page = client.get(f"/m/{brand.slug}/").content.decode()
    assert f"/m/{brand.slug}/componer/" not in page and f"/m/{brand.slug}/bandeja/" in page


@pytest.mark.parametrize("path", ["", "informe/", "ajustes/", "ajustes/equipo/", "ajustes/yo/", "ajustes/api/"])
def test_every_answer_has_the_policy_and_no_page_loads_from_elsewhere(inside: Client, brand: Brand, path: str) -> None:
    response = inside.get(f"/m/{brand.slug}/{path}")
    assert "script-src 'self'" in response["Content-Security-Policy"] and response["X-Frame-Options"] == "DENY"
    page = response.content.decode()
    assert not re.findall(r'<(?:script|link|img|iframe|source)[^>]+(?:src|href)="(?:https?:)?//', page)
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=", page)


def test_no_template_of_any_part_loads_from_elsewhere_or_runs_inside_the_page() -> None:
    for path in TEMPLATES.glob("*/templates/**/*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r'(?:src|<link[^>]+href)="(?:https?:)?//', text), path
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\shx-on|\son(?:click|load|change|submit)=", text), path


@pytest.mark.parametrize(("path", "code", "words"), [
    ("/no/hay/nada/", 404, "No está aquí"), ("/m/ajena/", 404, "No está aquí")])
def test_what_is_not_there_is_told_in_the_brands_look(inside: Client, path: str, code: int, words: str) -> None:
    response = inside.get(path)
    assert response.status_code == code and words in response.content.decode() and "wordmark" in response.content.decode()


def test_what_a_role_does_not_reach_says_why(client: Client, brand: Brand) -> None:
    client.force_login(cast.joined(brand, "viewer", "Vera"))
    response = client.post(f"/m/{brand.slug}/ajustes/equipo/invitar/", {})
    assert response.status_code == 403 and "Tu papel en esta marca no lo permite" in response.content.decode()


def test_a_page_sent_after_its_time_says_so(ana: Member) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/cuenta/login/", {"login": ana.email})
    assert response.status_code == 403 and "La página ha caducado" in response.content.decode()


# --------------------------------------------------------------------------- health


def beat(seconds_ago: float) -> None:
    with connection.cursor() as sql:
        sql.execute("insert into procrastinate_workers (last_heartbeat) values (now() - make_interval(secs => %s))", [seconds_ago])


def test_it_is_well_when_a_worker_beats_and_nothing_is_late(client: Client, brand: Brand) -> None:
    beat(1)
    response = client.get("/healthz")
    assert response.status_code == 200 and response.json() == {"ok": True, "database": True, "workers": 1, "late_s": 0.0}


def test_it_is_unwell_when_no_worker_beats(client: Client, brand: Brand) -> None:
    assert client.get("/healthz").status_code == 503
    beat(31)
    response = client.get("/healthz")
    assert response.status_code == 503 and response.json()["workers"] == 0


@pytest.mark.parametrize(("late", "code"), [(50, 200), (70, 503)])
def test_it_is_unwell_when_something_due_waits_over_a_minute(client: Client, brand: Brand, late: int, code: int) -> None:
    beat(1)
    due = clock.now() - timedelta(seconds=late)
    outbox.queue(cast.channel(brand), "publish", {"text": "Hola"}, by="member:1", due_at=due)
    response = client.get("/healthz")
    assert response.status_code == code and response.json()["late_s"] >= late
