"""Hand-offs on real mail: letters that arrive, answers by reply, reports of delivery, refusals, TLS."""

from __future__ import annotations

import time
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.handoffs import desks, queries
from tertulia.handoffs.collecting import CannotRead, collect, opened
from tertulia.handoffs.models import Arrival, Desk, HandOff, Kind, Letter, Mailbox, State
from tertulia.handoffs.tests.steps import handed, posted
from tertulia.inbox.models import Conversation, Draft
from tertulia.inbox.tests.conftest import ana, brand, channel
from tertulia.kit import clock, steps
from tertulia.notices.models import Notice
from tertulia.site.tests import cast
from tests.peers.mail.running import PASSWORD, MailServers

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["ana", "brand", "channel"]


@pytest.fixture
def here(mail_servers: MailServers, settings: Any, monkeypatch: pytest.MonkeyPatch) -> MailServers:
    """The product set to use them."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS, settings.EMAIL_USE_SSL = "127.0.0.1", mail_servers.smtp, False, False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    ports = (f"127.0.0.1:{mail_servers.imap}", f"localhost:{mail_servers.imap}", f"localhost:{mail_servers.imaps}")
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", ",".join(ports))
    return mail_servers


@pytest.fixture
def letterbox(brand: Brand, here: MailServers, request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    """A mailbox of this test's own."""
    address = f"asuntos.{abs(hash(request.node.name)) % 10**8}@faro.test"
    box = desks.set_mailbox(brand, address=address, plus=True, host="127.0.0.1", port=here.imap, security="none", user=address,
                            password=PASSWORD, folder="INBOX", by=cast.BY)
    collect(box.pk)  # from here on
    yield box


def _desk(brand: Brand, *addresses: str) -> Desk:
    desk = desks.write_desk(brand, "Tienda", {Kind.COMPLAINT: 240}, by=cast.BY)
    for one in addresses:
        desks.add_holder(desk, name=one.split("@")[0].title(), email=one, by=cast.BY)
    return desk


@pytest.fixture
def talk(channel: Channel) -> Conversation:
    return cast.conversation(channel, "Tres semanas esperando el pedido 4417.", who="lola", name="Lola Ruiz")


def _collected(box: Mailbox, least: int, seconds: float = 20) -> list[Arrival]:
    """What was taken, once it is so much."""
    until = time.monotonic() + seconds
    while Arrival.objects.filter(mailbox=box).count() < least and time.monotonic() < until:
        Mailbox.objects.filter(pk=box.pk).update(next_at=clock.now())
        collect(box.pk)
        time.sleep(0.2)
    return list(Arrival.objects.filter(mailbox=box).order_by("pk"))


def _reply(to: EmailMessage, text: str, sender: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, str(to["Reply-To"]), f"Re: {to['Subject']}"
    mail["Message-ID"], mail["In-Reply-To"] = f"<{time.monotonic_ns()}@tienda.test>", str(to["Message-ID"])
    mail.set_content(f"{text}\n\nEl dom, 22 nov 2026 a las 12:30, Faro (<a@faro.test>) escribió:\n> Hola")
    return mail


def test_a_letter_arrives_is_answered_by_reply_and_comes_back(
        brand: Brand, ana: Member, talk: Conversation, here: MailServers, letterbox: Mailbox) -> None:
    one = handed(brand, ana, _desk(brand, "marta@tienda.test"), talk)
    before = len(here.box_of("marta@tienda.test", 0, 0))
    assert posted() == 1
    got = here.box_of("marta@tienda.test", before + 1)[-1]
    assert "Pedido 4417" in got["Subject"] and "Tres semanas" in got.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert f"+a-{one.address_key}@" in got["Reply-To"]
    here.send(_reply(got, "Sale hoy, llega el jueves.", "Marta <marta@tienda.test>"))
    (arrival,) = _collected(letterbox, 1)
    assert arrival.outcome == "word", arrival.because
    draft = Draft.objects.get(conversation=talk)
    assert draft.text == "Sale hoy, llega el jueves." and draft.source == "Marta, Tienda"
    for _again in range(2):
        Mailbox.objects.filter(pk=letterbox.pk).update(next_at=clock.now())
        collect(letterbox.pk)
    assert Arrival.objects.count() == 1 and one.words.filter(what="answer").count() == 1


def test_a_report_of_delivery_sends_the_matter_to_the_next(
        brand: Brand, ana: Member, talk: Conversation, here: MailServers, letterbox: Mailbox) -> None:
    one = handed(brand, ana, _desk(brand, "nadie@lejos.test", "pau@tienda.test"), talk)
    assert posted() == 1
    (arrival,) = _collected(letterbox, 1)
    assert arrival.outcome == "bounce" and arrival.hand_off == one
    letter = Letter.objects.get(address="nadie@lejos.test")
    assert letter.state == "bounced" and letter.told
    assert Notice.objects.filter(kind="handoffs.bounced", member=ana).count() == 1
    before = len(here.box_of("pau@tienda.test", 0, 0))
    assert posted() == 1 and len(here.box_of("pau@tienda.test", before + 1)) == before + 1
    assert [stint.ended for stint in one.stints.order_by("pk")] == ["bounced", ""]


def test_a_recipient_refused_at_the_door_sends_it_to_the_next(
        brand: Brand, ana: Member, talk: Conversation, here: MailServers, letterbox: Mailbox) -> None:
    one = handed(brand, ana, _desk(brand, "nadie@tienda.test", "pau@tienda.test"), talk)
    assert posted() == 0 and Letter.objects.get(address="nadie@tienda.test").state == "refused"
    assert posted() == 1
    stint = queries.current(one)
    assert stint and stint.holder.email == "pau@tienda.test"


def test_who_only_has_the_address_is_not_believed(
        brand: Brand, ana: Member, talk: Conversation, here: MailServers, letterbox: Mailbox) -> None:
    handed(brand, ana, _desk(brand, "marta@tienda.test"), talk)
    before = len(here.box_of("marta@tienda.test", 0, 0))
    posted()
    got = here.box_of("marta@tienda.test", before + 1)[-1]
    here.send(_reply(got, "Pagadme a mí.", "Otra <otra@faro.test>"))
    (arrival,) = _collected(letterbox, 1)
    assert arrival.outcome == "unmatched" and HandOff.objects.get().state == State.OPEN and not Draft.objects.exists()


def test_a_burst_is_taken_once_and_whole(brand: Brand, ana: Member, talk: Conversation, here: MailServers, letterbox: Mailbox) -> None:
    one = handed(brand, ana, _desk(brand, "marta@tienda.test"), talk)
    before = len(here.box_of("marta@tienda.test", 0, 0))
    posted()
    got = here.box_of("marta@tienda.test", before + 1)[-1]
    for number in range(60):  # more than a round takes
        here.send(_reply(got, f"Noticia {number}.", "Marta <marta@tienda.test>"))
    assert len(_collected(letterbox, 60)) == 60
    assert one.words.filter(way="mail").count() == 60


def test_a_worker_that_dies_with_a_mail_in_hand_loses_and_doubles_nothing(
        brand: Brand, ana: Member, talk: Conversation, here: MailServers, letterbox: Mailbox) -> None:
    one = handed(brand, ana, _desk(brand, "marta@tienda.test"), talk)
    before = len(here.box_of("marta@tienda.test", 0, 0))
    posted()
    got = here.box_of("marta@tienda.test", before + 1)[-1]
    here.send(_reply(got, "Sale hoy.", "Marta <marta@tienda.test>"))
    here.box_of(letterbox.address, 1)

    def dies() -> None:
        raise KeyboardInterrupt

    steps.arm("handoffs.mail fetched", dies)
    try:
        Mailbox.objects.filter(pk=letterbox.pk).update(next_at=clock.now())
        with pytest.raises(KeyboardInterrupt):
            collect(letterbox.pk)
    finally:
        steps.arm("handoffs.mail fetched", lambda: None)
    assert not Arrival.objects.exists() and collect(letterbox.pk) == 0  # its lease still holds
    Mailbox.objects.filter(pk=letterbox.pk).update(lease_until=clock.now())
    assert len(_collected(letterbox, 1)) == 1 and one.words.filter(what="answer").count() == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_the_box_is_read_encrypted_and_only_from_who_proves_their_name(
        brand: Brand, here: MailServers, letterbox: Mailbox, security: str, monkeypatch: pytest.MonkeyPatch) -> None:
    box = desks.set_mailbox(brand, address=letterbox.address, host="localhost", port=here.imaps if security == "tls" else here.imap,
                            security=security, user=letterbox.user, password=PASSWORD, by=cast.BY)
    with pytest.raises(CannotRead, match="certificate"), opened(box):
        pass
    monkeypatch.setenv("SSL_CERT_FILE", str(here.certificate))
    with opened(box) as (_link, validity, _upcoming):
        assert validity > 0


def test_a_wrong_password_or_folder_is_told_in_the_servers_words(brand: Brand, here: MailServers, letterbox: Mailbox) -> None:
    wrong = desks.set_mailbox(brand, password="otra", by=cast.BY)
    collect(wrong.pk)
    wrong.refresh_from_db()
    assert "AUTHENTICATIONFAILED" in wrong.error and wrong.failures == 1 and wrong.next_at and wrong.next_at > clock.now()
    nowhere = desks.set_mailbox(brand, password=PASSWORD, folder="No hay", by=cast.BY)
    with pytest.raises(CannotRead), opened(nowhere):
        pass


def test_a_private_address_is_not_called_unless_the_owner_allows_it(
        brand: Brand, here: MailServers, letterbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERTULIA_PRIVATE_HOSTS", "")
    with pytest.raises(CannotRead, match=r"127\.0\.0\.1"), opened(letterbox):
        pass
