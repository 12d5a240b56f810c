"""Saved replies: filled, looked for, suggested, kept from what was sent."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.actions import set_answers
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, saved
from tertulia.inbox.filling import fill, unfilled, unknown
from tertulia.inbox.likely import likely
from tertulia.inbox.models import Conversation, Message, SavedReply
from tertulia.outbox.models import Dispatch, DispatchState
from tertulia.site.tests import cast

HTMX = {"HX-Request": "true"}


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"inbox:{name}", args=[brand.slug, *args])


def keep(brand: Brand, ana: Member, title: str, text: str, intents: tuple[str, ...] = ()) -> SavedReply:
    return saved.save_reply(brand, title, text, intents, ana, by=ana.key)


def answered(channel: Channel, ana: Member, text: str, answer: str, name: str = "Paco Ruiz") -> None:
    talk = cast.conversation(channel, text, who=name.lower(), name=name)
    mine = actions.reply(talk.messages.get(), answer, ana, by=ana.key)
    leave(mine)


def leave(mine: Message) -> None:
    """As if the network had taken it."""
    for state in (DispatchState.SENDING, DispatchState.SENT):
        Dispatch.objects.filter(pk=mine.dispatch_id).update(state=state, lease_until=mine.at)


def place(brand: Brand, ana: Member) -> Any:
    return brand.memberships.select_related("brand").get(member=ana)


# --------------------------------------------------------------------------- variables


def test_what_is_known_is_put_in_and_the_rest_is_told() -> None:
    text = fill("Hola, {nombre}: te esperamos en {marca}. {enlace}", {"nombre": "Marta", "marca": "Faro"})
    assert text == "Hola, Marta: te esperamos en Faro. {enlace}" and unfilled(text) == ["enlace"]
    assert unfilled("Se escribe {así} y {no sé}") == [] and unknown("Hola, {nonbre}, {marca}") == ["nonbre"]


@pytest.mark.django_db
def test_an_answer_with_a_variable_left_does_not_leave(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    told = {"text": "Hola, {nombre}", "message": talk.messages.get().pk, "turn": 0}
    response = client.post(at("reply", brand, talk.pk), told, headers=HTMX)
    assert response.status_code == 422 and "Falta rellenar {nombre}" in response.content.decode() and not Dispatch.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "first"), [("Marta Gil", "Marta"), ("ANA", "Ana"), ("x", ""), ("🌸🌸", ""), ("", ""), ("Mª José", "Mª")])
def test_first_names_are_names(name: str, first: str) -> None:
    from tertulia.people.models import Profile
    assert saved.first_name(Profile(name=name)) == first


@pytest.mark.django_db
def test_the_menu_fills_and_searches_without_accents_and_counts_what_is_used(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    keep(brand, ana, "Horario", "Hola, {nombre}: abrimos de 10 a 14 en {marca}.")
    keep(brand, ana, "Envíos", "Enviamos a toda España.")
    talk = cast.conversation(channel, name="Marta Gil")
    page = client.get(at("saved_menu", brand, talk.pk), {"q": "envios"}).content.decode()
    assert "Enviamos a toda España." in page and "Horario" not in page
    page = client.get(at("saved_menu", brand, talk.pk)).content.decode()
    assert "Hola, Marta: abrimos de 10 a 14 en Librería Faro." in page
    one = SavedReply.objects.get(title="Horario")
    client.post(at("used_saved", brand, one.pk))
    one.refresh_from_db()
    assert one.used == 1


@pytest.mark.django_db
def test_replies_are_written_changed_retired_and_brought_back_in_their_page(client: Client, brand: Brand) -> None:
    told = {"title": "Horario", "text": "De 10 a 14, {nombre}.", "intents": ["question"]}
    assert client.post(at("saved", brand), told).status_code == 302
    assert "Ya hay una respuesta con ese título" in client.post(at("saved", brand), told).content.decode()
    assert "No hay ninguna variable" in client.post(at("saved", brand), told | {"title": "Otra", "text": "{nonbre}"}).content.decode()
    one = SavedReply.objects.get()
    client.post(at("rewrite_saved", brand, one.pk), told | {"text": "De 9 a 14."})
    client.post(at("archive_saved", brand, one.pk))
    one.refresh_from_db()
    assert one.text == "De 9 a 14." and one.archived_at
    client.post(at("archive_saved", brand, one.pk) + "?de-vuelta=1")
    assert "De 9 a 14." in client.get(at("saved", brand)).content.decode()


@pytest.mark.django_db
def test_a_sent_answer_is_kept_in_one_gesture_as_it_would_be_said_to_anybody(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    set_answers(brand, ana, initials="AT", by=ana.key)
    talk = cast.conversation(channel, name="Marta Gil")
    mine = actions.reply(talk.messages.get(), "¡Hola, Marta! Abrimos a las diez.", ana, by=ana.key)
    assert mine.text.endswith(" · AT")
    assert client.post(at("keep_sent", brand, mine.pk), headers=HTMX).status_code == 204
    assert SavedReply.objects.get().text == "¡Hola, {nombre}! Abrimos a las diez."


# --------------------------------------------------------------------------- what was answered to messages alike


@pytest.mark.django_db
def test_what_was_answered_to_messages_alike_is_suggested_with_its_source(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    for n, text in enumerate(("¿A qué hora abrís los domingos?", "hola, ¿abrís el domingo por la mañana?", "Abrís los domingos??")):
        answered(channel, ana, text, "Hola, Paco: los domingos abrimos de 10 a 14.", name=f"Paco Ruiz{'abc'[n]}")
    answered(channel, ana, "Mi pedido no ha llegado y ya van tres semanas", "Lo miramos ahora mismo.", name="Eva Sanz")
    talk = cast.conversation(channel, "Buenas, ¿el domingo abrís?", name="Marta Gil")
    found = likely(talk, talk.messages.get(), place(brand, ana))
    assert found[0].text == "Hola, Marta: los domingos abrimos de 10 a 14." and found[0].times == 3
    assert all("miramos" not in one.text for one in found)
    page = client.get(at("likely", brand, talk.pk)).content.decode()
    assert "Así se respondió a 3 parecidas" in page and not talk.messages.filter(ours=True).exists()


@pytest.mark.django_db
def test_answers_that_never_left_and_other_brands_are_no_example(brand: Brand, channel: Channel, ana: Member) -> None:
    old = cast.conversation(channel, "¿A qué hora abrís los domingos?", who="x", name="X Y")
    actions.reply(old.messages.get(), "A las diez", ana, by=ana.key)
    other = cast.channel(cast.brand(ana, "Otra"), handle="otra")
    answered(other, ana, "¿A qué hora abrís los domingos?", "A las once")
    talk = cast.conversation(channel, "¿A qué hora abrís los domingos?", key="nueva")
    assert likely(talk, talk.messages.get(), place(brand, ana)) == []


@pytest.mark.django_db
def test_saved_replies_that_fit_what_is_wanted_are_suggested(brand: Brand, channel: Channel, ana: Member) -> None:
    keep(brand, ana, "Horario", "De 10 a 14.", ("question",))
    keep(brand, ana, "Gracias", "¡Gracias!", ("praise",))
    talk = cast.conversation(channel)
    Conversation.objects.filter(pk=talk.pk).update(intents=["question"])
    talk.refresh_from_db()
    assert [one.saved.saved.title for one in likely(talk, talk.messages.get(), place(brand, ana)) if one.saved] == ["Horario"]


@pytest.mark.django_db
def test_suggesting_takes_no_time_that_is_noticed(brand: Brand, channel: Channel, ana: Member) -> None:
    items = [cast.item(f"q{n}", f"¿Tenéis el libro {n} de la serie {n % 7}?", who=f"w{n}", name=f"Persona {n}") for n in range(300)]
    for message in cast.arrive(channel, *items):
        mine = actions.reply(message, f"Sí, el {message.pk}", ana, by=ana.key)
        leave(mine)
    talk = cast.conversation(channel, "¿Os queda el libro número 5?", key="nueva")
    for _ in range(4):  # the encoder, and what nobody has looked at yet
        likely(talk, talk.messages.get(), place(brand, ana))
    taken = []
    for _ in range(5):  # the machine may be busy with something else
        began = time.perf_counter()
        assert likely(talk, talk.messages.get(), place(brand, ana))
        taken.append(time.perf_counter() - began)
    assert min(taken) < 0.2
