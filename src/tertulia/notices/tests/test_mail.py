"""The mails of notices: what they gather, servers and workers that fail, and the way a member wants to be told."""

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

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.kit import clock
from tertulia.notices import actions, claiming, mailing, queries, reading, rules
from tertulia.notices.models import Delivery, Notice, Way
from tertulia.notices.reactions import due_mails
from tertulia.notices.tests import sample
from tertulia.notices.tests.mailbox import Mailbox
from tertulia.notices.tests.post import go_by, mail
from tertulia.notices.tests.sample import BROKEN, ERRAND, FIRE, QUIETLY, errand
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db

# --------------------------------------------------------------------------- what a mail says


def test_it_says_what_happened_and_where_to_go(box: Mailbox, ana: Member, brand: Brand) -> None:
    errand(ana, brand, 7)
    assert mail() == 0, "it waits a minute for company"
    go_by(minutes=1)
    assert mail() == 1
    text = box.text()
    assert box.subjects == ["Un recado de Librería La Tertulia"] and box.mails[0]["To"] == ana.email
    assert "Recado 7" in text and "«Lo del número 7»" in text and "- leche" in text and f"/m/{brand.slug}/hoy/?recado=7" in text
    page = box.mails[0].get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Ir al recado" in page and "<li>pan</li>" in page
    assert f"/m/{brand.slug}/ajustes/avisos/" in box.mails[0]["List-Unsubscribe"]
    go_by(hours=1)
    assert mail() == 0, "once"


def test_the_heaviest_comes_first_and_what_is_too_much_is_counted(box: Mailbox, ana: Member, brand: Brand) -> None:
    for number in range(12):
        errand(ana, brand, number)
    errand(ana, brand, 99, kind=FIRE)
    go_by(minutes=1)
    mail()
    text = box.text()
    assert box.subjects == ["13 avisos de Librería La Tertulia"]
    assert text.index("Recado 99") < text.index("Recado 0") and "Y 3 más" in text and f"/m/{brand.slug}/avisos/" in text


def test_brands_share_a_mail(box: Mailbox, ana: Member, brand: Brand) -> None:
    errand(ana, brand, 1)
    errand(ana, cast.brand(ana, "Panadería Nube"), 2)
    go_by(minutes=1)
    mail()
    assert box.subjects == ["2 avisos de Librería La Tertulia y otra marca"] and "Panadería Nube" in box.text()


def test_what_is_over_what_was_read_and_what_is_gone_is_not_mailed(box: Mailbox, ana: Member, brand: Brand) -> None:
    errand(ana, brand, 1)
    read = errand(ana, brand, 2)
    errand(ana, brand, 404)
    sample.done.add(1)
    reading.mark_read(ana, [read.pk])
    go_by(minutes=1)
    assert mail() == 0 and box.mails == [] and due_mails() == []
    assert set(Notice.objects.values_list("key", flat=True)) == {"2", "404"}, "what nobody heard of may be told again"


def test_who_left_the_team_hears_nothing(box: Mailbox, owner: Member, ana: Member, brand: Brand) -> None:
    errand(ana, brand, 1)
    brands.remove_member(brand, ana, by=owner.key)
    go_by(minutes=1)
    assert mail() == 0 and not Notice.objects.exists()


def test_a_kind_that_breaks_is_told_broken_and_silences_no_other(box: Mailbox, client: Client, ana: Member, brand: Brand) -> None:
    errand(ana, brand, 1)
    errand(ana, brand, 2, kind=BROKEN)
    go_by(minutes=1)
    assert mail() == 1
    assert "Recado 1" in box.text() and "Avería" in box.text() and "no se ha podido escribir" in box.text()
    client.force_login(ana)
    page = client.get(reverse("notices:list", args=[brand.slug])).content.decode()
    assert "Lo del número 1" in page and "Avería" in page


# --------------------------------------------------------------------------- mail that fails


def test_a_server_that_refuses_is_tried_again_later_and_given_up_at_last(box: Mailbox, ana: Member, brand: Brand) -> None:
    box.refuses = "451 try later"
    errand(ana, brand, 1)
    go_by(minutes=1)
    assert mail() == 0 and "451" in Delivery.objects.get().error
    assert due_mails() == []
    errand(ana, brand, 2)
    box.refuses = ""
    go_by(minutes=1)
    assert mail() == 1
    assert len(box.mails) == 1 and "Recado 2" in box.text(), "what came meanwhile goes along"
    errand(ana, brand, 3)
    box.refuses = "550 nobody here"
    for _try in range(rules.MOST_TRIES + 2):
        go_by(hours=2)
        mail()
    given_up = Delivery.objects.get(sent_at=None)
    assert given_up.tries == rules.MOST_TRIES and given_up.due_at is None and queries.undelivered(brand, ana) == given_up


def test_an_answer_that_was_lost_is_repeated_under_the_same_name(box: Mailbox, ana: Member, brand: Brand) -> None:
    box.hangs_up = True
    errand(ana, brand, 1)
    go_by(minutes=1)
    assert mail() == 0
    errand(ana, brand, 2)
    go_by(minutes=2)
    assert mail() == 1
    first, second = box.mails
    assert first["Message-ID"] == second["Message-ID"] and "Recado 2" not in box.text()


def test_a_worker_that_died_with_a_mail_in_hand_leaves_it_to_the_next(box: Mailbox, ana: Member, brand: Brand) -> None:
    errand(ana, brand)
    go_by(minutes=1)
    told = claiming.claim(claiming.Lane(ana.pk, None, mailing.PAUSE))
    assert told and mail() == 0, "its lease holds"
    go_by(minutes=3)
    assert mail() == 1 and str(told[0].letter) in box.mails[0]["Message-ID"]


TELL = """
import sys, django
django.setup()
from tertulia.notices import mailing
from tertulia.notices.tests import sample
mailing.mail(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_when_the_server_had_taken_the_mail_repeats_it_under_its_name(box: Mailbox, ana: Member, brand: Brand) -> None:
    errand(ana, brand)
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
def test_workers_that_come_together_send_one_mail(box: Mailbox, ana: Member, brand: Brand) -> None:
    for number in range(5):
        errand(ana, brand, number)
    go_by(minutes=1)

    def work() -> None:
        mailing.mail(ana.pk)
        connection.close()

    workers = [threading.Thread(target=work) for _worker in range(6)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    assert box.subjects == ["5 recados de Librería La Tertulia"]


# --------------------------------------------------------------------------- the member's way


def test_an_hourly_mail_waits_for_the_hour_and_the_page_alone_sends_nothing(box: Mailbox, ana: Member, owner: Member,
                                                                            brand: Brand) -> None:
    actions.choose(brand, ana, hourly=True, by=ana.key)
    actions.choose(brand, owner, ways={ERRAND.name: [Way.PAGE]}, by=owner.key)
    errand(ana, brand)
    errand(owner, brand)
    due = Delivery.objects.get().due_at
    assert due and due.minute == due.second == 0 and due > clock.now()
    actions.choose(brand, ana, hourly=False, by=ana.key)
    due = Delivery.objects.get().due_at
    assert due and due <= clock.now() + rules.GATHER, "also what waits goes as it is wanted now"
    actions.choose(brand, ana, ways={ERRAND.name: [Way.PAGE]}, by=ana.key)
    go_by(hours=2)
    assert mail() == 0 and box.mails == [] and not Delivery.objects.exists()


def test_without_a_mail_server_nothing_is_tried_and_the_page_says_so(settings: Any, client: Client, ana: Member, brand: Brand) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    errand(ana, brand)
    assert not Delivery.objects.exists() and due_mails() == []
    client.force_login(ana)
    assert "TERTULIA_SMTP" in client.get(reverse("notices:settings", args=[brand.slug])).content.decode()
    page = client.get(reverse("notices:list", args=[brand.slug])).content.decode()
    assert "Recado 7" in page and "solo aquí" in page


def test_the_choice_is_made_in_ajustes_and_is_each_members_own(client: Client, owner: Member, ana: Member, brand: Brand) -> None:
    client.force_login(ana)
    where = reverse("notices:settings", args=[brand.slug])
    assert client.post(where, {ERRAND.name: ["page"], QUIETLY.name: ["mail", "push"], "pace": "hourly"}).status_code == 302
    assert client.post(where, {ERRAND.name: ["pigeon"]}).status_code == 422
    assert queries.way_of(ana, brand, ERRAND.name) == {Way.PAGE} and queries.way_of(ana, brand, QUIETLY.name) == {Way.MAIL, Way.PUSH}
    assert queries.way_of(owner, brand, ERRAND.name) == ERRAND.ways
    client.force_login(cast.member("Eva"))
    assert client.get(where).status_code == client.post(where, {"pace": ""}).status_code == 404
