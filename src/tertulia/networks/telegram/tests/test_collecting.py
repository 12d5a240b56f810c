"""What arrives: whole, once, under what it answers, and confirmed only once it was kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.kit import clock
from tertulia.networks.contract import Draft, Item, Picture, Ref, TryLater
from tertulia.networks.stage import drain, key, png
from tertulia.networks.telegram import collecting, text, translate
from tertulia.networks.telegram.tests.fake import BOT, CHANNEL, GROUP
from tertulia.networks.telegram.tests.stages import FakeStage

PICTURE = Picture(png(), "image/png", "", 8, 8)
PHOTO = [{"file_id": "x", "file_unique_id": "y", "width": 8, "height": 8}]


def polled(stage: FakeStage, cursor: Mapping[str, Any] | None = None) -> tuple[list[Item], Mapping[str, Any]]:
    return drain(stage.network(), cursor or {})


def offsets(stage: FakeStage) -> list[int | None]:
    return [told.get("offset") for method, told in stage.fake.calls if method == "getUpdates"]


# ---------------------------------------------------------------------- confirming

def test_a_crash_at_any_page_loses_nothing_and_what_was_kept_does_not_come_again(stage: FakeStage) -> None:
    said = [stage.public().mention(f"Número {number}") for number in range(250)]
    kept: list[str] = []
    cursor: Mapping[str, Any] = {}
    for _ in range(3):
        lost = stage.network().collect(cursor)       # a worker that dies before it stores the page
        batch = stage.network().collect(cursor)      # the next one
        assert [one.external_id for one in batch.items] == [one.external_id for one in lost.items]
        kept += [one.external_id for one in batch.items]
        cursor = json.loads(json.dumps(dict(batch.cursor)))
    assert kept == said
    assert batch.more is False
    assert polled(stage, cursor)[0] == []


def test_only_an_offset_that_was_kept_is_ever_asked_for(stage: FakeStage) -> None:
    for number in range(120):
        stage.public().mention(f"Número {number}")
    _, cursor = polled(stage)
    first = stage.fake.calls[-1][1]["offset"]
    assert offsets(stage) == [None, first], "the second page was asked for by the offset of the first"
    assert len(stage.fake.waiting[BOT]) == 20, "the last page is not confirmed until the next time"
    polled(stage, cursor)
    assert offsets(stage)[-1] == cursor["offset"]
    assert not stage.fake.waiting[BOT]


def test_a_failed_poll_confirms_nothing(stage: FakeStage) -> None:
    said = stage.public().mention("¿Hay pan?")
    for fault in ("error_before", "reset_after", "half", "wrong_json", "html"):
        stage.faults.plan["collect"] = [fault]
        with pytest.raises(TryLater):
            stage.network().collect({})
    assert [one.external_id for one in polled(stage)[0]] == [said]


def test_after_a_week_of_silence_any_number_may_be_next(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.public().mention("Antes")
    _, cursor = polled(stage)
    polled(stage, cursor)
    stage.fake._updates = iter(range(1000, 2000))  # type: ignore[assignment]
    later = clock.now() + timedelta(days=8)
    said = stage.public().mention("Después")
    monkeypatch.setattr(clock, "now", lambda: later)
    items, cursor = polled(stage, cursor)
    assert [one.external_id for one in items] == [said]
    assert cursor["offset"] == 1001


def test_updates_that_were_not_asked_for_are_passed_over(stage: FakeStage) -> None:
    """allowed_updates does not touch what was made before it was first told."""
    poll = {"update_id": next(stage.fake._updates), "poll": {"id": "1"}, "message_reaction": {}}
    said = stage.public().mention("¿Hay pan?")
    updates = [poll, *stage.fake.waiting[BOT], {**poll, "update_id": poll["update_id"] + 7}]
    batch = collecting.batch(updates, {}, stage.account.settings, now=1, full=False)
    assert [one.external_id for one in batch.items] == [said]
    assert batch.cursor["offset"] == poll["update_id"] + 8
    polled(stage)
    assert stage.fake.calls[-1][1]["allowed_updates"] == ["message", "channel_post", "edited_message", "edited_channel_post"]


@pytest.mark.parametrize("whose", ["webhook", "reader"])
def test_a_bot_that_somebody_else_reads_says_what_to_do(stage: FakeStage, whose: str) -> None:
    if whose == "webhook":
        stage.fake.webhook = "https://otro.example/"
    else:
        stage.fake.other_reader = True
    with pytest.raises(TryLater) as caught:
        stage.network().collect({})
    assert caught.value.reason == "duplicate"
    assert "un bot que no use nadie más" in caught.value.detail
    assert "Conflict" in caught.value.detail


# ---------------------------------------------------------------------- posts, comments and the rest of the group

def test_our_post_comes_back_from_the_group_as_the_post_it_is(stage: FakeStage) -> None:
    ref = stage.network().publish(Draft("Hoy, empanadas"), key()).ref
    [post], _ = polled(stage)
    assert (post.kind, post.ours, post.external_id, post.url) == ("post", True, ref.external_id, "https://t.me/panaderia/1")


def test_a_post_made_by_hand_comes_once_as_itself_and_once_as_its_copy(stage: FakeStage) -> None:
    stage.fake.say(CHANNEL, None, text="A mano")
    items, _ = polled(stage)
    assert [(one.kind, one.ours, one.external_id, one.text) for one in items] == [("post", True, f"{CHANNEL}:1", "A mano")] * 2
    assert items[0].attachments == items[1].attachments, "so that the second is nothing new"


def test_the_root_of_a_deep_comment_is_known_by_the_cursor_alone(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Hilo"), key()).ref
    comment = stage.public().comment(post, "Uno")
    _, cursor = polled(stage)
    deep = stage.public(1).comment(Ref(comment), "Dos")
    [item], _ = polled(stage, cursor)
    assert (item.external_id, item.kind, item.parent_id, item.root_id) == (deep, "comment", comment, post.external_id)


def test_a_comment_on_a_post_of_before_tells_its_root_itself(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Viejo"), key()).ref
    stage.fake.waiting[BOT].clear()
    comment = stage.public().comment(post, "Ahora")
    deep = stage.public(1).comment(Ref(comment), "Y después")
    items, _ = polled(stage)
    assert [(one.external_id, one.kind, one.parent_id, one.root_id) for one in items] == [
        (comment, "comment", post.external_id, post.external_id), (deep, "comment", comment, post.external_id)]


def test_under_a_thread_nobody_knows_it_is_talk_of_the_group(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Viejo"), key()).ref
    comment = stage.public().comment(post, "Ahora")
    stage.fake.waiting[BOT].clear()
    deep = stage.public(1).comment(Ref(comment), "Y después")
    [item], _ = polled(stage)
    thread = f"{GROUP}:{stage.fake.copy_of(CHANNEL, 1)['message_id']}"
    assert (item.external_id, item.kind, item.parent_id, item.root_id) == (deep, "mention", comment, thread)


def test_what_is_said_in_the_group_under_no_post_is_a_mention(stage: FakeStage) -> None:
    said = stage.public().say(GROUP, "¿Alguien ha probado el de centeno?")
    answer = stage.public(1).say(GROUP, "Yo", on=int(said.partition(":")[2]))
    items, _ = polled(stage)
    assert [(one.external_id, one.kind, one.parent_id, one.root_id) for one in items] == [
        (said, "mention", "", said), (answer, "mention", said, said)]
    assert items[0].url == f"https://t.me/panaderia_charla/{said.partition(':')[2]}"


def test_who_answers_as_the_channel_or_as_the_group_is_us(stage: FakeStage) -> None:
    for chat in (CHANNEL, GROUP):
        stage.fake.say(GROUP, {"id": 1087968824, "is_bot": True, "first_name": "Group"}, text="Somos nosotros",
                       sender_chat={name: stage.fake.chats[chat][name] for name in ("id", "type", "title", "username")})
    items, _ = polled(stage)
    assert [(one.ours, one.author.external_id) for one in items] == [(True, str(CHANNEL)), (True, str(GROUP))]


def test_only_the_newest_threads_are_remembered(stage: FakeStage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "THREADS", 3)
    for number in range(12):
        stage.network().publish(Draft(f"Número {number}"), key())
    _, cursor = polled(stage)
    assert cursor["threads"] == {"10": 10, "11": 11, "12": 12}


def test_other_chats_are_not_ours(stage: FakeStage) -> None:
    stage.fake.open(-100777, "supergroup", "Otro grupo")
    stage.fake.appoint(-100777, BOT, "member")
    stage.fake.open(-100778, "channel", "Otro canal", "otro")
    stage.fake.appoint(-100778, BOT)
    stage.public().say(-100777, "Aquí no")
    stage.fake.say(-100778, None, text="Ni aquí")
    items, cursor = polled(stage)
    assert items == []
    assert cursor["offset"]


def test_without_a_group_only_the_channel_and_private_talk_are_heard(stage: FakeStage) -> None:
    stage.account.settings["group_id"] = None  # type: ignore[index]
    stage.fake.say(CHANNEL, None, text="A mano")
    stage.public().say(GROUP, "No se oye")
    stage.public().message("Sí se oye")
    assert [one.text for one in polled(stage)[0]] == ["A mano", "Sí se oye"]


def test_a_group_that_moves_is_heard_where_it_went(stage: FakeStage) -> None:
    stage.fake.open(-100999, "supergroup", "La cola del pan")
    stage.fake.appoint(-100999, BOT)
    stage.fake.say(GROUP, stage.public().me, migrate_to_chat_id=-100999)
    _, cursor = polled(stage)
    said = stage.public().say(-100999, "¿Seguís ahí?")
    items, cursor = polled(stage, cursor)
    assert [one.external_id for one in items] == [said]
    assert [one.external_id for one in polled(stage, {**cursor, "offset": 1})[0]] == [said], "also the time after"


def test_another_group_linked_later_has_threads_of_its_own(stage: FakeStage) -> None:
    stage.network().publish(Draft("Uno"), key())
    _, cursor = polled(stage)
    assert cursor["threads"] == {"1": 1}
    stage.account.settings["group_id"] = -100999  # type: ignore[index]
    stage.fake.open(-100999, "supergroup", "La cola nueva")
    stage.fake.appoint(-100999, BOT)
    first = stage.public().say(-100999, "¿Es aquí?")
    said = stage.public(1).say(-100999, "Aquí es", on=1)
    items, _ = polled(stage, {**cursor, "moved": GROUP})
    assert [(one.external_id, one.kind, one.root_id) for one in items] == [(first, "mention", first), (said, "mention", first)]


# ---------------------------------------------------------------------- private talk

def test_private_talk_is_direct_and_one_thread_a_person(stage: FakeStage) -> None:
    said = stage.public().message("¿Abrís el lunes?")
    stage.network().message(Draft("Sí", to=stage.public().author, reply_to=Ref(said)), key())
    answer = stage.public().say(stage.public().me["id"], "Gracias", on=2)
    items, _ = polled(stage)
    assert [(one.kind, one.external_id, one.root_id, one.url) for one in items] == [("direct", said, "", ""), ("direct", answer, "", "")]
    assert items[1].parent_id == f"{stage.public().me['id']}:2"


@pytest.mark.parametrize(("words", "many"), [("/start", 0), ("/start de-un-enlace", 0), ("/starting", 1), ("hola /start", 1)])
def test_opening_the_bot_says_nothing(stage: FakeStage, words: str, many: int) -> None:
    stage.public().message(words)
    assert len(polled(stage)[0]) == many


# ---------------------------------------------------------------------- albums, edits, things without words

def test_an_album_is_one_item_with_its_words(stage: FakeStage) -> None:
    stage.network().publish(Draft("Tres panes", pictures=(PICTURE,) * 3), key())
    stage.public().mention("Qué pinta")
    items, _ = polled(stage)
    assert [(one.kind, one.external_id, one.text) for one in items] == [
        ("post", f"{CHANNEL}:1", "Tres panes"), ("mention", items[1].external_id, "@panaderia_bot Qué pinta")]


def test_an_album_at_the_end_of_a_page_waits_for_its_rest(stage: FakeStage) -> None:
    before = stage.public().mention("Antes")
    ana = stage.public().me
    photos = [stage.fake.say(GROUP, ana, photo=PHOTO, media_group_id="7", caption="Mi pan")["message_id"]]
    items, cursor = polled(stage)
    assert [one.external_id for one in items] == [before], "the album may not be whole"
    photos.append(stage.fake.say(GROUP, ana, photo=PHOTO, media_group_id="7")["message_id"])
    items, cursor = polled(stage, cursor)
    assert [(one.external_id, one.text, one.extra) for one in items] == [(f"{GROUP}:{photos[0]}", "Mi pan", {"messages": photos})]
    assert polled(stage, cursor)[0] == []


def test_an_album_cut_by_the_end_of_a_page_is_one_item(stage: FakeStage) -> None:
    for number in range(98):
        stage.public().mention(f"Número {number}")
    for _ in range(5):
        stage.fake.say(GROUP, stage.public().me, photo=PHOTO, media_group_id="7")
    said = stage.public().mention("Después")
    items, _ = polled(stage)
    assert len(items) == 100
    assert items[-1].external_id == said
    assert len(items[-2].extra["messages"]) == 5


def test_an_edit_is_the_same_item_with_other_words(stage: FakeStage) -> None:
    said = stage.fake.say(GROUP, stage.public().me, text="Que asco")
    stage.fake.edit(said, text="Qué rico")
    post = stage.fake.say(CHANNEL, None, text="Pan a 1 €")
    stage.fake.edit(post, text="Pan a 2 €")
    items, _ = polled(stage)
    of_ana = [one for one in items if one.external_id == f"{GROUP}:{said['message_id']}"]
    assert [one.text for one in of_ana] == ["Que asco", "Qué rico"]
    assert of_ana[0].created_at == of_ana[1].created_at
    assert [(one.kind, one.text) for one in items[2:]] == [("post", "Pan a 1 €"), ("post", "Pan a 1 €"), ("post", "Pan a 2 €")]


def test_an_edited_picture_inside_an_album_is_not_another_item(stage: FakeStage) -> None:
    album = [stage.fake.say(GROUP, stage.public().me, photo=PHOTO, media_group_id="7", **more)
             for more in ({"caption": "Mi pan"}, {}, {})]
    stage.fake.edit(album[1], photo=PHOTO)
    stage.fake.edit(album[0], caption="Mi primer pan")
    items, _ = polled(stage)
    assert [(one.external_id, one.text) for one in items] == [
        (f"{GROUP}:{album[0]['message_id']}", "Mi pan"), (f"{GROUP}:{album[0]['message_id']}", "Mi primer pan")]


@pytest.mark.parametrize(("content", "shown"), [
    ({"photo": PHOTO}, "📷"), ({"photo": PHOTO, "caption": "Mira"}, "Mira"), ({"sticker": {"emoji": "🥖"}}, "🥖"),
    ({"sticker": {}}, "🖼️"), ({"voice": {}}, "🎤"), ({"document": {"file_name": "carta.pdf"}}, "📎 carta.pdf"),
    ({"poll": {"question": "¿Centeno?"}}, "📊 ¿Centeno?"), ({"location": {"latitude": 1.0}}, "📍"),
    ({"dice": {"emoji": "🎲", "value": 3}}, "🎲"),
    ({"venue": {"title": "Obrador"}, "location": {}}, "📍"), ({"animation": {}, "document": {}}, "🎞️"),
    ({"new_chat_members": [{"id": 1}]}, None), ({"pinned_message": {}}, None), ({"left_chat_member": {}}, None),
])
def test_what_has_no_words_is_shown_by_what_it_is(stage: FakeStage, content: dict[str, Any], shown: str | None) -> None:
    stage.fake.say(GROUP, stage.public().me, **content)
    assert [one.text for one in polled(stage)[0]] == ([shown] if shown else [])


def test_a_picture_is_reached_by_the_message_and_never_by_its_file(stage: FakeStage) -> None:
    stage.fake.say(GROUP, stage.public().me, photo=PHOTO, caption="Mira")
    stage.fake.say(stage.public().me["id"], stage.public().me, photo=PHOTO, caption="En privado")
    group, private = polled(stage)[0]
    assert [(one.kind, one.url) for one in group.attachments] == [("other", group.url)]
    assert private.attachments == ()


# ---------------------------------------------------------------------- UTF-16

@pytest.mark.parametrize(("words", "link", "plain"), [
    ("🥖 la carta, ya", "la carta", "🥖 la carta (https://a.example), ya"), ("👩‍👩‍👧👩‍👩‍👧 ñ", "ñ", "👩‍👩‍👧👩‍👩‍👧 ñ (https://a.example)"),
    ("𝒜𝒷𝒸", "𝒷", "𝒜𝒷 (https://a.example)𝒸"), ("carta", "carta", "carta (https://a.example)"),
])
def test_the_address_behind_a_link_is_put_where_the_link_ends(stage: FakeStage, words: str, link: str, plain: str) -> None:
    at = len(words.partition(link)[0].encode("utf-16-le")) // 2
    entity = {"type": "text_link", "offset": at, "length": text.count(link), "url": "https://a.example"}
    stage.fake.say(GROUP, stage.public().me, text=words, entities=[entity, {"type": "bold", "offset": 0, "length": 2}])
    stage.fake.say(GROUP, stage.public().me, caption=words, photo=PHOTO, caption_entities=[entity])
    assert [one.text for one in polled(stage)[0]] == [plain, plain]


@given(st.lists(st.sampled_from(["a", "ñ", "🥖", "👩‍👩‍👧", " ", "𝒜", "n\u0303"]), max_size=12), st.data())
def test_links_at_any_place_keep_every_word(parts: list[str], data: st.DataObject) -> None:
    ends = sorted(data.draw(st.sets(st.integers(0, len(parts)), max_size=4)))
    entities = [{"type": "text_link", "offset": 0, "length": len("".join(parts[:end]).encode("utf-16-le")) // 2, "url": f"u{end}"}
                for end in ends]
    shown = text.plain("".join(parts), entities)
    for end in ends:
        shown = shown.replace(f" (u{end})", "", 1)
    assert shown == text.plain("".join(parts), [])


@pytest.mark.parametrize("entity", [{"offset": 90, "length": 5}, {"offset": 0, "length": 900}, {"offset": 1, "length": 1}])
def test_a_link_out_of_place_breaks_nothing(entity: dict[str, int]) -> None:
    assert "https://a.example" in text.plain("🥖", [{"type": "text_link", "url": "https://a.example", **entity}])


def test_a_text_is_nfc_and_names_are_put_together() -> None:
    assert text.plain("n\u0303", []) == "ñ"
    who = translate.author({"from": {"id": 5, "first_name": "Ana", "last_name": "Gil"}})
    assert (who.external_id, who.handle, who.name, who.url) == ("5", "5", "Ana Gil", "")
