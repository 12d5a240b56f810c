"""Web push, to a push service that verifies the token and a browser that decrypts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.kit import clock, secrets
from tertulia.kit.tests.loopback import Told, serving
from tertulia.notices import pushing, queries, reading
from tertulia.notices.models import Browser, Delivery, PushKey
from tertulia.notices.push_keys import pair
from tertulia.notices.reactions import due_pushes
from tertulia.notices.tests import sample
from tertulia.notices.tests.post import go_by
from tertulia.notices.tests.push_service import PushService, base64, point
from tertulia.notices.tests.sample import FIRE, errand
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def service(monkeypatch: Any) -> Iterator[PushService]:
    service = PushService()
    with serving(service.answer) as server:
        service.url, service.server_key = server.url, pair().public
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        yield service


@pytest.fixture
def inside(client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


@pytest.fixture
def browser(service: PushService, inside: Client, brand: Brand) -> Browser:
    """Ana's browser, subscribed as its page does it."""
    there = inside.post(reverse("notices:add_browser", args=[brand.slug]), service.handed, headers={"User-Agent": FIREFOX})
    assert there.status_code == 204
    return Browser.objects.get()


def push() -> int:
    """What the workers do when pushes are due: how many were taken."""
    return sum(pushing.push(one.arguments["browser_id"]) for one in due_pushes())


# --------------------------------------------------------------------------- what arrives


def test_the_browser_reads_what_happened_and_goes_there(service: PushService, browser: Browser, ana: Member, brand: Brand) -> None:
    one = errand(ana, brand, 7)
    assert push() == 1
    (shown,) = service.shown
    assert shown["title"] == "Un recado de Librería La Tertulia" and "«Lo del número 7»" in shown["body"] and "Hazlo hoy." in shown["body"]
    assert shown["address"] == reverse("notices:open", args=[brand.slug, one.pk]) and shown["language"] == "es"
    assert service.asked[0].headers["urgency"] == "normal" and service.asked[0].headers["topic"] == shown["tag"]
    assert b"recado" not in service.asked[0].body, "who carries it cannot read it"
    go_by(hours=1)
    assert push() == 0, "once"


def test_what_comes_in_a_burst_is_two_pushes(service: PushService, browser: Browser, ana: Member, brand: Brand) -> None:
    errand(ana, brand, 1)
    push()
    for number in range(2, 9):
        errand(ana, brand, number)
    errand(ana, cast.brand(ana, "Otra"), 9, kind=FIRE)
    assert push() == 0, "one left a moment ago"
    go_by(seconds=31)
    assert push() == 1
    assert service.shown[1]["title"] == "8 avisos de Librería La Tertulia y otra marca"
    assert service.shown[1]["address"].endswith("?marcas=todas") and service.asked[1].headers["urgency"] == "high"


def test_a_long_text_is_cut_and_fits(service: PushService, browser: Browser) -> None:
    answer = pushing.send(browser, pushing.message("🫠" * 500, "👩‍👩‍👧" * 500, "/"), sample.LETTER)
    assert not answer.trouble and len(service.asked[0].body) < 4096


def test_what_was_read_in_the_page_is_not_pushed(service: PushService, browser: Browser, ana: Member, brand: Brand) -> None:
    reading.mark_read(ana, [errand(ana, brand, 1).pk])
    gone = errand(ana, brand, 2)
    sample.done.add(2)
    errand(ana, brand, 404)
    assert push() == 0 and service.asked == [] and not Delivery.objects.filter(notice=gone.pk).exists()


# --------------------------------------------------------------------------- what the service answers


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_forgotten(service: PushService, browser: Browser, ana: Member, brand: Brand, status: int) -> None:
    service.says = [Told(status)]
    errand(ana, brand, 1)
    assert push() == 0 and not Browser.objects.exists() and not Delivery.objects.exclude(browser=None).exists()
    assert queries.unread_count(ana) == 1, "the page still tells"


@pytest.mark.parametrize("said", [Told(429, headers={"Retry-After": "600"}), Told(503, b"busy"), Told(manner="reset")])
def test_a_service_that_cannot_now_is_asked_again_under_the_same_name(service: PushService, browser: Browser, ana: Member, brand: Brand,
                                                                     said: Told) -> None:
    service.says = [said]
    one = errand(ana, brand, 1)
    assert push() == 0
    waiting = Delivery.objects.get(notice=one, browser=browser)
    assert waiting.error and waiting.due_at and waiting.due_at > clock.now() + timedelta(seconds=598 if said.status == 429 else 50)
    assert queries.browsers_of(ana)[0][1] == waiting.error
    go_by(minutes=11)
    assert push() == 1 and len(service.shown) == 1
    if said.status != 429:
        assert service.asked[0].headers["topic"] == service.asked[1].headers["topic"]
    assert queries.browsers_of(ana)[0][1] == ""


def test_a_service_that_never_can_is_given_up_visibly(service: PushService, browser: Browser, inside: Client, ana: Member,
                                                      brand: Brand) -> None:
    service.says = [Told(500, b"broken")] * 20
    errand(ana, brand, 1)
    for _try in range(10):
        push()
        go_by(hours=2)
    left = Delivery.objects.get(browser=browser)
    assert left.due_at is None and "500 broken" in left.error and len(service.asked) == 7
    assert "500 broken" in inside.get(reverse("notices:settings", args=[brand.slug])).content.decode()


def test_a_service_behind_a_private_address_is_not_called(service: PushService, browser: Browser, ana: Member, brand: Brand,
                                                          monkeypatch: Any) -> None:
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", "")
    errand(ana, brand, 1)
    assert push() == 0 and service.asked == [] and "127.0.0.1" in Delivery.objects.get(browser=browser).error


# --------------------------------------------------------------------------- browsers


def test_what_is_no_subscription_is_refused(service: PushService, inside: Client, brand: Brand) -> None:
    where, good = reverse("notices:add_browser", args=[brand.slug]), service.handed
    for wrong in ({"endpoint": "http://example.org/x"}, {"endpoint": "file:///etc/passwd"}, {"endpoint": ""}, {"endpoint": "https:///x"},
                  {"p256dh": "AAAA"}, {"p256dh": "no base64!"}, {"auth": "c2hvcnQ"}, {"endpoint": "https://push.example/" + "x" * 2000}):
        assert inside.post(where, {**good, **wrong}).status_code == 422, wrong
    assert not Browser.objects.exists()


def test_a_browser_of_two_people_tells_the_one_who_turned_it_on_last(service: PushService, browser: Browser, client: Client, ana: Member,
                                                                    owner: Member, brand: Brand) -> None:
    errand(ana, brand, 1)
    client.force_login(owner)
    client.post(reverse("notices:add_browser", args=[brand.slug]), service.handed)
    errand(owner, brand, 2)
    push()
    assert Browser.objects.get().member == owner and [one["body"].split("»")[0] for one in service.shown] == ["«Lo del número 2"]


def test_a_browser_is_removed_by_its_member_alone(service: PushService, browser: Browser, inside: Client, owner: Member,
                                                  brand: Brand) -> None:
    where = reverse("notices:remove_browser", args=[brand.slug])
    other = Client()
    other.force_login(owner)
    other.post(where, {"navegador": browser.pk})
    other.post(where, {"endpoint": browser.endpoint})
    assert Browser.objects.exists()
    page = inside.get(reverse("notices:settings", args=[brand.slug])).content.decode()
    assert browser.name == "Firefox, Linux" and "Firefox, Linux" in page
    inside.post(where, {"endpoint": browser.endpoint})
    assert not Browser.objects.exists()


def test_a_browser_that_moved_says_so_with_its_old_address(service: PushService, browser: Browser, client: Client) -> None:
    where, fresh = reverse("browser_moved"), {**service.handed, "endpoint": service.url + "/push/beef"}
    client.logout()
    assert client.post(where, {**fresh, "before": "https://push.example/guess"}).status_code == 404
    assert client.post(where, {**fresh, "before": browser.endpoint, "auth": "x"}).status_code == 404
    assert client.post(where, {**fresh, "before": browser.endpoint}).status_code == 204
    assert Browser.objects.get().endpoint == fresh["endpoint"]


def test_a_trial_says_how_it_went(service: PushService, browser: Browser, inside: Client, brand: Brand) -> None:
    where = reverse("notices:trial", args=[brand.slug])
    assert "Enviado." in inside.post(where, follow=True).content.decode() and service.shown[0]["title"] == "Así te avisará Tertulia"
    service.says = [Told(500, b"broken"), Told(410)]
    assert "500 broken" in inside.post(where, follow=True).content.decode()
    assert "lo hemos quitado" in inside.post(where, follow=True).content.decode() and not Browser.objects.exists()


# --------------------------------------------------------------------------- our keys


def test_the_keys_are_made_once_and_kept_encrypted(db: None) -> None:
    first = pair()
    assert pair().public == first.public == base64(point(first.vapid.public_key)) and PushKey.objects.count() == 1
    assert b"PRIVATE KEY" not in bytes(PushKey.objects.get().sealed)


def test_where_the_installation_lost_its_key_the_pair_is_new_and_browsers_are_to_be_added_again(
        service: PushService, browser: Browser, monkeypatch: Any) -> None:
    before = pair().public
    monkeypatch.setenv("TERTULIA_KEY", "another key, of more than 32 characters")
    secrets.key.cache_clear()
    try:
        assert pair().public != before and not Browser.objects.exists()
    finally:
        secrets.key.cache_clear()
