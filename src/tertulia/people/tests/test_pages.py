"""The pages of people: the list, the pairs, what is written down, and the way back of each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.people import actions, joining, queries
from tertulia.people.models import Erasure, Export, Person
from tertulia.people.tests.test_joining import spoke
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
BY = "member:1"


@pytest.fixture
def place(brand: Brand) -> str:
    return f"/m/{brand.slug}/personas/"


def undo_in(response: Any) -> str:
    """The way back that an answer to htmx offers."""
    told: str = json.loads(response.headers["HX-Trigger"])["toast"]["undo"]
    return told


def test_the_list_finds_by_any_part_of_a_name_and_by_what_is_known(client: Client, place: str, channel: Channel, ana: Member) -> None:
    marta, luis = spoke(channel, "martagil", "Marta Gil"), spoke(channel, "luisito", "Luis Peña", "¡No!")
    spoke(channel, "luisito", "Luis Peña", "¡Otra vez!")
    actions.describe(marta, by=BY, tags=["club"])
    actions.set_customer(marta, True, by=BY)
    one, both = ["Marta Gil"], ["Luis Peña", "Marta Gil"]
    for asked, found in (
            ("", both), ("?q=PEÑA", ["Luis Peña"]), ("?q=%40tagi", one), ("?etiqueta=club", one), ("?cliente=si", one),
            ("?cliente=no-se", ["Luis Peña"]), ("?orden=habladoras", both), ("?orden=enfadadas", []), ("?q=nadie", []),
            ("?orden=nuevas", both)):
        page = client.get(place + asked).content.decode()
        names = [name for name in ("Luis Peña", "Marta Gil") if f"<bdi>{name}</bdi>" in page]
        assert names == found, asked
    assert luis.pk


def test_the_list_goes_on_page_after_page(client: Client, place: str, channel: Channel) -> None:
    for number in range(45):
        spoke(channel, f"vecina{number:02}x", f"Vecina {number:02}")
    first = client.get(place).content.decode()
    assert first.count("data-row") == 41 and "despues=" in first
    more = first.split("despues=")[1].split('"')[0].replace("&amp;", "&")
    second = client.get(f"{place}?despues={more}", headers={"HX-Request": "true", "HX-Target": "mas-40"}).content.decode()
    assert second.count("data-row") == 5 and "<html" not in second


def test_tags_and_customer_are_edited_in_line_and_taken_back(client: Client, place: str, channel: Channel) -> None:
    marta = spoke(channel, "martagil")
    ask = {"HX-Request": "true"}
    done = client.post(f"{place}{marta.pk}/etiqueta/", {"add": "vip, club"}, headers=ask)
    assert done.status_code == 204 and "person-changed" in done.headers["HX-Trigger"]
    undo = undo_in(done)
    assert Person.objects.get(pk=marta.pk).tags == ["vip", "club"]
    client.post(f"{place}{marta.pk}/etiqueta/", {"remove": "vip"}, headers=ask)
    assert Person.objects.get(pk=marta.pk).tags == ["club"]
    assert client.post(undo, headers=ask).status_code == 204
    assert Person.objects.get(pk=marta.pk).tags == []

    done = client.post(f"{place}{marta.pk}/cliente/", {"customer": "si"}, headers=ask)
    assert Person.objects.get(pk=marta.pk).customer is True
    client.post(undo_in(done), headers=ask)
    assert Person.objects.get(pk=marta.pk).customer is None
    assert client.post(f"{place}{marta.pk}/cliente/", {"customer": "quizá"}, headers=ask).status_code == 422


def test_a_note_and_a_consent_are_written_and_taken_back(client: Client, place: str, channel: Channel) -> None:
    marta = spoke(channel, "martagil")
    ask = {"HX-Request": "true"}
    client.post(f"{place}{marta.pk}/notas/", {"text": "Mejor por teléfono"}, headers=ask)
    note = queries.notes_of(marta).get()
    undo = undo_in(client.post(f"{place}{marta.pk}/notas/{note.pk}/quitar/", headers=ask))
    assert not queries.notes_of(marta).exists()
    client.post(undo, headers=ask)
    assert queries.notes_of(marta).get().text == "Mejor por teléfono"

    assert client.post(f"{place}{marta.pk}/consentimientos/", {"purpose": "leads"}, headers=ask).status_code == 422
    client.post(f"{place}{marta.pk}/consentimientos/", {"purpose": "leads", "how": "por privado"}, headers=ask)
    assert queries.agreed(marta, "leads")
    client.post(f"{place}{marta.pk}/consentimientos/retirar/", {"purpose": "leads"}, headers=ask)
    assert not queries.agreed(marta, "leads")
    page = client.get(f"{place}{marta.pk}/").content.decode()
    assert "Mejor por teléfono" in page and "por privado" in page and "Retirado" in page


def test_a_pair_is_joined_told_apart_and_parted(client: Client, place: str, channel: Channel, second: Channel) -> None:
    marta, other = spoke(channel, "martagil", "Marta Gil"), spoke(second, "martagil", "Marta Gil")
    joining.compare()
    like, = queries.suggested_in(marta.brand)
    page = client.get(f"{place}parejas/").content.decode()
    assert "el mismo nombre de usuario" in page and "@martagil" in page
    beside = client.get(f"{place}{marta.pk}/").content.decode()
    assert "Parece la misma persona que" in beside
    ask = {"HX-Request": "true"}
    undo = undo_in(client.post(f"{place}parejas/{like.pk}/si/", headers=ask))
    joined = client.get(f"{place}{other.pk}/")
    assert joined.status_code == 302 and joined.headers["Location"] == f"{place}{marta.pk}/"
    assert client.post(undo, headers=ask).status_code == 204 and client.post(undo, headers=ask).status_code == 422
    undo = undo_in(client.post(f"{place}parejas/{like.pk}/no/", headers=ask))
    assert queries.suggested_in(marta.brand) == []
    client.post(undo, headers=ask)
    assert queries.suggested_in(marta.brand) == [like]


def test_any_two_are_joined_by_hand(client: Client, place: str, channel: Channel) -> None:
    marta, other = spoke(channel, "martagil", "Marta Gil"), spoke(channel, "martuca", "La otra")
    found = client.get(f"{place}{marta.pk}/otras/?q=otra", headers={"HX-Request": "true"}).content.decode()
    assert "La otra" in found and "Marta Gil" not in found
    done = client.post(f"{place}{marta.pk}/unir/", {"other": other.pk})
    assert done.headers["Location"] == f"{place}{marta.pk}/"
    page = client.get(f"{place}{marta.pk}/").content.decode()
    assert "@martuca" in page and "Separar" in page


def test_the_page_shows_what_they_said_in_every_conversation(
        client: Client, place: str, channel: Channel, second: Channel, ana: Member) -> None:
    marta, other = spoke(channel, "martagil", "Marta Gil", "Llegó roto"), spoke(second, "martagil", "", "Y sin factura")
    joining.join(marta, other, ana, by=BY)
    page = client.get(f"{place}{marta.pk}/").content.decode()
    assert page.index("Y sin factura") < page.index("Llegó roto"), "newest first"
    again = client.get(f"{place}{marta.pk}/", headers={"HX-Request": "true", "HX-Target": "persona-entera"})
    assert "<html" not in again.content.decode()


def test_another_brands_person_is_not_there_and_who_only_sees_writes_nothing(place: str, channel: Channel, ana: Member) -> None:
    marta = spoke(channel, "martagil")
    stranger = cast.enter(cast.member("Eva"))
    assert stranger.get(f"{place}{marta.pk}/").status_code == 404
    eva = cast.member("Eva")
    cast.brand(eva, "Otra")
    assert cast.enter(eva).get(f"/m/otra/personas/{marta.pk}/").status_code == 404
    viewer = cast.enter(cast.joined(marta.brand, "viewer"))
    page = viewer.get(f"{place}{marta.pk}/")
    assert page.status_code == 200 and "Guardar nota" not in page.content.decode() and "Borrar todo" not in page.content.decode()
    for what in ("etiqueta/", "cliente/", "notas/", "copia/", "borrar/"):
        assert viewer.post(f"{place}{marta.pk}/{what}").status_code == 403


def test_only_who_manages_exports_and_erases(client: Client, place: str, channel: Channel) -> None:
    marta = spoke(channel, "martagil", "Marta Gil", "Hola a todos")
    agent = cast.enter(cast.joined(marta.brand, "agent"))
    assert agent.post(f"{place}{marta.pk}/copia/").status_code == 403
    assert client.post(f"{place}{marta.pk}/copia/").status_code == 302
    made = Export.objects.get()
    page = client.get(f"{place}{marta.pk}/").content.decode()
    assert f"/personas/copias/{made.pk}.zip" in page
    file = client.get(f"{place}copias/{made.pk}.zip")
    assert file.headers["Content-Type"] == "application/zip" and file.content[:2] == b"PK"
    assert agent.get(f"{place}copias/{made.pk}.zip").status_code == 403

    assert client.post(f"{place}{marta.pk}/borrar/", {"reason": "asked"}).status_code == 302
    page = client.get(f"{place}{marta.pk}/").content.decode()
    assert "Se va a borrar todo" in page and "No borrar" in page
    asked = Erasure.objects.get()
    client.post(f"{place}borrados/{asked.pk}/cancelar/")
    assert "Se va a borrar todo" not in client.get(f"{place}{marta.pk}/").content.decode()


def test_the_list_costs_a_few_queries_however_many_there_are(
        client: Client, place: str, channel: Channel, django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        spoke(channel, f"vecina{number:02}x", f"Vecina {number:02}")
    client.get(place)
    with django_assert_max_num_queries(14):
        client.get(place)
