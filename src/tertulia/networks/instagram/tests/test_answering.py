"""Replies, comments, mentions and private messages: to the right place, once, and nobody told that they are absent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tertulia.kit.tests.loopback import said
from tertulia.networks.contract import Author, Draft, Item, Outcome, Receipt, Reconnect, Ref, Refused, TryLater, Unsure
from tertulia.networks.instagram.tests.outbox import Dispatch
from tertulia.networks.instagram.tests.stages import PICTURE, FakeStage
from tertulia.networks.stage import drain, key

Later = Callable[..., None]


def commented(stage: FakeStage) -> tuple[Receipt, Item]:
    post = stage.network().publish(Draft("Pan"), key())
    name = stage.public().comment(post.ref, "¿A qué hora abrís?")
    return post, next(one for one in drain(stage.network(), {})[0] if one.external_id == name)


def ref(item: Item) -> Ref:
    return Ref(item.external_id, item.url, item.extra)


def ours(stage: FakeStage) -> list[str]:
    return [one["text"] for one in stage.fake.comments.values() if one["username"] == "panaderia"]


def test_a_comment_of_our_own_goes_under_our_post(stage: FakeStage) -> None:
    post, _ = commented(stage)
    sent = stage.strict().publish(Draft("Gracias a todos", reply_to=post.ref), key())
    live = stage.strict().read(sent.ref)
    assert (live.parent_id, live.root_id, live.ours) == (post.ref.external_id, post.ref.external_id, True)


def test_an_answer_to_an_answer_joins_the_first_comment(stage: FakeStage) -> None:
    _, item = commented(stage)
    stage.strict().publish(Draft("A las ocho", reply_to=ref(item)), key())
    deeper = stage.fake.say("berto", item.external_id, "¿Y el domingo?")
    found = next(one for one in drain(stage.network(), {})[0] if one.external_id == deeper)
    assert (found.parent_id, found.extra["thread"]) == (item.external_id, item.external_id)
    sent = stage.strict().publish(Draft("El domingo no", reply_to=ref(found)), key())
    assert stage.strict().read(sent.ref).parent_id == item.external_id


def test_who_mentions_us_in_a_caption_can_be_answered_and_who_only_tags_us_cannot(stage: FakeStage) -> None:
    stage.public().mention("Con @panaderia hoy")
    stage.public().mention("Hoy")
    one, other = drain(stage.network(), {})[0][:2]
    sent = stage.strict().publish(Draft("¡Gracias!", reply_to=ref(one)), key())
    with pytest.raises(Refused):  # Instagram does not show it to us: that is not to say that it is gone
        stage.strict().read(sent.ref)
    with pytest.raises(Refused):
        stage.strict().publish(Draft("¡Gracias!", reply_to=ref(other)), key())


@pytest.mark.parametrize("draft", [Draft("  "), Draft("Hola", pictures=(PICTURE,)), Draft("a" * 2201)])
def test_an_answer_that_cannot_be_is_refused_before_it_is_sent(stage: FakeStage, draft: Draft) -> None:
    _, item = commented(stage)
    with pytest.raises(Refused):
        stage.strict().publish(replace(draft, reply_to=ref(item)), key())
    assert ours(stage) == []


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("death", ["before storing", "after storing"])
def test_a_worker_killed_over_a_reply_never_leaves_two(stage: FakeStage, later: Later, step: int, death: str) -> None:
    _, item = commented(stage)
    dispatch = Dispatch(stage, Draft("A las ocho", reply_to=ref(item)), later, dies=step, death=death)  # type: ignore[arg-type]
    if (step, death) == (1, "after storing"):  # it said that it would send it, and nobody knows whether it did
        with pytest.raises(Unsure):
            dispatch.deliver()
        assert ours(stage) == []
    else:
        dispatch.deliver()
        assert ours(stage) == ["A las ocho"]


@pytest.mark.parametrize(("how", "there"), [("reset_before", 0), ("reset_after", 1), ("error_after", 1), ("html", 0), ("wrong_json", 1)])
def test_a_reply_without_a_clear_answer_is_found_or_stays_in_doubt(stage: FakeStage, later: Later, how: str, there: int) -> None:
    _, item = commented(stage)
    stage.faults.plan["publish"] = [how]
    dispatch = Dispatch(stage, Draft("A las ocho", reply_to=ref(item)), later)
    if there:
        assert dispatch.deliver().ref.external_id in stage.fake.comments
    else:
        with pytest.raises(Unsure):
            dispatch.deliver()
    assert len(ours(stage)) == there


def test_the_same_words_said_twice_in_doubt_are_for_a_person(stage: FakeStage, later: Later) -> None:
    _, item = commented(stage)
    draft, name = Draft("¡Gracias!", reply_to=ref(item)), key()
    stage.strict().publish(draft, key())
    stage.strict().publish(draft, key())
    stage.faults.plan["publish"] = ["reset_before"]
    with pytest.raises(Unsure):
        stage.strict().publish(draft, name)
    with pytest.raises(Unsure) as caught:
        stage.strict().find(draft, name)
    assert caught.value.reason == "duplicate"


@pytest.mark.parametrize(("how", "outcome"), [("refuse", Refused), ("limit", TryLater), ("dead", Reconnect)])
def test_a_clear_no_to_a_reply_is_certain(stage: FakeStage, how: str, outcome: type[Outcome]) -> None:
    _, item = commented(stage)
    draft, name = Draft("A las ocho", reply_to=ref(item)), key()
    stage.faults.plan["publish"] = [how]
    with pytest.raises(outcome):
        stage.strict().publish(draft, name)
    assert stage.strict().find(draft, name) is None


@pytest.mark.parametrize("how", ["refuse", "limit", "dead", "duplicate"])
def test_a_clear_no_leaves_the_doubt_about_an_earlier_try_open(stage: FakeStage, later: Later, how: str) -> None:
    _, item = commented(stage)
    draft, name = Draft("A las ocho", reply_to=ref(item)), key()
    stage.faults.plan["publish"] = ["reset_before", how]
    stage.faults.dialect["duplicate"] = said({"error": {"message": "Duplicate", "type": "OAuthException", "code": 506}}, 400)
    for outcome in (Unsure, {"refuse": Refused, "limit": TryLater, "dead": Reconnect, "duplicate": Unsure}[how]):
        with pytest.raises(outcome):
            stage.strict().publish(draft, name)
        with pytest.raises(Unsure):
            stage.strict().find(draft, name)
    stage.strict().publish(draft, key())  # as if the first one showed at last
    later(minutes=5)
    assert stage.strict().find(draft, name) is not None


# ---------------------------------------------------------------------- private messages

def test_a_message_past_24_hours_is_refused_in_their_words(stage: FakeStage, later: Later) -> None:
    later(hours=25)
    with pytest.raises(Refused) as caught:
        stage.strict().message(Draft("¿Sigues ahí?", to=Author("5550001", "ana")), key())
    assert (caught.value.reason, "window" in caught.value.detail) == ("forbidden", True)


def test_a_message_to_somebody_who_never_wrote_is_refused(stage: FakeStage) -> None:
    with pytest.raises(Refused) as caught:
        stage.strict().message(Draft("Hola", to=Author("@clara", "clara")), key())
    assert caught.value.reason == "forbidden"


@pytest.mark.parametrize(("text", "pictures", "reason"), [
    ("ñ" * 501, (), "too_long"), (" ", (), "empty"), ("Hola", (PICTURE,), "too_many_media")])
def test_a_message_that_cannot_be_is_refused_before_it_is_sent(
        stage: FakeStage, text: str, pictures: tuple[()], reason: str) -> None:
    with pytest.raises(Refused) as caught:
        stage.strict().message(Draft(text, pictures=pictures, to=Author("5550001", "ana")), key())
    assert caught.value.reason == reason


@pytest.mark.parametrize(("how", "there"), [("reset_after", 1), ("reset_before", 0)])
def test_a_message_without_answer_is_found_or_stays_in_doubt(stage: FakeStage, how: str, there: int) -> None:
    draft, name = Draft("A las ocho", to=Author("5550001", "ana")), key()
    stage.faults.plan["publish"] = [how]
    assert stage.strict().find(draft, name) is None
    with pytest.raises(Unsure):
        stage.strict().message(draft, name)
    if there:
        found = stage.strict().find(draft, name)
        assert found is not None
        assert stage.strict().message(draft, name).ref.external_id == found.ref.external_id
    else:
        with pytest.raises(Unsure):
            stage.strict().find(draft, name)
    assert stage.public().received() == ["A las ocho"] * there
