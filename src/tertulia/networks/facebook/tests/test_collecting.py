"""What arrives at a Page: nothing lost with equal times, nothing twice, nothing lost by being shown late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tertulia.networks.contract import Item, Outcome, Reconnect, Ref, Refused, TryLater
from tertulia.networks.facebook.collecting import FIRST
from tertulia.networks.facebook.tests.fake import PAGE
from tertulia.networks.facebook.tests.stages import FakeStage
from tertulia.networks.stage import drain

ANA = "700700701"


def ids(items: list[Item]) -> list[str]:
    return [item.external_id for item in items]


def test_all_of_one_second_arrives_whether_or_not_a_look_came_between(stage: FakeStage) -> None:
    _, cursor = drain(stage.network(), {})
    post = stage.fake.keep("post", PAGE, "Pan")
    said: list[str] = []
    got: list[str] = []
    for n in range(12):
        said += [stage.fake.comment(ANA, post, f"Comentario {n}"), stage.public().mention(f"Mención {n}")]
        if n % 3 == 0:
            items, cursor = drain(stage.network(), cursor)
            got += ids(items)
    items, cursor = drain(stage.network(), cursor)
    assert sorted(got + ids(items)) == sorted(said)
    assert drain(stage.network(), cursor)[0] == []


def test_what_is_shown_late_arrives_late(stage: FakeStage) -> None:
    post = stage.fake.keep("post", PAGE, "Pan")
    stage.fake.visible_after = 120
    late = [stage.fake.comment(ANA, post, "Tarde"), stage.public().mention("Tarde"), stage.public().message("Tarde")]
    stage.fake.visible_after = 0
    soon = [stage.fake.comment(ANA, post, "Pronto"), stage.public().mention("Pronto"), stage.public().message("Pronto")]
    items, cursor = drain(stage.network(), {})
    assert sorted(ids(items)) == sorted(soon)
    stage.fake.later(121)
    items, cursor = drain(stage.network(), cursor)
    assert sorted(ids(items)) == sorted(late)
    assert drain(stage.network(), cursor)[0] == []


def test_answers_under_answers_and_on_posts_of_others_arrive(stage: FakeStage) -> None:
    _, cursor = drain(stage.network(), {})
    theirs = stage.fake.keep("post", ANA, "En vuestro muro", place="visitor_posts")
    first = stage.fake.comment("700700702", theirs, "Y yo")
    second = stage.fake.comment(ANA, first, "Y yo a ti")
    items, _ = drain(stage.network(), cursor)
    told = {item.external_id: (item.kind, item.parent_id, item.root_id) for item in items}
    assert told == {theirs: ("mention", "", theirs), first: ("comment", theirs, theirs), second: ("comment", first, theirs)}


def test_what_the_page_said_elsewhere_arrives_as_ours(stage: FakeStage) -> None:
    _, cursor = drain(stage.network(), {})
    post = stage.fake.keep("post", PAGE, "Pan")
    answer = stage.fake.comment(PAGE, stage.fake.comment(ANA, post, "¿A cuánto?"), "A dos euros")
    stage.public().message("Hola")
    stage.fake.keep("direct", PAGE, "Buenas", thread=f"t_{ANA}")
    items, _ = drain(stage.network(), cursor)
    assert [item.text for item in items if item.ours] == ["A dos euros", "Buenas"]
    assert [item.kind for item in items if item.external_id == answer] == ["comment"]


def test_whoever_hides_from_us_is_a_stranger_each_time(stage: FakeStage) -> None:
    post = stage.fake.keep("post", PAGE, "Pan")
    for text in ("uno", "dos"):
        stage.fake.things[stage.fake.comment(ANA, post, text)]["from"] = None
    items, _ = drain(stage.network(), {})
    assert len({item.author.external_id for item in items}) == 2
    assert all(not item.ours for item in items)


def test_when_connecting_only_the_newest_of_each_list_come_and_then_all(stage: FakeStage) -> None:
    old = [stage.public().mention(f"Antes {n}") for n in range(FIRST + 50)]
    items, cursor = drain(stage.network(), {})
    assert ids(items) == old[-FIRST:]
    new = [stage.public().mention(f"Después {n}") for n in range(FIRST + 50)]
    assert ids(drain(stage.network(), cursor)[0])[-len(new):] == new


def test_a_quiet_page_is_asked_little(stage: FakeStage) -> None:
    for n in range(30):
        stage.fake.comment(ANA, stage.fake.keep("post", PAGE, f"Pan {n}"), "¡Qué rico!")
    hour = (datetime.fromisoformat("2026-01-01T00:00:00+00:00") + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S+0000")
    for thing in stage.fake.things.values():
        thing["created_time"] = hour
    _, cursor = drain(stage.network(), {})
    before = len(stage.server.asked)
    assert drain(stage.network(), cursor)[0] == []
    assert len(stage.server.asked) - before == 4  # tagged, posts of visitors, the wall, conversations


def test_a_new_comment_on_an_old_post_arrives(stage: FakeStage) -> None:
    post = stage.fake.keep("post", PAGE, "Pan")
    stage.fake.things[post]["created_time"] = "2026-01-01T00:00:00+0000"
    _, cursor = drain(stage.network(), {})
    said = stage.fake.comment(ANA, post, "¿Sigue en pie?")
    assert ids(drain(stage.network(), cursor)[0]) == [said]


def test_without_a_permission_the_rest_still_arrives(stage: FakeStage) -> None:
    stage.allow({"pages_messaging"})
    stage.public().mention("No se ve")
    said = stage.public().message("Esto sí")
    assert ids(drain(stage.network(), {})[0]) == [said]
    stage.allow(set())
    with pytest.raises(Reconnect):
        stage.network().collect({})


def test_a_post_deleted_between_two_calls_stops_nothing(stage: FakeStage) -> None:
    post = stage.fake.keep("post", PAGE, "Pan")
    stage.fake.comment(ANA, post, "¡Qué rico!")
    stage.fake.hole = post
    assert ids(drain(stage.network(), {})[0]) == []


def test_hiding_says_what_facebook_then_shows(stage: FakeStage) -> None:
    comment = stage.fake.comment(ANA, stage.fake.keep("post", PAGE, "Pan"), "Feo")
    assert stage.network().hide(Ref(comment)).evidence["is_hidden"] is True
    assert stage.network().unhide(Ref(comment)).evidence["is_hidden"] is False


@pytest.mark.parametrize(("told", "outcome"), [({"success": False}, Refused), ({"hello": ["world"]}, TryLater)])
def test_a_deletion_is_believed_only_where_facebook_says_that_it_was_done(
        stage: FakeStage, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], outcome: type[Outcome]) -> None:
    monkeypatch.setattr(stage.fake, "_delete_node", lambda name, asked: told)
    with pytest.raises(outcome):
        stage.network().delete(Ref(stage.fake.keep("post", PAGE, "Pan")))


def test_a_post_that_blinks_brings_nothing_twice(stage: FakeStage) -> None:
    _, cursor = drain(stage.network(), {})
    post = stage.fake.keep("post", PAGE, "Pan")
    said = stage.fake.comment(ANA, post, "¡Qué rico!")
    items, cursor = drain(stage.network(), cursor)
    assert ids(items) == [said]
    stage.fake.things[post]["shown"] += 60
    assert drain(stage.network(), cursor)[0] == []
    _, cursor = drain(stage.network(), cursor)
    stage.fake.later(61)
    assert drain(stage.network(), cursor)[0] == []


def test_comments_are_followed_on_as_many_posts_however_few_come_at_a_time(stage: FakeStage) -> None:
    """Graph gives fewer than it is asked for when it likes, and when what is asked for is too much."""
    posts = [stage.fake.keep("post", PAGE, f"Hornada {n}") for n in range(20)]
    _, cursor = drain(stage.network(), {})
    stage.fake.page_size = 3
    said = [stage.fake.comment(ANA, post, "¿Queda?") for post in posts]
    assert sorted(ids(drain(stage.network(), cursor)[0])) == sorted(said)
