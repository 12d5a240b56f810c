"""What a mail of the box means."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tertulia.brands.models import Brand, Member
from tertulia.handoffs import desks, queries, taking
from tertulia.handoffs.models import Arrival, Desk, HandOff, Letter, Mailbox, State
from tertulia.handoffs.tests import mails
from tertulia.handoffs.tests.steps import handed, posted
from tertulia.inbox.models import Conversation, Draft
from tertulia.notices.models import Notice
from tertulia.notices.tests.mailbox import Mailbox as Server
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db(transaction=True)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@pytest.fixture
def letterbox(brand: Brand) -> Mailbox:
    return desks.set_mailbox(brand, address="asuntos@faro.example", plus=True, by=cast.BY)


@pytest.fixture
def matter(brand: Brand, ana: Member, shop: Desk, talk: Conversation, letterbox: Mailbox, box: Server) -> HandOff:
    one = handed(brand, ana, shop, talk)
    assert posted() == 1
    return one


def _address(box: Server) -> str:
    return str(box.mails[0]["Reply-To"])


def test_an_answer_by_mail_is_found_by_its_address_and_brought_without_what_it_quotes(
        matter: HandOff, letterbox: Mailbox, box: Server, talk: Conversation) -> None:
    text = ("Hola, Ana:\n\nSe extravió en el reparto, el jueves lo tiene.\n\nUn saludo,\nMarta\nTienda de Gran Vía\n\n"
            "El dom, 22 nov 2026 a las 12:30, Librería Faro (<asuntos@faro.example>) escribió:\n> Ana necesita una respuesta\n> hoy")
    arrival = taking.take(letterbox, 1, 7, mails.answer(text, to=_address(box), files=[("albaran.png", "image/png", PNG)]))
    assert arrival and arrival.outcome == "word" and arrival.hand_off == matter
    draft = Draft.objects.get(conversation=talk)
    assert draft.text == "Hola, Ana:\n\nSe extravió en el reparto, el jueves lo tiene."
    word = matter.words.get(what="answer")
    assert "escribió" in word.raw and word.attachments.get().name == "albaran.png"


def test_an_answer_is_found_by_the_letter_it_names(matter: HandOff, letterbox: Mailbox, box: Server) -> None:
    raw = mails.answer("Ya está.", to="asuntos@faro.example", answers=str(box.mails[0]["Message-ID"]))
    arrival = taking.take(letterbox, 1, 7, raw)
    assert arrival and arrival.outcome == "word"
    matter.refresh_from_db()
    assert matter.state == State.ANSWERED


def test_a_mail_read_twice_is_one_word(matter: HandOff, letterbox: Mailbox, box: Server) -> None:
    raw = mails.answer("Ya está.", to=_address(box))
    assert taking.take(letterbox, 1, 7, raw)
    assert taking.take(letterbox, 1, 7, raw) is None  # its place in the box
    assert taking.take(letterbox, 2, 1, raw) is None  # its name, where the server numbers anew
    assert matter.words.filter(what="answer").count() == 1 and Draft.objects.count() == 1


def test_a_question_by_mail_asks_back(matter: HandOff, letterbox: Mailbox, box: Server) -> None:
    taking.take(letterbox, 1, 7, mails.answer("Necesito un dato.\n¿A nombre de quién iba?", to=_address(box)))
    matter.refresh_from_db()
    assert matter.state == State.ASKED_BACK and not Draft.objects.exists()


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X_Autoreply": "yes"}])
def test_a_machine_answers_nothing(matter: HandOff, letterbox: Mailbox, box: Server, headers: dict[str, str]) -> None:
    arrival = taking.take(letterbox, 1, 7, mails.answer("Estoy fuera hasta el lunes.", to=_address(box), **headers))
    assert arrival and arrival.outcome == "automatic"
    matter.refresh_from_db()
    assert matter.state == State.OPEN and not Draft.objects.exists()
    assert matter.words.get(what="happened").text == "Estoy fuera hasta el lunes."  # but the team sees it


def test_a_stranger_is_not_trusted_even_with_the_address(matter: HandOff, letterbox: Mailbox, box: Server) -> None:
    raw = mails.answer("Devolvedle el dinero a esta cuenta.", to=_address(box), sender="malo@otro.example")
    arrival = taking.take(letterbox, 1, 7, raw)
    assert arrival and (arrival.outcome, arrival.because) == ("unmatched", "stranger") and arrival.hand_off == matter
    matter.refresh_from_db()
    assert matter.state == State.OPEN and matter.words.count() == 1


def test_a_mail_about_nothing_known_waits_for_a_person_who_places_it_once(
        matter: HandOff, letterbox: Mailbox, ana: Member, brand: Brand) -> None:
    arrival = taking.take(letterbox, 1, 7, mails.answer("Lo del pedido está", to="asuntos@faro.example", sender="marta.casa@otro.example"))
    assert arrival and arrival.because == "no matter" and queries.unmatched(brand) == [arrival]
    assert taking.place(arrival, matter, by=ana.key) and not taking.place(arrival, matter, by=ana.key)
    word = matter.words.get(way="mail")
    assert word.text.startswith("marta.casa@otro.example") and word.what == "said"
    assert not queries.unmatched(brand)


def test_what_is_dropped_can_be_kept(letterbox: Mailbox, ana: Member, brand: Brand) -> None:
    arrival = taking.take(letterbox, 1, 7, mails.answer("Compre ya", to="asuntos@faro.example", sender="spam@otro.example"))
    assert arrival and taking.drop(arrival, by=ana.key) and not queries.unmatched(brand)
    assert taking.keep(arrival, by=ana.key) and queries.unmatched(brand) == [arrival]


def test_a_bounce_sends_the_matter_to_the_next_one_and_tells_the_team_once(
        matter: HandOff, letterbox: Mailbox, box: Server, ana: Member) -> None:
    raw = mails.bounced(str(box.mails[0]["Message-ID"]), "marta@tienda.example")
    assert taking.take(letterbox, 1, 7, raw)
    letter = Letter.objects.get(key__startswith="matter", state="bounced")
    assert "550" in letter.told and letter.holder and letter.holder.unreachable_at
    assert posted() == 1 and box.mails[-1]["To"] == "pau@tienda.example"
    assert Notice.objects.filter(kind="handoffs.bounced", member=ana).count() == 1
    taking.take(letterbox, 1, 8, mails.bounced(str(box.mails[0]["Message-ID"]), "marta@tienda.example", code="5.7.1"))
    assert Notice.objects.filter(kind="handoffs.bounced").count() == 1 and matter.stints.count() == 2


def test_a_delay_is_no_bounce(matter: HandOff, letterbox: Mailbox, box: Server) -> None:
    taking.take(letterbox, 1, 7, mails.bounced(str(box.mails[0]["Message-ID"]), "marta@tienda.example", action="delayed", code="4.4.1"))
    assert Letter.objects.get().state == "sent" and matter.stints.count() == 1


def test_a_recipient_that_the_server_refuses_is_a_bounce(brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Server) -> None:
    box.refuses = "550 5.1.1 no such user"
    one = handed(brand, ana, shop, talk)
    assert posted() == 0
    box.refuses = ""
    assert posted() == 1 and box.mails[-1]["To"] == "pau@tienda.example"
    assert [stint.ended for stint in one.stints.order_by("pk")] == ["bounced", ""]


def test_a_server_that_says_later_is_asked_later_with_the_same_name(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Server) -> None:
    box.refuses = "451 4.7.1 greylisted"
    one = handed(brand, ana, shop, talk)
    assert posted() == 0
    letter = Letter.objects.get()
    assert letter.state == "queued" and letter.tries == 1 and letter.next_at and letter.next_at > letter.made_at
    box.refuses = ""
    assert posted() == 1 and box.mails[0]["Message-ID"] == letter.message_id and one.stints.count() == 1


def test_our_own_letter_in_the_box_is_no_answer(matter: HandOff, letterbox: Mailbox, box: Server) -> None:
    arrival = taking.take(letterbox, 1, 7, box.mails[0].as_bytes())
    assert arrival and arrival.outcome == "automatic" and not Arrival.objects.filter(outcome="word").exists()


def test_files_that_run_or_weigh_too_much_are_left_out(matter: HandOff, letterbox: Mailbox, box: Server) -> None:
    files = [("virus.exe", "application/x-msdownload", b"MZ"), ("foto.png", "image/png", PNG)]
    taking.take(letterbox, 1, 7, mails.answer("Va la foto.", to=_address(box), files=files))
    word = matter.words.get(what="answer")
    assert [one.name for one in word.attachments.all()] == ["foto.png"] and "virus.exe" in word.raw


def test_a_worker_that_died_after_claiming_a_letter_does_not_lose_it(
        brand: Brand, ana: Member, shop: Desk, talk: Conversation, box: Server) -> None:
    handed(brand, ana, shop, talk)
    letter = Letter.objects.get()
    Letter.objects.update(lease_until=timezone.now() + timedelta(minutes=1), tries=1)
    assert posted() == 0  # another may have it in hand
    Letter.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert posted() == 1 and posted() == 0
    assert [mail["Message-ID"] for mail in box.mails] == [letter.message_id]
