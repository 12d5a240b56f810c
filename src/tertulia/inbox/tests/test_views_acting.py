"""Every act of the inbox through its pages, and who may not."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions
from tertulia.inbox.models import Conversation, Note
from tertulia.inbox.reactions import on_reply_failed
from tertulia.journal.facts import Happened
from tertulia.journal.models import Fact
from tertulia.outbox.facts import DispatchCancelled, DispatchRefused
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"inbox:{name}", args=[brand.slug, *args])


def last_fact(brand: Brand) -> Fact:
    found = Fact.objects.filter(brand_id=brand.pk).order_by("-id").first()
    assert found
    return found


def undo_of(response: Any) -> str:
    return str(json.loads(response["HX-Trigger"])["toast"]["undo"])


# --------------------------------------------------------------------------- acting


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_answering_queues_a_dispatch_and_settles_the_debt(
        client: Client, brand: Brand, channel: Channel, ana: Member, headers: dict) -> None:
    talk = cast.conversation(channel)
    told = {"text": "¡Sí, de 10 a 14!", "message": talk.messages.get().pk, "turn": 0}
    response = client.post(at("reply", brand, talk.pk), told, headers=headers)
    assert response.status_code == (200 if headers else 302)
    mine = talk.messages.get(ours=True)
    talk.refresh_from_db()
    assert mine.text == "¡Sí, de 10 a 14!" and mine.member == ana and mine.dispatch.verb == "reply" and talk.waiting_since is None
    assert last_fact(brand).name == "ReplyWritten" and last_fact(brand).by == ana.key
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Saliendo" in page and "Ana Torres" in page


@pytest.mark.parametrize(("text", "said"), [
    ("", "Escribe la respuesta"), ("   ", "Escribe la respuesta"), ("ñ" * 501, "Son 501 caracteres"), ("a" * 10_000_000, "10000000")])
def test_what_cannot_be_sent_comes_back_with_its_text(
        client: Client, brand: Brand, channel: Channel, text: str, said: str) -> None:
    talk = cast.conversation(channel)
    response = client.post(at("reply", brand, talk.pk), {"text": text, "message": talk.messages.get().pk}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422 and said in page and text.strip() in page and not Dispatch.objects.exists()


def test_a_plain_form_that_does_not_fit_comes_back_on_its_whole_page(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    response = client.post(at("reply", brand, talk.pk), {"text": "x" * 700, "message": talk.messages.get().pk})
    assert response.status_code == 422 and "x" * 700 in response.content.decode() and "Son 700 caracteres" in response.content.decode()


@pytest.mark.parametrize("data", [
    {}, {"text": "hola"}, {"text": "hola", "message": "x"}, {"text": "hola", "message": "9" * 30}, {"text": "hola", "message": "1"}])
def test_a_reply_with_missing_or_wrong_fields_is_refused_in_words(
        client: Client, brand: Brand, channel: Channel, data: dict) -> None:
    talk = cast.conversation(channel)
    response = client.post(at("reply", brand, talk.pk), data, headers=HTMX)
    assert response.status_code == 422 and 'role="alert"' in response.content.decode() and not Dispatch.objects.exists()


def test_control_characters_in_an_answer_are_taken_out(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    client.post(at("reply", brand, talk.pk), {"text": "Ho\x00la\x07", "message": talk.messages.get().pk}, headers=HTMX)
    assert talk.messages.get(ours=True).text == "Hola"


def test_of_two_who_answer_at_once_the_second_sees_the_first_answer_and_keeps_the_text(
        brand: Brand, channel: Channel, client: Client) -> None:
    talk, luis = cast.conversation(channel), cast.joined(brand, "agent", "Luis")
    told = {"message": talk.messages.get().pk, "turn": 0}
    cast.enter(luis).post(at("reply", brand, talk.pk), told | {"text": "Soy Luis"}, headers=HTMX)
    second = client.post(at("reply", brand, talk.pk), told | {"text": "Soy Ana"}, headers=HTMX)
    page = second.content.decode()
    assert second.status_code == 422 and "Soy Luis" in page and "Soy Ana" in page and Dispatch.objects.count() == 1
    turn = re.search(r'name="turn" value="(\d+)"', page)
    assert turn
    client.post(at("reply", brand, talk.pk), told | {"text": "Soy Ana", "turn": turn.group(1)}, headers=HTMX)
    assert Dispatch.objects.count() == 2


def test_the_counter_counts_as_the_network_does(client: Client, brand: Brand) -> None:
    talk = cast.conversation(cast.channel(brand, "mastodon", "faro@example.org"), kind="mention")
    page = client.post(at("measure", brand, talk.pk), {"text": "https://example.org/" + "x" * 300}, headers=HTMX).content.decode()
    assert ">477<" in page  # an address counts 23 there


def test_a_note_is_kept_and_never_sent(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    talk = cast.conversation(channel)
    assert client.post(at("note", brand, talk.pk), {"text": ""}, headers=HTMX).status_code == 422
    assert client.post(at("note", brand, talk.pk), {"text": "Es clienta"}, headers=HTMX).status_code == 200
    assert Note.objects.get().member == ana and last_fact(brand).name == "NoteWritten" and not Dispatch.objects.exists()


@pytest.mark.parametrize(("act", "data", "fact", "change"), [
    ("close", {"reason": "spam"}, "ConversationClosed", {"state": "closed", "waiting_since": None}),
    ("snooze", {"until": "tomorrow"}, "ConversationSnoozed", {"state": "snoozed"}),
    ("snooze", {"at": "2199-01-01T10:00"}, "ConversationSnoozed", {"state": "snoozed"}),
])
def test_closing_and_snoozing_can_be_taken_back_whole(
        client: Client, brand: Brand, channel: Channel, act: str, data: dict, fact: str, change: dict) -> None:
    talk = cast.conversation(channel)
    before = (talk.state, talk.waiting_since, talk.snoozed_until)
    response = client.post(at(act, brand, talk.pk), data, headers=HTMX)
    assert response.status_code == 204 and last_fact(brand).name == fact
    talk.refresh_from_db()
    assert {name: getattr(talk, name) for name in change} == change
    assert client.post(undo_of(response), headers=HTMX).status_code == 204
    talk.refresh_from_db()
    assert (talk.state, talk.waiting_since, talk.snoozed_until) == before


def test_closing_keeps_its_reason_in_the_journal_and_reopening_owes_again(
        client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    client.post(at("close", brand, talk.pk), {"reason": "spam"})
    assert last_fact(brand).because == "spam"
    client.post(at("reopen", brand, talk.pk))
    talk.refresh_from_db()
    assert talk.state == "open" and talk.waiting_since == talk.messages.get().at and last_fact(brand).name == "ConversationReopened"


def test_undo_leaves_alone_a_conversation_in_which_somebody_spoke_since(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel, key="k1")
    response = client.post(at("snooze", brand, talk.pk), {"until": "hour"}, headers=HTMX)
    cast.arrive(channel, cast.item("k2", "¿Y bien?", parent="k1"))
    again = client.post(undo_of(response), headers=HTMX)
    assert "No se ha deshecho" in json.loads(again["HX-Trigger"])["toast"]["text"]


@pytest.mark.parametrize("told", ["", "x", "eyJ:1:2"])
def test_an_undo_that_was_tampered_with_does_nothing(client: Client, brand: Brand, told: str) -> None:
    assert client.post(at("undo", brand) + f"?que={told}", headers=HTMX).status_code == 422


@pytest.mark.parametrize("data", [{}, {"until": "ayer"}, {"at": "2001-01-01T10:00"}, {"at": "x"}])
def test_a_snooze_to_no_moment_or_to_the_past_is_refused_in_words(
        client: Client, brand: Brand, channel: Channel, data: dict) -> None:
    talk = cast.conversation(channel)
    response = client.post(at("snooze", brand, talk.pk), data, headers=HTMX)
    assert response.status_code == 422 and json.loads(response["HX-Trigger"])["toast"]["tone"] == "warn"
    assert Conversation.objects.get().state == "open"


def test_assigning_to_me_to_another_and_to_nobody(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    talk, luis, stranger = cast.conversation(channel), cast.joined(brand, "agent"), cast.member("Nadie")
    for member in (ana, luis):
        response = client.post(at("assign", brand, talk.pk), {"member": member.pk}, headers=HTMX)
        talk.refresh_from_db()
        assert talk.assignee == member and last_fact(brand).data["member_id"] == member.pk
    client.post(undo_of(response), headers=HTMX)
    talk.refresh_from_db()
    assert talk.assignee == ana
    client.post(at("assign", brand, talk.pk), {"member": stranger.pk}, headers=HTMX)
    talk.refresh_from_db()
    assert talk.assignee is None


def test_many_at_once_close_assign_and_snooze_and_come_back(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    talks = [cast.conversation(channel, who=f"w{n}") for n in range(3)]
    ids = [one.pk for one in talks]
    acts = [("close:spam", "state", "closed"), ("snooze:tomorrow", "state", "snoozed"), (f"assign:{ana.pk}", "assignee_id", ana.pk)]
    for act, field, value in acts:
        response = client.post(at("many", brand), {"ids": ids[:2], "act": act}, headers=HTMX)
        assert list(Conversation.objects.order_by("pk").values_list(field, flat=True))[:2] == [value, value]
        client.post(undo_of(response), headers=HTMX)
        assert set(Conversation.objects.values_list("state", "assignee_id")) == {("open", None)}
    assert client.post(at("many", brand), {"ids": ids, "act": "burn"}, headers=HTMX).status_code == 422
    assert client.post(at("many", brand), {"act": "close:"}, headers=HTMX).status_code == 422


# --------------------------------------------------------------------------- who may not


ACTS = [("reply", {"text": "Hola", "message": 1}), ("note", {"text": "Hola"}), ("assign", {}), ("snooze", {"until": "hour"}),
        ("close", {}), ("reopen", {})]


@pytest.mark.parametrize(("act", "data"), ACTS)
def test_who_only_looks_cannot_act(brand: Brand, channel: Channel, act: str, data: dict) -> None:
    talk, vera = cast.conversation(channel), cast.joined(brand, "viewer", "Vera")
    looking = cast.enter(vera)
    page = looking.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Puedes leer, pero no responder" in page and "<textarea" not in page and at("close", brand, talk.pk) not in page
    count = Fact.objects.count()
    assert looking.post(at(act, brand, talk.pk), data).status_code == 403
    assert looking.post(at("many", brand), {"ids": [talk.pk], "act": "close:"}).status_code == 403 and Fact.objects.count() == count


@pytest.mark.parametrize(("act", "data"), ACTS + [("conversation", None), ("talk", None), ("earlier", None), ("measure", {})])
def test_another_brands_conversation_is_not_there(client: Client, brand: Brand, act: str, data: dict | None) -> None:
    stranger = cast.brand(cast.member("Otra"), "Otra marca")
    talk = cast.conversation(cast.channel(stranger))
    for where in (brand, stranger):
        address = at(act, where, talk.pk)
        assert (client.get(address) if data is None else client.post(address, data)).status_code == 404


def test_lists_rows_and_bulk_acts_never_reach_another_brand(client: Client, brand: Brand) -> None:
    stranger = cast.brand(cast.member("Otra"), "Otra marca")
    talk = cast.conversation(cast.channel(stranger), "Secreto ajeno")
    for name in ("list", "rows", "news", "counts"):
        assert "Secreto ajeno" not in client.get(at(name, brand), {"ids": talk.pk, "vista": "todas", "q": "secreto"}).content.decode()
        assert client.get(at(name, stranger)).status_code == 404
    assert client.post(at("many", brand), {"ids": [talk.pk], "act": "close:"}, headers=HTMX).status_code == 422
    talk.refresh_from_db()
    assert talk.state == "open"


def test_what_a_network_cannot_do_is_not_offered_and_the_reason_is_said(client: Client, brand: Brand) -> None:
    talk = cast.conversation(cast.channel(brand, "bluesky", "faro.example"), kind="direct", root="")
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "todavía no está conectado" in page and 'id="texto"' not in page
    response = client.post(at("reply", brand, talk.pk), {"text": "Hola", "message": talk.messages.get().pk}, headers=HTMX)
    assert response.status_code == 422 and not Dispatch.objects.exists()


@pytest.mark.parametrize("announced", [DispatchRefused, DispatchCancelled])
def test_an_answer_that_does_not_leave_leaves_its_conversation_waiting_since_the_first(
        brand: Brand, channel: Channel, ana: Member, announced: type) -> None:
    talk = cast.conversation(channel, key="k1")
    cast.arrive(channel, cast.item("k2", "¿Y bien?", parent="k1"))
    waiting = talk.waiting_since
    dispatch = actions.reply(talk.messages.last(), "Hola", ana, by=ana.key).dispatch
    for state in ("sending", "refused") if announced is DispatchRefused else ("cancelled",):
        Dispatch.objects.filter(pk=dispatch.pk).update(state=state, lease_until=dispatch.created_at)
    more = {"reason": "forbidden"} if announced is DispatchRefused else {}
    what = announced(brand_id=brand.pk, dispatch_id=dispatch.pk, channel_id=channel.pk, verb="reply", **more)
    on_reply_failed([Happened(id=1, at=dispatch.created_at, by="x", because="", what=what)])
    talk.refresh_from_db()
    assert talk.state == "open" and talk.waiting_since == waiting
