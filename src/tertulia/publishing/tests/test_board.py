"""The calendar's pages: whose days, moving with its version, moving to the past, filters, a look at one post."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.outbox.models import Dispatch
from tertulia.publishing import actions
from tertulia.publishing.models import Post
from tertulia.site.tests import cast

Write = Callable[..., Post]
HX = {"HX-Request": "true"}
pytestmark = pytest.mark.django_db


def _toast(answer: HttpResponse) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer["HX-Trigger"])["toast"]
    return found


@pytest.fixture
def scheduled(write: Write, lucia: Member, tomorrow: datetime) -> Post:
    post = write("Club de lectura")
    return actions.schedule(post, tomorrow, seen=post.version, by=lucia.key)


def test_an_empty_month_teaches(desk: Client, house: Brand) -> None:
    page = desk.get(f"/m/{house.slug}/calendario/").content.decode()
    assert "Nada por aquí todavía" in page and "doble clic" in page


def test_posts_stand_on_the_brands_day_in_month_and_week(desk: Client, house: Brand, scheduled: Post, write: Write) -> None:
    write("Uno sin día")
    day = scheduled.local_date
    for view, where in (("mes", f'data-day="{day}"'), ("semana", f'data-day="{day}" data-hour="12"')):
        page = desk.get(f"/m/{house.slug}/calendario/?vista={view}&fecha={day}").content.decode()
        cell = page.split(where)[1].split("data-day=")[0]
        assert "Club de lectura" in cell and "12:00" in cell
        assert "Uno sin día" in page.split("data-tray")[1]
    board = desk.get(f"/m/{house.slug}/calendario/?fecha={day}", headers=HX).content.decode()
    assert "Club de lectura" in board and "<html" not in board


@pytest.mark.parametrize("query", [
    "fecha=9999-99-99", "fecha=0001-01-01", "vista=%00", "canal=x&estado=y", "fecha=2100-12-31&vista=semana"])
def test_nonsense_in_the_address_shows_a_calendar(desk: Client, house: Brand, query: str) -> None:
    assert desk.get(f"/m/{house.slug}/calendario/?{query}").status_code == 200


def test_filters_by_channel_and_state(desk: Client, house: Brand, scheduled: Post, write: Write, ways: list[Channel]) -> None:
    write("Por otro canal", on=ways[1:2])
    ask = f"/m/{house.slug}/calendario/?fecha={scheduled.local_date}"
    assert "Por otro canal" not in desk.get(f"{ask}&canal={ways[0].pk}", headers=HX).content.decode()
    assert "Club de lectura" not in desk.get(f"{ask}&canal={ways[1].pk}", headers=HX).content.decode()
    assert "Club de lectura" not in desk.get(f"{ask}&estado=draft", headers=HX).content.decode()
    assert "Club de lectura" in desk.get(f"{ask}&estado=scheduled", headers=HX).content.decode()


def test_moving_keeps_the_hour_and_can_be_undone(desk: Client, house: Brand, scheduled: Post) -> None:
    day = scheduled.local_date + timedelta(days=200)  # on the other side of a change of clocks
    answer = desk.post(f"/m/{house.slug}/componer/{scheduled.pk}/mover/", {"at": day.isoformat(), "seen": scheduled.version})
    moved = Post.objects.get(pk=scheduled.pk)
    assert answer.status_code == 200 and _toast(answer)["text"].startswith("Movida al ")
    assert (moved.local_date, moved.local_time.hour, Dispatch.objects.get().due_at) == (day, 12, moved.due_at)
    desk.post(_toast(answer)["undo"])
    moved.refresh_from_db()
    assert moved.local_date == scheduled.local_date


def test_the_second_who_moves_it_is_told_who_was_faster(house: Brand, scheduled: Post, desk: Client) -> None:
    other = Client()
    other.force_login(cast.joined(house, "editor", "Marta"))
    first, second = ((scheduled.local_date + timedelta(days=n)).isoformat() for n in (1, 2))
    assert other.post(f"/m/{house.slug}/componer/{scheduled.pk}/mover/", {"at": first, "seen": scheduled.version}).status_code == 200
    answer = desk.post(f"/m/{house.slug}/componer/{scheduled.pk}/mover/", {"at": second, "seen": scheduled.version})
    assert answer.status_code == 409
    assert _toast(answer)["text"].startswith("Marta la movió al ") and _toast(answer)["text"].endswith("a las 12:00 hace un momento.")
    assert Post.objects.get(pk=scheduled.pk).local_date.isoformat() == first


def test_neither_the_past_nor_what_has_left_can_be_moved(desk: Client, house: Brand, scheduled: Post) -> None:
    address = f"/m/{house.slug}/componer/{scheduled.pk}/mover/"
    past = desk.post(address, {"at": "2020-01-01", "seen": scheduled.version})
    assert past.status_code == 422 and "ya ha pasado" in _toast(past)["text"]
    Dispatch.objects.update(state="sending", lease_until=datetime.now().astimezone(), version=1)
    left = desk.post(address, {"at": (scheduled.local_date + timedelta(days=1)).isoformat(), "seen": scheduled.version})
    assert left.status_code == 422 and "Ya ha salido" in _toast(left)["text"]
    assert desk.post(address, {"at": "mañana", "seen": scheduled.version}).status_code == 404
    assert desk.post(address, {"at": "", "seen": scheduled.version}).status_code == 404


def test_a_draft_dragged_onto_a_day_stays_a_draft_until_told(desk: Client, house: Brand, write: Write, tomorrow: datetime) -> None:
    post = write()
    answer = desk.post(f"/m/{house.slug}/componer/{post.pk}/mover/", {"at": tomorrow.date().isoformat(), "seen": post.version})
    post.refresh_from_db()
    assert (post.state, post.local_date, post.local_time.hour) == ("draft", tomorrow.date(), 12) and not Dispatch.objects.exists()
    assert "Sigue siendo un borrador" in _toast(answer)["text"]
    assert "Programar a esa hora" in desk.get(f"/m/{house.slug}/calendario/{post.pk}/").content.decode()
    desk.post(f"/m/{house.slug}/componer/{post.pk}/soltar/", {"seen": post.version})
    assert Post.objects.get(pk=post.pk).state == "scheduled" and Dispatch.objects.get().state == "waiting"


def test_a_draft_goes_back_to_the_tray(desk: Client, house: Brand, write: Write, tomorrow: datetime) -> None:
    post = write()
    desk.post(f"/m/{house.slug}/componer/{post.pk}/mover/", {"at": tomorrow.date().isoformat(), "seen": post.version})
    desk.post(f"/m/{house.slug}/componer/{post.pk}/mover/", {"at": "", "seen": post.version + 1})
    post.refresh_from_db()
    assert post.local_date is None


def test_a_look_at_a_post_offers_what_can_be_done_and_the_bin_can_be_undone(desk: Client, house: Brand, scheduled: Post) -> None:
    page = desk.get(f"/m/{house.slug}/calendario/{scheduled.pk}/").content.decode()
    assert all(word in page for word in ("Club de lectura", "Duplicar", "Descartar", "Quitar de la programación", "En espera"))
    answer = desk.post(f"/m/{house.slug}/componer/{scheduled.pk}/descartar/", {"seen": scheduled.version})
    assert "Club de lectura" not in desk.get(f"/m/{house.slug}/calendario/?fecha={scheduled.local_date}").content.decode()
    desk.post(_toast(answer)["undo"])
    assert Post.objects.get(pk=scheduled.pk).state == "draft"
    copied = desk.post(f"/m/{house.slug}/componer/{scheduled.pk}/duplicar/", headers=HX)
    assert copied["HX-Redirect"].endswith(f"/componer/{Post.objects.order_by('-pk')[0].pk}/")
