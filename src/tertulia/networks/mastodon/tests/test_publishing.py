"""Nothing twice and nothing lost on a server that ignores the key; replies; pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tertulia.kit import clock
from tertulia.networks.contract import Draft, Gone, Picture, Reconnect, Ref, Refused, TryLater, Unsure
from tertulia.networks.mastodon import client
from tertulia.networks.mastodon.tests.stages import FakeStage
from tertulia.networks.stage import deliver, drain, key, png

PICTURE = Picture(png(), "image/png", "Pan")


def calls_of(stage: FakeStage, method: str, ending: str) -> int:
    return sum(one.method == method and one.path.endswith(ending) for one in stage.asked())


def test_a_server_that_honours_the_key_answers_the_same_again_with_the_same_post(stage: FakeStage) -> None:
    stage.fake.honours = True
    name = key()
    first, again = (stage.network().publish(Draft("Buenos días"), name) for _ in range(2))
    other = stage.network().publish(Draft("Buenos días"), key())
    assert first.ref.external_id == again.ref.external_id != other.ref.external_id
    assert len(stage.fake.statuses) == 2


# ---------------------------------------------------------------------- looking for a post

@pytest.mark.parametrize("text", [
    "Hoy hay pan", "Pan & café <b>no</b>", "Línea\n\notra\nmás", "  con espacios   de más  ", "Windows\r\nlínea",
    "Mira https://example.com/un/camino/muy/largo/que/se/corta?x=1&y=2", "Hola @ana y @berto@fediverso.example #pan",
    "🥖👩‍👩‍👧", "n\u0303andu\u0301", "¿@ana@otro.example?", "a" * 500, "fin.\u00a0Ya",
])
@pytest.mark.parametrize("how", ["lost", "late"])
def test_what_went_out_is_known_again_however_the_server_writes_it(stage: FakeStage, text: str, how: str) -> None:
    draft, name = Draft(text), key()
    stage.fake.faults["publish"].append(how)
    with pytest.raises(Unsure):
        stage.network().publish(draft, name)
    found = stage.network().find(draft, name)
    assert found is not None
    assert [found.ref.external_id] == list(stage.fake.statuses)


def test_two_equal_posts_are_for_a_person_to_judge(stage: FakeStage) -> None:
    for _ in range(2):
        stage.network().publish(Draft("Buenos días"), key())
    with pytest.raises(Unsure) as caught:
        stage.network().find(Draft("Buenos días"), key())
    assert (caught.value.reason, caught.value.evidence["ids"]) == ("duplicate", list(stage.fake.statuses)[::-1])


@pytest.mark.parametrize(("sent", "there"), [
    ('Hoy *pan* "bueno"', "Hoy pan “bueno”"), ("Mañana cerramos por fiesta local", "Mañana cerramos por fiesta local #aviso"),
    ("Lee https://panaderia.example/un/articulo/largo", "Lee panaderia.example/un/articulo/largo"),
])
def test_a_post_that_was_rewritten_is_for_a_person_to_judge(stage: FakeStage, sent: str, there: str) -> None:
    status = stage.fake.post(stage.fake.whose("panaderia"), {"status": there})
    with pytest.raises(Unsure) as caught:
        stage.network().find(Draft(sent), key())
    assert caught.value.evidence == {"ids": [status["id"]], "same_words": False}


@pytest.mark.parametrize("other", [
    {"status": "Hola"}, {"status": "hola, adiós"}, {"status": "Hola, adiós", "visibility": "direct"},
])
def test_other_posts_of_ours_are_not_taken_for_it(stage: FakeStage, other: Mapping[str, Any]) -> None:
    stage.fake.post(stage.fake.whose("panaderia"), other)
    wanted = Draft("Hola, adiós", pictures=(PICTURE,)) if other["status"] == "hola, adiós" else Draft("Hola, adiós")
    assert stage.network().find(wanted, key()) is None


def test_posts_of_others_with_the_same_words_are_not_looked_at(stage: FakeStage) -> None:
    stage.fake.post(stage.fake.whose("ana"), {"status": "Hola"})
    assert stage.network().find(Draft("Hola"), key()) is None


def test_the_same_answer_to_two_people_is_told_apart_by_what_it_answers(stage: FakeStage) -> None:
    one, other = stage.public(0).mention("¿Abrís?"), stage.public(1).mention("¿Abrís?")
    refs = [Ref(item.external_id, item.url, item.extra) for item in drain(stage.network(), {})[0]]
    sent = stage.network().publish(Draft("Sí, a las 8", reply_to=refs[0]), key())
    assert [ref.external_id for ref in refs] == [one, other]
    assert stage.network().find(Draft("Sí, a las 8", reply_to=refs[1]), key()) is None
    found = stage.network().find(Draft("Sí, a las 8", reply_to=refs[0]), key())
    assert found is not None
    assert found.ref == sent.ref


@pytest.mark.parametrize("minutes", [-30, 30])
def test_the_servers_clock_may_be_wrong(stage: FakeStage, minutes: int) -> None:
    stage.fake.skew = timedelta(minutes=minutes)
    name = key()
    stage.network().publish(Draft("En hora"), name)
    assert stage.network().find(Draft("En hora"), name) is not None
    assert stage.network().find(Draft("En hora"), key(name.at + timedelta(minutes=5))) is None


def test_the_look_goes_back_page_by_page_to_the_moment_of_the_key_and_no_further(stage: FakeStage) -> None:
    old = stage.fake.post(stage.fake.whose("panaderia"), {"status": "Ayer"})
    old["created_at"] = "2024-01-01T00:00:00.000Z"
    for number in range(60):
        stage.fake.post(stage.fake.whose("panaderia"), {"status": "Ayer", "created_at": None})
        list(stage.fake.statuses.values())[-1]["created_at"] = f"2025-01-01T00:{number:02}:00.000Z"
    name = key()
    wanted = stage.network().publish(Draft("El que busco"), name)
    for number in range(90):
        stage.network().publish(Draft(f"Otro {number}"), key())
    before = calls_of(stage, "GET", "/statuses")
    found = stage.network().find(Draft("El que busco"), name)
    assert found is not None
    assert found.ref == wanted.ref
    assert calls_of(stage, "GET", "/statuses") - before == 4  # 91 of today; the last page is all old


def test_a_look_that_cannot_see_everything_is_unsure(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LOOK_PAGES", 2)
    name = key()
    for number in range(85):
        stage.fake.post(stage.fake.whose("panaderia"), {"status": f"Otro {number}"})
    with pytest.raises(Unsure):
        stage.network().find(Draft("El que busco"), name)


@pytest.mark.parametrize(("how", "outcome"), [("error", TryLater), ("html", TryLater), ("cut", TryLater), ("dead", Reconnect)])
def test_a_look_that_fails_says_nothing_of_what_is_there(stage: FakeStage, how: str, outcome: type[Exception]) -> None:
    stage.fake.faults["look"].append(how)
    with pytest.raises(outcome):
        stage.network().find(Draft("Hola"), key())


def test_five_lost_answers_in_a_row_end_as_one_post(stage: FakeStage) -> None:
    stage.fake.faults["publish"] += ["error", "cut", "html", "lost", "lost"]
    deliver(stage.network(), Draft("Una sola vez"), key(), tries=6)
    assert stage.seen() == ["Una sola vez"]


# ---------------------------------------------------------------------- refusals

@pytest.mark.parametrize(("how", "reason"), [
    ("disabled", "suspended"), ("scope", "missing_scope"), ("dead", "bad_credentials"),
])
def test_credentials_that_no_longer_serve_say_why(stage: FakeStage, how: str, reason: str) -> None:
    stage.fake.faults["publish"].append(how)
    with pytest.raises(Reconnect) as caught:
        stage.network().publish(Draft("Hola"), key())
    assert caught.value.reason == reason


@pytest.mark.parametrize(("draft", "reason"), [
    (Draft(""), "empty"), (Draft(" \n "), "empty"), (Draft("a" * 501), "too_long"),
    (Draft("a", pictures=(PICTURE,) * 5), "too_many_media"),
    (Draft("a", pictures=(replace(PICTURE, mime="image/tiff"),)), "bad_media"),
    (Draft("a", pictures=(replace(PICTURE, content=b"x" * 16_777_217),)), "bad_media"),
    (Draft("a", pictures=(replace(PICTURE, content=b"no picture"),)), "bad_media"),
    (Draft("a", reply_to=Ref("1", "", {"acct": "ana", "visibility": "public"})), "not_found"),
    (Draft("a", reply_to=Ref("1")), "not_found"),
])
def test_what_cannot_be_published_says_why_and_leaves_nothing(stage: FakeStage, draft: Draft, reason: str) -> None:
    with pytest.raises((Refused, Gone)) as caught:
        stage.network().publish(draft, key())
    assert caught.value.reason == reason
    assert stage.seen() == []


def test_the_wait_of_a_limit_is_the_servers_iso_date(stage: FakeStage) -> None:
    stage.fake.faults["publish"].append("limit")
    with pytest.raises(TryLater) as caught:
        stage.network().publish(Draft("Hola"), key())
    assert caught.value.after is not None
    assert 30 < caught.value.after <= 40


# ---------------------------------------------------------------------- pictures

def test_a_picture_still_in_process_is_waited_for(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MEDIA_WAITS", (0.01,) * 5)
    stage.fake.media_asks = 4
    ref = stage.network().publish(Draft("Foto", pictures=(PICTURE,)), key()).ref
    assert [one.alt for one in stage.network().read(ref).attachments] == ["Pan"]


def test_a_picture_that_takes_too_long_is_for_later_and_no_post_was_made(
        stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MEDIA_WAITS", (0.01,))
    stage.fake.media_asks = 99
    with pytest.raises(TryLater):
        stage.network().publish(Draft("Foto", pictures=(PICTURE,)), key())
    assert calls_of(stage, "POST", "/statuses") == 0


@pytest.mark.parametrize("how", ["lost", "error", "html", "limit"])
def test_a_picture_that_failed_on_its_way_is_for_later_and_no_post_was_made(stage: FakeStage, how: str) -> None:
    stage.fake.faults["media"].append(how)
    with pytest.raises(TryLater):
        stage.network().publish(Draft("Foto", pictures=(PICTURE, PICTURE)), key())
    assert calls_of(stage, "POST", "/statuses") == 0
    deliver(stage.network(), Draft("Foto", pictures=(PICTURE, PICTURE)), key())
    assert len(stage.fake.statuses) == 1


def test_an_alternative_text_past_the_limit_is_cut(stage: FakeStage) -> None:
    ref = stage.network().publish(Draft("Foto", pictures=(replace(PICTURE, alt="ñ" * 2000),)), key()).ref
    assert [len(one.alt) for one in stage.network().read(ref).attachments] == [1500]


# ---------------------------------------------------------------------- who hears of it

@pytest.mark.parametrize(("acct", "text", "sent"), [
    ("ana", "Sí", "@ana Sí"), ("ana", "Sí, @ana", "Sí, @ana"),
    ("ana", "Sí, @ANA@fediverso.example.", "Sí, @ANA@fediverso.example."),
    ("ana", "Sí, @anabel", "@ana Sí, @anabel"), ("ana", "ana@fediverso.example", "@ana ana@fediverso.example"),
    ("eva@otro.example", "Sí", "@eva@otro.example Sí"), ("eva@otro.example", "Sí @eva", "@eva@otro.example Sí @eva"),
    ("ana@fediverso.example", "Sí", "@ana Sí"), ("panaderia", "Y además", "Y además"),
])
def test_a_reply_begins_with_whom_it_answers_once(stage: FakeStage, acct: str, text: str, sent: str) -> None:
    parent = stage.public().mention("¿Abrís?")
    reply = Ref(parent, "", {"acct": acct, "visibility": "public"})
    ref = stage.network().publish(Draft(text, reply_to=reply), key()).ref
    asked = next(one for one in stage.asked() if one.method == "POST" and one.path.endswith("/statuses"))
    assert asked.json()["status"] == sent
    assert stage.fake.statuses[ref.external_id]["in_reply_to_id"] == parent
    assert stage.network().find(Draft(text, reply_to=reply), key()) is not None


def test_the_mention_that_is_put_before_counts(stage: FakeStage) -> None:
    reply = Ref(stage.public().mention("¿Abrís?"))
    stage.network().publish(Draft("a" * 495, reply_to=reply), key())  # "@ana " and 495
    with pytest.raises(Refused) as caught:
        stage.network().publish(Draft("a" * 496, reply_to=reply), key())
    assert caught.value.reason == "too_long"


@pytest.mark.parametrize("visibility", ["public", "unlisted", "private", "direct"])
def test_an_answer_is_seen_by_no_more_people_than_what_it_answers(stage: FakeStage, visibility: str) -> None:
    said = stage.fake.post(stage.fake.whose("ana"), {"status": "@panaderia ¿sí?", "visibility": visibility})
    ref = stage.network().publish(Draft("Sí", reply_to=Ref(said["id"])), key()).ref
    assert stage.fake.statuses[ref.external_id]["visibility"] == visibility


def test_a_lost_message_is_found_among_the_messages(stage: FakeStage) -> None:
    draft, name = Draft("En privado", to=stage.public().author), key(clock.now())
    stage.fake.faults["publish"].append("lost")
    with pytest.raises(Unsure):
        stage.network().message(draft, name)
    assert stage.network().find(draft, name) is not None
    assert stage.network().find(Draft("En privado"), name) is None
    assert stage.public().received() == ["@ana En privado"]


def test_a_message_to_nobody_is_refused(stage: FakeStage) -> None:
    with pytest.raises(Refused):
        stage.network().message(Draft("¿Hola?"), key())
