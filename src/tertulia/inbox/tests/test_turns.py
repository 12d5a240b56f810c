"""Nobody answers what was answered, and nobody twice: by turns, by keys, by two people at the same moment."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions
from tertulia.inbox.models import Conversation, Message
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

HTMX = {"HX-Request": "true"}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found.group(1)


def form_of(client: Client, brand: Brand, talk: Conversation) -> dict[str, str]:
    page = client.get(reverse("inbox:conversation", args=[brand.slug, talk.pk])).content.decode()
    return {name: hidden(page, name) for name in ("message", "turn", "key")}


def send(client: Client, brand: Brand, talk: Conversation, told: dict[str, Any]) -> Any:
    return client.post(reverse("inbox:reply", args=[brand.slug, talk.pk]), told, headers=HTMX)


@pytest.mark.django_db
def test_a_form_that_is_sent_twice_answers_once(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    told = form_of(client, brand, talk) | {"text": "A las diez"}
    assert send(client, brand, talk, told).status_code == 200
    assert send(client, brand, talk, told).status_code == 200
    assert Dispatch.objects.count() == 1 and talk.messages.filter(ours=True).count() == 1


@pytest.mark.django_db
def test_another_text_of_a_form_that_was_sent_already_is_kept_and_stopped(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    told = form_of(client, brand, talk)
    send(client, brand, talk, told | {"text": "A las diez"})
    again = send(client, brand, talk, told | {"text": "A las once"})
    page = again.content.decode()
    assert again.status_code == 422 and "A las diez" in page and "A las once" in page and Dispatch.objects.count() == 1


@pytest.mark.django_db
def test_the_same_member_in_two_tabs_is_stopped_too_and_may_insist(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    first, second = form_of(client, brand, talk), form_of(client, brand, talk)
    send(client, brand, talk, first | {"text": "Desde una pestaña"})
    stopped = send(client, brand, talk, second | {"text": "Desde la otra"})
    page = stopped.content.decode()
    assert stopped.status_code == 422 and "Desde una pestaña" in page and "Desde la otra" in page
    insisting = {name: hidden(page, name) for name in ("message", "turn", "key")} | {"text": "Desde la otra"}
    assert send(client, brand, talk, insisting).status_code == 200 and Dispatch.objects.count() == 2


@pytest.mark.django_db
def test_an_answer_given_in_the_networks_own_app_counts_as_one(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel, key="c1")
    told = form_of(client, brand, talk)
    there = cast.item("c2", "Ya te contestamos por aquí", who="libreria", parent="c1")
    cast.arrive(channel, type(there)(**{name: getattr(there, name) for name in there.__slots__} | {"ours": True}))
    assert send(client, brand, talk, told | {"text": "Yo también"}).status_code == 422
    talk.refresh_from_db()
    assert talk.turn == 1 and not Dispatch.objects.exists()


@pytest.mark.django_db
def test_the_database_itself_refuses_two_answers_of_one_turn(channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)
    mine = actions.reply(talk.messages.get(), "Uno", ana, by=ana.key)
    with pytest.raises(IntegrityError):
        Message.objects.create(conversation=talk, brand_id=talk.brand_id, channel=channel, kind="comment", ours=True, text="Dos",
                               folded="dos", at=mine.at, received_at=mine.at, turn=mine.turn)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_answer_at_the_same_moment_one_answers(brand: Brand, channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)
    message = talk.messages.select_related("conversation__brand", "author").get()
    people = [ana, *(cast.joined(brand, "agent", f"Persona {n}") for n in range(5))]
    start, ends = threading.Barrier(len(people)), []

    def answer(who: Member) -> None:
        start.wait()
        try:
            actions.reply(message, f"Soy {who.name}", who, by=who.key, turn=0)
            ends.append("sent")
        except actions.AnsweredMeanwhile as meanwhile:
            ends.append(meanwhile.message.text)
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[one]) for one in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    given = Message.objects.get(ours=True).text
    assert Dispatch.objects.count() == 1 and sorted(ends) == sorted(["sent", *[given] * 5])


@pytest.mark.django_db(transaction=True)
def test_a_double_click_by_two_threads_answers_once(channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)
    message = talk.messages.select_related("conversation__brand", "author").get()
    start, sent = threading.Barrier(4), []

    def click() -> None:
        start.wait()
        try:
            sent.append(actions.reply(message, "Hola", ana, by=ana.key, turn=0, key="form-1").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(sent) == 4 and len(set(sent)) == 1 and Dispatch.objects.count() == 1
