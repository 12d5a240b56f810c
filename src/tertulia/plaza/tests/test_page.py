"""The page: watch, speak as a neighbour, break things; only who is signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from tertulia.plaza import actions, queries
from tertulia.plaza.actions import Saying
from tertulia.plaza.models import Fault, Like, Neighbour, Utterance

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def watcher(settings: Any) -> Client:
    settings.TERTULIA_PLAZA_CONTROL = True
    member = get_user_model()(**{get_user_model().USERNAME_FIELD: "ana@example.org"})
    member.set_unusable_password()
    member.save()
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def post() -> Utterance:
    brand, _ = actions.settle(handle="latertulia", name="La Tertulia", now=NOW, is_brand=True)
    actions.settle(handle="salma_b", name="سلمى", now=NOW, persona="rtl")
    return actions.say(Saying(by=brand, text="Hoy <b>pan</b> & café 👨‍👩‍👧", at=NOW))[0]


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    for path in ("", "novedades/", "1/"):
        assert client.get(f"/plaza/{path}").status_code == 302
    for path in ("hablar/", "gustar/", "averias/"):
        assert client.post(f"/plaza/{path}").status_code == 302


def test_an_empty_plaza_says_so(watcher: Client) -> None:
    assert "La plaza está vacía" in watcher.get("/plaza/").content.decode()


def test_what_is_said_is_shown_escaped_with_its_answers(watcher: Client, post: Utterance) -> None:
    actions.say(Saying(by=queries.neighbour("salma_b"), text="شكرا", at=NOW, parent=post))
    for path in ("", "novedades/", "?by=latertulia", f"{post.pk}/"):
        page = watcher.get(f"/plaza/{path}").content.decode()
        assert "&lt;b&gt;pan&lt;/b&gt; &amp; café 👨‍👩‍👧" in page
        assert "شكرا" in page
    assert watcher.get("/plaza/99999/").status_code == 404


def test_one_speaks_as_a_neighbour_in_public_in_private_and_in_answer(watcher: Client, post: Utterance) -> None:
    salma, brand = queries.neighbour("salma_b"), queries.neighbour("latertulia")
    watcher.post("/plaza/hablar/", {"who": salma.pk, "text": "@latertulia hola"})
    watcher.post("/plaza/hablar/", {"who": salma.pk, "text": "en privado", "to": brand.pk})
    assert "Contestar" in watcher.get(f"/plaza/?a={post.pk}").content.decode()
    watcher.post("/plaza/hablar/", {"who": salma.pk, "text": "gracias", "parent": post.pk})
    said = list(Utterance.objects.filter(author=salma).order_by("pk").values_list("text", "to", "parent"))
    assert said == [("@latertulia hola", None, None), ("en privado", brand.pk, None), ("gracias", None, post.pk)]


def test_nobody_speaks_as_the_brand_nor_says_nothing(watcher: Client, post: Utterance) -> None:
    brand, salma = queries.neighbour("latertulia"), queries.neighbour("salma_b")
    for body in ({"who": brand.pk, "text": "soy la marca"}, {"who": salma.pk, "text": ""}, {},
                 {"who": salma.pk, "text": "a\x00"}):
        assert watcher.post("/plaza/hablar/", body).status_code == 302
    assert Utterance.objects.count() == 1


def test_a_like_comes_and_goes(watcher: Client, post: Utterance) -> None:
    for count in (1, 0):
        answer = watcher.post("/plaza/gustar/", {"id": post.pk}, headers={"HX-Request": "true"})
        assert "article" in answer.content.decode()
        assert Like.objects.count() == count
    assert watcher.post("/plaza/gustar/", {"id": "x"}).status_code == 302


def test_faults_are_set_and_mended(watcher: Client, post: Utterance) -> None:
    watcher.post("/plaza/averias/", {"effect": "lose_after", "method": "POST", "path": "utterances*", "seconds": "0",
                                     "wait": "seconds", "times": "2"})
    fault = Fault.objects.get()
    assert (fault.effect, fault.method, fault.times) == ("lose_after", "POST", 2)
    assert "corta la conexión" in watcher.get("/plaza/").content.decode()
    watcher.post("/plaza/averias/", {"effect": "bang"})
    assert Fault.objects.count() == 1
    watcher.post("/plaza/averias/", {"mend": str(fault.pk)})
    assert not Fault.objects.exists()


def test_without_controls_the_page_is_only_to_be_watched(watcher: Client, post: Utterance, settings: Any) -> None:
    settings.TERTULIA_PLAZA_CONTROL = False
    page = watcher.get("/plaza/").content.decode()
    assert "Averías" not in page
    assert "Hablar" not in page
    watcher.post("/plaza/hablar/", {"who": queries.neighbour("salma_b").pk, "text": "hola"})
    assert watcher.post("/plaza/averias/", {"mend": "all"}).status_code == 404
    assert Utterance.objects.count() == 1


def test_a_face_is_drawn_for_anybody(client: Client, post: Utterance) -> None:
    drawing = client.get("/plaza/avatars/latertulia.svg")
    assert drawing["Content-Type"] == "image/svg+xml"
    assert ">LT</text>" in drawing.content.decode()
    assert client.get("/plaza/avatars/nadie.svg").status_code == 404
    assert Neighbour.objects.count() == 2
