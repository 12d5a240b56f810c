"""Conversations that are one, and one that is two: messages change place and can be brought back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, drafting, merging
from tertulia.inbox.models import Conversation, Draft, Message
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"inbox:{name}", args=[brand.slug, *args])


def texts(talk: Conversation) -> list[str]:
    return list(talk.messages.order_by("at", "pk").values_list("text", flat=True))


def fresh(talk: Conversation) -> Conversation:
    return Conversation.objects.get(pk=talk.pk)


def test_merging_carries_everything_and_the_other_address_leads_there(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    one, two = cast.conversation(channel, "Hola", key="a1"), cast.conversation(channel, "Y otra cosa", key="b1")
    actions.write_note(one, "Ojo", ana, by=ana.key)
    drafting.keep_draft(one, "A medias", ana)
    brought = actions.bring_draft(one, "Traída", source="Taller", by="desk:1")
    response = client.post(at("merge", brand, one.pk), {"into": two.pk}, headers=HTMX)
    assert response.status_code == 204
    two = fresh(two)
    assert texts(two) == ["Hola", "Y otra cosa"] and two.messages_count == 2 and two.notes.count() == 1 and two.waiting_since
    assert {one.state for one in two.drafts.all()} == {"draft", "brought"} and brought.pk in two.drafts.values_list("pk", flat=True)
    assert fresh(one).merged_into == two and fresh(one).waiting_since is None
    assert client.get(at("conversation", brand, one.pk)).url.startswith(at("conversation", brand, two.pk))
    page = client.get(at("list", brand)).content.decode()
    assert f'id="fila-{two.pk}"' in page and f'id="fila-{one.pk}"' not in page


def test_what_arrives_for_a_merged_one_goes_where_it_goes_on(channel: Channel, brand: Brand, ana: Member) -> None:
    one, two = cast.conversation(channel, "Hola", key="a1"), cast.conversation(channel, "Otra", key="b1")
    three = cast.conversation(channel, "Tercera", key="c1")
    merging.merge(one, two, ana, by=ana.key)
    merging.merge(fresh(two), three, ana, by=ana.key)
    later = cast.arrive(channel, cast.item("a2", "¿Hay alguien?", parent="a1"))[0]
    assert later.conversation_id == three.pk and texts(three) == ["Hola", "Otra", "Tercera", "¿Hay alguien?"]
    assert actions.bring_draft(one, "Del taller", source="Taller", by="desk:1").conversation_id == three.pk


def test_merging_is_taken_back_with_what_was_answered_since(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    one, two = cast.conversation(channel, "Hola", key="a1"), cast.conversation(channel, "Otra", key="b1")
    response = client.post(at("merge", brand, one.pk), {"into": two.pk}, headers=HTMX)
    undo = json.loads(response["HX-Trigger"])["toast"]["undo"]
    actions.reply(Message.objects.select_related("conversation__brand", "author").get(external_id="a1"), "Dime", ana, by=ana.key)
    cast.arrive(channel, cast.item("b2", "Sigo con la otra", parent="b1"))
    assert client.post(undo, headers=HTMX).status_code == 204
    assert texts(fresh(one)) == ["Hola", "Dime"] and texts(fresh(two)) == ["Otra", "Sigo con la otra"]
    assert fresh(one).merged_into is None and fresh(one).state == "closed" and fresh(two).waiting_since
    assert client.post(undo, headers=HTMX).status_code == 422


def test_what_does_not_belong_together_is_not_merged_and_says_why(client: Client, brand: Brand, channel: Channel) -> None:
    one = cast.conversation(channel, "Hola", key="a1")
    private = cast.conversation(channel, "Privado", key="d1", kind="direct")
    elsewhere = cast.conversation(cast.channel(brand, "mastodon", "faro@example.org"), "Allí", kind="mention", key="m1")
    theirs = cast.conversation(cast.channel(cast.brand(cast.member("Eva"), "Otra"), handle="otra"), key="o1")
    for other, status, said in ((private, 422, "privada"), (elsewhere, 422, "canales"), (one, 422, "misma"), (theirs, 404, "")):
        response = client.post(at("merge", brand, one.pk), {"into": other.pk}, headers=HTMX)
        assert response.status_code == status and said in response.get("HX-Trigger", "").encode().decode("unicode_escape")


def test_an_answer_from_a_page_that_was_open_before_the_merge_goes_on_there(
        client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    one, two = cast.conversation(channel, "Hola", key="a1"), cast.conversation(channel, "Otra", key="b1")
    merging.merge(one, two, ana, by=ana.key)
    told = {"text": "Dime", "message": Message.objects.get(external_id="a1").pk, "turn": 0, "key": "k"}
    assert client.post(at("reply", brand, one.pk), told, headers=HTMX).status_code == 200
    assert texts(two) == ["Hola", "Otra", "Dime"]


def test_merging_somebody_elses_words_needs_the_right_to_answer(brand: Brand, channel: Channel) -> None:
    one, two = cast.conversation(channel, "Hola", key="a1"), cast.conversation(channel, "Otra", key="b1")
    viewer = cast.enter(cast.joined(brand, "viewer"))
    assert viewer.post(at("merge", brand, one.pk), {"into": two.pk}, headers=HTMX).status_code == 403


# --------------------------------------------------------------------------- splitting


def talk_of_four(channel: Channel, kind: str = "comment") -> Conversation:
    start = datetime.now(UTC) - timedelta(hours=1)
    items = [cast.item(f"t{n}", f"Texto {n}", parent="" if kind == "direct" or n == 0 else f"t{n - 1}", kind=kind,
                       at=start + timedelta(minutes=n)) for n in range(4)]
    return cast.arrive(channel, *items)[0].conversation


def test_splitting_begins_a_conversation_and_answers_follow_their_own(client: Client, brand: Brand, channel: Channel, ana: Member) -> None:
    talk = talk_of_four(channel)
    first = talk.messages.get(text="Texto 2")
    Draft.objects.create(conversation=talk, member=ana, text="x", answering=first, at=first.at)
    response = client.post(at("split", brand, first.pk), headers=HTMX)
    new = Message.objects.get(text="Texto 2").conversation
    assert response.status_code == 204 and new.pk != talk.pk
    assert texts(talk) == ["Texto 0", "Texto 1"] and texts(new) == ["Texto 2", "Texto 3"] and new.drafts.count() == 1
    cast.arrive(channel, cast.item("t9", "A lo nuevo", parent="t3"), cast.item("t8", "A lo viejo", parent="t1"))
    assert texts(talk)[-1] == "A lo viejo" and texts(new)[-1] == "A lo nuevo"
    assert client.post(json.loads(response["HX-Trigger"])["toast"]["undo"], headers=HTMX).status_code == 204
    assert len(texts(talk)) == 6 and fresh(talk).messages_count == 6 and fresh(new).merged_into_id == talk.pk
    cast.arrive(channel, cast.item("t10", "Y más", parent="t9"))
    assert texts(talk)[-1] == "Y más"


def test_private_talk_goes_on_in_the_newer_part(channel: Channel, brand: Brand, ana: Member) -> None:
    talk = talk_of_four(channel, "direct")
    move = merging.split(talk, talk.messages.get(text="Texto 2"), ana, by=ana.key)
    cast.arrive(channel, cast.item("t9", "Sigo", kind="direct"))
    assert texts(move.target) == ["Texto 2", "Texto 3", "Sigo"]
    merging.undo_move(move, by=ana.key)
    cast.arrive(channel, cast.item("t10", "Y sigo", kind="direct"))
    assert texts(talk) == ["Texto 0", "Texto 1", "Texto 2", "Texto 3", "Sigo", "Y sigo"]


def test_nothing_is_split_from_its_beginning(client: Client, brand: Brand, channel: Channel) -> None:
    talk = cast.conversation(channel)
    assert client.post(at("split", brand, talk.messages.get().pk), headers=HTMX).status_code == 422
