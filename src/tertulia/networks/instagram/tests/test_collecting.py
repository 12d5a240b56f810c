"""Comments, replies, mentions and messages arrive whole and once, whatever goes wrong between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tertulia.kit import clock
from tertulia.networks.contract import Draft, Item, Ref, TryLater
from tertulia.networks.instagram.tests.stages import FakeStage, cut_at
from tertulia.networks.stage import drain, key

Later = Callable[..., None]


def said(stage: FakeStage, cursor: Mapping[str, Any]) -> tuple[list[str], Mapping[str, Any]]:
    """Ids of the comments that arrive, and the cursor after."""
    items, after = drain(stage.network(), cursor)
    return [one.external_id for one in items if one.kind == "comment"], after


def post(stage: FakeStage, text: str = "Pan") -> Ref:
    return stage.network().publish(Draft(text), key()).ref


def test_comments_and_their_replies_arrive_under_the_post_they_are_about(stage: FakeStage) -> None:
    ref = post(stage)
    first = stage.fake.say("ana", ref.external_id, "¿Abrís?")
    reply = stage.fake.say("berto", first, "Sí")
    items = [one for one in drain(stage.network(), {})[0] if one.kind != "direct"]
    assert [(one.kind, one.external_id, one.parent_id, one.root_id) for one in items] == [
        ("post", ref.external_id, "", ref.external_id), ("comment", first, ref.external_id, ref.external_id),
        ("comment", reply, first, ref.external_id)]
    assert (items[0].ours, items[0].text, items[0].url) == (True, "Pan", ref.url)
    assert (items[1].author.external_id, items[1].author.handle) == ("5550001", "ana")


def test_what_we_said_in_the_application_arrives_as_ours(stage: FakeStage) -> None:
    ref = post(stage)
    stage.fake.say("panaderia", ref.external_id, "Hoy hay")
    stage.fake.write("ana", "Ya te digo", ours=True)
    ours = [one for one in drain(stage.network(), {})[0] if one.ours and one.kind != "post"]
    assert {one.kind: one.text for one in ours} == {"comment": "Hoy hay", "direct": "Ya te digo"}
    assert {one.author.external_id for one in ours} == {stage.account.external_id}


@pytest.mark.parametrize("size", [2, 7, 50])
def test_a_storm_of_comments_arrives_whole_and_once(stage: FakeStage, size: int) -> None:
    stage.fake.page = size
    refs = [post(stage, f"Pan {n}") for n in range(3)]
    _, cursor = said(stage, {})
    wanted = set()
    for n in range(60):
        wanted.add(name := stage.fake.say("ana", refs[n % 3].external_id, f"comentario {n}"))
        if n % 4 == 0:
            wanted |= {stage.fake.say("berto", name, f"respuesta {m}") for m in range(3)}
    arrived, cursor = said(stage, cursor)
    assert len(arrived) == len(set(arrived))
    assert set(arrived) == wanted
    assert said(stage, cursor)[0] == []


def test_a_reply_to_an_old_comment_deep_down_arrives(stage: FakeStage, later: Later) -> None:
    stage.fake.page = 5
    ref = post(stage)
    old = [stage.fake.say("ana", ref.external_id, f"viejo {n}") for n in range(30)]
    _, cursor = said(stage, {})
    later(days=3)
    _, cursor = said(stage, cursor)
    reply = stage.fake.say("berto", old[0], "¿Seguís abiertos?")
    newer = stage.fake.say("ana", ref.external_id, "nuevo")
    arrived, cursor = said(stage, cursor)
    assert set(arrived) == {reply, newer}
    assert said(stage, cursor)[0] == []


def test_one_deleted_and_one_new_do_not_hide_each_other(stage: FakeStage, later: Later) -> None:
    ref = post(stage)
    old = stage.fake.say("ana", ref.external_id, "uno")
    lost = stage.fake.say("berto", old, "dos")
    _, cursor = said(stage, {})
    stage.fake.remove(lost)
    reply = stage.fake.say("berto", old, "tres")     # as many as before, and the newest comment the same
    first, cursor = said(stage, cursor)
    later(hours=25)
    second, cursor = said(stage, cursor)
    assert [*first, *second] == [reply]
    assert said(stage, cursor)[0] == []


def test_a_comment_that_was_held_back_arrives_when_it_is_shown(stage: FakeStage, later: Later) -> None:
    ref = post(stage)
    held = stage.fake.say("ana", ref.external_id, "con enlace")
    comment = stage.fake.comments.pop(held)
    stage.fake.say("berto", ref.external_id, "sin enlace")
    _, cursor = said(stage, {})
    later(hours=20)
    stage.fake.comments = {held: comment, **stage.fake.comments}
    assert said(stage, cursor)[0] == [held]


def test_a_post_deleted_in_the_middle_of_a_round_stops_nothing(stage: FakeStage) -> None:
    gone, kept = post(stage, "uno"), post(stage, "dos")
    stage.fake.say("ana", gone.external_id, "adiós")
    wanted = stage.fake.say("ana", kept.external_id, "hola")
    batch = stage.network().collect({})
    assert batch.more
    stage.fake.remove(gone.external_id)
    assert said(stage, batch.cursor)[0] == [wanted]


def test_every_request_that_fails_is_asked_again_and_nothing_is_lost_or_told_twice(stage: FakeStage) -> None:
    stage.fake.page, plain, cursor = 3, stage.server.answer, {}
    ref, arrived, wanted = post(stage), list[str](), list[str]()
    for request in range(1, 12):
        stage.server.answer = plain
        wanted += [stage.fake.say("ana", ref.external_id, f"{request}"), stage.fake.tag("berto", f"{request}"),
                   stage.fake.write("ana", f"{request}")]
        cut_at(stage, request, "error before" if request % 2 else "reset after")
        while True:
            try:
                batch = stage.network().collect(cursor)
            except TryLater:
                continue
            arrived += [one.external_id for one in batch.items if one.kind != "post"]
            cursor = dict(batch.cursor)
            if not batch.more:
                break
    assert len(arrived) == len(set(arrived))
    assert set(wanted) <= set(arrived)


def test_only_the_last_month_is_brought_when_connecting(stage: FakeStage, later: Later) -> None:
    ref = post(stage)
    stage.fake.say("ana", ref.external_id, "viejo")
    stage.fake.tag("ana", "viejo")
    later(days=40)
    stage.fake.say("ana", ref.external_id, "nuevo")
    stage.fake.tag("ana", "nuevo")
    assert [one.text for one in drain(stage.network(), {})[0] if one.kind != "post"] == ["nuevo", "nuevo"]


def test_a_tag_put_on_an_old_post_arrives(stage: FakeStage, later: Later) -> None:
    stage.fake.tag("ana", "uno")
    _, cursor = drain(stage.network(), {})
    late = stage.fake.tag("berto", "de hace un año")
    stage.fake.tagged[late]["timestamp"] = stage.fake.stamp(clock.now() - timedelta(days=365))
    assert [one.external_id for one in drain(stage.network(), cursor)[0]] == [late]


def test_two_messages_of_the_same_second_both_arrive(stage: FakeStage, later: Later) -> None:
    moment = clock.now()
    first = stage.fake.write("ana", "uno", at=moment)
    items, cursor = drain(stage.network(), {})
    second = stage.fake.write("ana", "dos", at=moment)
    again, cursor = drain(stage.network(), cursor)
    assert first in [one.external_id for one in items]
    assert [one.external_id for one in again] == [second]
    later(minutes=10)
    assert drain(stage.network(), cursor)[0] == []


def test_a_talk_is_one_thread_and_is_answered_to_its_person(stage: FakeStage) -> None:
    stage.fake.write("ana", "¿Abrís?")
    directs: list[Item] = [one for one in drain(stage.network(), {})[0] if one.author.handle == "ana"]
    assert {one.root_id for one in directs} == {"talk_ana"}
    assert directs[-1].extra == {"kind": "direct", "person": "5550001"}
    said = stage.strict().message(Draft("Sí", to=directs[-1].author, reply_to=Ref(directs[-1].external_id, "", directs[-1].extra)), key())
    assert stage.strict().read(said.ref).text == "Sí"


def test_without_a_permission_the_rest_arrives(stage: FakeStage) -> None:
    stage.fake.tokens[str(stage.account.secrets["token"])]["scopes"] = {"instagram_business_basic"}
    stage.account = replace(stage.account, scopes=frozenset({"instagram_business_basic"}))
    stage.fake.tag("ana", "hola")
    assert [one.kind for one in drain(stage.network(), {})[0]] == ["mention"]


def test_posts_of_others_that_tag_us_are_still_there_while_they_are_listed(stage: FakeStage) -> None:
    names = [stage.fake.tag("ana", f"{n}") for n in range(3)]
    comment = stage.fake.say("ana", post(stage).external_id, "hola")
    stage.fake.remove(names[1])
    assert stage.network().still_there([*names, comment, "1"]) == {names[0], names[2], comment}
