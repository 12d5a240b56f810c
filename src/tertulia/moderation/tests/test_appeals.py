"""Appeals: by a link, once, answered by somebody else than who decided."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Draft, Message
from tertulia.journal.facts import Happened
from tertulia.kit import clock
from tertulia.moderation import actions, appeals, notices, reactions
from tertulia.moderation.facts import AppealMade
from tertulia.moderation.models import Act, Appeal, HouseRule, Lifted, Outcome, Strike, Verdict
from tertulia.moderation.tests.telling import tell
from tertulia.moderation.views import public
from tertulia.notices.models import Notice
from tertulia.outbox.facts import DispatchSent
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quiet_door() -> Iterator[None]:
    public.forget_knocks()
    yield


@pytest.fixture
def verdict(message: Message, rule: HouseRule, ana: Member) -> Verdict:
    given = actions.hide(message, rule, ana, by=ana.key)
    tell(DispatchSent, given.dispatch)
    return given


def link(verdict: Verdict) -> str:
    return appeals.link_of(verdict).removeprefix(settings.PUBLIC_URL)


@pytest.fixture
def anybody() -> Client:
    return Client(headers={"accept-language": "en"})


# --------------------------------------------------------------------------- the author


def test_the_author_sees_their_own_words_the_rule_and_nothing_of_anybody_else(
        anybody: Client, channel: Channel, rule: HouseRule, ana: Member) -> None:
    _first, second = cast.arrive(
        channel, cast.item("e1", "Secreto de Pepe", who="pepe", name="Pepe Ruiz"), cast.item("e2", "Ladrones", parent="e1"))
    given = actions.hide(second, rule, ana, by=ana.key, note="Nota del equipo")
    response = anybody.get(link(given))
    page = response.content.decode()
    assert response.status_code == 200 and "Ladrones" in page and "No se insulta." in page and 'lang="es"' in page
    for hidden in ("Secreto", "Pepe", "Nota del equipo", "Ana Torres", "marta"):
        assert hidden not in page
    assert response["X-Robots-Tag"] == "noindex" and response["Referrer-Policy"] == "same-origin"


def test_appealing_once_and_reading_the_answer_at_the_same_link(
        anybody: Client, verdict: Verdict, brand: Brand, luis: Member, client: Client) -> None:
    address = link(verdict)
    assert anybody.post(address, {"text": ""}).status_code == 422 and not Appeal.objects.exists()
    assert anybody.post(address, {"text": "Era una broma entre amigos\x00"}).status_code == 302
    assert anybody.post(address, {"text": "Otra vez"}).status_code in (200, 302)
    made = Appeal.objects.get()
    assert made.text == "Era una broma entre amigos" and made.against == verdict.member
    page = anybody.get(address).content.decode()
    assert "La hemos recibido" in page and "<textarea" not in page
    deciding = cast.enter(luis)
    answer = {"outcome": "reversed", "text": "Tenías razón, perdona."}
    assert deciding.post(reverse("moderation:appeal", args=[brand.slug, made.pk]), answer).status_code == 302
    page = anybody.get(address).content.decode()
    assert "Tienes razón" in page and "Tenías razón, perdona." in page and "Luis" not in page
    draft = Draft.objects.get(source="Respuesta a su reclamación")
    assert draft.text == "Tenías razón, perdona." and draft.state == "brought"


def test_a_link_cannot_be_guessed_changed_or_kept_for_ever(anybody: Client, verdict: Verdict) -> None:
    address = link(verdict)
    assert anybody.get(address.replace("/apelar/", "/apelar/9")).status_code == 404
    assert anybody.get(address[:-4] + "aaa/").status_code == 404
    for nonsense in ("x", "1.x", "x" * 3000, "%00", "9" * 400 + ".x"):
        assert anybody.get(f"/apelar/{nonsense}/").status_code == 404
    Verdict.objects.filter(pk=verdict.pk).update(at=clock.now() - timedelta(days=31))
    response = anybody.get(address)
    assert response.status_code == 404 and "plazo" in response.content.decode()


def test_what_was_undone_or_shown_again_cannot_be_appealed(anybody: Client, verdict: Verdict, ana: Member) -> None:
    shown = actions.show(verdict.message, ana, by=ana.key)
    assert shown and not appeals.can_be_appealed(shown)
    assert "ya se deshizo" in anybody.get(link(verdict)).content.decode()


def test_who_knocks_too_often_waits(anybody: Client, verdict: Verdict, monkeypatch: Any) -> None:
    monkeypatch.setattr(public, "KNOCKS", 6)
    assert [anybody.get("/apelar/1.x/").status_code for _time in range(7)] == [404] * 6 + [429]
    address = link(verdict)
    assert anybody.post(address, {"text": "Una"}).status_code == 302, "who has a link is not held up by who guesses"
    assert anybody.post(address, {"text": "Dos"}).status_code == 429
    assert [anybody.get(address).status_code for _time in range(5)] == [200] * 4 + [429]


def test_two_appeals_at_once_are_one(verdict: Verdict) -> None:
    appeals.make(verdict, "Una")
    with pytest.raises(appeals.Appealed):
        appeals.make(verdict, "Otra")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(brand=verdict.brand, verdict=verdict, text="x", at=clock.now(), due_at=clock.now())


# --------------------------------------------------------------------------- the answer


def test_nobody_answers_an_appeal_against_themselves(verdict: Verdict, ana: Member, luis: Member, client: Client, brand: Brand) -> None:
    made = appeals.make(verdict, "No es justo")
    address = reverse("moderation:appeal", args=[brand.slug, made.pk])
    assert "tiene que responder otra persona" in client.get(address).content.decode()
    assert client.post(address, {"outcome": "upheld", "text": "No"}).status_code == 403
    with pytest.raises(appeals.NotYours):
        appeals.answer(made, Outcome.UPHELD, "No", ana, by=ana.key)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.filter(pk=made.pk).update(outcome="upheld", answer="No", decided_by=ana, decided_at=clock.now())
    assert appeals.answer(made, Outcome.UPHELD, "No", luis, by=luis.key)
    assert not appeals.answer(made, Outcome.REVERSED, "Sí", luis, by=luis.key), "answered once"


def test_an_owner_alone_may_and_it_is_said(verdict: Verdict, ana: Member, anybody: Client) -> None:
    made = appeals.make(verdict, "No es justo")
    assert appeals.right_of(made, ana) == appeals.Right(True, alone=True)
    appeals.answer(made, Outcome.UPHELD, "Lo he vuelto a mirar.", ana, by=ana.key)
    made.refresh_from_db()
    assert made.alone and "una sola persona" in anybody.get(link(verdict)).content.decode()


def test_an_agent_alone_may_not(message: Message, rule: HouseRule, brand: Brand, ana: Member, luis: Member) -> None:
    given = actions.hide(message, rule, luis, by=luis.key)
    made = appeals.make(given, "No es justo")
    type(ana).objects.filter(pk=ana.pk).update(is_active=False)
    assert not appeals.right_of(made, luis).may


def test_a_verdict_of_a_rule_may_be_answered_by_anybody_who_moderates(message: Message, rule: HouseRule, ana: Member, brand: Brand) -> None:
    made = appeals.make(actions.hide(message, rule, by="rule:7", match={}), "No es justo")
    assert appeals.right_of(made, ana) == appeals.Right(True)
    assert not appeals.right_of(made, cast.joined(brand, "viewer", "Vera")).may


def test_reversing_shows_it_again_and_cancels_the_strike_with_the_evidence_kept(verdict: Verdict, luis: Member) -> None:
    actions.note(verdict.message, verdict.rule, luis, by=luis.key)
    appeals.answer(appeals.make(verdict, "Era broma"), Outcome.REVERSED, "Sí", luis, by=luis.key)
    verdict.refresh_from_db()
    assert verdict.lifted == Lifted.APPEAL and verdict.evidence["text"] == "Sois unos ladrones"
    assert Strike.objects.get().cancelled_because == Lifted.APPEAL
    assert Dispatch.objects.filter(verb="unhide").count() == 1 and Verdict.objects.filter(act=Act.UNHIDE).exists()
    assert Message.objects.get(pk=verdict.message_id).ending is None


def test_reversing_a_block_lets_them_in_again(message: Message, rule: HouseRule, ana: Member, luis: Member) -> None:
    given = actions.block(message, rule, ana, by=ana.key)
    appeals.answer(appeals.make(given, "Fue sin querer"), Outcome.REVERSED, "Sí", luis, by=luis.key)
    assert Dispatch.objects.filter(verb="unblock").count() == 1 and not Strike.objects.filter(cancelled_at=None).exists()


def test_reversing_a_deletion_cannot_bring_it_back_but_it_counts_no_more(
        message: Message, rule: HouseRule, ana: Member, luis: Member) -> None:
    given = actions.delete(message, rule, ana, by=ana.key)
    tell(DispatchSent, given.dispatch)
    appeals.answer(appeals.make(given, "Fue sin querer"), Outcome.REVERSED, "Sí", luis, by=luis.key)
    given.refresh_from_db()
    assert given.lifted == Lifted.APPEAL and Message.objects.get(pk=message.pk).ending == "deleted"
    assert not Strike.objects.filter(cancelled_at=None).exists()


# --------------------------------------------------------------------------- the team is told


def test_who_may_answer_is_told_once_and_again_when_it_is_late(verdict: Verdict, ana: Member, luis: Member) -> None:
    made = appeals.make(verdict, "No es justo")
    what = AppealMade(brand_id=made.brand_id, appeal_id=made.pk, verdict_id=verdict.pk, message_id=verdict.message_id)
    for _time in range(2):
        reactions.on_appeal_made([Happened(id=1, at=clock.now(), by="author", because="", what=what)])
    assert list(Notice.objects.values_list("member", "kind")) == [(luis.pk, notices.APPEAL.name)]
    assert not reactions.appeals_late()
    Appeal.objects.update(due_at=clock.now())
    assert reactions.appeals_late()
    for _time in range(2):
        reactions.tell_of_late_appeals()
    assert Notice.objects.filter(kind=notices.APPEAL_LATE.name).count() == 1


def test_the_link_is_put_into_a_draft_for_a_member_to_send(client: Client, verdict: Verdict, brand: Brand) -> None:
    assert client.post(reverse("moderation:offer", args=[brand.slug, verdict.pk])).status_code == 302
    draft = Draft.objects.get()
    assert appeals.link_of(verdict) in draft.text and "Si crees que nos equivocamos" in draft.text and draft.answering == verdict.message


def test_appeals_of_another_brand_are_not_there(client: Client, verdict: Verdict, brand: Brand) -> None:
    made = appeals.make(verdict, "No es justo")
    assert "No es justo" in client.get(reverse("moderation:appeals", args=[brand.slug])).content.decode()
    stranger = cast.brand(cast.member("Otra"), "Otra")
    assert client.get(reverse("moderation:appeal", args=[stranger.slug, made.pk])).status_code == 404
    theirs = cast.enter(cast.member("Tercera"))
    assert theirs.get(reverse("moderation:appeal", args=[brand.slug, made.pk])).status_code == 404
