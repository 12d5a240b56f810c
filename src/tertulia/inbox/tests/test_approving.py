"""Answers that wait for somebody's word."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tertulia.brands.actions import set_answers
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, approving
from tertulia.inbox.models import Conversation, Draft
from tertulia.journal.models import Fact
from tertulia.notices.models import Notice
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def at(name: str, brand: Brand, *args: Any) -> str:
    return reverse(f"inbox:{name}", args=[brand.slug, *args])


@pytest.fixture
def luis(brand: Brand) -> Member:
    member = cast.joined(brand, "agent", "Luis")
    set_answers(brand, member, approved=True, initials="LU", by=cast.BY)
    return member


def asked(talk: Conversation, luis: Member, text: str = "¡Sí!") -> Draft:
    return approving.ask(talk.messages.select_related("conversation__brand", "author").get(ours=False), text, luis, by=luis.key)


def test_what_an_apprentice_sends_is_asked_and_leaves_when_somebody_approves_it(
        client: Client, brand: Brand, channel: Channel, ana: Member, luis: Member) -> None:
    talk = cast.conversation(channel)
    theirs = cast.enter(luis)
    page = theirs.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Pedir aprobación" in page and "Responder como" not in page
    told = {"text": "¡Sí, de 10 a 14!", "message": talk.messages.get().pk, "turn": 0, "key": "k"}
    assert "Tu respuesta espera aprobación" in theirs.post(at("reply", brand, talk.pk), told, headers=HTMX).content.decode()
    talk.refresh_from_db()
    draft = Draft.objects.get()
    assert draft.state == "asked" and not Dispatch.objects.exists() and talk.waiting_since is not None
    assert [one.member for one in Notice.objects.filter(kind="inbox.approval_asked")] == [ana]

    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "Luis pide aprobación" in page and "Aprobar y enviar" in page
    assert client.post(at("approve", brand, draft.pk), {"text": "¡Sí, de 10 a 14!", "turn": "0"}, headers=HTMX).status_code == 200
    mine = talk.messages.get(ours=True)
    draft.refresh_from_db()
    assert mine.member == luis and mine.text == "¡Sí, de 10 a 14! · LU" and draft.reviewer == ana and draft.message == mine
    fact = Fact.objects.get(name="ReplyApproved")
    assert fact.by == ana.key and fact.data["draft_id"] == draft.pk


def test_a_reviewer_may_change_it(client: Client, brand: Brand, channel: Channel, luis: Member) -> None:
    talk = cast.conversation(channel)
    draft = asked(talk, luis)
    client.post(at("approve", brand, draft.pk), {"text": "Sí, claro.", "turn": "0"}, headers=HTMX)
    assert talk.messages.get(ours=True).text == "Sí, claro. · LU"


def test_it_goes_back_with_a_word_and_is_asked_again(client: Client, brand: Brand, channel: Channel, luis: Member) -> None:
    talk = cast.conversation(channel)
    draft = asked(talk, luis)
    client.post(at("give_back", brand, draft.pk), {"review": "Dile el horario entero"}, headers=HTMX)
    assert [one.member for one in Notice.objects.filter(kind="inbox.approval_returned")] == [luis]
    theirs = cast.enter(luis)
    assert "Dile el horario entero" in theirs.get(at("conversation", brand, talk.pk)).content.decode()
    assert ">¡Sí!</textarea>" in theirs.post(at("take_up", brand, draft.pk), headers=HTMX).content.decode()
    asked(talk, luis, "Sí, de 10 a 14")
    assert Draft.objects.get().state == "asked" and not Dispatch.objects.exists()


def test_nobody_approves_their_own_nor_while_needing_approval(brand: Brand, channel: Channel, luis: Member) -> None:
    talk = cast.conversation(channel)
    draft = asked(talk, luis)
    eva = cast.joined(brand, "agent", "Eva")
    set_answers(brand, eva, approved=True, by=cast.BY)
    viewer = cast.joined(brand, "viewer", "Ver")
    for one in (luis, eva, viewer):
        with pytest.raises(approving.NotTheirs):
            approving.approve(draft, one, by=one.key)
    with pytest.raises(IntegrityError), transaction.atomic():
        Draft.objects.filter(pk=draft.pk).update(reviewer=luis)
    assert cast.enter(luis).post(at("approve", brand, draft.pk), {"turn": "0"}, headers=HTMX).status_code == 422
    assert not Dispatch.objects.exists()


def test_sending_past_approval_is_refused_everywhere(channel: Channel, luis: Member) -> None:
    talk = cast.conversation(channel)
    with pytest.raises(actions.ToBeApproved):
        actions.reply(talk.messages.get(), "Hola", luis, by=luis.key)


def test_one_that_was_answered_meanwhile_shows_the_answer_and_waits(
        client: Client, brand: Brand, channel: Channel, ana: Member, luis: Member) -> None:
    talk = cast.conversation(channel)
    draft = asked(talk, luis, "Sí")
    actions.reply(talk.messages.get(ours=False), "Abrimos a las diez", ana, by=ana.key)
    page = client.get(at("conversation", brand, talk.pk)).content.decode()
    assert "respondió después de que se pidiera" in page
    stopped = client.post(at("approve", brand, draft.pk), {"text": "Sí", "turn": "0"}, headers=HTMX)
    draft.refresh_from_db()
    assert stopped.status_code == 422 and "Abrimos a las diez" in stopped.content.decode()
    assert draft.state == "asked" and draft.reviewer is None and Dispatch.objects.count() == 1


def test_it_is_approved_once_however_often_it_is_pressed(client: Client, brand: Brand, channel: Channel, luis: Member) -> None:
    talk = cast.conversation(channel)
    draft = asked(talk, luis)
    for _ in range(2):
        client.post(at("approve", brand, draft.pk), {"text": "¡Sí!", "turn": "0"}, headers=HTMX)
    assert Dispatch.objects.count() == 1


def test_its_author_takes_it_back_and_goes_on(brand: Brand, channel: Channel, luis: Member, ana: Member) -> None:
    talk = cast.conversation(channel)
    draft = asked(talk, luis, "A")
    assert ">A</textarea>" in cast.enter(luis).post(at("take_up", brand, draft.pk), headers=HTMX).content.decode()
    with pytest.raises(approving.NotAsked):
        approving.approve(draft, ana, by=ana.key)


def test_only_its_author_takes_it_back(client: Client, brand: Brand, channel: Channel, luis: Member) -> None:
    draft = asked(cast.conversation(channel), luis)
    assert client.post(at("take_up", brand, draft.pk), headers=HTMX).status_code == 404


def test_what_waits_is_a_list(brand: Brand, channel: Channel, luis: Member) -> None:
    drafts = [asked(cast.conversation(channel, f"Pregunta {n}"), luis, f"Respuesta {n}") for n in range(3)]
    assert list(approving.asked(brand)) == drafts


# --------------------------------------------------------------------------- settings


def test_an_owner_says_in_the_team_who_needs_approval_and_each_puts_their_initials(client: Client, brand: Brand, ana: Member) -> None:
    luis = cast.joined(brand, "agent", "Luis")
    client.post(reverse("brands:answers", args=[brand.slug, luis.pk]), {"approved": "1"})
    assert luis.memberships.get(brand=brand).approved
    assert "Con aprobación" in client.get(reverse("brands:team", args=[brand.slug])).content.decode()
    assert cast.enter(luis).post(reverse("brands:answers", args=[brand.slug, luis.pk]), {}).status_code == 403
    client.post(reverse("brands:me", args=[brand.slug]), {"name": "Ana Torres", "language": "es", "initials": "AT"})
    assert ana.memberships.get(brand=brand).initials == "AT"
