"""The pages of the inbox: what they show."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions
from tertulia.inbox.models import Message
from tertulia.networks.contract import Attachment, Vanished
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"inbox:{name}", args=[brand.slug, *args])


# --------------------------------------------------------------------------- looking


def test_the_list_shows_who_what_where_and_since_when(client: Client, channel: Channel, brand: Brand) -> None:
    cast.conversation(channel, "¿Abrís el domingo?", name="Marta Gil")
    page = client.get(at("list", brand)).content.decode()
    assert "Marta Gil" in page and "¿Abrís el domingo?" in page and "data-ago" in page and 'class="logo' in page


def test_the_first_page_is_light_and_asks_the_database_the_same_however_much_there_is(
        client: Client, channel: Channel, brand: Brand, django_assert_max_num_queries: Any) -> None:
    cast.conversation(channel, "Uno")
    client.get(at("list", brand))
    with django_assert_max_num_queries(21) as few:
        client.get(at("list", brand))
    cast.arrive(channel, *[
        cast.item(f"m{n}", f"Comentario {n} " + "bla " * 60, who=f"w{n}", name=f"Persona número {n}") for n in range(120)])
    with django_assert_max_num_queries(len(few.captured_queries)):
        page = client.get(at("list", brand)).content
    assert len(page) < 60_000


def test_paging_reaches_every_conversation_once(client: Client, channel: Channel, brand: Brand) -> None:
    cast.arrive(channel, *[cast.item(f"m{n}", f"Comentario {n}", who=f"w{n}") for n in range(95)])
    seen, address = [], at("list", brand)
    while address:
        page = client.get(address, headers=HTMX | {"HX-Target": "mas-24"}).content.decode()
        seen += re.findall(r'id="fila-(\d+)"', page)
        found = re.search(r'class="more"[^>]* hx-get="([^"]+)"', page)
        address = found.group(1) if found else ""
    assert len(seen) == len(set(seen)) == 95


@pytest.mark.parametrize("view", ["pendientes", "mias", "enfadadas", "preguntas", "sin-asignar", "pospuestas", "cerradas", "todas", "nada"])
def test_every_view_opens_and_teaches_when_it_is_empty(client: Client, brand: Brand, channel: Channel, view: str) -> None:
    page = client.get(at("list", brand) + f"?vista={view}")
    assert page.status_code == 200 and 'class="empty"' in page.content.decode()


def test_without_channels_the_inbox_says_how_to_connect_one(client: Client, brand: Brand) -> None:
    assert "Conectar un canal" in client.get(at("list", brand)).content.decode()


def test_filters_narrow_and_can_be_shared_as_an_address(client: Client, brand: Brand, channel: Channel) -> None:
    other = cast.channel(brand, handle="otra")
    cast.conversation(channel, "Por aquí no", who="a")
    cast.conversation(other, "Por aquí sí", who="b")
    page = client.get(at("list", brand) + f"?canal={other.pk}&tipo=comment").content.decode()
    assert "Por aquí sí" in page and "Por aquí no" not in page and "Quitar este filtro" in page


@pytest.mark.parametrize("query", ["canal=x", "canal=99999999999999999999", "tipo=%00", "q=%00", "q=%22", "q=-", "q=" + quote("a&|!:*'"),
                                   "despues=zzz", "vista=%F0%9F%98%80", "q=" + "x" * 3000])
def test_an_address_that_asks_nonsense_still_opens(client: Client, brand: Brand, channel: Channel, query: str) -> None:
    cast.conversation(channel)
    assert client.get(at("list", brand) + "?" + query).status_code == 200


@pytest.mark.parametrize("nasty", ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{ 7|add:7 }}", "javascript:alert(1)"])
def test_what_strangers_write_is_inert(client: Client, brand: Brand, channel: Channel, nasty: str) -> None:
    message = cast.arrive(channel, cast.item(
        "x1", nasty, who=nasty, name=nasty, url="javascript:alert(1)",
        attachments=[Attachment(url="javascript:alert(1)", alt=nasty), Attachment(url="data:text/html,x", kind="link")]))[0]
    page = client.get(at("conversation", brand, message.conversation_id)).content.decode()
    assert "<script>alert" not in page and "<img src=x" not in page
    assert not re.search(r'(?:href|src)="(?:javascript|data:text)', page)


def test_families_of_emoji_right_to_left_and_control_characters_are_shown_as_text(
        client: Client, brand: Brand, channel: Channel) -> None:
    message = cast.arrive(channel, cast.item("x1", "مرحبا 👩‍👩‍👧‍👦 \x00\x07fin", name="‮أحمد"))[0]
    page = client.get(at("conversation", brand, message.conversation_id)).content.decode()
    assert "مرحبا 👩‍👩‍👧‍👦 fin" in page and "\x00" not in page and "\x07" not in page and 'dir="auto"' in page


def test_a_message_deleted_by_its_author_is_told_and_kept(client: Client, brand: Brand, channel: Channel) -> None:
    message = cast.arrive(channel, cast.item("x1", "Esto lo borro"))[0]
    cast.arrive(channel, Vanished("x1"))
    page = client.get(at("conversation", brand, message.conversation_id)).content.decode()
    assert "Esto lo borro" in page and "Lo borró quien lo escribió" in page and "said gone" in page


def test_a_conversation_of_two_thousand_messages_opens_at_its_end_and_goes_back_in_stretches(
        client: Client, brand: Brand, channel: Channel, django_assert_max_num_queries: Any) -> None:
    talk = cast.long_talk(channel, 2000)
    with django_assert_max_num_queries(34):
        page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Mensaje número 1999" in page and "Mensaje número 1900" not in page and len(page) < 250_000
    seen = set(re.findall(r'id="m(\d+)"', page))
    while found := re.search(r'id="antes"><a[^>]*\?antes=([\w-]+)', page):
        page = client.get(at("earlier", brand, talk.pk) + f"?antes={found.group(1)}", headers=HTMX).content.decode()
        seen |= set(re.findall(r'id="m(\d+)"', page))
    assert len(seen) == 2000


def test_what_came_meanwhile_is_appended_and_nothing_new_is_an_empty_answer(
        client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel, "Hola", key="k1")
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    told = json.loads(re.search(r"id=\"cola\"[^>]* hx-vals='([^']+)'", page).group(1))  # type: ignore[union-attr]
    assert client.get(at("talk", brand, talk.pk), told, headers=HTMX).status_code == 204
    cast.arrive(channel, cast.item("k2", "¿Hay alguien?", parent="k1"))
    again = client.get(at("talk", brand, talk.pk), told, headers=HTMX).content.decode()
    assert "Hola" in again and "¿Hay alguien?" in again and 'id="estado"' in again


def test_the_pill_counts_conversations_where_somebody_spoke_since(client: Client, brand: Brand, channel: Channel) -> None:
    cast.conversation(channel, "Antes")
    since = Message.objects.latest("pk").pk
    assert "nueva" not in client.get(at("news", brand), {"desde": since}).content.decode()
    cast.conversation(channel, "Después", who="otra")
    assert "1 nueva" in client.get(at("news", brand), {"desde": since}).content.decode()


def test_notes_stand_among_the_messages_and_the_reading_gives_its_reasons(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    message = cast.arrive(channel, cast.item("x1", "Qué asco de tienda", at=datetime.now(UTC) - timedelta(hours=1)))[0]
    actions.attach_readings({message.pk: {
        "sentiment": {"label": "negative", "p": 0.91, "sure": True, "why": [{"start": 4, "end": 8, "text": "asco", "weight": 2}]},
        "language": {"label": "es", "p": 0.99, "sure": True}, "offence": {"label": "NOE", "p": 0.4, "sure": False, "why": []}}}, by="x")
    actions.write_note(message.conversation, "Ojo con esto", ana, by=ana.key)
    page = client.get(at("conversation", brand, message.conversation_id)).content.decode()
    assert '<mark class="why-sentiment">asco</mark>' in page and "91 %" in page and "No lo sé" in page and "Ojo con esto" in page
