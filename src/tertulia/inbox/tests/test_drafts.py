"""Drafts: kept on every key, given back, brought by roles, let go when sent."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, drafting
from tertulia.inbox.models import Draft
from tertulia.journal.models import Fact
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"inbox:{name}", args=[brand.slug, *args])


def test_what_is_written_is_there_on_another_device_and_marked_in_the_list(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)
    assert client.post(at("keep", brand, talk.pk), {"text": "A medias", "message": talk.messages.get().pk}).status_code == 204
    other = cast.enter(ana)
    assert ">A medias</textarea>" in other.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Borrador" in other.get(at("list", brand)).content.decode()
    luis = cast.enter(cast.joined(brand, "agent"))
    assert "A medias" not in luis.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Borrador" not in luis.get(at("list", brand)).content.decode()


def test_nothing_written_keeps_nothing(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    for text in ("Hola", "  "):
        client.post(at("keep", brand, talk.pk), {"text": text})
    assert not Draft.objects.exists()


def test_an_answer_that_is_sent_lets_its_draft_go_and_what_is_kept_late_does_not_bring_it_back(
        client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    told = {"text": "Hola", "message": talk.messages.get().pk, "turn": 0, "key": "k1"}
    client.post(at("keep", brand, talk.pk), told)
    client.post(at("reply", brand, talk.pk), told, headers=HTMX)
    client.post(at("keep", brand, talk.pk), told)
    assert not Draft.objects.exists() and talk.messages.filter(ours=True).count() == 1


def test_a_draft_survives_an_answer_that_is_refused(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    told = {"text": "x" * 700, "message": talk.messages.get().pk}
    client.post(at("keep", brand, talk.pk), told)
    assert client.post(at("reply", brand, talk.pk), told, headers=HTMX).status_code == 422
    assert Draft.objects.get().text == "x" * 700


def test_opening_a_conversation_writes_nothing(client: Client, brand: Brand, channel: Channel, django_assert_num_queries: Any) -> None:
    talk = cast.conversation(channel)
    client.get(at("list", brand))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as queries:
        client.get(at("conversation", brand, talk.pk))
        client.get(at("list", brand))
        client.get(at("who", brand), {"ids": talk.pk, "abierta": talk.pk})
    written = [one["sql"][:80] for one in queries if one["sql"].split()[0].lower() in ("insert", "update", "delete")]
    assert not written


# --------------------------------------------------------------------------- brought by a role


def test_what_a_role_brought_stands_above_the_writer_is_used_and_tied_to_what_was_sent(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)
    brought = actions.bring_draft(talk, "La avería está arreglada", source="Taller · Juan", by="desk:1", because="hand-off 1")
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Taller · Juan" in page and "La avería está arreglada" in page and "Descartar" in page
    client.post(at("keep", brand, talk.pk), {"text": "Hola, Marta:"})
    page = client.post(at("take_up", brand, brought.pk), headers=HTMX).content.decode()
    assert "Hola, Marta:\n\nLa avería está arreglada</textarea>" in page
    told = {"text": "Hola, Marta: ya funciona", "message": talk.messages.get().pk, "turn": 0, "key": "k"}
    client.post(at("reply", brand, talk.pk), told, headers=HTMX)
    brought.refresh_from_db()
    assert brought.state == "sent" and brought.message == talk.messages.get(ours=True) and Draft.objects.count() == 1


def test_what_was_brought_is_dropped_and_comes_back(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    brought = actions.bring_draft(talk, "No procede", source="Legal", by="desk:1")
    page = client.post(at("drop", brand, brought.pk), headers=HTMX).content.decode()
    assert "No procede" not in page and Fact.objects.filter(name="DraftDropped").exists()
    page = client.post(at("drop", brand, brought.pk) + "?de-vuelta=1", headers=HTMX).content.decode()
    assert "No procede" in page


def test_drafts_of_another_brand_are_not_there(client: Client, channel: Channel) -> None:
    theirs = cast.conversation(cast.channel(cast.brand(cast.member("Eva"), "Otra"), handle="otra"))
    brought = actions.bring_draft(theirs, "x", source="y", by="desk:1")
    brand = channel.brand
    assert client.post(at("take_up", brand, brought.pk), headers=HTMX).status_code == 404
    assert client.post(at("keep", brand, theirs.pk), {"text": "x"}).status_code == 404


def test_drafts_of_many_conversations_are_asked_at_once(channel: Channel, ana: Member) -> None:
    talks = [cast.conversation(channel, f"Texto {n}") for n in range(3)]
    drafting.keep_draft(talks[0], "a", ana)
    drafting.keep_draft(talks[2], "b", ana)
    assert drafting.drafted(ana, [one.pk for one in talks]) == {talks[0].pk, talks[2].pk}
