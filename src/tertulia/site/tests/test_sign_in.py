"""Getting in and out: links, passwords, second factor, recovery codes, mail; and what is said when it goes wrong."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client

from tertulia.brands import actions
from tertulia.brands.models import Brand, Member, SignInLink
from tertulia.kit import clock
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
PASSWORD = "una frase larga y mía"


@pytest.fixture(autouse=True)
def no_memory_of_other_tests() -> None:
    cache.clear()  # where the limits of wrong passwords are counted


@pytest.fixture
def ana() -> Member:
    return cast.member("Ana Torres", password=PASSWORD)


@pytest.fixture
def brand(ana: Member) -> Brand:
    return cast.brand(ana)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def code(secret: str) -> str:
    """What the member's telephone would show now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def with_password(client: Client, ana: Member, password: str = PASSWORD) -> str:
    response = client.post("/cuenta/login/", {"login": ana.email, "password": password}, follow=True)
    return response.content.decode()


def second_factor(client: Client, ana: Member) -> str:
    """Turns it on as a person does; the secret."""
    page = client.get("/cuenta/2fa/totp/activate/", follow=True)
    if page.redirect_chain:  # it asks for the password again
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    secret = re.search(r'id="secret" value="(\w+)"', page.content.decode())
    assert secret, page.content.decode()
    client.post("/cuenta/2fa/totp/activate/", {"code": code(secret[1])})
    return secret[1]


def test_a_link_asks_first_opens_once_and_explains_itself_after(client: Client, ana: Member, brand: Brand) -> None:
    path = actions.make_link(ana, by=ana.key)
    assert "Te damos la bienvenida" in client.get(path).content.decode()
    assert not signed_in(client), "mail programs look at links"
    assert client.post(path)["Location"] == "/"
    assert signed_in(client)
    assert client.get(path)["Location"] == "/", "the same person, who pressed it twice"
    again = Client().post(path)
    assert again.status_code == 410 and "ya se usó" in again.content.decode()


def test_an_old_link_and_a_broken_one_say_so(client: Client, ana: Member) -> None:
    path = actions.make_link(ana, by=ana.key)
    SignInLink.objects.update(expires_at=clock.now() - timedelta(seconds=1))
    for method in (client.get, client.post):
        assert "ha caducado" in method(path).content.decode()
        assert "no abre nada" in method("/entrar/inventado/").content.decode()
    assert not signed_in(client)


def test_the_entrance_leads_to_the_brand_last_seen(client: Client, ana: Member, brand: Brand) -> None:
    other = cast.brand(ana, "Zapatería Sol")
    client.force_login(ana)
    assert client.get("/")["Location"] == f"/m/{brand.slug}/"
    client.get(f"/m/{other.slug}/")
    assert client.get("/")["Location"] == f"/m/{other.slug}/"
    client.cookies["brand"] = "de-otros"
    assert client.get("/")["Location"] == f"/m/{brand.slug}/"


def test_who_has_no_brand_makes_one_and_is_in_charge(client: Client, ana: Member) -> None:
    client.force_login(ana)
    assert client.get("/")["Location"] == "/marcas/nueva/"
    bad = client.post("/marcas/nueva/", {"name": " \x07 ", "time_zone": "Europe/Madrid", "language": "es-ES"})
    assert bad.status_code == 422
    made = client.post("/marcas/nueva/", {"name": "Panadería Nube", "time_zone": "America/Bogota", "language": "es-MX"})
    assert made["Location"] == "/m/panaderia-nube/"
    assert "Primeros pasos" in client.get(made["Location"]).content.decode()


def test_a_password_opens_and_signing_out_closes(client: Client, ana: Member, brand: Brand) -> None:
    page = with_password(client, ana)
    assert "Buenos" in page or "Buenas" in page
    client.post("/cuenta/logout/")
    assert not signed_in(client)
    assert client.get(f"/m/{brand.slug}/").status_code == 302


def test_wrong_passwords_are_told_and_then_stopped_in_spanish(client: Client, ana: Member) -> None:
    said = [with_password(client, ana, "no es esta") for _ in range(6)]
    assert "El correo o la contraseña no son correctos." in said[0]
    assert "Demasiados intentos" in said[-1]
    assert "Demasiados intentos" in with_password(client, ana), "the right one does not open either, for a while"
    assert not signed_in(client)


def test_the_second_factor_is_asked_and_a_recovery_code_opens_once(client: Client, ana: Member, brand: Brand) -> None:
    with_password(client, ana)
    secret = second_factor(client, ana)
    page = client.get("/cuenta/2fa/recovery-codes/", follow=True).content.decode()
    codes = re.findall(r"<li>([0-9a-z]+)</li>", page)
    assert len(codes) == 10
    client.post("/cuenta/logout/")
    cache.clear()  # a code serves once, also the one just used to turn it on
    assert "Segundo paso" in with_password(client, ana)
    assert not signed_in(client)
    assert "Segundo paso" in client.post("/cuenta/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert not signed_in(client)
    client.post("/cuenta/2fa/authenticate/", {"code": code(secret)})
    assert signed_in(client)
    for opens in (True, False):
        other = Client()
        cache.clear()
        with_password(other, ana)
        other.post("/cuenta/2fa/authenticate/", {"code": codes[0]})
        assert signed_in(other) is opens


def test_a_link_does_not_get_round_the_second_factor(client: Client, ana: Member, brand: Brand) -> None:
    with_password(client, ana)
    secret = second_factor(client, ana)
    cache.clear()
    other = Client()
    assert "authenticate" in other.post(actions.make_link(ana, by=ana.key))["Location"]
    assert not signed_in(other)
    other.post("/cuenta/2fa/authenticate/", {"code": code(secret)})
    assert signed_in(other)


def test_who_came_by_link_can_set_a_password_and_come_back_with_it(client: Client, brand: Brand) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    client.post(actions.make_link(luis, by=luis.key))
    page = client.get(f"/m/{brand.slug}/ajustes/yo/").content.decode()
    assert "Aún no tienes contraseña" in page
    assert "Poner una contraseña" in client.get("/cuenta/password/set/").content.decode()
    client.post("/cuenta/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/cuenta/logout/")
    with_password(client, luis)
    assert signed_in(client)
    assert "Aún no tienes contraseña" not in client.get(f"/m/{brand.slug}/ajustes/yo/").content.decode()


def test_a_forgotten_password_is_changed_by_mail(client: Client, ana: Member, brand: Brand) -> None:
    page = client.post("/cuenta/password/reset/", {"email": ana.email}, follow=True).content.decode()
    assert "Mira tu correo" in page
    assert mail.outbox[0].to == [ana.email] and "Otra contraseña" in mail.outbox[0].subject
    link = re.search(r"https?://[^/\s]+(/\S+)", mail.outbox[0].body)
    assert link
    form = client.get(link[1], follow=True)
    new = "otra frase muy distinta"
    done = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new}, follow=True).content.decode()
    assert "Contraseña cambiada" in done
    with_password(client, ana, new)
    assert signed_in(client)
    assert "ya no sirve" in Client().get(link[1], follow=True).content.decode()


def test_a_stranger_who_forgot_a_password_is_not_told_who_has_an_account(client: Client, ana: Member) -> None:
    known = client.post("/cuenta/password/reset/", {"email": ana.email}, follow=True).content
    strange = client.post("/cuenta/password/reset/", {"email": "nadie@example.org"}, follow=True).content
    assert known == strange


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    client.post("/cuenta/signup/", {"email": "yo@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert not Member.objects.filter(email="yo@example.org").exists()
