"""Members are told, once and together, of what became of theirs: by real mail, or only on the page."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from tertulia.brands import actions as brands
from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.channels.facts import ChannelFailed
from tertulia.channels.models import Channel
from tertulia.journal.actions import SYSTEM, record
from tertulia.journal.facts import Happened
from tertulia.kit import clock
from tertulia.outbox import actions, facts, notices, notices_mail
from tertulia.outbox.models import Bucket, Dispatch, Notice, NoticeKind, NoticeWay, Pause
from tertulia.outbox.moves import named
from tertulia.outbox.notices_reactions import due_notices, late_dispatches, note_shut_channels, note_trouble
from tertulia.outbox.payloads import to_say
from tertulia.outbox.tests.mailbox import Mailbox, mailbox
from tertulia.outbox.tests.test_graph import put
from tertulia.site.tests import cast
from tests.work import settle as work

pytestmark = pytest.mark.django_db

_FACTS: dict[str, Any] = {"refused": facts.DispatchRefused, "unsure": facts.DispatchUnsure, "held": facts.DispatchHeld,
                          "expired": facts.DispatchExpired}


@pytest.fixture
def owner() -> Member:
    return cast.member("Olga")


@pytest.fixture
def brand(owner: Member) -> Brand:
    return cast.brand(owner, "Librería La Tertulia")


@pytest.fixture
def ana(brand: Brand) -> Member:
    return cast.joined(brand, Role.EDITOR, "Ana")


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


@pytest.fixture
def box(settings: Any) -> Iterator[Mailbox]:
    with mailbox(settings) as found:
        yield found


def post(channel: Channel, member: Member | str, text: str = "Hay pan de nueces", **more: Any) -> Dispatch:
    return actions.queue(channel, "publish", to_say(text), by=member if isinstance(member, str) else member.key, **more)


_number = iter(range(1, 10_000))


def happen(dispatch: Dispatch, kind: str, reason: str = "too_long", at: datetime | None = None) -> None:
    """The dispatch comes to this, and the reaction hears of it."""
    put(dispatch, kind)
    Dispatch.objects.filter(pk=dispatch.pk).update(reason=reason)
    more = {"reason": reason} if kind in ("refused", "held") else {}
    what = _FACTS[kind](**named(dispatch), **more)
    note_trouble([Happened(next(_number), at or clock.now(), SYSTEM, "", what)])


def go_by(**time: int) -> None:
    """Time passes for what waits to be mailed, and for what was."""
    for one in Notice.objects.all():
        for field in ("due_at", "sent_at", "lease_until"):
            if moment := getattr(one, field):
                setattr(one, field, moment - timedelta(**time))
        one.save()


def mail() -> int:
    """What the workers do when mails are due."""
    return sum(notices_mail.tell(one.arguments["member_id"]) for one in due_notices())


def shut(channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(state="reconnect", reason="bad_credentials")


# --------------------------------------------------------------------------- who, and once


def test_who_asked_for_it_is_mailed_what_happened_and_what_to_do(box: Mailbox, ana: Member, channel: Channel) -> None:
    one = post(channel, ana)
    happen(one, "refused")
    assert mail() == 0, "it waits a minute for company"
    go_by(minutes=1)
    assert mail() == 1
    assert box.subjects == ["Un envío de Librería La Tertulia no ha salido"]
    assert box.mails[0]["To"] == ana.email
    text = box.text()
    assert "«Hay pan de nueces»" in text and "El texto es más largo de lo que cabe en esta red." in text
    assert f"/envios/{one.pk}/" in text and "/envios/avisos/" in text and "/envios/avisos/" in box.mails[0]["List-Unsubscribe"]
    assert box.mails[0].get_body(("html",)) is not None
    go_by(hours=1)
    assert mail() == 0, "once"


def test_it_is_written_in_the_members_language(box: Mailbox, ana: Member, channel: Channel) -> None:
    Member.objects.filter(pk=ana.pk).update(language="en")
    happen(post(channel, ana), "refused")
    go_by(minutes=1)
    mail()
    assert box.mails[0].get_body(("html",)).get_content().count('lang="en"') == 1  # type: ignore[union-attr]


@pytest.mark.django_db(transaction=True)
def test_the_workers_hear_of_it_by_themselves(box: Mailbox, ana: Member, channel: Channel) -> None:
    one = post(channel, ana)
    with transaction.atomic():
        put(one, "unsure")
        record(facts.DispatchUnsure(**named(one)), by=SYSTEM)
    work()
    go_by(minutes=1)
    mail()
    assert box.subjects == ["No sabemos si ha salido un envío de Librería La Tertulia"]


@pytest.mark.parametrize("by", ["rule:3", "sistema", "member:999999", "member:x"])
def test_what_nobody_of_the_team_asked_for_is_told_to_the_owners(owner: Member, ana: Member, channel: Channel, by: str) -> None:
    happen(post(channel, by), "unsure")
    assert [one.member for one in Notice.objects.all()] == [owner]


def test_who_left_the_team_hears_nothing_and_the_owners_do(box: Mailbox, owner: Member, ana: Member, channel: Channel) -> None:
    before, after = post(channel, ana, "Antes"), post(channel, ana, "Después")
    happen(before, "refused")
    brands.remove_member(channel.brand, ana, by=owner.key)
    happen(after, "refused")
    go_by(minutes=1)
    mail()
    go_by(minutes=5)
    mail()
    assert {one["To"] for one in box.mails} == {owner.email}
    assert "Después" in box.text(0) and "Antes" in box.text(1)


def test_the_same_fact_is_told_once_however_often_it_is_read(ana: Member, channel: Channel) -> None:
    one = post(channel, ana)
    put(one, "refused")
    fact = Happened(7, clock.now(), SYSTEM, "", facts.DispatchRefused(**named(one), reason="invalid"))
    note_trouble([fact, fact])
    note_trouble([fact])
    assert Notice.objects.count() == 1


def test_old_facts_are_history(ana: Member, channel: Channel) -> None:
    happen(post(channel, ana), "refused", at=clock.now() - timedelta(days=2))
    assert not Notice.objects.exists()


# --------------------------------------------------------------------------- together, and not too often


def test_what_happens_together_is_one_mail_and_the_rest_goes_in_the_next(box: Mailbox, ana: Member, channel: Channel) -> None:
    for number in range(12):
        happen(post(channel, ana, f"Número {number}"), "refused")
    go_by(minutes=1)
    mail()
    assert box.subjects == ["12 envíos de Librería La Tertulia no han salido"]
    assert box.text().count("«Número") == 10 and "Y 2 más" in box.text()
    happen(post(channel, ana, "Otro"), "unsure")
    happen(post(channel, ana, "Y otro"), "expired")
    go_by(minutes=1)
    assert mail() == 0, "a mail left a minute ago"
    go_by(minutes=3)
    mail()
    assert box.subjects[1:] == ["2 cosas de Librería La Tertulia necesitan que las mires"]


def test_two_brands_share_a_mail(box: Mailbox, owner: Member, channel: Channel) -> None:
    other = cast.channel(cast.brand(owner, "Panadería Nube"))
    for one in (channel, other):
        happen(post(one, owner), "refused")
    go_by(minutes=1)
    mail()
    assert box.subjects == ["2 cosas de Librería La Tertulia y otra marca necesitan que las mires"]
    assert "Panadería Nube" in box.text()


def test_what_was_mended_meanwhile_is_not_told(box: Mailbox, ana: Member, channel: Channel) -> None:
    again, seen, known = (post(channel, ana, text) for text in ("Otra vez", "Visto", "Sigue"))
    happen(again, "refused")
    happen(seen, "unsure")
    happen(known, "refused")
    actions.send_again(again, by=ana.key)
    actions.confirm(seen, by=ana.key)
    go_by(minutes=1)
    mail()
    assert "Sigue" in box.text() and "Otra vez" not in box.text() and "Visto" not in box.text()
    happen(again, "refused")
    go_by(minutes=5)
    mail()
    assert "Otra vez" in box.text(), "refused again is new"


# --------------------------------------------------------------------------- channels, and what is late


def test_a_shut_channel_is_told_once_to_the_owners_with_what_is_at_risk(box: Mailbox, owner: Member, ana: Member,
                                                                       channel: Channel) -> None:
    posts = [post(channel, owner, f"Sale {n}", due_at=clock.now() + timedelta(hours=n)) for n in range(8)]
    shut(channel)
    for one in posts[:2]:
        happen(one, "held", "reconnect")
    note_shut_channels([Happened(1, clock.now(), SYSTEM, "", ChannelFailed(
        brand_id=channel.brand_id, channel_id=channel.pk, reason="bad_credentials"))])
    assert Notice.objects.filter(kind="channel").count() == 1
    go_by(minutes=1)
    mail()
    assert box.subjects == ["Hay que volver a conectar un canal de Librería La Tertulia"]
    assert "8 envíos no pueden salir por aquí" in box.text() and "y 3 más" in box.text()
    assert "Sale 4" in box.text() and "Sale 5" not in box.text()
    # mended, and shut again
    Channel.objects.filter(pk=channel.pk).update(connected_at=clock.now() + timedelta(minutes=1))
    happen(posts[3], "held", "reconnect")
    assert Notice.objects.filter(kind="channel").count() == 2


def test_a_channel_connected_again_in_time_is_not_told(box: Mailbox, owner: Member, channel: Channel) -> None:
    shut(channel)
    one = post(channel, owner)
    happen(one, "held", "reconnect")
    Channel.objects.filter(pk=channel.pk).update(state="active")
    put(one, "waiting")
    go_by(minutes=1)
    assert mail() == 0 and not Notice.objects.exists()


def test_what_is_late_is_told_once_and_what_is_held_back_is_not_late(box: Mailbox, ana: Member, channel: Channel) -> None:
    soon, one = post(channel, ana), post(channel, ana, "Tarde", due_at=clock.now() - timedelta(minutes=6))
    assert notices.late(clock.now()) == [one.pk] != [soon.pk]
    pause = Pause.objects.create(by=ana.key, since=clock.now(), brand=channel.brand)
    assert late_dispatches() == []
    pause.delete()
    closed = Bucket.objects.create(scope=f"account:{channel.pk}", until=clock.now() + timedelta(hours=1))
    assert late_dispatches() == []
    closed.delete()
    for wake in late_dispatches():
        wake.job.func(**wake.arguments)
    assert late_dispatches() == []
    go_by(minutes=1)
    mail()
    assert box.subjects == ["Un envío de Librería La Tertulia va con retraso"] and "todavía no ha salido" in box.text()


# --------------------------------------------------------------------------- mail that fails


def test_a_server_that_refuses_is_tried_again_later_and_given_up_at_last(box: Mailbox, ana: Member, channel: Channel) -> None:
    box.refuses = "451 try later"
    happen(post(channel, ana), "refused")
    go_by(minutes=1)
    assert mail() == 0 and "451" in Notice.objects.get().error
    assert due_notices() == []
    happen(post(channel, ana, "Otro"), "refused")
    box.refuses = ""
    go_by(minutes=1)
    assert mail() == 1
    assert len(box.mails) == 1 and "Otro" in box.text(), "what came meanwhile goes along"
    happen(post(channel, ana, "Nunca"), "refused")
    box.refuses = "550 nobody here"
    for _try in range(notices.MOST_TRIES + 2):
        go_by(hours=2)
        mail()
    given_up = Notice.objects.get(sent_at=None)
    assert given_up.tries == notices.MOST_TRIES and given_up.due_at is None


def test_an_answer_that_was_lost_is_repeated_under_the_same_name(box: Mailbox, ana: Member, channel: Channel) -> None:
    box.hangs_up = True
    happen(post(channel, ana), "refused")
    go_by(minutes=1)
    assert mail() == 0
    happen(post(channel, ana, "Otro"), "refused")
    go_by(minutes=2)
    assert mail() == 1
    first, second = box.mails
    assert first["Message-ID"] == second["Message-ID"] and "Otro" not in box.text()


def test_a_worker_that_died_with_a_mail_in_hand_leaves_it_to_the_next(box: Mailbox, ana: Member, channel: Channel) -> None:
    happen(post(channel, ana), "refused")
    go_by(minutes=1)
    told = notices_mail._claim(ana.pk)
    assert told and mail() == 0, "its lease holds"
    go_by(minutes=3)
    assert mail() == 1 and str(told[0].letter) in box.mails[0]["Message-ID"]


TELL = """
import sys, django
django.setup()
from tertulia.outbox import notices_mail
notices_mail.tell(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_when_the_server_had_taken_the_mail_repeats_it_under_its_name(box: Mailbox, ana: Member,
                                                                                      channel: Channel) -> None:
    happen(post(channel, ana), "refused")
    go_by(minutes=1)
    where = connection.get_connection_params()
    surroundings = {**os.environ, "DJANGO_SETTINGS_MODULE": "tertulia.site.settings", "TERTULIA_SMTP": f"smtp://127.0.0.1:{box.port}",
                    "TERTULIA_FROM": "avisos@tertulia.example",
                    "DATABASE_URL": f"postgresql://{where['user']}@/{where['dbname']}?host={where['host']}"}
    with subprocess.Popen([sys.executable, "-c", TELL, str(ana.pk)], env=surroundings) as worker:
        box.taken = worker.kill
        assert worker.wait(60) == -9
    box.taken = lambda: None
    assert len(box.mails) == 1 and mail() == 0, "its lease holds"
    go_by(minutes=3)
    assert mail() == 1
    assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"]
    go_by(hours=1)
    assert mail() == 0


@pytest.mark.django_db(transaction=True)
def test_workers_that_come_together_send_one_mail(box: Mailbox, ana: Member, channel: Channel) -> None:
    for number in range(5):
        happen(post(channel, ana, f"Número {number}"), "refused")
    go_by(minutes=1)

    def tell() -> None:
        notices_mail.tell(ana.pk)
        connection.close()

    workers = [threading.Thread(target=tell) for _worker in range(6)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert box.subjects == ["5 envíos de Librería La Tertulia no han salido"]


# --------------------------------------------------------------------------- the member's way


def test_a_digest_waits_for_the_hour_and_the_page_alone_sends_nothing(box: Mailbox, ana: Member, owner: Member, brand: Brand,
                                                                     channel: Channel) -> None:
    notices.choose(brand, ana, NoticeWay.HOUR, by=ana.key)
    notices.choose(brand, owner, NoticeWay.PAGE, by=owner.key)
    happen(post(channel, ana), "refused")
    happen(post(channel, owner), "refused")
    due = Notice.objects.get(member=ana).due_at
    assert due and due.minute == due.second == 0 and due > clock.now()
    assert Notice.objects.get(member=owner).due_at is None
    notices.choose(brand, ana, NoticeWay.PAGE, by=ana.key)
    go_by(hours=2)
    assert mail() == 0 and box.mails == []


def test_without_a_mail_server_nothing_is_tried_and_the_page_says_so(settings: Any, client: Client, ana: Member, brand: Brand,
                                                                   channel: Channel) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    happen(post(channel, ana, "Se ve aquí"), "refused")
    assert Notice.objects.get().due_at is None and due_notices() == []
    client.force_login(ana)
    page = client.get(reverse("outbox:notices", args=[brand.slug])).content.decode()
    assert "TERTULIA_SMTP" in page and "Se ve aquí" in page and "solo aquí" in page


def test_the_choice_is_made_in_ajustes_and_is_each_members_own(client: Client, owner: Member, ana: Member, brand: Brand,
                                                              channel: Channel) -> None:
    happen(post(channel, owner, "De la dueña"), "refused")
    client.force_login(ana)
    where = reverse("outbox:notices", args=[brand.slug])
    assert "De la dueña" not in client.get(where).content.decode()
    assert client.post(where, {"way": "hour"}).status_code == 302
    assert client.post(where, {"way": "pigeon"}).status_code == 422
    assert (notices.way_of(brand, ana), notices.way_of(brand, owner)) == (NoticeWay.HOUR, NoticeWay.NOW)
    client.force_login(cast.member("Eva"))
    assert client.get(where).status_code == client.post(where, {"way": "page"}).status_code == 404


def test_every_kind_has_its_words() -> None:
    assert {one.value for one in NoticeKind} == {*_FACTS, "late", "channel"}
