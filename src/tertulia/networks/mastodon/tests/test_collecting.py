"""Everything addressed to the account, once, in order, threaded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tertulia.networks.contract import Author, Draft, Gone, Ref, TryLater
from tertulia.networks.mastodon import client
from tertulia.networks.mastodon.tests.stages import FakeStage
from tertulia.networks.stage import drain, key


def asked(stage: FakeStage, ending: str) -> int:
    return sum(one.method == "GET" and one.path.endswith(ending) for one in stage.asked())


def test_a_new_channel_begins_with_what_was_said_before_it(stage: FakeStage) -> None:
    said = [stage.public().mention(f"{number}") for number in range(100)]
    items, cursor = drain(stage.network(), {})
    assert [item.external_id for item in items] == said
    assert "since" not in cursor


def test_the_back_fill_has_a_bound_and_says_since_when(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BACKFILL", 80)
    said = [stage.public().mention(f"{number}") for number in range(130)]
    items, cursor = drain(stage.network(), {})
    assert [item.external_id for item in items] == said[-80:]
    assert cursor["since"] == stage.fake.statuses[said[-80]]["created_at"]
    said = [stage.public().mention(f"después {number}") for number in range(50)]
    items, after = drain(stage.network(), cursor)
    assert [item.external_id for item in items] == said
    assert after["since"] == cursor["since"]


def test_a_channel_that_began_in_silence_loses_nothing_of_a_burst(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "BACKFILL", 40)
    items, cursor = drain(stage.network(), {})
    assert items == []
    said = [stage.public(number % 2).mention(f"{number}") for number in range(250)]
    assert [item.external_id for item in drain(stage.network(), cursor)[0]] == said


@pytest.mark.parametrize("page", [1, 7, 20])
def test_a_server_may_give_smaller_pages_than_were_asked(stage: FakeStage, page: int) -> None:
    stage.fake.page = page
    said = [stage.public().mention(f"{number}") for number in range(15)]
    assert [item.external_id for item in drain(stage.network(), {"min_id": "0"})[0]] == said
    assert [item.external_id for item in drain(stage.network(), {})[0]] == said


def test_a_server_that_knows_no_paging_does_not_keep_us_for_ever(stage: FakeStage) -> None:
    stage.fake.deaf = True
    said = [stage.public().mention(f"{number}") for number in range(30)]
    items, cursor = drain(stage.network(), {})
    assert [item.external_id for item in items] == said
    said.append(stage.public().mention("otra"))
    items, cursor = drain(stage.network(), cursor)
    assert said[-1] in {item.external_id for item in items}
    assert drain(stage.network(), cursor)[0] == []


def test_what_arrives_while_the_pages_are_read_is_not_lost(stage: FakeStage) -> None:
    said = [stage.public().mention(f"{number}") for number in range(60)]
    first = stage.network().collect({"min_id": "0"})
    said.append(stage.public(1).mention("mientras tanto"))
    rest, _ = drain(stage.network(), first.cursor)
    assert [item.external_id for item in (*first.items, *rest)] == said


def test_a_mention_deleted_before_we_came_is_passed_over(stage: FakeStage) -> None:
    said = [stage.public().mention(f"{number}") for number in range(3)]
    stage.fake.notifications[1]["status"] = None
    assert [item.external_id for item in drain(stage.network(), {})[0]] == [said[0], said[2]]


def test_kinds_are_told_apart(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Hoy pan"), key()).ref
    other = stage.fake.post(stage.fake.whose("berto"), {"status": "¿Dónde se come bien?"})
    person = stage.public()
    person.comment(post, "¡Qué rico!")
    person.mention("Hola")
    person.message("En privado")
    person.comment(Ref(other["id"]), "En la de @panaderia")
    items, _ = drain(stage.network(), {})
    assert [(item.kind, item.parent_id) for item in items] == [
        ("comment", post.external_id), ("mention", ""), ("direct", ""), ("mention", other["id"])]
    assert items[3].root_id == other["id"]
    assert items[2].extra["visibility"] == "direct"


def test_a_thread_of_hundreds_is_asked_for_a_few_times(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Sorteo"), key()).ref
    for number in range(120):
        stage.public(number % 2).comment(post, f"Yo {number}")
    items, _ = drain(stage.network(), {})
    assert {item.root_id for item in items} == {post.external_id}
    assert asked(stage, "/context") == 1


def test_a_chain_of_answers_has_one_root(stage: FakeStage) -> None:
    first = last = stage.network().publish(Draft("Hilo"), key()).ref
    for number in range(30):
        last = Ref(stage.public(number % 2).comment(last, "@panaderia sigo"))
    items, _ = drain(stage.network(), {})
    assert {item.root_id for item in items} == {first.external_id}
    assert [item.parent_id for item in items] == [first.external_id, *(item.external_id for item in items[:-1])]


def test_an_answer_whose_thread_is_gone_still_arrives(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Se irá"), key()).ref
    said = stage.public().comment(post, "¿Qué era?")
    stage.network().delete(post)
    items, _ = drain(stage.network(), {})
    assert [(item.external_id, item.parent_id, item.root_id) for item in items] == [(said, post.external_id, post.external_id)]


@pytest.mark.parametrize("how", ["error", "html", "cut", "limit"])
def test_a_poll_that_fails_in_the_middle_goes_on_from_its_cursor(stage: FakeStage, how: str) -> None:
    said = [stage.public().mention(f"{number}") for number in range(100)]
    first = stage.network().collect({"min_id": "0"})
    stage.fake.faults["collect"].append(how)
    with pytest.raises(TryLater):
        stage.network().collect(first.cursor)
    rest, _ = drain(stage.network(), first.cursor)
    assert [item.external_id for item in (*first.items, *rest)] == said


def test_identities_are_one_on_whatever_server_they_are_seen(stage: FakeStage) -> None:
    eva = stage.fake.join("eva", "otro.example")
    stage.fake.post(eva, {"status": "@panaderia hola"})
    stage.public().mention("hola")
    items, _ = drain(stage.network(), {})
    assert [(item.author.external_id, item.author.handle) for item in items] == [
        ("https://otro.example/users/eva", "eva@otro.example"),
        ("https://fediverso.example/users/ana", "ana@fediverso.example")]


@pytest.mark.parametrize("since_4_3", [True, False])
def test_many_can_be_asked_whether_they_are_still_there(stage: FakeStage, since_4_3: bool) -> None:
    stage.fake.since_4_3 = since_4_3
    said = [stage.public().mention(f"{number}") for number in range(50)]
    for name in said[::5]:
        stage.public().delete(name)
    assert stage.network().still_there(said) == set(said) - set(said[::5])


def test_a_poll_in_the_hour_that_does_not_exist_loses_nothing(stage: FakeStage) -> None:
    stage.fake.skew = timedelta(hours=-1)
    _, cursor = drain(stage.network(), {})
    said = [stage.public().mention("antes")]
    stage.fake.skew = timedelta(hours=1)
    said.append(stage.public().mention("después"))
    stage.fake.skew = timedelta(hours=-1)
    said.append(stage.public().mention("antes otra vez"))
    assert [item.external_id for item in drain(stage.network(), cursor)[0]] == said


def test_blocking_reaches_people_of_other_servers_and_says_who_is_gone(stage: FakeStage) -> None:
    eva = stage.fake.join("eva", "otro.example")
    stage.fake.post(eva, {"status": "@panaderia muy mal"})
    author = drain(stage.network(), {})[0][0].author
    stage.network().block(author)
    assert stage.fake.blocks == {(stage.account.settings["account_id"], eva["id"])}
    stage.network().unblock(author)
    assert stage.fake.blocks == set()
    with pytest.raises(Gone):
        stage.network().block(Author("https://otro.example/users/nadie", "nadie@otro.example"))
