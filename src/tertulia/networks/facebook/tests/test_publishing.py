"""One post, whatever happens on the way; and what Facebook shows late is waited for, never sent again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tertulia.kit import clock
from tertulia.networks.contract import (
    Draft,
    Gone,
    Key,
    Outcome,
    Picture,
    Reconnect,
    Ref,
    Refused,
    Steps,
    TryLater,
    Unsure,
)
from tertulia.networks.facebook.tests.fake import PAGE, TOKEN
from tertulia.networks.facebook.tests.stages import FakeStage
from tertulia.networks.faults import FAULTS, Faults
from tertulia.networks.stage import png

PHOTOS = (Picture(png(), "image/png", "Una barra"), Picture(png(9, 9), "image/png", "Dos barras"))


class Died(BaseException):
    """The process ended here."""


class Desk:
    """What the database keeps of one dispatch: its steps survive whoever was sending."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}
        self.at, self.passed, self.dies_at = clock.now(), 0, -1

    def key(self) -> Key:
        return Key("k", self.at, Steps(self.kept, self._keep))

    def point(self, *_: object) -> None:
        """Somewhere a process can end."""
        self.passed += 1
        if self.passed == self.dies_at:
            raise Died

    def _keep(self, reached: Mapping[str, Any]) -> None:
        self.point()
        self.kept = json.loads(json.dumps(dict(reached)))
        self.point()


def ends_as_one(stage: FakeStage, desk: Desk, draft: Draft) -> None:
    """What the outbox does after a death: look, wait, look again; send only what is certainly not there."""
    for _ in range(4):
        try:
            if stage.network().find(draft, desk.key()) is None:
                stage.network().publish(draft, desk.key())
            break
        except Unsure:
            stage.fake.later(30)
    else:
        raise AssertionError("never seen")


@pytest.mark.parametrize("shown_after", [0, 30, 60])
@pytest.mark.parametrize("photos", [0, 1, 2])
def test_a_death_at_any_step_ends_as_one_post(stage: FakeStage, photos: int, shown_after: int) -> None:
    hooks = stage.http.event_hooks
    for step in range(1, 40):
        desk, draft = Desk(), Draft(f"Pan del día {step}", pictures=PHOTOS[:photos])
        desk.dies_at, stage.fake.visible_after = step, shown_after
        stage.http.event_hooks = {"request": [*hooks["request"], desk.point], "response": [desk.point, *hooks["response"]]}
        died = False
        try:
            stage.network().publish(draft, desk.key())
        except Died:
            died = True
        stage.http.event_hooks = hooks
        if died and not [one for one in stage.fake.ours() if one["message"] == draft.text] and desk.kept.get("asked"):
            with pytest.raises(Unsure):  # it was about to ask, and nobody can know that it did not
                stage.network().find(draft, desk.key())
            continue
        if died:
            ends_as_one(stage, desk, draft)
        made = [one for one in stage.fake.ours() if one["message"] == draft.text]
        assert [len(one["photos"]) for one in made] == [photos], f"step {step}"
        if not died:
            assert step > 3 + 4 * photos
            return
    raise AssertionError("it never got to the end")


def test_photos_that_were_sent_are_not_sent_again(stage: FakeStage) -> None:
    desk, draft = Desk(), Draft("Dos fotos", pictures=PHOTOS)
    stage.faults.plan["media"] = ["", "reset_before"]
    with pytest.raises(TryLater):
        stage.network().publish(draft, desk.key())
    assert stage.network().find(draft, desk.key()) is None
    receipt = stage.network().publish(draft, desk.key())
    assert len(stage.fake.of("photo")) == 2
    assert [one.alt for one in stage.network().read(receipt.ref).attachments] == ["Una barra", "Dos barras"]


def test_photos_older_than_meta_keeps_them_are_sent_anew(stage: FakeStage) -> None:
    desk = Desk()
    desk.kept = {"photos": ["1", "2"], "since": "2026-01-01T00:00:00+00:00"}
    receipt = stage.network().publish(Draft("Viejas", pictures=PHOTOS), desk.key())
    assert len(stage.network().read(receipt.ref).attachments) == 2


@pytest.mark.parametrize("fault", ["reset_after", "hang_after", "error_after", "half", "wrong_json"])
def test_what_is_shown_thirty_seconds_later_is_found_then(stage: FakeStage, fault: str) -> None:
    desk, draft = Desk(), Draft("Tarde, pero está", pictures=PHOTOS[:1])
    stage.fake.visible_after, stage.http.timeout = 30, 0.5
    stage.faults.plan["publish"] = [fault]
    with pytest.raises(Unsure):
        stage.network().publish(draft, desk.key())
    with pytest.raises(Unsure):
        stage.network().find(draft, desk.key())
    stage.fake.later(31)
    found = stage.network().find(draft, desk.key())
    assert found is not None
    assert found.evidence["found"] == "photos"
    assert [one["id"] for one in stage.fake.ours()] == [found.ref.external_id]


@pytest.mark.parametrize("fault", ["unseen", "reset_before", "error_before", "html"])
def test_what_is_never_shown_stays_unsure_for_ever(stage: FakeStage, fault: str) -> None:
    desk, draft = Desk(), Draft("¿Está o no está?")
    stage.faults.plan["publish"] = [fault]
    with pytest.raises(Unsure):
        stage.network().publish(draft, desk.key())
    for _ in range(4):
        stage.fake.later(3600)
        with pytest.raises(Unsure):
            stage.network().find(draft, desk.key())


def test_a_clear_no_is_certain_and_may_be_sent_again(stage: FakeStage) -> None:
    desk, draft = Desk(), Draft("A la segunda")
    stage.faults.plan["publish"] = ["limit"]
    with pytest.raises(TryLater) as caught:
        stage.network().publish(draft, desk.key())
    assert (caught.value.scope, caught.value.after) == ("account", 60)
    assert stage.network().find(draft, desk.key()) is None


def test_a_clear_no_after_a_doubt_does_not_end_the_doubt(stage: FakeStage) -> None:
    desk, draft = Desk(), Draft("Quizá la primera llegó")
    stage.faults.plan["publish"] = ["unseen", "limit"]
    for outcome in (Unsure, TryLater):
        with pytest.raises(outcome):
            stage.network().publish(draft, desk.key())
    with pytest.raises(Unsure):
        stage.network().find(draft, desk.key())


def test_two_alike_are_never_told_apart(stage: FakeStage) -> None:
    desk, draft = Desk(), Draft("Igualitos")
    stage.fake.twins = True
    stage.faults.plan["publish"] = ["reset_after"]
    with pytest.raises(Unsure):
        stage.network().publish(draft, desk.key())
    twin = stage.fake.keep("post", PAGE, "Igualitos")
    with pytest.raises(Unsure) as caught:
        stage.network().find(draft, desk.key())
    assert twin in caught.value.evidence["ids"]
    assert caught.value.reason == "duplicate"


def test_a_post_of_others_or_of_before_with_the_same_words_is_not_ours(stage: FakeStage) -> None:
    desk, draft = Desk(), Draft("Las mismas palabras")
    stage.fake.keep("post", "700700701", draft.text, place="visitor_posts")
    old = stage.fake.keep("post", PAGE, draft.text)
    stage.fake.things[old]["created_time"] = "2026-01-01T00:00:00+0000"
    stage.fake.twins = True
    stage.faults.plan["publish"] = ["reset_before"]
    with pytest.raises(Unsure):
        stage.network().publish(draft, desk.key())
    with pytest.raises(Unsure) as caught:
        stage.network().find(draft, desk.key())
    assert caught.value.reason != "duplicate"


@pytest.mark.parametrize("minutes", [-20, 20])
def test_a_clock_that_is_wrong_there_confuses_nothing(stage: FakeStage, minutes: int) -> None:
    stage.fake.skew, stage.fake.twins = timedelta(minutes=minutes), True
    desk, draft = Desk(), Draft("Relojes")
    old = stage.fake.keep("post", PAGE, draft.text)
    stage.fake.things[old]["created_time"] = (desk.at + stage.fake.skew - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    stage.faults.plan["publish"] = ["reset_after"]
    with pytest.raises(Unsure):
        stage.network().publish(draft, desk.key())
    found = stage.network().find(draft, desk.key())
    assert found is not None
    assert found.ref.external_id == stage.fake.ours()[-1]["id"]


def test_replies_and_messages_are_found_as_posts_are(stage: FakeStage) -> None:
    person = stage.public()
    said = stage.fake.keep("post", "700700701", "¿Abrís?", place="visitor_posts")
    for draft, kind in ((Draft("Sí", reply_to=Ref(said)), "publish"), (Draft("Sí, hasta las dos", to=person.author), "message")):
        desk = Desk()
        stage.fake.visible_after = 30
        stage.faults.plan[kind] = ["reset_after"]
        with pytest.raises(Unsure):
            stage.network().publish(draft, desk.key())
        with pytest.raises(Unsure):
            stage.network().find(draft, desk.key())
        stage.fake.later(31)
        found = stage.network().find(draft, desk.key())
        assert found is not None
        assert stage.fake.things[found.ref.external_id]["message"] == draft.text


def test_a_comment_of_somebody_who_is_not_named_is_not_taken_for_ours(stage: FakeStage) -> None:
    """Meta leaves out who speaks where it may not say it."""
    post, desk = stage.fake.keep("post", PAGE, "Pan"), Desk()
    draft = Draft("Gracias", reply_to=Ref(post))
    theirs = stage.fake.comment("700700701", post, draft.text)
    stage.fake.things[theirs]["from"] = None
    stage.faults.plan["publish"] = ["reset_before"]
    with pytest.raises(Unsure):
        stage.network().publish(draft, desk.key())
    with pytest.raises(Unsure) as caught:
        stage.network().find(draft, desk.key())
    assert caught.value.reason == "reset"


def test_told_that_it_is_a_repetition_after_a_doubt_it_is_looked_for_and_not_refused(stage: FakeStage) -> None:
    desk, draft = Desk(), Draft("¿Repetida?")
    stage.faults.plan["publish"] = ["reset_after"]
    for reason in ("reset", "duplicate"):
        with pytest.raises(Unsure) as caught:
            stage.network().publish(draft, desk.key())
        assert caught.value.reason == reason
    found = stage.network().find(draft, desk.key())
    assert found is not None and found.ref.external_id == stage.fake.ours()[0]["id"]
    with pytest.raises(Refused) as refused:
        stage.network().publish(draft, Desk().key())
    assert refused.value.reason == "duplicate", "of another dispatch it is a clear no"


def test_an_address_in_the_text_gets_its_card(stage: FakeStage) -> None:
    receipt = stage.network().publish(Draft("La carta: https://panaderia.example/carta, recién hecha."), Desk().key())
    assert [(one.kind, one.url) for one in stage.network().read(receipt.ref).attachments] == [
        ("link", "https://panaderia.example/carta")]


def test_whoever_wrote_more_than_a_day_ago_cannot_be_written_to(stage: FakeStage) -> None:
    person = stage.public()
    stage.fake.wrote[person.author.external_id] = 0
    with pytest.raises(Refused) as caught:
        stage.network().message(Draft("Hola", to=person.author), Desk().key())
    assert caught.value.reason == "forbidden"
    assert "24 horas" in caught.value.detail


@pytest.mark.parametrize(("draft", "reason"), [
    (Draft("a" * 8001, reply_to=Ref("1")), "too_long"), (Draft("   "), "empty"),
    (Draft("x", pictures=PHOTOS, reply_to=Ref("1")), "too_many_media"), (Draft("x", pictures=PHOTOS * 6), "too_many_media"),
    (Draft("x", pictures=(Picture(b"x", "image/webp"),)), "bad_media"),
    (Draft("x", pictures=(Picture(b"x" * 4_000_001, "image/png"),)), "bad_media"),
    (Draft("x", pictures=(Picture(b"GIF8", "image/gif"),)), "bad_media"),
])
def test_what_facebook_would_refuse_is_refused(stage: FakeStage, draft: Draft, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        stage.network().publish(draft, Desk().key())
    assert caught.value.reason == reason
    assert stage.fake.ours() == []


@pytest.mark.parametrize(("fault", "outcome", "reason"), [
    ("dead", Reconnect, "expired"), ("scope", Reconnect, "missing_scope"), ("refuse", Refused, "invalid")])
def test_a_no_has_its_reason_and_tells_no_token(stage: FakeStage, fault: str, outcome: type[Outcome], reason: str) -> None:
    stage.faults.dialect["refuse"] = stage.fake.dialect()[fault]
    stage.faults.plan["publish"] = ["refuse"]
    with pytest.raises(outcome) as caught:
        stage.network().publish(Draft("No"), Desk().key())
    assert caught.value.reason == reason
    assert TOKEN not in f"{caught.value!r} {caught.value.evidence}"


def test_a_reply_to_what_is_gone_is_gone(stage: FakeStage) -> None:
    with pytest.raises(Gone):
        stage.network().publish(Draft("¿Hola?", reply_to=Ref(f"{PAGE}_404")), Desk().key())


@pytest.mark.parametrize("seed", range(5))
def test_in_a_storm_nothing_is_published_twice_and_what_is_told_is_true(stage: FakeStage, seed: int) -> None:
    stage.faults = Faults(stage.fake.answer, stage.fake.kind_of, dialect=stage.fake.dialect(), shows=stage.fake, seed=seed)
    stage.server.answer = stage.faults.answer
    stage.faults.chance = {"publish": 0.6, "media": 0.3, "look": 0.2}
    stage.faults.among = [one for one in FAULTS if "hang" not in one and one not in ("slow", "dead", "refuse")]
    told: dict[str, str] = {}
    for n in range(12):
        desk, draft = Desk(), Draft(f"Hornada {n}", pictures=PHOTOS[:n % 3])
        doubt = False
        for _ in range(8):
            try:
                receipt = stage.network().find(draft, desk.key()) if doubt else None
                receipt = receipt or stage.network().publish(draft, desk.key())
            except TryLater:
                continue
            except Unsure:
                doubt = True
                stage.fake.later(31)
                continue
            told[draft.text] = receipt.ref.external_id
            break
    made = {one["message"]: one["id"] for one in stage.fake.ours()}
    assert len(made) == len(stage.fake.ours())
    assert told.items() <= made.items()
    assert stage.faults.cut() > 5
