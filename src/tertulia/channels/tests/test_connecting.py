"""Connecting an account by a page: the form, what goes wrong in words, and the way to the network's own page and back."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tertulia import networks
from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.channels import words
from tertulia.channels.models import Channel
from tertulia.channels.oauth import Remembered, recall, remember
from tertulia.kit import clock, secrets
from tertulia.kit.tests.loopback import PAGE, Told, said, serving
from tertulia.networks.contract import VERBS, Reason
from tertulia.networks.mastodon.tests.fake import Fake
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db

SECRET = "clave-secretísima-9"


@pytest.fixture
def owner() -> Member:
    return cast.member()


@pytest.fixture
def brand(owner: Member) -> Brand:
    return cast.brand(owner)


@pytest.fixture
def inside(client: Client, owner: Member) -> Client:
    client.force_login(owner)
    return client


def at(name: str, brand: Brand, *more: Any) -> str:
    return reverse(f"channels:{name}", args=[brand.slug, *more])


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fake]:
    found = Fake()
    with serving(found.answer) as server:
        found.url = server.url
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        yield found


def test_every_network_there_is_can_be_chosen_and_has_its_form(inside: Client, brand: Brand) -> None:
    grid = inside.get(at("choose", brand)).content.decode()
    for name in networks.names():
        form = at("connect", brand, name)
        assert f'href="{form}"' in grid
        page = inside.get(form).content.decode()
        for field in networks.manifest(name).fields:
            assert f'name="{field.name}"' in page
            assert not field.secret or f'type="password" name="{field.name}"' in page
    assert inside.get(at("connect", brand, "no-existe")).status_code == 404


def test_an_account_is_connected_by_its_key(inside: Client, brand: Brand, fake: Fake) -> None:
    response = inside.post(at("connect", brand, "mastodon"), {"address": fake.url, "token": "token-of-panaderia"})
    channel = Channel.objects.get()
    assert response["Location"] == at("welcome", brand, channel.pk)
    assert "Ya estamos leyendo" in inside.get(response["Location"]).content.decode()
    Channel.objects.update(last_success_at=clock.now())
    assert "Conectado y al día" in inside.get(response["Location"]).content.decode()
    Channel.objects.update(last_success_at=None, failing_since=clock.now(), reason="unreachable")
    assert "la primera lectura falla" in inside.get(response["Location"]).content.decode()


@pytest.mark.parametrize(("told", "words_"), [
    (said({"error": "The access token is invalid"}, 401), "La clave no vale."),
    (PAGE, "pero no es esta red"),
    (said({"error": "Too many requests"}, 429), "nos pide ir más despacio"),
    (said({"error": "x"}, 500), "El servidor tiene un fallo."),
    (said({}, 404), "no está esta red"),
    (said(["nada", {"raro": None}]), "pero no es esta red"),
    (said({"id": 7}), "no está esta red"),
    (Told(manner="reset"), "ha cortado la conexión"),
])
def test_what_goes_wrong_is_said_in_words_and_the_form_is_kept_without_its_secrets(
        inside: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch, told: Told, words_: str) -> None:
    with serving(lambda asked: told) as server:
        monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", server.host)
        response = inside.post(at("connect", brand, "plaza"), {"base_url": server.url, "token": SECRET})
    page = response.content.decode()
    assert response.status_code == 422
    assert words_ in page and f'value="{server.url}"' in page
    assert SECRET not in page and not Channel.objects.exists()


def test_a_private_address_is_explained_with_who_can_allow_it(inside: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", "")
    for address in ("http://127.0.0.1:9", "http://localhost:9"):
        response = inside.post(at("connect", brand, "plaza"), {"base_url": address, "token": SECRET})
        page = response.content.decode()
        assert response.status_code == 422
        assert "Esa dirección es privada" in page and "TERTULIA_PRIVATE_HOSTS" in page and SECRET not in page


NONSENSE = ["http://[", "://", "http://a b", "x" * 5000, "http://\x00\x07", "@@@", "http://127.0.0.1:99999999", "ñ" * 300 + ".ñ",
            "http://" + "a" * 70 + ".example", "javascript:alert(1)", "\u202e\u2066"]


@pytest.mark.parametrize("network", networks.names())
@pytest.mark.parametrize("typed", NONSENSE)
def test_whatever_is_typed_is_answered_in_words(
        inside: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch, network: str, typed: str) -> None:
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", "")
    fields = networks.manifest(network).fields
    if network == "bluesky":  # its usual server is outside; tests call nobody there
        typed_in = {one.name: typed for one in fields} | {"server": "http://127.0.0.1:9"}
    else:
        typed_in = {one.name: typed for one in fields}
    response = inside.post(at("connect", brand, network), typed_in)
    assert response.status_code == 422
    assert "errorlist" in response.content.decode() or 'role="alert"' in response.content.decode()


def test_a_form_without_what_is_needed_says_so(inside: Client, brand: Brand) -> None:
    response = inside.post(at("connect", brand, "plaza"), {})
    assert response.status_code == 422
    assert response.content.decode().count("Hace falta para conectar.") == 2


# --------------------------------------------------------------------------- by the network's own page


def begun(inside: Client, brand: Brand, fake: Fake) -> dict[str, str]:
    """What the network's page was asked."""
    response = inside.post(at("connect", brand, "mastodon"), {"address": fake.url, "token": ""})
    assert response.status_code == 302
    assert response["Location"].startswith(f"{fake.url}/oauth/authorize?")
    return {name: value[0] for name, value in parse_qs(urlsplit(response["Location"]).query).items()}


def allow(fake: Fake, asked: dict[str, str], code: str = "abc") -> None:
    """What the real page does when the person says yes."""
    fake.codes[code] = {"name": "panaderia", "scope": asked["scope"], "client_id": asked["client_id"],
                        "redirect_uri": asked["redirect_uri"]}


def sealed_verifier(inside: Client) -> str:
    return str(secrets.unseal(base64.b64decode(inside.session["channels.oauth"]))["memory"]["code_verifier"])


def test_saying_yes_on_the_networks_page_connects_the_account_once(inside: Client, brand: Brand, fake: Fake) -> None:
    asked = begun(inside, brand, fake)
    assert asked["redirect_uri"] == f"http://testserver{at('oauth', brand)}"
    verifier = sealed_verifier(inside)
    assert verifier not in str(dict(inside.session)) and "SECRET-OF-APP" not in str(dict(inside.session))
    allow(fake, asked)
    fake.codes["abc"]["code_verifier"] = verifier
    back = {"state": asked["state"], "code": "abc"}
    response = inside.get(at("oauth", brand), back)
    channel = Channel.objects.get()
    assert response["Location"] == at("welcome", brand, channel.pk)
    again = inside.get(at("oauth", brand), back)
    assert again.status_code == 422 and "Esta vuelta ya no sirve" in again.content.decode()


@pytest.mark.parametrize("state", ["", "otra", "ñ" * 40])
def test_a_return_that_nobody_began_here_connects_nothing(inside: Client, brand: Brand, fake: Fake, state: str) -> None:
    asked = begun(inside, brand, fake)
    assert inside.get(at("oauth", brand), {"state": state, "code": "abc"}).status_code == 422
    assert inside.get(at("oauth", brand), {"state": asked["state"], "code": "abc"}).status_code == 422, "one try"
    assert not Channel.objects.exists()


def test_a_no_on_the_networks_page_keeps_the_form(inside: Client, brand: Brand, fake: Fake) -> None:
    asked = begun(inside, brand, fake)
    page = inside.get(at("oauth", brand), {"state": asked["state"], "error": "access_denied"})
    assert page.status_code == 422
    assert "No se dio permiso" in page.content.decode() and f'value="{fake.url}"' in page.content.decode()


def test_a_code_that_serves_no_more_is_said(inside: Client, brand: Brand, fake: Fake) -> None:
    asked = begun(inside, brand, fake)
    page = inside.get(at("oauth", brand), {"state": asked["state"], "code": "caducado"})
    assert page.status_code == 422 and "ya se usó o ha caducado" in page.content.decode()


@pytest.mark.parametrize(("seconds", "brand_id", "found"), [(60, 1, True), (-1, 1, False), (60, 2, False)])
def test_what_is_remembered_ends_and_is_of_one_brand(seconds: int, brand_id: int, found: bool) -> None:
    session: Any = {}
    what = Remembered("mastodon", 1, {"a": 1}, {})
    remember(session, "s", what, until=clock.now() + timedelta(seconds=seconds))
    assert recall(session, "s", brand_id) == (what if found else None)
    assert recall(session, "s", 1) is None, "once"


# --------------------------------------------------------------------------- cards and rights


def test_every_reason_and_verb_has_its_words() -> None:
    assert set(get_args(Reason)) <= set(words.HEALTH)
    assert set(VERBS) == set(words.VERBS)
    for reason in get_args(Reason):
        for why in (words.health(reason), words.connecting(reason)):
            assert str(why.what).endswith(".") and str(why.todo).endswith(".")


def test_a_card_says_how_it_is_since_when_and_what_to_do(inside: Client, brand: Brand) -> None:
    channel = cast.channel(brand, "mastodon", "@lunares@fediverso.example")
    Channel.objects.update(failing_since=clock.now() - timedelta(hours=2), reason="unreachable", detail="Connection <refused>")
    page = inside.get(at("list", brand)).content.decode()
    assert "No conseguimos llegar al servidor de la red." in page and "hace 2 h" in page and "Connection &lt;refused&gt;" in page
    assert "no deja ocultar las respuestas" in page
    Channel.objects.update(state="reconnect", reason="expired")
    assert "El permiso que diste ha caducado." in inside.get(at("list", brand)).content.decode()
    again = inside.get(at("connect", brand, "mastodon"), {"canal": channel.pk}).content.decode()
    assert "Vas a volver a conectar" in again and 'value="http://127.0.0.1:9"' in again


def test_pausing_and_resuming_undo_each_other(inside: Client, brand: Brand) -> None:
    channel = cast.channel(brand)
    page = inside.post(at("pause", brand, channel.pk), follow=True).content.decode()
    assert f'action="{at("resume", brand, channel.pk)}"' in page and Channel.objects.get().state == "paused"
    inside.post(at("resume", brand, channel.pk))
    assert Channel.objects.get().state == "active"


def test_checking_now_wakes_the_poll(inside: Client, brand: Brand) -> None:
    channel = cast.channel(brand)
    Channel.objects.update(next_poll_at=clock.now() + timedelta(hours=1))
    inside.post(at("ask", brand, channel.pk))
    assert Channel.objects.get().next_poll_at <= clock.now()
    Channel.objects.update(state="paused")
    assert "no está en marcha" in inside.post(at("ask", brand, channel.pk), follow=True).content.decode()


def test_only_who_may_connect_does(client: Client, brand: Brand) -> None:
    channel = cast.channel(brand)
    client.force_login(cast.joined(brand, Role.AGENT))
    page = client.get(at("list", brand)).content.decode()
    assert "Conectar un canal" not in page and "Pausar" not in page
    for url in (at("choose", brand), at("connect", brand, "plaza"), at("oauth", brand)):
        assert client.get(url).status_code == 403
    for name in ("pause", "resume"):
        assert client.post(at(name, brand, channel.pk)).status_code == 403


def test_nobody_crosses_into_another_brand(client: Client, brand: Brand) -> None:
    channel = cast.channel(brand)
    stranger = cast.member("Eva")
    theirs = cast.brand(stranger, "Otra casa")
    client.force_login(stranger)
    for url in (at("list", brand), at("choose", brand), at("connect", brand, "plaza"), at("oauth", brand)):
        assert client.get(url).status_code == 404
    for where in (brand, theirs):
        assert client.get(at("welcome", where, channel.pk)).status_code == 404
        for name in ("pause", "resume", "ask"):
            assert client.post(at(name, where, channel.pk)).status_code == 404
    assert "Vas a volver" not in client.get(at("connect", theirs, "plaza"), {"canal": channel.pk}).content.decode()
    assert channel.handle not in client.get(at("list", theirs)).content.decode()
    assert Channel.objects.get().state == "active"
