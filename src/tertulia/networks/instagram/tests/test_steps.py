"""One post and only one, wherever the worker dies and whatever answer is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from tertulia.networks.contract import Draft, Key, Outcome, Refused, Steps, TryLater, Unsure
from tertulia.networks.faults import FAULTS
from tertulia.networks.instagram.tests.outbox import Death, Dispatch
from tertulia.networks.instagram.tests.stages import PICTURE, FakeStage, cut_at
from tertulia.networks.stage import drain, key

Later = Callable[..., None]
ONE = Draft("Hoy hay pan de espelta", pictures=(replace(PICTURE, alt="Una barra"),))
ALBUM = Draft("Tres panes", pictures=tuple(replace(PICTURE, alt=f"Pan {n}") for n in range(3)))
NOTES = {"one": 3, "album": 6}  # how many each takes
DRAFTS = {"one": ONE, "album": ALBUM}


def posts(stage: FakeStage, draft: Draft) -> list[str]:
    return [str(one["id"]) for one in stage.fake.media.values() if one["caption"] == draft.text]


@pytest.mark.parametrize("lax", [False, True], ids=["strict", "publishes twice if asked twice"])
@pytest.mark.parametrize("death", ["before storing", "after storing"])
@pytest.mark.parametrize(("what", "step"), [(what, step) for what, many in NOTES.items() for step in range(1, many + 1)])
def test_a_worker_killed_at_any_step_leaves_one_post(
        stage: FakeStage, later: Later, what: str, step: int, death: Death, lax: bool) -> None:
    stage.fake.questions, stage.fake.lax = 2, lax
    dispatch = Dispatch(stage, DRAFTS[what], later, dies=step, death=death)
    receipt = dispatch.deliver()
    assert dispatch.notes >= step
    assert posts(stage, DRAFTS[what]) == [receipt.ref.external_id]


@pytest.mark.parametrize("late", [0, 45], ids=["at once", "finished 45 s later"])
@pytest.mark.parametrize("how", ["reset before", "reset after", "error before", "error after", "page after", "nonsense after",
                                 "blocked after"])
@pytest.mark.parametrize("what", ["one", "album"])
def test_a_bad_answer_to_any_request_leaves_one_post(stage: FakeStage, later: Later, what: str, how: str, late: float) -> None:
    stage.fake.lax, plain = True, stage.server.answer
    for request in count(1):
        draft = replace(DRAFTS[what], text=f"{DRAFTS[what].text} {request}")
        stage.fake.questions, stage.fake.visible_after, stage.server.answer = 2, late, plain
        asked = cut_at(stage, request, how)
        receipt = Dispatch(stage, draft, later).deliver()
        assert posts(stage, draft) == [receipt.ref.external_id]
        if asked() < request:  # the last of them was cut before
            break
    assert request > len(DRAFTS[what].pictures) + 5


@pytest.mark.parametrize("what", ["one", "album"])
def test_there_are_no_other_steps(stage: FakeStage, later: Later, what: str) -> None:
    dispatch = Dispatch(stage, DRAFTS[what], later)
    dispatch.deliver()
    assert dispatch.notes == NOTES[what]


def test_a_post_is_only_one_however_often_the_same_key_is_published(stage: FakeStage, later: Later) -> None:
    name, first = Key("b" * 32, key().at, Steps()), None
    for _ in range(3):
        receipt = stage.strict().publish(ONE, name)
        assert first in (None, receipt.ref.external_id)
        first = receipt.ref.external_id
    assert len(posts(stage, ONE)) == 1


# ---------------------------------------------------------------------- waiting

def test_a_worker_never_waits_for_a_container(stage: FakeStage, later: Later) -> None:
    stage.fake.questions, name, waits = 6, key(), []
    for _ in range(6):
        with pytest.raises(TryLater) as caught:
            stage.strict().publish(ONE, name)
        assert (caught.value.reason, caught.value.scope) == ("processing", "none")
        waits.append(caught.value.after or 0)
        later(seconds=waits[-1])
    assert waits[0] == 3
    assert waits == sorted(waits)
    assert max(waits) <= 60
    assert stage.strict().publish(ONE, name).ref.external_id in posts(stage, ONE)
    assert len(stage.fake.containers) == 1


def test_a_container_that_failed_is_made_again_a_few_times(stage: FakeStage, later: Later) -> None:
    stage.fake.failing = ["Error: 2207052 the media could not be fetched", "Error: 2207053"]
    receipt = Dispatch(stage, ALBUM, later).deliver()
    assert posts(stage, ALBUM) == [receipt.ref.external_id]


def test_a_container_that_is_stuck_is_made_again(stage: FakeStage, later: Later) -> None:
    stage.fake.questions, dispatch = 10_000, Dispatch(stage, ONE, later)
    with pytest.raises(Refused):
        dispatch.deliver(most=200)
    assert len(stage.fake.containers) == 4
    assert stage.fake.media == {}


def test_pictures_that_can_never_be_fetched_are_refused_in_the_end(stage: FakeStage, later: Later) -> None:
    stage.fake.failing = ["Error: 2207052 the media could not be fetched"] * 20
    with pytest.raises(Refused) as caught:
        Dispatch(stage, ONE, later).deliver()
    assert caught.value.reason == "bad_media"
    assert len(stage.fake.containers) == 4


def test_a_picture_that_instagram_will_not_have_is_refused_at_once(stage: FakeStage, later: Later) -> None:
    stage.fake.failing = ["Error: 2207009 the aspect ratio is not supported"]
    with pytest.raises(Refused) as caught:
        Dispatch(stage, ONE, later).deliver()
    assert (caught.value.reason, len(stage.fake.containers)) == ("bad_media", 1)


@pytest.mark.parametrize("draft", [ONE, ALBUM])
def test_a_container_that_expired_before_it_was_published_is_made_again(stage: FakeStage, later: Later, draft: Draft) -> None:
    stage.fake.questions, name = 1, key()
    with pytest.raises(TryLater):
        stage.strict().publish(draft, name)
    later(hours=25)
    with pytest.raises(TryLater):
        stage.strict().publish(draft, name)
    stage.fake.questions = 0
    later(minutes=1)
    assert [stage.strict().publish(draft, name).ref.external_id] == posts(stage, draft)


# ---------------------------------------------------------------------- certainty

def test_what_may_still_be_running_is_never_said_to_be_absent(stage: FakeStage, later: Later) -> None:
    name = key()
    stage.faults.plan["publish"] = ["reset_before"]
    with pytest.raises(Unsure):
        stage.strict().publish(ONE, name)
    for _ in range(11):
        with pytest.raises(Unsure):
            stage.strict().find(ONE, name)
        with pytest.raises(Unsure):
            stage.strict().publish(ONE, name)
        later(seconds=10)
    later(seconds=15)
    assert stage.strict().find(ONE, name) is None
    assert [stage.strict().publish(ONE, name).ref.external_id] == posts(stage, ONE)


def test_a_published_container_whose_post_is_not_listed_yet_is_unsure(stage: FakeStage, later: Later) -> None:
    name = key()
    stage.faults.plan["publish"] = ["reset_after"]
    with pytest.raises(Unsure):
        stage.strict().publish(ONE, name)
    [post] = stage.fake.media.values()
    post["_seen"] += 300
    later(minutes=4)
    with pytest.raises(Unsure) as caught:
        stage.strict().find(ONE, name)
    assert caught.value.reason == "not_found"
    later(minutes=2)
    found = stage.strict().find(ONE, name)
    assert found is not None
    assert [found.ref.external_id] == posts(stage, ONE)


def test_a_container_that_expired_after_a_lost_request_is_certainly_not_published(stage: FakeStage, later: Later) -> None:
    name = key()
    stage.faults.plan["publish"] = ["reset_before"]
    with pytest.raises(Unsure):
        stage.strict().publish(ONE, name)
    later(hours=25)
    assert stage.strict().find(ONE, name) is None
    with pytest.raises(TryLater):
        stage.strict().publish(ONE, name)
    later(minutes=1)
    assert [stage.strict().publish(ONE, name).ref.external_id] == posts(stage, ONE)


def test_a_container_that_cannot_be_read_leaves_it_unsure(stage: FakeStage, later: Later) -> None:
    name = key()
    stage.faults.plan["publish"] = ["reset_before"]
    with pytest.raises(Unsure):
        stage.strict().publish(ONE, name)
    stage.fake.containers.clear()
    later(hours=1)
    with pytest.raises(Unsure):
        stage.strict().find(ONE, name)


def test_a_container_that_says_no_while_a_post_looks_like_it_is_for_a_person_to_judge(stage: FakeStage, later: Later) -> None:
    stage.strict().publish(ONE, key())
    name = key()
    stage.faults.plan["publish"] = ["reset_before"]
    with pytest.raises(Unsure):
        stage.strict().publish(ONE, name)
    later(minutes=3)
    with pytest.raises(Unsure) as caught:
        stage.strict().find(ONE, name)
    assert (caught.value.reason, caught.value.evidence["ids"]) == ("duplicate", posts(stage, ONE))


def test_a_refusal_of_what_was_published_is_not_believed(stage: FakeStage, later: Later) -> None:
    cut_at(stage, 3, "blocked after")
    receipt = stage.strict().publish(ONE, key())
    assert posts(stage, ONE) == [receipt.ref.external_id]
    assert receipt.evidence["found"]


def test_a_true_block_is_told_as_such_and_not_insisted_upon(stage: FakeStage, later: Later) -> None:
    stage.faults.plan["publish"] = ["refuse"]
    stage.faults.dialect["refuse"] = stage.faults.dialect["blocked"]
    dispatch = Dispatch(stage, ONE, later)
    with pytest.raises(Refused) as caught:
        dispatch.deliver()
    assert (caught.value.reason, caught.value.detail) == ("forbidden", "We restrict certain activity")
    assert sum(one.path.endswith("/media_publish") for one in stage.asked()) == 1
    assert stage.fake.media == {}
    assert [dispatch.deliver().ref.external_id] == posts(stage, ONE)  # when a person says so, it is sent again


@pytest.mark.parametrize("how", ["limit", "dead"])
def test_a_sure_no_leaves_the_container_for_the_next_try(stage: FakeStage, later: Later, how: str) -> None:
    name = key()
    stage.faults.plan["publish"] = [how]
    with pytest.raises(Outcome):
        stage.strict().publish(ONE, name)
    assert stage.strict().find(ONE, name) is None
    stage.strict().publish(ONE, name)
    assert (len(stage.fake.containers), len(stage.fake.media)) == (1, 1)


def test_the_days_quota_is_a_matter_of_waiting(stage: FakeStage, later: Later) -> None:
    stage.fake.quota = 1
    stage.strict().publish(ONE, key())
    with pytest.raises(TryLater) as caught:
        stage.strict().publish(ALBUM, key())
    assert (caught.value.reason, caught.value.scope) == ("quota", "account")
    assert (stage.strict().quota().used, stage.strict().quota().most) == (1, 1)
    assert drain(stage.network(), {})[0][-1].kind == "direct"


def test_a_day_on_fire_leaves_one_post_of_each(stage: FakeStage, later: Later) -> None:
    """Every kind of request goes wrong one time in four, in every way; only a true doubt may end before a person."""
    faults, doubts = stage.faults, 0
    faults.among = [fault for fault in FAULTS if fault not in ("refuse", "dead", "unseen") and not fault.startswith(("hang", "slow"))]
    faults.chance, stage.fake.questions = dict.fromkeys(("container", "status", "publish", "look"), 0.25), 1
    for n in range(40):
        draft = Draft(f"Pan número {n}", pictures=(PICTURE,) * (1 + n % 3))
        try:
            receipt = Dispatch(stage, draft, later).deliver()
            assert posts(stage, draft) == [receipt.ref.external_id]
        except Unsure:
            doubts += 1
            assert len(posts(stage, draft)) <= 1
    assert faults.cut() > 40
    assert doubts <= 2
