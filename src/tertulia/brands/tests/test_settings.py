"""Ajustes: the brand, its team, the member and their keys; who may, who may not, and what is said."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.test import Client

from tertulia.brands import actions
from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member, Membership
from tertulia.brands.queries import bearer
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
SHEET = {"name": "Librería Faro", "time_zone": "Europe/Madrid", "language": "es-ES", "color": "#123456", "about": "", "voice": ""}


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


def told(response: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())  # type: ignore[attr-defined]


# --------------------------------------------------------------------------- the brand


def test_who_is_in_charge_changes_the_sheet(inside: Client, brand: Brand) -> None:
    inside.post(f"/m/{brand.slug}/ajustes/", SHEET | {"name": "Faro  del\nNorte 👩‍👩‍👧‍👦", "time_zone": "Atlantic/Canary"})
    brand.refresh_from_db()
    assert (brand.name, brand.time_zone, brand.color) == ("Faro del Norte 👩‍👩‍👧‍👦", "Atlantic/Canary", "#123456")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AGENT, Role.VIEWER])
def test_the_others_read_it_and_are_told_who_may(client: Client, brand: Brand, role: str) -> None:
    client.force_login(cast.joined(brand, role, "Luis"))
    page = client.get(f"/m/{brand.slug}/ajustes/")
    assert "Esto lo cambia quien dirige la marca: Ana Torres." in told(page) and "disabled" in page.content.decode()
    assert client.post(f"/m/{brand.slug}/ajustes/", SHEET | {"name": "Mía"}).status_code == 403
    assert "Invitar a alguien" not in told(client.get(f"/m/{brand.slug}/ajustes/equipo/"))


@pytest.mark.parametrize("bad", [
    {"name": ""}, {"name": "\x00\x07"}, {"name": "a" * 81}, {"time_zone": "Luna/Mar"}, {"time_zone": ""}, {"language": "xx"},
    {"color": "red"}, {"color": "#12345g"}, {"about": "a" * 10_000_000}, {"voice": "\x00"}])
def test_bad_sheets_are_refused_with_what_was_written(inside: Client, brand: Brand, bad: dict[str, str]) -> None:
    response = inside.post(f"/m/{brand.slug}/ajustes/", SHEET | {"about": "Lo que escribí"} | bad)
    assert response.status_code == 422
    assert "about" in bad or "Lo que escribí" in response.content.decode()
    brand.refresh_from_db()
    assert brand.name == "Librería Faro" and brand.about == ""


# --------------------------------------------------------------------------- the team


def test_somebody_new_is_invited_by_a_link_that_is_shown_once_and_mailed(inside: Client, brand: Brand) -> None:
    page = inside.post(f"/m/{brand.slug}/ajustes/equipo/invitar/", {"email": "Nueva@Example.org", "name": "Nuria", "role": "agent"},
                       follow=True).content.decode()
    link = re.search(r"http[^\"]+(/entrar/[^\"]+)\"", page)
    assert link and link[1] in mail.outbox[0].body and mail.outbox[0].to == ["nueva@example.org"]
    assert "/entrar/" not in inside.get(f"/m/{brand.slug}/ajustes/equipo/").content.decode()
    guest = Client()
    guest.post(link[1])
    assert guest.get("/", follow=True).status_code == 200
    assert guest.get(f"/m/{brand.slug}/").status_code == 200


def test_who_has_an_account_gets_no_link_that_another_could_use(inside: Client, brand: Brand) -> None:
    other = cast.member("Berta", password="una frase cualquiera")
    cast.brand(other, "La otra")
    page = inside.post(f"/m/{brand.slug}/ajustes/equipo/invitar/", {"email": other.email, "role": "agent"}, follow=True)
    assert "ya tenía cuenta" in told(page) and "/entrar/" not in page.content.decode()
    again = inside.post(f"/m/{brand.slug}/ajustes/equipo/{other.pk}/enlace/", follow=True)
    assert "/entrar/" not in again.content.decode() and "Ya ha entrado" in told(again)


@pytest.mark.parametrize("bad", [
    {"email": "no es"}, {"email": ""}, {"role": "dios"}, {"email": "x@example.org\x00"}, {"name": "a" * 200},
    {"email": "a" * 400 + "@example.org"}])
def test_bad_invitations_are_refused_with_what_was_written(inside: Client, brand: Brand, bad: dict[str, str]) -> None:
    form = {"email": "bien@example.org", "name": "Bien", "role": "agent"} | bad
    response = inside.post(f"/m/{brand.slug}/ajustes/equipo/invitar/", form)
    assert response.status_code == 422 and Member.objects.count() == 1
    assert form["name"] in response.content.decode()


def test_nobody_is_invited_twice(inside: Client, brand: Brand, ana: Member) -> None:
    response = inside.post(f"/m/{brand.slug}/ajustes/equipo/invitar/", {"email": ana.email.upper(), "role": "viewer"})
    assert response.status_code == 422 and "Ya está en el equipo" in told(response)
    assert Membership.objects.get(member=ana, brand=brand).role == "owner"


def test_roles_change_and_removals_are_taken_back(inside: Client, brand: Brand) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    assert "Luis es ahora Community manager." in told(
        inside.post(f"/m/{brand.slug}/ajustes/equipo/{luis.pk}/papel/", {"role": "editor"}, follow=True))
    page = inside.post(f"/m/{brand.slug}/ajustes/equipo/{luis.pk}/quitar/", follow=True)
    assert not Membership.objects.filter(member=luis).exists()
    undo = re.search(r'action="([^"]+volver/[^"]+)"', page.content.decode())
    assert undo
    inside.post(undo[1].replace("&amp;", "&"))
    assert Membership.objects.get(member=luis).role == "editor"


def test_the_last_one_in_charge_stays(inside: Client, brand: Brand, ana: Member) -> None:
    for address, form in ((f"{ana.pk}/quitar/", {}), (f"{ana.pk}/papel/", {"role": "viewer"})):
        assert "sin nadie al frente" in told(inside.post(f"/m/{brand.slug}/ajustes/equipo/{address}", form, follow=True))
    assert Membership.objects.get(member=ana).role == "owner"


def test_a_removal_is_not_taken_back_by_who_made_it_up_nor_for_another_brand(inside: Client, brand: Brand, ana: Member) -> None:
    other = cast.brand(ana, "Otra mía")
    luis = cast.joined(other, "agent", "Luis")
    page = inside.post(f"/m/{other.slug}/ajustes/equipo/{luis.pk}/quitar/", follow=True).content.decode()
    kept = re.search(r"quien=([^\"]+)\"", page)
    assert kept
    assert inside.post(f"/m/{brand.slug}/ajustes/equipo/volver/?quien={kept[1]}").status_code == 404
    assert inside.post(f"/m/{brand.slug}/ajustes/equipo/volver/?quien=inventado").status_code == 404


def test_people_of_other_brands_are_not_there(inside: Client, brand: Brand) -> None:
    stranger = cast.member("Berta")
    cast.brand(stranger, "La otra")
    for act in ("papel", "quitar", "enlace"):
        assert inside.post(f"/m/{brand.slug}/ajustes/equipo/{stranger.pk}/{act}/", {"role": "viewer"}).status_code == 404


# --------------------------------------------------------------------------- oneself, and keys


def test_a_member_changes_their_name_and_reads_in_their_language(client: Client, brand: Brand) -> None:
    vera = cast.joined(brand, "viewer", "Vera")
    client.force_login(vera)
    client.post(f"/m/{brand.slug}/ajustes/yo/", {"name": "Vera Ruiz", "language": "en"})
    vera.refresh_from_db()
    assert (vera.name, vera.language) == ("Vera Ruiz", "en")
    assert '<html lang="en">' in client.get(f"/m/{brand.slug}/ajustes/yo/").content.decode()
    assert client.post(f"/m/{brand.slug}/ajustes/yo/", {"name": "", "language": "fr"}).status_code == 422


def test_a_key_is_shown_once_opens_and_is_revoked(inside: Client, brand: Brand, ana: Member) -> None:
    page = inside.post(f"/m/{brand.slug}/ajustes/api/", {"name": "Panel", "scopes": ["read", "answer"]}, follow=True).content.decode()
    secret = re.search(r"tt_[\w-]{20,}", page)
    assert secret and (token := bearer(secret[0])) and token.member == ana and token.scopes == ["answer", "read"]
    assert secret[0] not in inside.get(f"/m/{brand.slug}/ajustes/api/").content.decode()
    assert "ya no abre nada" in told(inside.post(f"/m/{brand.slug}/ajustes/api/{token.pk}/revocar/", follow=True))
    assert bearer(secret[0]) is None


def test_nobody_sees_or_revokes_the_keys_of_another(inside: Client, brand: Brand) -> None:
    luis = cast.joined(brand, "editor", "Luis")
    token, secret = actions.create_token(luis, "La de Luis", ["read"], by=luis.key)
    assert "La de Luis" not in inside.get(f"/m/{brand.slug}/ajustes/api/").content.decode()
    assert inside.post(f"/m/{brand.slug}/ajustes/api/{token.pk}/revocar/").status_code == 404
    assert bearer(secret)


@pytest.mark.parametrize("bad", [{"name": ""}, {"scopes": []}, {"scopes": ["manage"]}, {"name": "a" * 61}])
def test_bad_keys_are_refused(inside: Client, brand: Brand, bad: dict[str, object]) -> None:
    response = inside.post(f"/m/{brand.slug}/ajustes/api/", {"name": "Panel", "scopes": ["read"]} | bad)
    assert response.status_code == 422 and not brand.memberships.get().member.tokens.exists()
