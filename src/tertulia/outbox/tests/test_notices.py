"""Members are told, once and together, of what became of theirs: by real mail, or only on the page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels.facts import ChannelExpiring, ChannelFailed
from tertulia.channels.models import Channel
from tertulia.journal.actions import SYSTEM, record
from tertulia.journal.facts import Happened
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.notices import kinds
from tertulia.notices.models import Notice
from tertulia.notices.tests.mailbox import Mailbox
from tertulia.notices.tests.post import go_by, mail
from tertulia.outbox import actions, facts, notices, notices_digest, readback
from tertulia.outbox.models import Bucket, Dispatch, Pause, Readback
from tertulia.outbox.moves import named
from tertulia.outbox.notices_reactions import late_dispatches, note_expiring_channels, note_shut_channels, note_trouble
from tertulia.outbox.tests.noticing import FACTS, happen, post, shut
from tertulia.outbox.tests.test_graph import put
from tertulia.site.tests import cast
from tests.work import settle as work

pytestmark = pytest.mark.django_db

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
    assert f"/envios/{one.pk}/" in text and "/ajustes/avisos/" in text and "/ajustes/avisos/" in box.mails[0]["List-Unsubscribe"]
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
    assert box.subjects[1:] == ["2 avisos de Librería La Tertulia"]


def test_two_brands_share_a_mail(box: Mailbox, owner: Member, channel: Channel) -> None:
    other = cast.channel(cast.brand(owner, "Panadería Nube"))
    for one in (channel, other):
        happen(post(one, owner), "refused")
    go_by(minutes=1)
    mail()
    assert box.subjects == ["2 avisos de Librería La Tertulia y otra marca"]
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
    assert Notice.objects.filter(kind="outbox.channel").count() == 1
    go_by(minutes=1)
    mail()
    assert box.subjects == ["Hay que volver a conectar un canal de Librería La Tertulia"]
    assert "8 envíos no pueden salir por aquí" in box.text() and "y 3 más" in box.text()
    assert "Sale 4" in box.text() and "Sale 5" not in box.text()
    # mended, and shut again
    Channel.objects.filter(pk=channel.pk).update(connected_at=clock.now() + timedelta(minutes=1))
    happen(posts[3], "held", "reconnect")
    assert Notice.objects.filter(kind="outbox.channel").count() == 2


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


# --------------------------------------------------------------------------- what is not as it was approved


def looked(dispatch: Dispatch, found: dict[str, Any] | None) -> None:
    """What was sent is looked at, and this is there; the reaction hears of it."""
    put(dispatch, "sent")
    long_ago = clock.now() - timedelta(hours=1)
    back, _new = Readback.objects.get_or_create(dispatch=dispatch, defaults={"brand": dispatch.brand, "since": long_ago})
    before = Fact.objects.count()
    readback._there(back, found) if found else readback._not_there(back)
    kinds = {"DispatchDiffers": facts.DispatchDiffers, "DispatchVanished": facts.DispatchVanished}
    news = Fact.objects.order_by("id")[before:]
    note_trouble([Happened(one.pk, one.at, one.by, "", kinds[one.name](**named(dispatch))) for one in news if one.name in kinds])


def live(text: str, language: str = "") -> dict[str, Any]:
    return {"text": text, "language": language, "attachments": []}


def test_what_is_not_on_the_network_as_it_was_approved_is_told_with_what_differs(box: Mailbox, ana: Member, channel: Channel) -> None:
    fine, one = post(channel, ana, "Igual"), post(channel, ana, "Pan a 2 € https://faro.example/pan")
    looked(fine, live("Igual"))
    looked(one, live("Pan a 2 €"))
    go_by(minutes=1)
    mail()
    assert box.subjects == ["Un envío de Librería La Tertulia no está en la red como se aprobó"]
    text = box.text()
    assert "no es igual que lo que se aprobó: texto, enlaces que faltan." in text and "Ábrelo y compáralo." in text
    assert f"/envios/{one.pk}/" in text and "Igual" not in text
    looked(one, live("Pan a 2 €"))
    assert Notice.objects.count() == 1, "the same difference is no news"
    looked(one, live("Pan a 3 €"))
    go_by(minutes=5)
    assert mail() == 1, "another one is"


def test_what_is_gone_or_was_never_seen_is_told(box: Mailbox, ana: Member, channel: Channel) -> None:
    seen, never = post(channel, ana, "Se vio"), post(channel, ana, "Nunca")
    looked(seen, live("Se vio"))
    for one in (seen, never):
        looked(one, None)
    go_by(minutes=1)
    mail()
    assert box.subjects == ["2 envíos de Librería La Tertulia no se ven en la red"]
    assert "Estaba en la red y ya no se ve." in box.text() and "La red lo aceptó, pero no se ve." in box.text()


def test_a_difference_that_somebody_took_note_of_or_that_was_mended_is_not_told(box: Mailbox, ana: Member, channel: Channel) -> None:
    noted, mended = post(channel, ana, "Visto"), post(channel, ana, "Corregido")
    for one in (noted, mended):
        looked(one, live("Otra cosa"))
    readback.note(noted, by=ana.key)
    looked(mended, live("Corregido"))
    go_by(minutes=1)
    assert mail() == 0 and not Notice.objects.exists()


# --------------------------------------------------------------------------- pauses, and channels that end


@pytest.mark.parametrize(("reason", "told"), [("brand_paused", 0), ("all_paused", 0), ("review", 1), ("late", 1), ("reconnect", 1)])
def test_what_somebody_stopped_on_purpose_is_not_told_and_what_waits_for_a_decision_is(ana: Member, channel: Channel, reason: str,
                                                                                    told: int) -> None:
    happen(post(channel, ana), "held", reason)
    assert Notice.objects.filter(kind="outbox.held").count() == told


def expiring(channel: Channel) -> None:
    note_expiring_channels([Happened(1, clock.now(), SYSTEM, "", ChannelExpiring(brand_id=channel.brand_id, channel_id=channel.pk))])


def test_the_owners_hear_of_a_channel_that_ends_soon_with_what_would_have_to_wait(box: Mailbox, owner: Member, ana: Member,
                                                                                channel: Channel) -> None:
    ends_at = clock.now() + timedelta(days=3)
    Channel.objects.filter(pk=channel.pk).update(expires_at=ends_at)
    post(channel, ana, "Antes", due_at=clock.now() + timedelta(days=2))
    for number in range(7):
        post(channel, ana, f"Después {number}", due_at=ends_at + timedelta(hours=number))
    expiring(channel)
    expiring(channel)
    assert [one.member for one in Notice.objects.all()] == [owner]
    go_by(minutes=1)
    mail()
    assert box.subjects == ["El permiso de un canal de Librería La Tertulia caduca pronto"]
    text = box.text()
    local = ends_at.astimezone(ZoneInfo(channel.brand.time_zone))
    assert "El permiso de libreria" in text and f"Caduca el {local.day} de " in text and f"a las {local:%H:%M}." in text
    assert "7 envíos están programados para después" in text and "y 2 más" in text and "Después 4" in text
    assert "Antes" not in text and "Después 5" not in text and "Vuelve a conectarlo antes" in text
    assert "Después 4" in box.mails[0].get_body(("html",)).get_content()  # type: ignore[union-attr]


def test_a_channel_connected_in_time_or_shut_by_now_is_not_told_as_ending(box: Mailbox, owner: Member, channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(expires_at=clock.now() + timedelta(days=3))
    expiring(channel)
    shut(channel)
    notices.note_channels(Channel.objects.filter(pk=channel.pk))
    go_by(minutes=1)
    mail()
    assert box.subjects == ["Hay que volver a conectar un canal de Librería La Tertulia"]
    Channel.objects.filter(pk=channel.pk).update(state="active", expires_at=clock.now() + timedelta(days=60))
    expiring(channel)
    assert not Notice.objects.filter(kind="outbox.expiring").exists()


def test_the_page_shows_each_kind(client: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    Channel.objects.filter(pk=channel.pk).update(expires_at=clock.now() + timedelta(days=3))
    expiring(channel)
    looked(post(channel, owner, "Cambiado"), live("Otra cosa"))
    looked(post(channel, owner, "Quitado"), None)
    client.force_login(owner)
    page = client.get(reverse("notices:list", args=[brand.slug])).content.decode()
    assert all(words in page for words in ("Canal que caduca pronto", "No coincide", "Ya no se ve")) and "ya resuelto" not in page


def test_every_kind_has_its_words() -> None:
    known = {one.name for one in kinds.kinds()}
    assert {f"outbox.{name}" for name in (*FACTS, "late", "channel", "expiring", "differs", "gone")} <= known


def test_the_digest_counts_what_left_and_names_what_is_stuck(owner: Member, channel: Channel) -> None:
    gone = post(channel, owner, "Ya está en la red")
    put(gone, "sent")
    Dispatch.objects.filter(pk=gone.pk).update(sent_at=clock.now())
    happen(post(channel, owner, "No salió"), "refused")
    happen(post(channel, owner, "Parado adrede"), "held", "brand_paused")
    shut(channel)
    since = clock.now() - timedelta(days=1)
    left, stuck, closed = notices_digest.SECTION.lines(channel.brand, since, clock.now())
    assert left.text == "Ha salido una publicación" and "«Ya está en la red»" in left.details[0]
    assert stuck.text == "Un envío necesita que alguien lo mire" and "«No salió»" in stuck.details[0] and stuck.tone == "danger"
    assert closed.text == "Hay que volver a conectar libreria (Plaza)"
    before = notices_digest.SECTION.lines(channel.brand, since, since + timedelta(hours=1))
    assert [one.text for one in before] == [stuck.text, closed.text], "what is stuck is told until it is not"
