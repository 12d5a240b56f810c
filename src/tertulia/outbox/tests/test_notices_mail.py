"""The mails of notices: servers and workers that fail, and the way a member wants to be told."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.kit import clock
from tertulia.outbox import notices, notices_mail
from tertulia.outbox.models import Notice, NoticeWay
from tertulia.outbox.notices_reactions import due_notices
from tertulia.outbox.tests.mailbox import Mailbox
from tertulia.outbox.tests.noticing import go_by, happen, mail, post
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db

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
