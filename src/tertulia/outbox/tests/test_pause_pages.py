"""Pausing, going through what was held and going on, from the pages; and who may."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tertulia.brands.facts import Role
from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.journal.facts import Happened
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.networks.contract import Ref
from tertulia.outbox import pacing, pausing, rules
from tertulia.outbox.facts import DispatchChanged
from tertulia.outbox.models import Dispatch, Pause, Readback
from tertulia.outbox.tests.stage import claim, fresh, say
from tertulia.outbox.tests.test_graph import put
from tertulia.publishing import actions as publishing
from tertulia.publishing.models import Post
from tertulia.publishing.reactions import follow_dispatches
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Europe/Madrid")


@pytest.fixture
def owner() -> Member:
    return cast.member()


@pytest.fixture
def brand(owner: Member) -> Brand:
    return cast.brand(owner)


@pytest.fixture
def channel(brand: Brand) -> Channel:
    return cast.channel(brand)


@pytest.fixture
def inside(owner: Member) -> Client:
    return cast.enter(owner)


def at(name: str, brand: Brand, *more: object) -> str:
    return reverse(f"outbox:{name}", args=[brand.slug, *more])


def undoing(brand: Brand, pause: Pause) -> str:
    return f"{at('undo_pause', brand)}?pausa={pause.pk}"


def held(channel: Channel, text: str = "Retenida", **more: object) -> Dispatch:
    """What a pause that is over left for a person."""
    pausing.pause_all(channel.brand, by="member:1")
    one = say(channel, text, **more)  # type: ignore[arg-type]
    pausing.resume_all(channel.brand, by="member:1", choose=lambda one: rules.ASK)
    return one


def in_words(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%dT%H:%M")


def test_a_pause_is_said_on_every_page_and_undone_at_once(inside: Client, brand: Brand, channel: Channel) -> None:
    page = inside.get(at("list", brand)).content.decode()
    assert "En pausa" not in page and "Pausar todo" in page
    answer = inside.post(at("stop", brand), follow=True).content.decode()
    pause = Pause.objects.get(brand=brand)
    undo = undoing(brand, pause)
    assert undo in answer and "En pausa: no sale nada de esta marca" in answer and "Pausar todo" not in answer
    for place in ("site:today", "inbox:list", "publishing:calendar", "channels:list", "brands:settings"):
        assert "En pausa: no sale nada de esta marca" in inside.get(reverse(place, args=[brand.slug])).content.decode()
    assert "En pausa" in inside.get(at("standing", brand)).content.decode()
    one = say(channel)
    claim(one)
    assert fresh(one).state == "held"
    inside.post(undo)
    assert fresh(one).state == "waiting" and not Pause.objects.exists()
    assert "ya había terminado" in inside.post(undo, follow=True).content.decode()
    assert not inside.get(at("standing", brand)).content.decode().strip()


def test_an_undo_that_comes_late_leads_to_the_review(inside: Client, brand: Brand) -> None:
    pausing.pause_all(brand, by="member:1")
    Pause.objects.update(since=clock.now() - timedelta(hours=1))
    answer = inside.post(undoing(brand, Pause.objects.get()))
    assert (answer.status_code, answer["Location"]) == (302, at("review", brand))
    assert Pause.objects.exists()


def test_the_banner_costs_a_page_no_question_while_nothing_is_paused(inside: Client, brand: Brand) -> None:
    inside.get(at("list", brand))
    with CaptureQueriesContext(connection, ) as asked:
        inside.get(at("list", brand))
    about = Counter("outbox_pause" in one["sql"] for one in asked.captured_queries)
    assert about[True] <= 2, "one among the troubles of the frame, one for what is to be reviewed"


def test_what_was_held_is_gone_through_and_done_as_marked(inside: Client, brand: Brand, channel: Channel) -> None:
    pausing.pause_all(brand, by="member:1")
    texts = ("sale", "luego", "fuera", "ya se verá")
    sale, luego, fuera, vera = (say(channel, text) for text in texts)
    answer, coming = say(channel, "respuesta", reply_to=Ref("1")), say(channel, "mañana", due_at=clock.now() + timedelta(days=1))
    page = inside.get(at("review", brand))
    assert [(one.row.excerpt, one.what) for one in page.context["held"]] == [
        *((text, "ask") for text in texts), ("respuesta", "send")]
    assert [row.dispatch.pk for row in page.context["coming"]] == [coming.pk]
    hour = (clock.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    marked = {f"e{sale.pk}-what": "send", f"e{luego.pk}-what": "hour", f"e{luego.pk}-hour": in_words(hour),
              f"e{fuera.pk}-what": "discard", f"e{vera.pk}-what": "ask", f"e{answer.pk}-what": "send"}
    bad = inside.post(at("review", brand), {**marked, f"e{luego.pk}-hour": in_words(clock.now() - timedelta(days=1))})
    assert bad.status_code == 422 and "ya ha pasado" in bad.content.decode() and Pause.objects.exists()
    assert fresh(sale).state == "waiting" and not fresh(sale).version
    told = inside.post(at("review", brand), marked, follow=True).content.decode()
    assert "2 salen ahora" in told and "1 cambia de hora" in told and "1 espera a que decidas" in told
    assert [fresh(one).state for one in (sale, luego, fuera, vera, answer)] == ["waiting", "waiting", "cancelled", "held", "waiting"]
    assert fresh(luego).due_at == hour and not Pause.objects.exists()
    assert "uno espera a que digas si sale" in inside.get(at("list", brand)).content.decode().lower()


def test_everything_can_leave_in_one_press(inside: Client, brand: Brand, channel: Channel) -> None:
    before = held(channel, "de antes")
    pausing.pause_all(brand, by="member:1")
    now = say(channel, "de ahora")
    inside.post(at("review", brand), {"all": "send"})
    assert [fresh(one).state for one in (before, now)] == ["waiting", "waiting"]


def test_who_resumes_second_is_told(inside: Client, brand: Brand, channel: Channel) -> None:
    one = held(channel)
    assert "Por decidir" in inside.get(at("review", brand)).content.decode()
    inside.post(at("review", brand), {f"e{one.pk}-what": "send"})
    assert fresh(one).state == "waiting"
    assert inside.post(at("review", brand), {f"e{one.pk}-what": "discard"}).status_code == 302
    assert fresh(one).state == "waiting", "it waits no more for a word"


def test_junk_is_no_choice(inside: Client, brand: Brand, channel: Channel) -> None:
    one = held(channel)
    for junk in ({f"e{one.pk}-what": "borrar"}, {f"e{one.pk}-what": "hour", f"e{one.pk}-hour": "ayer\x00"},
                 {f"e{one.pk}-what": "hour", f"e{one.pk}-hour": ""}):
        assert inside.post(at("review", brand), junk).status_code == 422
    assert inside.post(at("review", brand), {"all": "x"}).status_code == 302
    assert fresh(one).state == "held"


def test_one_is_decided_on_its_own_page_and_in_the_list(inside: Client, brand: Brand, channel: Channel) -> None:
    sale, luego, fuera = (held(channel, text) for text in ("sale", "luego", "fuera"))
    page = inside.get(at("list", brand)).content.decode()
    assert at("send_now", brand, sale.pk) in page and at("cancel", brand, sale.pk) in page
    page = inside.get(at("detail", brand, luego.pk)).content.decode()
    assert "Sale ahora" in page and "Cambiar la hora" in page and "Se retira" in page
    hour = (clock.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    assert inside.post(at("new_hour", brand, luego.pk), {"hour": in_words(clock.now())}).status_code == 422
    inside.post(at("new_hour", brand, luego.pk), {"hour": in_words(hour)})
    inside.post(at("send_now", brand, sale.pk))
    told = inside.post(at("cancel", brand, fuera.pk), follow=True).content.decode()
    assert at("restore", brand, fuera.pk) in told
    assert [fresh(one).state for one in (sale, luego, fuera)] == ["waiting", "waiting", "cancelled"]
    assert fresh(luego).due_at == hour
    inside.post(at("restore", brand, fuera.pk))
    assert (fresh(fuera).state, fresh(fuera).reason) == ("held", "review")
    assert "mientras tanto ha cambiado" in inside.post(at("send_now", brand, sale.pk), follow=True).content.decode()


def test_the_installation_is_paused_and_resumed_by_who_keeps_it(inside: Client, brand: Brand, channel: Channel) -> None:
    other = cast.member("Otra")
    theirs = cast.brand(other, "Otra")
    outside = cast.enter(other)
    assert outside.post(at("stop_everything", theirs)).status_code == 403
    assert "Pausar toda la instalación" not in outside.get(at("pause", theirs)).content.decode()
    assert "Pausar toda la instalación" in inside.get(at("pause", brand)).content.decode()
    inside.post(at("stop_everything", brand))
    pause = Pause.objects.get(brand=None)
    assert "no sale nada de ninguna marca" in outside.get(at("list", theirs)).content.decode()
    assert outside.post(at("resume_everything", theirs)).status_code == 403
    assert outside.post(undoing(theirs, pause)).status_code == 403
    post, answer = say(channel), say(channel, "Sí", reply_to=Ref("1"))
    claim(post)
    page = inside.get(at("pause", brand)).content.decode()
    assert "Al reanudar sale 1 respuesta" in page and "1 envío queda por decidir" in page
    inside.post(at("resume_everything", brand))
    assert [fresh(one).state for one in (post, answer)] == ["held", "waiting"] and not Pause.objects.exists()
    assert "ya lo había reanudado" in inside.post(at("resume_everything", brand), follow=True).content.decode()


@pytest.mark.parametrize("role", [Role.AGENT, Role.VIEWER])
def test_who_may_not_publish_neither_pauses_nor_resumes(brand: Brand, channel: Channel, role: str) -> None:
    client = cast.enter(cast.joined(brand, role))
    one = held(channel)
    assert "Pausar todo" not in client.get(at("list", brand)).content.decode()
    for name, more in (("stop", ()), ("review", ()), ("undo_pause", ()), ("send_now", (one.pk,)), ("new_hour", (one.pk,))):
        assert client.post(at(name, brand, *more)).status_code == 403
    assert client.get(at("review", brand)).status_code == 403
    assert client.get(at("pause", brand)).status_code == 200
    assert fresh(one).state == "held"


def test_another_brands_pause_and_dispatches_are_not_there(inside: Client, owner: Member, brand: Brand) -> None:
    theirs = cast.brand(cast.member("Otra"), "Otra")
    one = held(cast.channel(theirs))
    pausing.pause_all(theirs, by="member:1")
    pause = Pause.objects.get()
    for name, more in (("stop", ()), ("review", ()), ("pause", ()), ("standing", ()), ("undo_pause", ())):
        assert inside.post(at(name, theirs, *more)).status_code == 404
    for name in ("send_now", "new_hour", "noted", "cancel"):
        assert inside.post(at(name, brand, one.pk)).status_code == 404
    inside.post(undoing(brand, pause))
    inside.post(at("review", brand), {f"e{one.pk}-what": "send", "all": "send"})
    assert Pause.objects.filter(pk=pause.pk).exists() and fresh(one).state == "held"
    assert "En pausa" not in inside.get(at("list", brand)).content.decode()


# --------------------------------------------------------------------------- what differs, and whose turn it is


def checked(channel: Channel, state: str, **more: object) -> Dispatch:
    one = say(channel, "Abrimos a las ocho")
    put(one, "sent")
    Readback.objects.create(brand=channel.brand, dispatch=one, state=state, since=clock.now(), looked_at=clock.now(), **more)
    return one


def test_a_difference_is_shown_side_by_side_until_somebody_saw_it(inside: Client, brand: Brand, channel: Channel) -> None:
    live = "Abrimos a las <b>nueve</b>"
    one = checked(channel, "differs", found={"text": live}, differences=[
        {"what": "text", "approved": "Abrimos a las ocho", "live": live},
        {"what": "alt", "approved": "Una hogaza", "live": "", "place": 1}])
    assert "No coincide" in inside.get(at("list", brand)).content.decode(), "it needs attention"
    page = inside.get(at("detail", brand, one.pk)).content.decode()
    assert "Abrimos a las <del>ocho</del>" in page and "Abrimos a las <ins>&lt;b&gt;nueve&lt;/b&gt;</ins>" in page
    assert "Texto alternativo de la imagen 1" in page and "<del>Una hogaza</del>" in page
    inside.post(at("noted", brand, one.pk))
    inside.post(at("noted", brand, one.pk))
    page = inside.get(at("detail", brand, one.pk)).content.decode()
    assert "Lo he visto" not in page and "<del>ocho</del>" in page, "it still differs"
    assert inside.get(at("list", brand), {"ver": "atencion"}).context["attention"] == 0


@pytest.mark.parametrize(("more", "words"), [
    ({"found": {"text": "x"}}, "Estaba en la red y ya no se ve."), ({}, "La red lo aceptó, pero no se ve.")])
def test_what_is_gone_says_whether_it_was_ever_seen(inside: Client, brand: Brand, channel: Channel, more: object, words: str) -> None:
    one = checked(channel, "gone", gone_at=clock.now(), **more)  # type: ignore[arg-type]
    page = inside.get(at("detail", brand, one.pk)).content.decode()
    assert words in page and "Está en la red" not in page
    assert words in inside.get(at("list", brand)).content.decode()


def test_who_may_only_look_takes_no_note(brand: Brand, channel: Channel) -> None:
    client, one = cast.enter(cast.joined(brand, Role.VIEWER)), checked(channel, "gone", gone_at=clock.now())
    assert "Lo he visto" not in client.get(at("detail", brand, one.pk)).content.decode()
    assert client.post(at("noted", brand, one.pk)).status_code == 403


def test_one_that_waits_its_turn_says_why(inside: Client, brand: Brand, channel: Channel) -> None:
    one = say(channel)
    put(one, "ready")
    assert "Otras van delante" in inside.get(at("list", brand)).content.decode()
    assert "Otras van delante" in inside.get(at("detail", brand, one.pk)).content.decode()
    until = clock.now() + timedelta(minutes=40)
    pacing.close(pacing.account_of(channel), until, "limited")
    hour = until.astimezone(ZONE).strftime("%H:%M")
    assert f"sigue a las {hour}" in inside.get(at("list", brand)).content.decode()
    assert f"a las {hour}" in inside.get(at("detail", brand, one.pk)).content.decode()


def test_the_list_asks_no_more_for_many_than_for_few(inside: Client, brand: Brand, channel: Channel) -> None:
    def asked(number: int) -> int:
        for _ in range(number):
            checked(channel, "gone", gone_at=clock.now())
            put(say(channel), "ready")
        with CaptureQueriesContext(connection) as found:
            inside.get(at("list", brand), {"ver": "todos"})
        return len(found.captured_queries)

    assert asked(2) == asked(12)


def test_a_post_follows_to_its_new_hour_in_the_calendar(inside: Client, owner: Member, brand: Brand, channel: Channel) -> None:
    post = publishing.draft(brand, owner, by=owner.key)
    post = publishing.edit(post, seen=post.version, text="Mañana hay pan", variants={channel.pk: ""}, by=owner.key)
    pausing.pause_all(brand, by=owner.key)
    post = publishing.schedule(post, None, seen=post.version, by=owner.key)
    one = post.variants.get().dispatch
    assert one and not claim(one)
    pausing.resume_all(brand, by=owner.key)
    hour = (clock.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    inside.post(at("new_hour", brand, one.pk), {"hour": in_words(hour)})
    told = Fact.objects.filter(name="DispatchChanged", data__dispatch_id=one.pk).latest("id")
    follow_dispatches([Happened(told.pk, told.at, told.by, "", DispatchChanged(brand_id=brand.pk, **told.data))])
    assert Post.objects.get(pk=post.pk).due_at == fresh(one).due_at == hour
