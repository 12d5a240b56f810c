"""The public: who answers what and when, and always the same for the same seed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tertulia.plaza import actions, choreography, public, queries, reactions, rules
from tertulia.plaza.actions import Saying
from tertulia.plaza.models import Like, Neighbour, Notice, Utterance

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)
THEMES = ("aerolinea", "ayuntamiento", "libreria")


def texts(theme: str) -> list[tuple[str, str]]:
    lines = public.script(theme)
    return [(who, text) for post in lines["posts"] for who, text in post["answers"]] + [
        (who, text) for kind in ("comments", "mentions", "directs") for who, text in lines[kind]]


def test_there_are_three_scripts_of_original_texts_said_by_known_neighbours() -> None:
    assert public.themes() == THEMES
    known = {one["handle"] for one in public.cast()["neighbours"]}
    everything = [one for theme in THEMES for one in texts(theme)]
    assert {who for who, _ in everything} <= known
    assert len({text for _, text in everything}) >= 200
    for _, text in everything:
        assert rules.clean(text) == text


def test_the_cast_has_all_sorts() -> None:
    personas = {one["persona"] for one in public.cast()["neighbours"]}
    assert personas >= {"happy", "wronged", "troll", "asker", "suggester", "spammer", "press", "catalan", "galician",
                        "english", "plain", "emoji", "rtl", "long", "ironic"}
    assert any(re.search("[\u0600-\u06ff]", one["name"]) for one in public.cast()["neighbours"])


@pytest.mark.parametrize("theme", [*THEMES, "desconocido"])
def test_any_post_gets_answers_in_order_the_first_within_the_minute(theme: str) -> None:
    lines = choreography.answers("Mañana abrimos una hora antes", public.script(theme), "s:1")
    assert 3 <= len(lines) <= 7
    assert lines[0].after <= 60
    assert [line.after for line in lines] == sorted(line.after for line in lines)
    assert lines == choreography.answers("Mañana abrimos una hora antes", public.script(theme), "s:1")
    assert lines != choreography.answers("Mañana abrimos una hora antes", public.script(theme), "s:2")


def test_a_post_of_the_script_gets_its_own_answers() -> None:
    post = public.script("libreria")["posts"][0]
    lines = choreography.answers(post["text"], public.script("libreria"), "s:1")
    assert [line.text for line in lines] == [text for _, text in post["answers"]]


def test_the_wronged_insist_until_somebody_is_sorry_and_then_leave_it() -> None:
    lines = public.cast()["reactions"]["wronged"]
    insists = choreography.reaction("paco_romero", lines, "Mira las condiciones.", 1, "s")
    thanks = choreography.reaction("paco_romero", lines, "Lo sentimos, hoy te devolvemos el dinero.", 2, "s")
    assert insists is not None
    assert insists.text in lines["insists"]
    assert thanks is not None
    assert thanks.text in lines["thanks"]
    assert choreography.reaction("paco_romero", lines, "Mira las condiciones.", 3, "s") is None
    assert choreography.reaction("ofertas_ya_24", {}, "Esto no va aquí.", 1, "s") is None


@pytest.mark.django_db
def test_a_past_is_plausible_and_made_only_once() -> None:
    brand, _ = public.populate("latertulia", "libreria", 14, "s", NOW)
    said = queries.everything()
    assert len(said) > 50
    assert all(NOW - timedelta(days=15) <= one.created_at <= NOW for one in said)
    numbers = list(Notice.objects.filter(owner=brand).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    before = (len(said), len(numbers), Like.objects.count())
    public.populate("latertulia", "libreria", 14, "s", NOW)
    assert (len(queries.everything()), Notice.objects.filter(owner=brand).count(), Like.objects.count()) == before


@pytest.mark.django_db
def test_the_same_seed_tells_the_same_past() -> None:
    def told() -> list[tuple[str, str, datetime]]:
        public.populate("cierzo", "aerolinea", 10, "s", NOW)
        found = [(one.author.handle, one.text, one.created_at) for one in queries.everything()]
        Neighbour.objects.all().delete()
        return found

    assert [one for one in told() if one[0] == "cierzo"] == [one for one in told() if one[0] == "cierzo"]


@pytest.mark.django_db
def test_the_public_answers_a_new_post_as_time_goes_and_each_thing_once() -> None:
    public.settle_cast(NOW)
    brand, _ = actions.settle(handle="villanube", name="Ayuntamiento", now=NOW, is_brand=True)
    post, _ = actions.say(Saying(by=brand, text="Mañana hay mercado en la plaza", at=NOW))
    assert public.tick(NOW) == 0
    assert public.tick(NOW + timedelta(seconds=60)) >= 1
    assert public.tick(NOW + timedelta(seconds=60)) == 0
    public.tick(NOW + timedelta(hours=3))
    planned = public.speak(post, NOW, "plaza")
    assert [one.text for one in post.answers.order_by("created_at")] == [line.text for line in planned]
    assert public.tick(NOW + timedelta(hours=3)) == 0
    assert public.tick(NOW + timedelta(days=5)) == 0


@pytest.mark.django_db
def test_who_gets_an_answer_answers_back_but_not_for_ever() -> None:
    public.settle_cast(NOW)
    brand, _ = actions.settle(handle="cierzo", name="Cierzo", now=NOW, is_brand=True)
    rosa = queries.neighbour("rosa_viaja")
    said, _ = actions.say(Saying(by=rosa, text="@cierzo tres horas esperando", at=NOW))
    at = NOW
    for _ in range(5):
        at += timedelta(minutes=10)
        last = Utterance.objects.filter(author=rosa).latest("pk")
        actions.say(Saying(by=brand, text="Consulta las condiciones.", at=at, parent=last))
        public.tick(at + timedelta(minutes=8))
    assert Utterance.objects.filter(author=rosa, root=said).count() == 2


@pytest.mark.django_db
def test_a_tick_is_bounded() -> None:
    public.settle_cast(NOW)
    brand, _ = actions.settle(handle="cierzo", name="Cierzo", now=NOW, is_brand=True)
    for number in range(10):
        actions.say(Saying(by=brand, text=f"Aviso {number}", at=NOW))
    assert public.tick(NOW + timedelta(hours=2), most=5) == 5
    assert Utterance.objects.exclude(author=brand).count() == 5


@pytest.mark.django_db
def test_now_and_then_somebody_mentions_a_brand_unasked() -> None:
    public.populate("latertulia", "libreria", 14, "s", NOW)
    public.tick(NOW + timedelta(hours=30), most=500)
    public.tick(NOW + timedelta(hours=30, minutes=10), most=500)
    assert Utterance.objects.filter(key__startswith="stroll:").count() == 2


@pytest.mark.django_db
def test_the_worker_lets_the_public_speak_only_where_there_is_a_brand() -> None:
    assert reactions.somebody_listens() == []
    public.populate("latertulia", "libreria", 14, "s", NOW)
    [wake] = reactions.somebody_listens()
    assert (wake.job, wake.lock) == (reactions.speak_up, "plaza.speak_up")
