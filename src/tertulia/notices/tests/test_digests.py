"""Digests: asked for, sent at their hour, left with one click."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.kit import clock
from tertulia.notices import digest_mailing, digests, sections
from tertulia.notices.models import DigestRecipient
from tertulia.notices.reactions import due_digests
from tertulia.notices.sections import Line, Section
from tertulia.notices.tests.mailbox import Mailbox
from tertulia.notices.tests.post import go_by

pytestmark = pytest.mark.django_db

spans: list[tuple[datetime, datetime]] = []
said: list[Line] = []


def _lines(_brand: Brand, since: datetime, until: datetime) -> Sequence[Line]:
    spans.append((since, until))
    return [one if one.text else 1 / 0 for one in said]  # type: ignore[misc]


sections.register(Section(name="test", title="Recados", lines=_lines, weight=99))

NEW = {"nuevo-email": "Jefa@Faro.Example", "nuevo-name": "Julia", "nuevo-every": "day", "nuevo-weekday": "0", "nuevo-hour": "09:00",
       "nuevo-language": "es", "nuevo-sections": "test"}
MINE = {"mio-every": "week", "mio-weekday": "4", "mio-hour": "08:30"}


@pytest.fixture(autouse=True)
def something_to_say() -> None:
    spans.clear()
    said[:] = [Line("3 recados hechos", details=["pan"], address="/m/x/hoy/"), Line("1 recado sin hacer", tone="danger")]


@pytest.fixture
def inside(client: Client, owner: Member) -> Client:
    client.force_login(owner)
    return client


def mail() -> int:
    """What the workers do when digests are due: how many letters left."""
    return sum(digest_mailing.mail(one.arguments["recipient_id"]) for one in due_digests())


def link(box: Mailbox) -> str:
    """The path of the page to which a letter leads."""
    return next(line for line in box.text().splitlines() if "/resumen/" in line).split("8700")[1]


def added(inside: Client, brand: Brand, **more: str) -> int:
    return inside.post(reverse("notices:add_recipient", args=[brand.slug]), {**NEW, **more}).status_code


# --------------------------------------------------------------------------- people outside


def test_somebody_outside_is_asked_once_and_gets_nothing_until_they_say_yes(box: Mailbox, inside: Client, brand: Brand) -> None:
    assert added(inside, brand) == 302
    assert mail() == 1 and box.subjects == ["¿Quieres recibir el resumen de Librería La Tertulia?"]
    assert box.mails[0]["To"] == "jefa@faro.example" and "Hola, Julia:" in box.text()
    go_by(days=3)
    assert added(inside, brand) == 302 and mail() == 0, "asked once"
    one = DigestRecipient.objects.get()
    outside, page = Client(), link(box)
    assert "Quiero recibirlo" in outside.get(page).content.decode()
    assert not DigestRecipient.objects.get().confirmed_at, "looking says nothing"
    outside.post(page, {"quiero": "si"})
    one.refresh_from_db()
    assert one.confirmed_at and one.due_at and one.due_at > clock.now() and "Lo recibes" in outside.get(page).content.decode()
    assert mail() == 0


def confirmed(brand: Brand, email: str = "jefa@faro.example", **more: Any) -> DigestRecipient:
    wanted: dict[str, Any] = {"every": "day", "weekday": 0, "hour": time(9), "language": "es", "sections": ["test"],
                              "by": "member:0", **more}
    one = digests.add(brand, email, "Julia", **wanted)
    digests.confirm(one)
    return one


def test_the_digest_comes_at_its_hour_and_tells_from_the_last_one_on(box: Mailbox, brand: Brand) -> None:
    one = confirmed(brand)
    assert mail() == 0
    go_by(days=1)
    assert mail() == 1
    assert box.subjects[0].startswith("Librería La Tertulia, resumen del día: ")
    text = box.text()
    assert "Recados" in text and "* 3 recados hechos" in text and "- pan" in text and "/m/x/hoy/" not in text, "they cannot enter"
    assert "<strong>1 recado sin hacer</strong>" in box.mails[0].get_body(("html",)).get_content()  # type: ignore[union-attr]
    since, until = spans[0]
    assert until - since == timedelta(days=1)
    one.refresh_from_db()
    assert one.until == until and one.due_at and one.due_at > clock.now()
    DigestRecipient.objects.update(due_at=clock.now())
    mail()
    assert spans[1][0] == until, "nothing is told twice, and nothing is left out"


def test_where_there_is_nothing_to_tell_nothing_is_sent(box: Mailbox, brand: Brand) -> None:
    said.clear()
    one = confirmed(brand)
    go_by(days=1)
    assert mail() == 0 and box.mails == []
    one.refresh_from_db()
    assert one.due_at and one.due_at > clock.now() and one.until


def test_one_click_ends_it_and_nobody_asks_them_again(box: Mailbox, inside: Client, brand: Brand) -> None:
    one = confirmed(brand)
    go_by(days=1)
    mail()
    letter = box.mails[0]
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    out = letter["List-Unsubscribe"].strip("<>").split("8700")[1]
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(out).status_code == 405
    assert strict.post(out, {"List-Unsubscribe": "One-Click"}).status_code == 200
    go_by(days=9)
    assert mail() == 0
    assert added(inside, brand) == 422 and DigestRecipient.objects.get().ended_at
    inside.post(reverse("notices:remove_recipient", args=[brand.slug, one.pk]))
    assert DigestRecipient.objects.exists(), "so that their no is remembered"
    Client().post(link(box), {"quiero": "si"})
    go_by(days=1)
    assert mail() == 1, "they may change their mind"


def test_links_that_are_not_ours_open_nothing(client: Client, brand: Brand) -> None:
    assert client.get(reverse("digest", args=["nada"])).status_code == 404
    one = confirmed(brand)
    name = digests.signed(one)
    assert client.post(reverse("digest_out", args=[name[:-1] + "x"])).status_code == 404
    digests.remove(one, by="member:0")
    assert client.get(reverse("digest", args=[name])).status_code == 404


def test_a_server_that_refuses_is_tried_again_and_the_next_digest_tells_all(box: Mailbox, inside: Client, brand: Brand) -> None:
    one = confirmed(brand)
    box.refuses = "451 later"
    go_by(days=1)
    assert mail() == 0
    one.refresh_from_db()
    assert "451" in one.error and one.due_at and one.due_at < clock.now() + timedelta(minutes=2)
    assert "451" in inside.get(reverse("notices:settings", args=[brand.slug])).content.decode()
    for _try in range(7):
        go_by(hours=2)
        mail()
    box.refuses = ""
    one.refresh_from_db()
    assert one.due_at > clock.now() and one.until is None
    go_by(days=1)
    assert mail() == 1 and DigestRecipient.objects.get().error == ""


# --------------------------------------------------------------------------- members


def test_a_member_takes_the_digest_at_their_hour_and_leaves_it(box: Mailbox, inside: Client, owner: Member, brand: Brand) -> None:
    where = reverse("notices:my_digest", args=[brand.slug])
    assert inside.post(where, MINE).status_code == 302
    one = DigestRecipient.objects.get()
    assert one.member == owner and one.due_at and one.due_at.astimezone().weekday() == 4 and one.hour == time(8, 30)
    go_by(days=8)
    assert mail() == 1 and "resumen de la semana" in box.subjects[0] and "/m/x/hoy/" in box.text()
    assert inside.post(where, {**MINE, "mio-every": "no"}).status_code == 302 and not DigestRecipient.objects.exists()
    assert inside.post(where, {**MINE, "mio-hour": "tarde"}).status_code == 422


def test_who_left_the_team_gets_no_digest(box: Mailbox, owner: Member, ana: Member, brand: Brand) -> None:
    digests.take(brand, ana, every="day", weekday=0, hour=time(9), by=ana.key)
    brands.remove_member(brand, ana, by=owner.key)
    go_by(days=1)
    assert mail() == 0 and not DigestRecipient.objects.exists()


def test_only_who_manages_the_brand_says_who_else_gets_it(client: Client, ana: Member, brand: Brand) -> None:
    one = confirmed(brand)
    client.force_login(ana)
    assert added(client, brand) == 403
    assert client.post(reverse("notices:remove_recipient", args=[brand.slug, one.pk])).status_code == 403
    assert "jefa@faro.example" not in client.get(reverse("notices:settings", args=[brand.slug])).content.decode()


def test_the_page_shows_how_it_would_be(inside: Client, brand: Brand) -> None:
    page = inside.get(reverse("notices:digest_preview", args=[brand.slug]) + "?semana").content.decode()
    assert "3 recados hechos" in page and "<strong>1 recado sin hacer</strong>" in page
    assert spans[0][1] - spans[0][0] == timedelta(days=7)


def test_a_section_that_breaks_is_shown_broken(inside: Client, brand: Brand) -> None:
    said[:] = [Line("")]
    page = inside.get(reverse("notices:digest_preview", args=[brand.slug])).content.decode()
    assert "Recados" in page and "Esta parte no se ha podido contar." in page
