"""What a writer needs: windows, signatures, pictures, languages, notes that call somebody, who else is here."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tertulia.brands.actions import add_picture, set_answers
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, presence
from tertulia.inbox.models import Conversation, Message, Note, Presence
from tertulia.inbox.noting import mentioned, naming
from tertulia.kit import clock
from tertulia.notices.models import Notice
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

HTMX = {"HX-Request": "true"}
HOUR = timedelta(hours=1)


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"inbox:{name}", args=[brand.slug, *args])


def send(client: Client, brand: Brand, talk: Conversation, text: str, **more: Any) -> Any:
    message = talk.messages.filter(ours=False).order_by("at").last()
    assert message
    return client.post(at("reply", brand, talk.pk), {"text": text, "message": message.pk, "turn": 0, **more}, headers=HTMX)


# --------------------------------------------------------------------------- windows


@pytest.fixture
def page_of_facebook(brand: Brand) -> Channel:
    return cast.channel(brand, "facebook", "Faro")


def private(channel: Channel, ago: timedelta, key: str = "p1") -> Conversation:
    Channel.objects.filter(pk=channel.pk).update(scopes=["pages_messaging", "pages_manage_engagement", "pages_read_engagement"])
    return cast.conversation(channel, "¿Me ayudáis?", key=key, kind="direct", at=datetime.now(UTC) - ago)


@pytest.mark.django_db
def test_the_networks_window_is_counted_from_the_last_thing_they_said(
        client: Client, brand: Brand, page_of_facebook: Channel) -> None:
    talk = private(page_of_facebook, 23 * HOUR)
    first = talk.window_ends_at
    assert first and timedelta() < first - clock.now() < 1.1 * HOUR
    assert "Plazo:" in client.get(at("conversation", brand, talk.pk)).content.decode()
    cast.arrive(page_of_facebook, cast.item("p2", "¿Hola?", kind="direct"))
    talk.refresh_from_db()
    assert talk.window_ends_at and talk.window_ends_at - first > 22 * HOUR


@pytest.mark.django_db
def test_after_the_window_sending_is_refused_with_the_reason_and_what_can_be_done(
        client: Client, brand: Brand, page_of_facebook: Channel, ana: Member) -> None:
    talk = private(page_of_facebook, 25 * HOUR)
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Facebook ya no deja responder aquí" in page and "Si vuelve a escribir" in page and 'id="texto"' not in page
    assert send(client, brand, talk, "Tarde").status_code == 422
    with pytest.raises(actions.WindowOver):
        actions.reply(talk.messages.get(), "Tarde", ana, by=ana.key)
    assert not Dispatch.objects.exists()


@pytest.mark.django_db
def test_an_account_that_was_granted_more_has_seven_days(page_of_facebook: Channel) -> None:
    Channel.objects.filter(pk=page_of_facebook.pk).update(scopes=["pages_messaging", "human_agent"])
    talk = cast.conversation(page_of_facebook, "Hola", key="h1", kind="direct")
    assert talk.window_ends_at and talk.window_ends_at - clock.now() > 160 * HOUR


@pytest.mark.django_db
def test_an_answer_expires_with_its_window(page_of_facebook: Channel, ana: Member) -> None:
    talk = private(page_of_facebook, 23 * HOUR)
    mine = actions.reply(talk.messages.get(), "A tiempo", ana, by=ana.key)
    assert mine.dispatch and talk.window_ends_at and mine.dispatch.expires_at <= talk.window_ends_at + timedelta(seconds=5)


@pytest.mark.django_db
def test_comments_have_no_window(channel: Channel, page_of_facebook: Channel) -> None:
    assert cast.conversation(page_of_facebook, key="c9").window_ends_at is None
    assert cast.conversation(channel, kind="direct", key="d9").window_ends_at is None


# --------------------------------------------------------------------------- signatures


@pytest.mark.django_db
@pytest.mark.parametrize(("signing", "tail"), [("dot", " · AT"), ("caret", " ^AT")])
def test_initials_close_the_answer_as_the_brand_likes_and_count_in_its_length(
        client: Client, brand: Brand, channel: Channel, ana: Member, signing: str, tail: str) -> None:
    Brand.objects.filter(pk=brand.pk).update(signing=signing)
    set_answers(brand, ana, initials="AT", by=ana.key)
    talk = cast.conversation(channel)
    assert send(client, brand, talk, "x" * 498).status_code == 422
    left = client.post(at("measure", brand, talk.pk), {"text": "x"}, headers=HTMX).content.decode()
    assert f">{500 - 1 - len(tail)}<" in left
    assert send(client, brand, talk, "Gracias").status_code == 200
    assert Dispatch.objects.get().payload["text"] == f"Gracias{tail}"


# --------------------------------------------------------------------------- pictures


def png(color: str = "red") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), color).save(written, "PNG")
    return written.getvalue()


@pytest.mark.django_db
def test_an_answer_goes_with_pictures_and_their_words(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    agent = cast.enter(cast.joined(brand, "agent"))
    taken = agent.post(reverse("publishing:upload", args=[brand.slug]), {"pictures": SimpleUploadedFile("a.png", png())})
    assert taken.status_code == 200
    pk = brand.pictures.get().pk
    assert str(pk) in agent.get(at("library", brand)).content.decode()
    assert send(agent, brand, talk, "Así es", picture=pk, **{f"alt-{pk}": "El escaparate"}).status_code == 200
    assert Dispatch.objects.get().payload["pictures"] == [{"id": pk, "alt": "El escaparate"}]
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert 'alt="El escaparate"' in page


@pytest.mark.django_db
def test_pictures_beyond_the_networks_limits_are_refused_in_words(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    pictures = [add_picture(brand, png(color), by=ana.key).pk for color in ("red", "blue", "green", "black", "white")]
    talk = cast.conversation(channel)
    assert "Sobra 1 imagen" in send(client, brand, talk, "x", picture=pictures).content.decode()
    theirs = add_picture(cast.brand(ana, "Otra"), png("pink"), by=ana.key).pk
    send(client, brand, talk, "x", picture=theirs)
    assert Dispatch.objects.get().payload["pictures"] == []


@pytest.mark.django_db
def test_where_answers_take_no_pictures_they_are_not_offered(client: Client, brand: Brand, ana: Member) -> None:
    there = cast.channel(brand, "instagram", "faro")
    Channel.objects.filter(pk=there.pk).update(scopes=["instagram_business_basic", "instagram_business_manage_comments"])
    talk = cast.conversation(there, key="i1")
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "En esta red una respuesta no puede llevar imágenes." in page and "data-files" not in page
    pk = add_picture(brand, png(), by=ana.key).pk
    assert send(client, brand, talk, "x", picture=pk).status_code == 422 and not Dispatch.objects.exists()


# --------------------------------------------------------------------------- languages


@pytest.mark.django_db
def test_a_message_in_another_language_says_so_and_its_answer_is_not_proofed_in_spanish(
        client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel, "Bon dia, obriu diumenge?")
    Message.objects.filter(conversation=talk).update(reading={"language": {"label": "ca", "p": 0.99, "sure": True, "why": []}})
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "En catalán" in page and 'lang="ca"' in page and "data-proof=" not in page
    Message.objects.filter(conversation=talk).update(reading={"language": {"label": "es", "p": 0.99, "sure": True, "why": []}})
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "data-proof=" in page and "En español" not in page


# --------------------------------------------------------------------------- notes


@pytest.mark.parametrize(("text", "named"), [
    ("@Luis mira esto", [2]), ("@luis, ¿lo ves?", [2]), ("Hola @Ana Torres y @Luis", [1, 2]), ("@Ana", []), ("@Ana Torrejón", [3]),
    ("correo a luis@ana.example", []), ("@Luisa", []), ("@Jose", [4]), ("nada", []), ("@", []), ("@Luis @Luis", [2])])
def test_who_is_named_in_a_note(text: str, named: list[int]) -> None:
    assert mentioned(text, {1: "Ana Torres", 2: "Luis", 3: "Ana Torrejón", 4: "José Ruiz"}) == named


@pytest.mark.django_db
def test_who_is_named_is_told_and_finds_it(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    talk, _other = cast.conversation(channel), cast.conversation(channel, key="otra")
    client.post(at("note", brand, talk.pk), {"text": "@Luis y @Ana, mirad"}, headers=HTMX)
    assert Note.objects.get().mentions == [luis.pk, ana.pk]
    assert [one.member for one in Notice.objects.filter(kind="inbox.mention")] == [luis]
    assert list(Conversation.objects.filter(naming(luis), brand=brand)) == [talk]


# --------------------------------------------------------------------------- who is here


@pytest.mark.django_db
def test_who_has_it_open_and_who_writes_is_seen_by_the_others_for_a_while(
        client: Client, brand: Brand, channel: Channel, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    theirs, talk = cast.enter(luis), cast.conversation(channel)
    theirs.post(at("beat", brand, talk.pk))
    asked = {"ids": talk.pk, "abierta": talk.pk}
    page = client.get(at("who", brand), asked).content.decode()
    assert "Luis la tiene abierta" in page and "está escribiendo" not in page
    assert "Luis" not in theirs.get(at("who", brand), asked).content.decode()
    theirs.post(at("keep", brand, talk.pk), {"text": "Ho"})
    assert "<strong>Luis</strong> está escribiendo una respuesta" in client.get(at("who", brand), asked).content.decode()
    assert "Luis está escribiendo" in client.get(at("list", brand)).content.decode()
    later = clock.now() + timedelta(seconds=31)
    assert presence.among([talk.pk], ana, later) == {}
    theirs.post(at("beat", brand, talk.pk), {"fuera": "1"})
    assert presence.among([talk.pk], ana, clock.now()) == {} and Presence.objects.get().member == luis


@pytest.mark.django_db
def test_being_there_is_written_now_and_then_and_announced_when_it_changes(
        channel: Channel, ana: Member, monkeypatch: pytest.MonkeyPatch) -> None:
    talk, told, now = cast.conversation(channel), [], clock.now()
    monkeypatch.setattr(presence.live, "announce", told.append)
    for second in range(60):
        presence.beat(talk, ana, now + timedelta(seconds=second), writing=second > 30)
    assert len(told) == 2  # came, and began to write
    presence.rest(talk, ana)
    presence.leave(talk, ana, now + timedelta(seconds=60))
    presence.leave(talk, ana, now + timedelta(seconds=60))
    assert len(told) == 4
