"""The composer's pages: keeping, refusing with the text kept, scheduling, and nobody else's posts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions
from tertulia.publishing.models import Post
from tertulia.site.tests import cast

Write = Callable[..., Post]
HX = {"HX-Request": "true"}
pytestmark = pytest.mark.django_db


def _sheet(post: Post | None, *, text: str = "", on: list[Channel] = [], **more: Any) -> dict[str, Any]:  # noqa: B006
    return {"post": post.pk if post else "", "seen": post.version if post else 0, "text": text, "channel": [one.pk for one in on], **more}


def test_an_empty_sheet_stores_nothing(desk: Client, house: Brand, ways: list[Channel]) -> None:
    page = desk.get(f"/m/{house.slug}/componer/?fecha=2030-05-03").content.decode()
    assert 'value="2030-05-03"' in page and 'value="12:00"' in page
    assert all(one.handle in page for one in ways)
    desk.post(f"/m/{house.slug}/componer/guardar/", _sheet(None), headers=HX)
    assert not Post.objects.exists()


def test_the_first_words_make_a_draft_and_the_next_are_kept(desk: Client, house: Brand, ways: list[Channel]) -> None:
    answer = desk.post(f"/m/{house.slug}/componer/guardar/", _sheet(None, text="Hola", on=ways[:2]), headers=HX)
    post = Post.objects.get()
    assert answer["HX-Replace-Url"].endswith(f"/componer/{post.pk}/")
    assert f'name="seen" value="{post.version}"' in answer.content.decode()
    own = {f"own-{ways[1].pk}": "Solo aquí"}
    desk.post(f"/m/{house.slug}/componer/guardar/", _sheet(post, text="Hola a todos", on=ways[:2], **own), headers=HX)
    post.refresh_from_db()
    assert post.text == "Hola a todos"
    assert post.variants.get(channel=ways[1]).words == "Solo aquí"


def test_who_was_slower_sees_both_texts_and_may_keep_theirs(
    desk: Client, house: Brand, write: Write, ways: list[Channel],
) -> None:
    post = write("Al principio")
    marta = cast.joined(house, "editor", "Marta")
    actions.edit(post, seen=post.version, text="Lo de Marta", by=marta.key)
    answer = desk.post(f"/m/{house.slug}/componer/guardar/", _sheet(post, text="Lo de Lucía", on=ways[:1]), headers=HX)
    said = answer.content.decode()
    assert answer.status_code == 422 and answer["HX-Retarget"] == "#refused"
    assert "Marta cambió el contenido hace un momento." in said and "Lo de Marta" in said and "Lo de Lucía" in said
    post.refresh_from_db()
    assert post.text == "Lo de Marta"
    desk.post(f"/m/{house.slug}/componer/guardar/",
              _sheet(post, text="Lo de Lucía", on=ways[:1]) | {"seen": post.version - 1, "keep": post.version}, headers=HX)
    post.refresh_from_db()
    assert post.text == "Lo de Lucía"


def test_the_preview_counts_by_each_network_and_marks_what_exceeds(desk: Client, house: Brand, ways: list[Channel]) -> None:
    text = "Mira https://latertulia.example/una-direccion-larguisima-que-no-cuenta-entera #libros " + "a" * 240
    said = desk.post(f"/m/{house.slug}/componer/vista/", _sheet(None, text=text, on=ways), headers=HX).content.decode()
    assert 'class="tail"' in said and '<span class="mention">#libros</span>' in said
    assert "Sobran" in said
    assert said.count('class="preview ') + said.count('class="preview"') == len(ways)
    assert not Post.objects.exists()


def test_what_would_be_refused_does_not_leave_but_is_kept(
    desk: Client, house: Brand, write: Write, ways: list[Channel], tomorrow: datetime,
) -> None:
    post = write()
    hour = {"day": tomorrow.date().isoformat(), "hour": "12:00"}
    answer = desk.post(f"/m/{house.slug}/componer/programar/", _sheet(post, text="a" * 301, on=ways, **hour), headers=HX)
    assert answer.status_code == 422 and "corrige lo marcado" in answer.content.decode()
    post.refresh_from_db()
    assert post.state == "draft" and len(post.text) == 301, "the text is kept although it cannot leave"
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize(("what", "says"), [
    ({"channel": []}, "Elige al menos un canal."),
    ({"day": "", "hour": ""}, "Elige el día y la hora."),
    ({"day": "2030-02-31", "hour": "12:00"}, "Elige el día y la hora."),
    ({"day": "2020-01-01", "hour": "12:00"}, "Esa hora ya ha pasado: elige otra."),
    ({"text": "x" * 20_001}, "demasiado largo para guardarlo"),
])
def test_what_cannot_be_scheduled_says_why_and_keeps_the_text(
    desk: Client, house: Brand, write: Write, ways: list[Channel], tomorrow: datetime, what: dict[str, Any], says: str,
) -> None:
    post = write()
    sheet = _sheet(post, text="Un <texto> que vale", on=ways[:1], day=tomorrow.date().isoformat(), hour="12:00") | what
    by_htmx = desk.post(f"/m/{house.slug}/componer/programar/", sheet, headers=HX)
    assert by_htmx.status_code == 422 and says in by_htmx.content.decode()
    post.refresh_from_db()
    plain = desk.post(f"/m/{house.slug}/componer/programar/", sheet | {"seen": post.version})
    assert plain.status_code == 422
    assert escape(sheet["text"]) in plain.content.decode() and says in plain.content.decode()


def test_scheduling_queues_and_tells_how_to_undo(desk: Client, house: Brand, write: Write, ways: list[Channel], tomorrow: datetime) -> None:
    post = write()
    answer = desk.post(f"/m/{house.slug}/componer/programar/",
                       _sheet(post, text="Sale", on=ways, day=tomorrow.date().isoformat(), hour="12:00"), headers=HX)
    assert answer.status_code == 200 and "desprogramar" in answer["HX-Trigger"]
    assert Dispatch.objects.filter(state="waiting").count() == len(ways)
    assert "Está programada" in answer.content.decode() and "En espera" in answer.content.decode()


def test_now_leaves_in_ten_seconds_and_can_be_taken_back(desk: Client, house: Brand, write: Write, ways: list[Channel]) -> None:
    post = write()
    answer = desk.post(f"/m/{house.slug}/componer/ahora/", _sheet(post, text="Ya", on=ways[:1]), headers=HX)
    assert "Sale en 10 segundos." in answer["HX-Trigger"].encode().decode("unicode_escape")
    wait = Dispatch.objects.get().due_at - datetime.now().astimezone()
    assert timedelta(seconds=5) < wait <= timedelta(seconds=10)
    post.refresh_from_db()
    desk.post(f"/m/{house.slug}/componer/{post.pk}/desprogramar/?seen={post.version}")
    assert Dispatch.objects.get().state == "cancelled"


def test_a_scheduled_post_shows_its_dispatches_and_what_to_do(
    desk: Client, house: Brand, write: Write, ways: list[Channel], tomorrow: datetime,
) -> None:
    post = write(on=ways[:3])
    actions.schedule(post, tomorrow, seen=post.version, by="")
    sent, unsure, refused = Dispatch.objects.order_by("pk")
    now = datetime.now().astimezone()
    Dispatch.objects.update(state="sending", lease_until=now, version=1)
    Dispatch.objects.filter(pk=sent.pk).update(state="sent", lease_until=None, url="https://red.example/1", sent_at=now)
    Dispatch.objects.filter(pk=unsure.pk).update(state="unsure", lease_until=None)
    Dispatch.objects.filter(pk=refused.pk).update(state="refused", lease_until=None)
    page = desk.get(f"/m/{house.slug}/componer/{post.pk}/").content.decode()
    assert 'href="https://red.example/1"' in page and "Sin confirmar" in page and "Rechazada" in page and f"/m/{house.slug}/envios/" in page
    assert 'id="text"' not in page, "what has left cannot be written on"
    state = desk.get(f"/m/{house.slug}/componer/{post.pk}/estado/?stand=scheduled", headers=HX)
    assert "posts-changed" in state["HX-Trigger"]
    assert "HX-Trigger" not in desk.get(f"/m/{house.slug}/componer/{post.pk}/estado/?stand=trouble", headers=HX)


@pytest.mark.parametrize(("local", "zone", "says"), [
    ("2027-03-28T02:30", "Europe/Madrid", "no existen: saldrá a las 3:30"),
    ("2027-10-31T02:30", "Europe/Madrid", "ocurren dos veces: saldrá la primera vez"),
    ("2030-05-03T12:00", "America/Argentina/Buenos_Aires", "Saldrá el viernes 3 de mayo de 2030 a las 12:00, hora de Buenos Aires."),
    ("2020-05-03T12:00", "Europe/Madrid", "Esa hora ya ha pasado"),
])
def test_an_odd_hour_is_explained(desk: Client, house: Brand, ways: list[Channel], local: str, zone: str, says: str) -> None:
    house.time_zone = zone
    house.save()
    day, hour = local.split("T")
    sheet = _sheet(None, text="a", on=ways, day=day, hour=hour)
    assert says in desk.post(f"/m/{house.slug}/componer/vista/", sheet, headers=HX).content.decode()


def test_without_channels_it_teaches_how_to_connect(desk: Client, house: Brand) -> None:
    page = desk.get(f"/m/{house.slug}/componer/").content.decode()
    assert "Conecta un canal para publicar" in page and f"/m/{house.slug}/canales/" in page


def test_a_channel_to_connect_again_warns_before(desk: Client, house: Brand, ways: list[Channel]) -> None:
    Channel.objects.filter(pk=ways[0].pk).update(state="reconnect")
    assert "Hay que volver a conectar este canal" in desk.get(f"/m/{house.slug}/componer/").content.decode()


def test_control_characters_and_nonsense_do_not_break_the_page(desk: Client, house: Brand, ways: list[Channel]) -> None:
    nasty = {"text": "a\x00b\u202e", "channel": ["x", "9" * 30, str(ways[0].pk)], "seen": "-1", "post": "",
             "day": "\x00", "hour": "99:99", "picture": ["0", "z"], "keep": "½"}
    for where in ("vista", "guardar", "programar", "ahora"):
        assert desk.post(f"/m/{house.slug}/componer/{where}/", nasty, headers=HX).status_code in (200, 422)
    assert "\x00" not in Post.objects.first().text  # type: ignore[union-attr]
    assert desk.get(f"/m/{house.slug}/componer/?fecha=%00zz&hora=<script>").status_code == 200


def test_ten_megabytes_are_refused_in_words_and_come_back(desk: Client, house: Brand, ways: list[Channel]) -> None:
    huge = "palabra " * 1_300_000
    for where in ("vista", "guardar"):
        answer = desk.post(f"/m/{house.slug}/componer/{where}/", _sheet(None, text=huge, on=ways), headers=HX)
        assert answer.status_code == 422 and "demasiado largo" in answer.content.decode()
    assert not Post.objects.exists()


PLACES = ["componer/{}/", "componer/{}/estado/", "calendario/{}/"]
DEEDS = ["desprogramar", "duplicar", "descartar", "mover", "soltar"]


def test_another_brands_post_is_not_there(desk: Client, write: Write, lucia: Member, house: Brand, ways: list[Channel]) -> None:
    post, other = write(), cast.brand(lucia, "Otra casa")
    for place in PLACES:
        assert desk.get(f"/m/{other.slug}/" + place.format(post.pk)).status_code == 404
    for deed in DEEDS:
        assert desk.post(f"/m/{other.slug}/componer/{post.pk}/{deed}/", {"seen": post.version, "at": "2030-01-01"}).status_code == 404
    for where in ("guardar", "vista", "programar", "ahora"):
        assert desk.post(f"/m/{other.slug}/componer/{where}/", _sheet(post, text="robo", on=ways)).status_code == 404
    stolen = desk.post(f"/m/{other.slug}/componer/guardar/", _sheet(None, text="robo", on=ways), headers=HX)
    assert stolen.status_code == 200 and not Post.objects.get(brand=other).variants.exists(), "nor are its channels"
    desk.post(f"/m/{other.slug}/componer/{post.pk}/restaurar/")
    post.refresh_from_db()
    assert post.text == "Mañana abrimos hasta las diez." and post.version == 2


def test_a_stranger_finds_nothing_and_a_viewer_only_looks(write: Write, house: Brand, tomorrow: datetime) -> None:
    post = write()
    stranger, viewer = Client(), Client()
    stranger.force_login(cast.member("Nadie"))
    viewer.force_login(cast.joined(house, "viewer", "Vera"))
    for place in PLACES:
        assert stranger.get(f"/m/{house.slug}/" + place.format(post.pk)).status_code == 404
        assert viewer.get(f"/m/{house.slug}/" + place.format(post.pk)).status_code == 200
    assert viewer.get(f"/m/{house.slug}/componer/").status_code == 403
    for deed in [*DEEDS, "restaurar"]:
        assert viewer.post(f"/m/{house.slug}/componer/{post.pk}/{deed}/", {"seen": post.version}).status_code == 403
    for where in ("guardar", "vista", "programar", "ahora", "imagenes"):
        assert viewer.post(f"/m/{house.slug}/componer/{where}/", _sheet(post)).status_code == 403
        assert stranger.post(f"/m/{house.slug}/componer/{where}/", _sheet(post)).status_code == 404
        assert Client().post(f"/m/{house.slug}/componer/{where}/").status_code == 302
    assert 'id="text"' not in viewer.get(f"/m/{house.slug}/componer/{post.pk}/").content.decode()
