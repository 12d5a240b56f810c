"""Comments by number: nothing lost and nothing twice, whatever is thrown away, fetched back or imported meanwhile."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest

from tertulia.networks.contract import Draft, Item
from tertulia.networks.stage import drain, key
from tertulia.networks.wordpress import collecting, translate
from tertulia.networks.wordpress.tests.stages import FakeStage


@pytest.fixture
def post(stage: FakeStage) -> int:
    return int(stage.fake.write(stage.fake.users["panaderia"], {"title": "Pan", "status": "publish"})["id"])


def numbers(items: list[Item]) -> list[int]:
    return [translate.numbered(item.external_id)[1] for item in items]


def test_the_first_time_the_last_ones_come_and_the_cursor_says_since_when(stage: FakeStage, post: int) -> None:
    said = [stage.fake.say(post, f"Comentario {n}")["id"] for n in range(330)]
    items, cursor = drain(stage.network(), {})
    assert numbers(items) == said[-collecting.BACKFILL:]
    assert cursor["since"] == items[0].created_at.isoformat()
    assert drain(stage.network(), cursor) == ([], cursor)


def test_a_small_site_comes_whole(stage: FakeStage, post: int) -> None:
    assert drain(stage.network(), {})[0] == []
    said = [stage.fake.say(post, f"Comentario {n}")["id"] for n in range(3)]
    items, cursor = drain(stage.network(), {})
    assert numbers(items) == said
    assert "since" not in cursor


def test_the_same_second_and_dates_that_go_back_lose_nothing(stage: FakeStage, post: int) -> None:
    """An hour comes twice in autumn, and imports bring old comments under new numbers."""
    cursor: Mapping[str, Any] = {}
    seen: list[int] = []
    for hour in ("02:50:00", "02:50:00", "02:10:00", "02:50:00"):
        for _ in range(120):
            stage.fake.say(post, "Igual")["date_gmt"] = f"2026-10-25T{hour}"
        items, cursor = drain(stage.network(), cursor)
        seen += numbers(items)
    assert seen == list(stage.fake.comments)


@pytest.mark.parametrize("status", ["hold", "approved"])
def test_what_waits_for_moderation_arrives(stage: FakeStage, post: int, status: str) -> None:
    stage.fake.say(post, "¿Abrís?", status=status)
    stage.fake.say(post, "Compra relojes", status="spam")
    stage.fake.say(post, "Al cubo", status="trash")
    assert [item.text for item in drain(stage.network(), {})[0]] == ["¿Abrís?"]


def test_what_is_taken_out_of_the_spam_arrives_then(stage: FakeStage, post: int) -> None:
    kept = [stage.fake.say(post, f"Uno {n}") for n in range(10)]
    kept[4]["status"] = "spam"
    _, cursor = drain(stage.network(), {})
    kept[4]["status"] = "approved"
    items, cursor = drain(stage.network(), cursor)
    assert numbers(items) == [kept[4]["id"]]
    assert drain(stage.network(), cursor)[0] == []


def test_what_disappears_from_among_the_last_has_vanished(stage: FakeStage, post: int) -> None:
    kept = [stage.fake.say(post, f"Uno {n}") for n in range(10)]
    _, cursor = drain(stage.network(), {})
    kept[3]["status"] = "trash"
    del stage.fake.comments[kept[9]["id"]]
    batch = stage.network().collect(cursor)
    assert [one.external_id for one in batch.vanished] == [translate.name("comment", kept[n]["id"]) for n in (3, 9)]
    assert (batch.items, stage.network().collect(batch.cursor).vanished) == ((), ())


def test_a_hidden_comment_has_not_vanished(stage: FakeStage, post: int) -> None:
    kept = [stage.fake.say(post, "Uno")]
    _, cursor = drain(stage.network(), {})
    kept[0]["status"] = "hold"
    assert stage.network().collect(cursor).vanished == ()


@pytest.mark.parametrize("away", [1, 40, 260, 400])
def test_old_ones_thrown_away_between_two_looks_hide_no_new_one(stage: FakeStage, post: int, away: int) -> None:
    old = [stage.fake.say(post, f"Viejo {n}")["id"] for n in range(400)]
    _, cursor = drain(stage.network(), {})
    for number in old[:away]:
        del stage.fake.comments[number]
    new = [stage.fake.say(post, f"Nuevo {n}")["id"] for n in range(130)]
    items, cursor = drain(stage.network(), cursor)
    assert numbers(items) == new
    assert drain(stage.network(), cursor)[0] == []


def test_comments_this_user_may_not_read_take_a_place_and_hide_nothing(stage: FakeStage, post: int) -> None:
    said = [stage.fake.say(post, f"Uno {n}")["id"] for n in range(180)]
    stage.fake.unreadable = set(said[90:170])
    items, cursor = drain(stage.network(), {})
    assert numbers(items) == [one for one in said if one not in stage.fake.unreadable]
    more = [stage.fake.say(post, f"Dos {n}")["id"] for n in range(120)]
    items, cursor = drain(stage.network(), cursor)
    assert numbers(items) == more
    assert drain(stage.network(), cursor)[0] == []


@pytest.mark.parametrize("seed", range(12))
def test_whatever_happens_between_looks_each_arrives_once(stage: FakeStage, post: int, seed: int) -> None:
    chance, cursor, arrived, due = random.Random(seed), drain(stage.network(), {})[1], list[int](), list[int]()
    for _ in range(25):
        for _ in range(chance.choice((0, 1, 3, 30, 150))):
            due.append(stage.fake.say(post, "Hola")["id"])
        items, cursor = drain(stage.network(), cursor)
        arrived += numbers(items)
        for number in chance.sample(sorted(stage.fake.comments), min(len(stage.fake.comments), chance.choice((0, 1, 20)))):
            if chance.random() < 0.5:
                stage.fake.comments[number]["status"] = chance.choice(("trash", "hold", "approved"))
            else:
                del stage.fake.comments[number]
    assert set(arrived) == set(due)
    # what a person fetches back out of the bin may be told again: it had been told as vanished
    assert len(arrived) - len(due) <= sum(one["status"] != "trash" for one in stage.fake.comments.values())


def test_a_look_without_news_is_one_call(stage: FakeStage, post: int) -> None:
    for n in range(350):
        stage.fake.say(post, f"Uno {n}")
    _, cursor = drain(stage.network(), {})
    before = len(stage.asked())
    drain(stage.network(), cursor)
    assert len(stage.asked()) - before == 1


def test_our_own_comments_are_ours_and_other_programs_notes_are_not_messages(stage: FakeStage, post: int) -> None:
    theirs = stage.public().comment(stage.network().publish(Draft("Pan"), key()).ref, "¿Abrís?")
    item = drain(stage.network(), {})[0][0]
    ours = stage.network().publish(Draft("Sí", reply_to=translate.receipt("comment", stage.fake.comments[2]).ref), key())
    stage.fake.say(post, "Pedido 7 completado", kind="order_note")
    items, _ = drain(stage.network(), {})
    assert [(one.external_id, one.ours) for one in items] == [(theirs, False), (ours.ref.external_id, True)]
    assert "ana@correo.example" not in repr(item), "a guest's mail is not kept"


def test_comments_are_counted_and_what_wordpress_does_not_count_is_unknown(stage: FakeStage, post: int) -> None:
    stage.fake.say(post, "Uno")
    stage.fake.say(post, "Dos", status="hold")
    (ref,) = (translate.receipt("post", stage.fake.posts[post]).ref,)
    (found,) = stage.network().measure([ref]).values()
    assert (found.replies, found.likes, found.shares, found.views) == (1, None, None, None)
