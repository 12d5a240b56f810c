"""The page of the brand's voice, and a text that is read while it is written, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.strategy import actions, queries
from tertulia.strategy.models import Term

pytestmark = pytest.mark.django_db


def test_the_voice_is_kept_as_it_is_chosen(inside: Client, brand: Brand) -> None:
    answer = inside.post(f"/m/{brand.slug}/ajustes/voz/", {"address": "vos", "neutral": ["religion"], "legal": "on", "stops": ["spelling"]})
    assert answer.status_code == 302
    voice = queries.voice_of(brand)
    assert (voice.address, voice.neutral, voice.inclusive, voice.legal, voice.stops) == ("vos", ["religion"], False, True, ["spelling"])


def test_a_preferred_word_must_say_what_to_write_and_what_was_written_stays(inside: Client, brand: Brand) -> None:
    answer = inside.post(f"/m/{brand.slug}/ajustes/voz/palabras/", {"kind": "preferred", "text": "clientes"})
    assert answer.status_code == 422
    assert "Di qué poner en su lugar." in answer.text
    assert 'value="clientes"' in answer.text
    assert not Term.objects.exists()


def test_a_viewer_reads_and_changes_nothing(brand: Brand, owner: Member, client: Client) -> None:
    viewer = Member.objects.create_user("vera@example.org")
    brands.set_role(brand, viewer, "viewer", by=owner.key)
    client.force_login(viewer)
    assert client.get(f"/m/{brand.slug}/ajustes/voz/").status_code == 200
    assert client.post(f"/m/{brand.slug}/ajustes/voz/", {"address": "vos"}).status_code == 403
    assert client.post(f"/m/{brand.slug}/ajustes/voz/palabras/", {"kind": "right", "text": "x"}).status_code == 403


def test_the_words_of_another_brand_are_not_there(inside: Client, brand: Brand) -> None:
    stranger = Member.objects.create_user("otro@example.org")
    other = brands.create_brand("Otra", stranger, by=stranger.key)
    term = actions.put_term(other, "right", "Otrazo", by=stranger.key)
    assert inside.post(f"/m/{brand.slug}/ajustes/voz/palabras/{term.pk}/quitar/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume synchronous iterators")
def test_a_slip_is_marked_mended_by_one_key_and_given_back_by_undo(live: str, page: Any, owner: Member, brand: Brand) -> None:
    client = Client()
    client.force_login(owner)
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live}])
    page.goto(f"{live}/m/{brand.slug}/ajustes/voz/")
    page.fill("#probar", "Hola, haber si vienes al Huertazo.")
    finding = page.locator("[data-proof-said=probar] .finding", has_text="a ver")
    finding.wait_for()
    assert page.locator(".proof-mirror mark", has_text="haber").count() == 1
    page.locator("#probar").press("Home")
    page.locator("#probar").press("Control+.")
    finding.wait_for(state="detached")
    assert page.input_value("#probar") == "Hola, a ver si vienes al Huertazo."
    page.locator("#probar").press("Control+z")
    finding.wait_for()
    assert page.input_value("#probar") == "Hola, haber si vienes al Huertazo."
    finding.get_by_role("button", name="No avisar más de esto").click()
    finding.wait_for(state="detached")
    page.get_by_role("button", name="Deshacer").click()
    finding.wait_for()
