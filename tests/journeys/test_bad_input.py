"""What goes wrong in life, through the whole product: dead keys, nonsense, far too much of everything."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from django.db import connections
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Arrival, Channel
from tertulia.inbox.models import Conversation, Message
from tertulia.kit import clock
from tertulia.moderation.actions import write_house_rule
from tertulia.outbox.models import Dispatch
from tertulia.plaza import queries
from tertulia.plaza.actions import Saying, say_many
from tertulia.plaza.models import Utterance
from tertulia.publishing import actions as publishing
from tertulia.publishing.models import Post
from tertulia.site.tests import cast
from tertulia.site.tests.test_crossing import ADDRESSES, Address
from tests.journeys.conftest import Town
from tests.work import settle

HX = {"HX-Request": "true"}
TEN_MEGABYTES = "palabra " * 1_300_000


@pytest.fixture
def ana(db: None) -> Member:
    return cast.member("Ana")


@pytest.fixture
def faro(ana: Member) -> Brand:
    return cast.brand(ana, "Faro")


@pytest.fixture
def desk(client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


def connect(desk: Client, town: Town, token: str) -> Any:
    return desk.post("/m/faro/canales/conectar/plaza/", {"base_url": town.address, "token": token})


def schedule(brand: Brand, author: Member, text: str, *channels: Channel, at: datetime | None = None) -> Post:
    post = publishing.draft(brand, author, by=author.key)
    post = publishing.edit(post, seen=post.version, text=text, variants={one.pk: "" for one in channels}, by=author.key)
    return publishing.schedule(post, at, seen=post.version, by=author.key)


# --------------------------------------------------------------------------- networks that fail


@pytest.mark.parametrize(("token", "fault", "words"), [
    ("mala", "", "La clave no vale."),
    ("", "html", "En esa dirección contesta alguien, pero no es esta red."),
    ("", "error_before", "El servidor tiene un fallo."),
])
def test_what_goes_wrong_while_connecting_is_said(town: Town, faro: Brand, desk: Client, token: str, fault: str, words: str) -> None:
    token = token or town.settle("faro")
    if fault:
        town.fault(fault)
    answer = connect(desk, town, token)
    page = answer.content.decode()
    assert answer.status_code == 422 and words in page
    assert town.address in page and token not in page, "what was typed is kept, but for the key"
    assert not Channel.objects.exists()


def test_a_key_that_dies_is_told_and_what_was_to_leave_waits_for_the_next(town: Town, ana: Member, faro: Brand, desk: Client) -> None:
    assert connect(desk, town, town.settle("faro")).status_code == 302
    channel = Channel.objects.get()
    settle()
    town.fault("dead_token")
    schedule(faro, ana, "Esto no puede salir todavía.", channel)
    settle()
    assert Dispatch.objects.get().state == "held" and not town.seen("faro")
    assert "La red ya no acepta la clave" in desk.get("/m/faro/canales/").content.decode()
    assert "Retenid" in desk.get("/m/faro/envios/").content.decode()
    town.mend()
    assert connect(desk, town, town.settle("faro")).status_code == 302, "the same account, with a new key"
    settle()
    assert [one["text"] for one in town.seen("faro")] == ["Esto no puede salir todavía."]
    assert "no acepta la clave" not in desk.get("/m/faro/canales/").content.decode()


def test_a_network_that_answers_pages_of_html_loses_nothing(town: Town, ana: Member, faro: Brand, desk: Client) -> None:
    connect(desk, town, town.settle("faro"))
    town.settle("marta")
    town.fault("html")
    Channel.objects.update(next_poll_at="2020-01-01T00:00Z")
    schedule(faro, ana, "Hola, plaza.", Channel.objects.get())
    town.speak("marta", "@faro ¿Estáis?")
    settle()
    assert "no entendemos" in desk.get("/m/faro/canales/").content.decode()
    assert not town.seen("faro") and not Message.objects.exists()
    town.mend()
    Channel.objects.update(next_poll_at="2020-01-01T00:00Z")
    Dispatch.objects.update(try_at="2020-01-01T00:00Z")
    settle()
    assert [one["text"] for one in town.seen("faro")] == ["Hola, plaza."]
    assert [one.text for one in Message.objects.filter(ours=False)] == ["@faro ¿Estáis?"]


# --------------------------------------------------------------------------- nonsense in every box

NONSENSE = {
    "controls": "%00hola%07%1B%E2%80%AE%EF%BF%BF%ED%A0%80%FF%C3", "huge": "9" * 40, "digits": "%C2%B2%D9%A3",
    "path": "-1..%2F%3Cscript%3E"}
NAMES = (
    "text title name note rule message member seen until at act ids day hour channel post picture alt role email scopes color about "
    "voice time_zone language url reason base_url token handle server address q vista canal tipo tono intencion desde despues antes "
    "hay v a ver fecha semana mes dia que elsewhere state code error_description dispatch version external_id")


@pytest.fixture
def there(faro: Brand, ana: Member) -> dict[str, int]:
    """One of each thing, by the part that has it: its number in addresses."""
    channel = cast.channel(faro)
    talk = cast.conversation(channel)
    rule = write_house_rule(faro, "Respeto", "No se insulta.", by=ana.key)
    post = schedule(faro, ana, "Hola", channel, at=datetime(2099, 1, 1, 9))
    message = Message.objects.get()
    return {"inbox": talk.pk, "moderation": rule.pk, "moderation:hide": message.pk, "moderation:show": message.pk,
            "moderation:rewrite": rule.number, "publishing": post.pk, "outbox": Dispatch.objects.get().pk, "channels": channel.pk,
            "brands": cast.joined(faro, "agent").pk}


def real(address: Address, there: dict[str, int]) -> str:
    """The address of something that is there."""
    number = there.get(address.name) or there.get(address.name.split(":")[0], 1)
    return replace(address, wants=tuple((asked, number if isinstance(one, int) else one) for asked, one in address.wants)).of("faro")


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda one: one.name)
def test_nonsense_in_every_box_breaks_no_page(address: Address, desk: Client, there: dict[str, int]) -> None:
    path = real(address, there)
    for (kind, value), headers in zip(NONSENSE.items(), ({}, HX, {}, HX), strict=True):
        said = "&".join(f"{name}={value}" for name in NAMES.split())
        for answer in (desk.get(f"{path}?{said}", headers=headers),
                       desk.post(path, said, content_type="application/x-www-form-urlencoded", headers=headers)):
            assert answer.status_code < 500, (kind, answer.status_code)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda one: one.name)
def test_ten_megabytes_in_any_box_are_refused_in_words(address: Address, desk: Client, there: dict[str, int]) -> None:
    said = "&".join(f"{name}={'a' * 2_000_000}" for name in ("text", "name", "title", "token", "about"))
    answer = desk.post(real(address, there), said, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500


def test_far_too_much_is_refused_by_the_live_server_which_lives_on(live: str, faro: Brand, desk: Client) -> None:
    talk = cast.conversation(cast.channel(faro))
    session = desk.cookies["sessionid"].value
    with httpx.Client(base_url=f"{live}/m/faro/", cookies={"sessionid": session, "csrftoken": "c" * 32}, timeout=60,
                      headers={"X-CSRFToken": "c" * 32, "Referer": live}) as http:
        where = f"bandeja/{talk.pk}/responder/"
        kept = http.post(where, data={"text": TEN_MEGABYTES, "message": Message.objects.get().pk}, headers=HX)
        assert kept.status_code == 422 and "sobran" in kept.text and "palabra palabra" in kept.text
        refused = http.post(where, data={"text": TEN_MEGABYTES * 3})
        assert refused.status_code == 413 and "demasiado grande" in refused.text
        assert http.get("bandeja/").status_code == 200
    assert not Dispatch.objects.exists()


def test_messages_of_ten_megabytes_and_control_characters_arrive_as_they_can_be_kept(desk: Client, faro: Brand) -> None:
    channel = cast.channel(faro)
    long = cast.item("k1", "Ñ" * 10_000_000, name="Ana\x00 \x1b[31m")
    nasty = cast.item("k2", "a\x00b\x07c\ud800d 👩‍👩‍👧‍👦 مرحبا", who="eva\x00", name="\x00", url="http://x/\x00")
    first, second = cast.arrive(channel, long, nasty)
    assert len(first.text) == 20_000 and second.text == "abcd 👩‍👩‍👧‍👦 مرحبا"
    for path in ("", f"{first.conversation_id}/", f"{second.conversation_id}/", "?q=%00abcd"):
        answer = desk.get(f"/m/faro/bandeja/{path}")
        assert answer.status_code == 200 and len(answer.content) < 400_000


# --------------------------------------------------------------------------- much, odd hours, two at once


def test_a_thread_of_two_thousand_is_collected_and_shown(town: Town, ana: Member, faro: Brand, desk: Client,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    connect(desk, town, town.settle("faro"))
    crowd = [f"vecina_{n}" for n in range(20)]
    for who in crowd:
        town.settle(who, f"Vecina {who} مريم")
    post = town.speak("faro", "¿Qué leéis este verano?")
    first = town.speak(crowd[0], "Empiezo yo", parent=post)
    speakers, parent, now = [queries.neighbour(who) for who in crowd], Utterance.objects.get(pk=first), clock.now()
    answers = [f"Respuesta {n} 👩‍👩‍👧‍👦" for n in range(2000)]
    say_many([Saying(by=speakers[n % 20], text=text, at=now + timedelta(milliseconds=n), parent=parent) for n, text in enumerate(answers)])
    Channel.objects.update(next_poll_at="2020-01-01T00:00Z")
    took: dict[str, float] = {}

    def timed(name: str, act: Any) -> Any:
        began = time.monotonic()
        done = act()
        took[name] = round(time.monotonic() - began, 2)
        return done

    timed("collected, stored and read", settle)
    talk = Conversation.objects.get()
    order = list(Message.objects.filter(parent_id_there=first).order_by("at", "pk").values_list("text", flat=True))
    assert order == answers and talk.messages_count == 2001
    settle()
    Channel.objects.update(next_poll_at="2020-01-01T00:00Z", cursor={})
    timed("collected again", settle)
    assert Message.objects.count() == 2001
    listed = timed("list", lambda: desk.get("/m/faro/bandeja/?vista=todas"))
    opened = timed("conversation", lambda: desk.get(f"/m/faro/bandeja/{talk.pk}/"))
    assert "Respuesta 1999" in listed.content.decode() and "Respuesta 1999" in opened.content.decode()
    found = timed("search", lambda: desk.get("/m/faro/bandeja/?vista=todas&q=respuesta+1234"))
    assert "1234" in found.content.decode()
    with capsys.disabled():
        print(f"\n2,001 messages, seconds: {took}; the conversation weighs {len(opened.content) // 1024} KiB")
    assert took["conversation"] < 10 and len(opened.content) < 1_000_000


@pytest.mark.parametrize(("day", "hour", "due", "words"), [
    ("2027-03-28", "02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "3:30"),
    ("2027-10-31", "02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "dos veces"),
    ("2027-10-31", "03:30", datetime(2027, 10, 31, 2, 30, tzinfo=UTC), ""),
])
def test_an_hour_that_the_clocks_skip_or_repeat(faro: Brand, desk: Client, day: str, hour: str, due: datetime, words: str) -> None:
    channel = cast.channel(faro)
    sheet = {"text": "De madrugada", "channel": channel.pk, "day": day, "hour": hour, "post": "", "seen": "0"}
    assert words in desk.post("/m/faro/componer/vista/", sheet, headers=HX).content.decode()
    assert desk.post("/m/faro/componer/programar/", sheet).status_code == 302
    assert (Dispatch.objects.get().due_at, Post.objects.get().due_at) == (due, due)
    assert desk.get(f"/m/faro/calendario/?fecha={day}").status_code == 200


def test_of_many_who_drag_one_post_at_once_one_moves_it_and_the_others_are_told(live: str, ana: Member, faro: Brand, desk: Client) -> None:
    post = schedule(faro, ana, "Hola", cast.channel(faro), at=datetime(2099, 1, 1, 9))
    session, seen = desk.cookies["sessionid"].value, post.version
    start, codes, said = threading.Barrier(6), [], []

    def drag(day: int) -> None:
        with httpx.Client(base_url=live, cookies={"sessionid": session, "csrftoken": "c" * 32}, timeout=60,
                          headers={"X-CSRFToken": "c" * 32, "Referer": live} | HX) as http:
            start.wait(30)
            answer = http.post(f"/m/faro/componer/{post.pk}/mover/", data={"at": f"2099-02-0{day}", "seen": seen})
            codes.append((answer.status_code, day))
            said.append(answer.headers.get("HX-Trigger", ""))

    crowd = [threading.Thread(target=drag, args=[day]) for day in range(1, 7)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(60)
    connections.close_all()
    won = [day for code, day in codes if code == 200]
    assert sorted(code for code, _day in codes) == [200] + [409] * 5
    post.refresh_from_db()
    assert post.local_date and post.local_date.day == won[0] and post.version == seen + 1
    assert Dispatch.objects.get().due_at == post.due_at
    assert all("posts-changed" in one for one in said), "the slower ones are shown what stands"
    assert not Arrival.objects.exists()
