"""A matter goes to who can answer it, and its answer comes back."""

from __future__ import annotations

import pytest
from django.test import Client

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.handoffs import actions, desks, queries, reactions
from tertulia.handoffs.forgetting import held, wipe
from tertulia.handoffs.models import Desk, HandOff, Idea, Kind, Letter, State, Word
from tertulia.handoffs.suggesting import note_suggestions
from tertulia.handoffs.tests.steps import handed, link_in, posted
from tertulia.inbox import actions as inbox
from tertulia.inbox.facts import ReplyWritten
from tertulia.inbox.models import Conversation, ConversationState, Draft, Ending
from tertulia.journal.facts import Happened
from tertulia.kit import clock
from tertulia.notices.models import Notice
from tertulia.notices.tests.mailbox import Mailbox
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_holder_gets_the_matter_and_nothing_else(brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Mailbox) -> None:
    cast.conversation(talk.channel, "¿Tenéis el último de Landero?", who="otra", name="Otra Persona")
    handed(brand, ana, shop, talk)
    assert posted() == 1
    mail = box.mails[0]
    assert mail["To"] == "marta@tienda.example" and "Pedido 4417" in mail["Subject"] and brand.name in mail["From"]
    text = box.text()
    assert "tres semanas esperando" in text and "¿Qué ha pasado con su pedido?" in text and "Landero" not in text
    talk.refresh_from_db()
    assert talk.state == ConversationState.HANDED
    assert set(talk.messages.values_list("ending", flat=True)) == {Ending.HANDED}


def test_an_answer_on_the_page_comes_back_as_a_draft_with_its_source(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Mailbox, stranger: Client) -> None:
    one = handed(brand, ana, shop, talk)
    posted()
    path = link_in(box.text())
    page = stranger.get(path)
    assert page.status_code == 200 and "Pedido 4417" in page.content.decode() and "noindex" in page["X-Robots-Tag"]
    assert page["Cache-Control"] == "no-store"
    said = {"what": "answer", "text": "El pedido se perdió. Sale otro hoy, llega el jueves."}
    answered = stranger.post(path + "decir/", said, follow=True)
    assert "Respuesta recibida" in answered.content.decode()
    draft = Draft.objects.get(conversation=talk)
    assert draft.state == "brought" and draft.source == "Marta, Tienda de Gran Vía" and "llega el jueves" in draft.text
    talk.refresh_from_db()
    one.refresh_from_db()
    assert one.state == State.ANSWERED and one.draft == draft and talk.state == ConversationState.OPEN and talk.waiting_since
    assert one.answered_in == 0
    told = Notice.objects.get(kind="handoffs.answered")
    assert told.member == ana


def test_who_hands_over_to_themself_gets_no_mail(brand: Brand, ana: Member, talk: Conversation, box: Mailbox) -> None:
    own = desks.write_desk(brand, "Ventas", {Kind.COMPLAINT: 60}, by=cast.BY)
    desks.add_holder(own, member=ana, by=cast.BY)
    one = handed(brand, ana, own, talk)
    stint = queries.current(one)
    assert posted() == 0 and not Letter.objects.exists() and stint and stint.next_at is None
    mine = queries.matters(brand, queries.Filters(mine=True), ana, one.opened_at)
    assert list(mine) == [one]
    actions.hear(one, stint.holder, "answer", "Sí, llega mañana.", way="team", by=ana.key)
    assert Draft.objects.get(conversation=talk).source == "Ana Torres, Ventas"


def test_a_member_of_the_desk_is_mailed_a_link_to_sign_in(brand: Brand, ana: Member, talk: Conversation, box: Mailbox) -> None:
    luis = cast.joined(brand, Role.AGENT, "Luis")
    desk = desks.write_desk(brand, "Legal", {Kind.LEGAL: 60}, by=cast.BY)
    desks.add_holder(desk, member=luis, by=cast.BY)
    one = handed(brand, ana, desk, talk, kind=Kind.LEGAL)
    assert posted() == 1 and f"/asuntos/{one.pk}/" in box.text() and "/asunto/" not in box.text()
    assert Notice.objects.get(kind="handoffs.yours").member == luis


def test_the_same_matter_is_not_handed_over_twice(brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    one = handed(brand, ana, shop, talk)
    with pytest.raises(actions.AlreadyHanded) as there:
        handed(brand, ana, shop, talk)
    assert there.value.hand_off == one and HandOff.objects.count() == 1


def test_a_desk_where_nobody_can_be_reached_takes_nothing(brand: Brand, ana: Member, talk: Conversation) -> None:
    empty = desks.write_desk(brand, "Nadie", {Kind.OTHER: 60}, by=cast.BY)
    with pytest.raises(actions.NobodyThere):
        handed(brand, ana, empty, talk)


def test_taken_back_at_once_no_letter_leaves_and_the_conversation_is_ours_again(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Mailbox) -> None:
    one = handed(brand, ana, shop, talk)
    assert actions.end(one, State.CANCELLED, by=ana.key)
    assert posted() == 0 and not box.mails
    talk.refresh_from_db()
    assert talk.state == ConversationState.OPEN and talk.waiting_since
    assert not actions.end(one, State.CANCELLED, by=ana.key)


def test_cancelled_after_the_letter_left_the_holder_is_told(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Mailbox, stranger: Client) -> None:
    one = handed(brand, ana, shop, talk)
    posted()
    path = link_in(box.text())
    actions.end(one, State.CANCELLED, by=ana.key)
    assert posted() == 1 and "Ya no hace falta" in box.subjects[-1]
    assert stranger.get(path).status_code == 410
    assert actions.take_up_again(one, by=ana.key)
    one.refresh_from_db()
    assert one.state == State.OPEN and posted() == 1


def test_a_question_stops_the_clock_until_the_team_answers(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Mailbox, stranger: Client) -> None:
    one = handed(brand, ana, shop, talk)
    posted()
    path = link_in(box.text())
    stranger.post(path + "decir/", {"what": "question", "text": "¿Qué dirección dio?"})
    one.refresh_from_db()
    stint = queries.current(one)
    assert one.state == State.ASKED_BACK and stint and stint.next_at is None and stint.asked_at
    assert Notice.objects.filter(kind="handoffs.asked_back").count() == 1
    actions.say(one, "Calle Mayor 3", ana, by=ana.key)
    one.refresh_from_db()
    stint.refresh_from_db()
    assert one.state == State.OPEN and stint.next_at and posted() == 1
    assert "Calle Mayor 3" in box.text() and box.mails[-1]["In-Reply-To"] == box.mails[0]["Message-ID"]


def test_not_for_me_passes_it_to_the_next_and_shuts_the_door(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Mailbox, stranger: Client) -> None:
    one = handed(brand, ana, shop, talk)
    posted()
    path = link_in(box.text())
    assert "Se lo pasamos" in stranger.post(path + "no-es-para-mi/", {"reason": "Lo lleva Pau"}).content.decode()
    assert posted() == 1 and box.mails[-1]["To"] == "pau@tienda.example"
    assert stranger.get(path).status_code == 410
    second = link_in(box.text())
    stranger.post(second + "no-es-para-mi/", {"reason": ""})
    one.refresh_from_db()
    assert one.nobody_at and queries.current(one) is None
    assert Notice.objects.filter(kind="handoffs.left_alone").count() == 1


def test_a_second_answer_takes_the_place_of_the_first_draft(brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    one = handed(brand, ana, shop, talk)
    stint = queries.current(one)
    assert stint
    actions.hear(one, stint.holder, "answer", "Mañana.", way="page", by="x")
    actions.hear(one, stint.holder, "answer", "Perdón, el viernes.", way="page", by="x")
    drafts = [(draft.text, draft.state) for draft in Draft.objects.order_by("pk")]
    assert drafts == [("Mañana.", "dropped"), ("Perdón, el viernes.", "brought")]


def test_a_mail_of_one_name_is_one_word(brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    one = handed(brand, ana, shop, talk)
    stint = queries.current(one)
    assert stint
    assert actions.hear(one, stint.holder, "said", "Voy", way="mail", by="x", message_id="<1@x>")
    assert actions.hear(one, stint.holder, "said", "Voy", way="mail", by="x", message_id="<1@x>") is None
    assert Word.objects.filter(hand_off=one, what="said", who="holder").count() == 1


def test_the_answer_sent_solves_the_matter(brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    one = handed(brand, ana, shop, talk)
    stint = queries.current(one)
    assert stint
    actions.hear(one, stint.holder, "answer", "Llega el jueves.", way="page", by="x")
    draft = Draft.objects.get()
    sent = inbox.reply(talk.messages.get(ours=False), "Hola, Lola: llega el jueves.", ana, by=ana.key, draft=draft)
    told = ReplyWritten(brand_id=brand.pk, message_id=sent.pk, conversation_id=talk.pk, dispatch_id=sent.dispatch_id or 0)
    for _again in range(2):
        reactions.on_reply_written([Happened(1, clock.now(), ana.key, "", told)])
    one.refresh_from_db()
    talk.refresh_from_db()
    assert one.state == State.SOLVED and talk.state == ConversationState.CLOSED
    assert set(talk.messages.filter(ours=False).values_list("ending", flat=True)) == {Ending.ANSWERED}


def test_a_provisional_answer_leaves_the_matter_with_its_desk(brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    one = handed(brand, ana, shop, talk, meanwhile="Lo estamos viendo con nuestra tienda.")
    draft = Draft.objects.get()
    sent = inbox.reply(talk.messages.get(ours=False), draft.text, ana, by=ana.key, draft=draft)
    told = ReplyWritten(brand_id=brand.pk, message_id=sent.pk, conversation_id=talk.pk, dispatch_id=sent.dispatch_id or 0)
    reactions.on_reply_written([Happened(1, clock.now(), ana.key, "", told)])
    one.refresh_from_db()
    talk.refresh_from_db()
    assert one.state == State.OPEN and talk.state == ConversationState.HANDED


def test_what_is_kept_of_a_person_is_told_and_wiped(brand: Brand, ana: Member, shop: Desk, talk: Conversation) -> None:
    one = handed(brand, ana, shop, talk, brief="¿Qué pasó con Lola Ruiz?")
    stint = queries.current(one)
    assert stint and talk.person
    actions.hear(one, stint.holder, "answer", "Lola no estaba en casa.", way="page", by="x")
    note_suggestions([talk.messages.get()], by=cast.BY)
    assert held([talk.person])["matters"][0]["answers"] == ["Lola no estaba en casa."]
    for _twice in range(2):
        wipe([talk.person.pk], [])
    one.refresh_from_db()
    assert "Lola" not in one.brief and not one.words.filter(text__contains="Lola").exists() and one.answered_in == 0
    assert not Idea.objects.filter(title__contains="pedido").exists()
