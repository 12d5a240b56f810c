"""The class alone on Bluesky's own servers: what the shared suite does not ask."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from PIL import Image

from tertulia.kit import clock
from tertulia.networks.bluesky import Bluesky
from tertulia.networks.contract import Account, Draft, Gone, Picture, Reconnect, Ref, Refused
from tertulia.networks.stage import drain, eventually, gather, key, words
from tests.peers.bluesky.running import BlueskyNetwork
from tests.peers.bluesky.staging import BlueskyStage


@pytest.fixture
def stage(bluesky_network: BlueskyNetwork) -> Iterator[BlueskyStage]:
    stage = BlueskyStage(bluesky_network)
    yield stage
    stage.close()


def connect(stage: BlueskyStage, **changed: str) -> Account:
    answers = {"handle": stage.brand.handle, "password": stage.app_password, "server": stage.account.settings["pds"]}
    return Bluesky.connect({**answers, **changed}, stage.client())


def shown(stage: BlueskyStage, uri: str) -> dict[str, Any]:
    """A thread as somebody with no part in it sees it, waited for."""
    found: list[dict[str, Any]] = []

    def there() -> bool:
        try:
            found.append(stage.public(9).someone.thread(uri))
        except httpx.HTTPStatusError:
            return False
        return True
    assert eventually(stage, there)
    return found[-1]


# ------------------------------------------------------------------ connecting


def test_connecting_learns_who_it_is_and_where_its_server_is(stage: BlueskyStage) -> None:
    account = connect(stage, handle=f" \u2066@{stage.brand.handle.upper()}\u2069 ")
    assert (account.external_id, account.handle) == (stage.brand.did, stage.brand.handle)
    assert account.base_url == account.settings["pds"] == stage.account.settings["pds"]
    assert account.scopes == {"com.atproto.appPass"}
    assert set(account.secrets) == {"access", "refresh", "password"}


def test_a_wrong_password_asks_to_connect_again(stage: BlueskyStage) -> None:
    with pytest.raises(Reconnect) as caught:
        connect(stage, password="no-es-esta-clave")
    assert caught.value.reason == "bad_credentials"
    assert "no-es-esta-clave" not in f"{caught.value} {caught.value.evidence}"


def test_an_address_that_is_no_server_of_bluesky_is_refused(
        stage: BlueskyStage, bluesky_network: BlueskyNetwork) -> None:
    with pytest.raises(Refused):
        connect(stage, server=bluesky_network.appview_url)


# ------------------------------------------------------------------ sessions


def test_a_dead_token_is_renewed_kept_and_the_post_goes_out_once(stage: BlueskyStage) -> None:
    stage.tire()
    draft = Draft(words("renovar"))
    stage.network().publish(draft, key())
    assert [text == draft.text for text in stage.seen()] == [True]
    assert len(stage.kept) == 1
    assert stage.account.secrets["access"] == stage.kept[0]["access"] != "x.y.z"
    assert stage.account.secrets["password"] == stage.app_password


def test_a_dead_session_signs_in_again_with_the_app_password(stage: BlueskyStage) -> None:
    stage.account = replace(stage.account, secrets={**stage.account.secrets, "access": "x.y.z", "refresh": "x.y.z"})
    assert stage.network().profile().name == stage.brand.handle
    assert len(stage.kept) == 1


# ------------------------------------------------------------------ publishing


def test_publishing_again_changes_nothing_not_even_a_revision(stage: BlueskyStage) -> None:
    draft, name = Draft(words("una sola vez #Feliz")), key()
    first = stage.network().publish(draft, name)
    before = stage.brand.ask("com.atproto.sync.getLatestCommit", did=stage.brand.did)
    second = stage.network().publish(draft, name)
    assert (first.ref, first.evidence) == (second.ref, second.evidence)
    assert stage.brand.ask("com.atproto.sync.getLatestCommit", did=stage.brand.did) == before
    assert stage.network().find(draft, name) == first


def test_three_hundred_graphemes_go_out_and_one_more_is_refused(stage: BlueskyStage) -> None:
    family = "👩‍👩‍👧"
    stage.network().publish(Draft("ñ" * 200 + family * 99), key())
    with pytest.raises(Refused) as caught:
        stage.network().publish(Draft("ñ" * 301), key())
    assert caught.value.reason == "too_long"
    with pytest.raises(Refused) as caught:
        stage.network().publish(Draft(family * 200), key())  # 200 signs, 3,600 bytes
    assert caught.value.reason == "too_long"


def test_a_picture_reaches_the_public_with_its_text_and_its_shape(stage: BlueskyStage) -> None:
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), "#c86").save(drawn, "JPEG")
    picture = Picture(drawn.getvalue(), "image/jpeg", "Hogaza recién hecha", 64, 48)
    receipt = stage.network().publish(Draft(words("hogaza"), pictures=(picture,)), key())
    (image,) = shown(stage, receipt.ref.external_id)["thread"]["post"]["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == ("Hogaza recién hecha", {"width": 64, "height": 48})


def test_too_many_or_too_heavy_pictures_are_refused_before_anything_is_sent(stage: BlueskyStage) -> None:
    picture = Picture(b"x" * 10, "image/png")
    for pictures, reason in (
        ((picture,) * 5, "too_many_media"), ((replace(picture, content=b"x" * 1_000_001),), "bad_media"),
        ((replace(picture, mime="image/tiff"),), "bad_media"),
    ):
        with pytest.raises(Refused) as caught:
            stage.network().publish(Draft("foto", pictures=pictures), key())
        assert caught.value.reason == reason
    assert stage.seen() == []


def test_mentions_links_and_tags_are_live_and_nobody_is_left_as_text(stage: BlueskyStage) -> None:
    reader = stage.public().someone
    text = f"¡@{reader.handle}! ñ 👩‍👩‍👧 tienda.es #Pan @nadie-aqui.test"
    receipt = stage.network().publish(Draft(text), key())
    record = shown(stage, receipt.ref.external_id)["thread"]["post"]["record"]
    pieces = [(text.encode()[one["index"]["byteStart"]:one["index"]["byteEnd"]].decode(), one["features"][0])
              for one in record["facets"]]
    assert [(piece, feature.get("did") or feature.get("uri") or feature.get("tag")) for piece, feature in pieces] == [
        (f"@{reader.handle}", reader.did), ("tienda.es", "https://tienda.es"), ("#Pan", "Pan")]


# ------------------------------------------------------------------ collecting


def test_a_burst_of_replies_by_three_people_is_collected_once_in_order_and_threaded(stage: BlueskyStage) -> None:
    post = stage.network().publish(Draft(words("ráfaga")), key()).ref
    shown(stage, post.external_id)
    readers = [stage.public(number) for number in range(3)]

    def say(number: int) -> list[str]:
        return [readers[number].comment(post, f"{number}: y {turn}") for turn in range(100)]

    with ThreadPoolExecutor(3) as together:
        said = [uri for uris in together.map(say, range(3)) for uri in uris]
    started = time.monotonic()
    items, cursor = gather(stage, {}, set(said))
    replies = [item for item in items if not item.ours]
    assert sorted(item.external_id for item in replies) == sorted(said)
    assert {(item.kind, item.parent_id, item.root_id) for item in replies} == {
        ("comment", post.external_id, post.external_id)}
    for number in range(3):
        own = [item.external_id for item in replies if item.external_id in said[number * 100:(number + 1) * 100]]
        assert own == said[number * 100:(number + 1) * 100]
    assert drain(stage.network(), cursor)[0] == []
    print(f"300 replies collected in {time.monotonic() - started:.1f} s")


def test_five_thousand_mentions_between_two_polls_are_collected_once_and_in_order(stage: BlueskyStage) -> None:
    _, before = drain(stage.network(), {})
    handle = stage.brand.handle
    readers = [stage.public(number).someone for number in range(3)]
    texts = [f"@{handle} hola {number}" for number in range(1700)]
    with ThreadPoolExecutor(3) as together:
        said = list(together.map(lambda one: one.post_many(texts, mentioning={handle: stage.brand.did}), readers))
    stage.patience = 240
    last = {uris[-1] for uris in said}
    started = time.monotonic()
    assert eventually(stage, lambda: stage.network().still_there(sorted(last)) == last)
    seen = time.monotonic()
    items, after = gather(stage, before, {uri for uris in said for uri in uris})
    print(f"5,100 mentions indexed in {seen - started:.0f} s, collected in {time.monotonic() - seen:.1f} s")
    collected = [item.external_id for item in items]
    assert len(collected) == len(set(collected)) == 5100
    for uris in said:
        own = set(uris)
        assert [uri for uri in collected if uri in own] == uris
    assert drain(stage.network(), after)[0] == []


def test_a_reply_that_claims_an_hour_ago_is_not_lost(stage: BlueskyStage) -> None:
    handle = stage.brand.handle
    reader = stage.public().someone
    now = stage.public().mention("ahora")
    _, cursor = gather(stage, {}, {now})
    post = stage.network().publish(Draft(words("tarde")), key()).ref
    shown(stage, post.external_id)
    answering = {"uri": post.external_id, "cid": post.extra["cid"]}
    late = reader.post(f"@{handle} llego tarde", answering=answering, at=clock.now() - timedelta(hours=1))["uri"]
    items, _ = gather(stage, cursor, {late})
    assert [item.external_id for item in items].count(late) == 1


def test_a_reply_sent_at_once_is_found_though_it_may_never_be_notified(stage: BlueskyStage) -> None:
    _, cursor = drain(stage.network(), {})
    post = stage.network().publish(Draft(words("al instante")), key()).ref
    said = [stage.public(number).comment(post, "¡primera!") for number in range(3)]
    items, _ = gather(stage, cursor, set(said))
    assert sorted(item.external_id for item in items if not item.ours) == sorted(said)


def test_an_account_that_asked_bluesky_for_few_notifications_still_hears_everybody(stage: BlueskyStage) -> None:
    stage.brand.do("app.bsky.notification.putPreferences", priority=True)
    said = stage.public().mention("no me sigues")
    assert said in [item.external_id for item in gather(stage, {}, {said})[0]]


def test_a_quotation_is_a_mention_with_what_it_quotes(stage: BlueskyStage) -> None:
    post = stage.network().publish(Draft(words("citable")), key()).ref
    quotation = {"$type": "app.bsky.embed.record", "record": {"uri": post.external_id, "cid": post.extra["cid"]}}
    said = stage.public().someone.post("mirad esto", embed=quotation)["uri"]
    items, _ = gather(stage, {}, {said})
    (item,) = [item for item in items if item.external_id == said]
    assert (item.kind, item.extra["quotes"], item.parent_id) == ("mention", post.external_id, "")


def test_a_mention_in_a_thread_of_others_comes_with_what_it_answers(stage: BlueskyStage) -> None:
    begun = stage.public().someone.post("¿dónde compráis el pan?")
    shown(stage, begun["uri"])
    handle = stage.brand.handle
    named = stage.public(1).someone.post(
        f"en @{handle}", answering=begun, mentioning={handle: stage.brand.did})["uri"]
    items, cursor = gather(stage, {}, {named})
    assert [(item.external_id, item.kind) for item in items] == [(begun["uri"], "post"), (named, "mention")]
    assert drain(stage.network(), cursor)[0] == []


# ------------------------------------------------------------------ acting


def test_a_hidden_reply_is_hidden_for_the_public_and_shown_again(stage: BlueskyStage) -> None:
    post = stage.network().publish(Draft(words("moderar")), key()).ref
    shown(stage, post.external_id)
    comments = [stage.public(number).comment(post, "insulto") for number in range(2)]
    items, _ = gather(stage, {}, set(comments))
    refs = {item.external_id: Ref(item.external_id, item.url, item.extra) for item in items}

    def hidden() -> list[str]:
        gate = shown(stage, post.external_id)["thread"]["post"].get("threadgate") or {}
        return sorted(gate.get("record", {}).get("hiddenReplies", []))

    stage.network().hide(refs[comments[0]])
    stage.network().hide(Ref(comments[1]))  # without what it was collected with
    assert eventually(stage, lambda: hidden() == sorted(comments))
    assert stage.network().read(refs[comments[0]]).hidden is True
    stage.network().unhide(refs[comments[0]])
    assert eventually(stage, lambda: hidden() == [comments[1]])
    assert [stage.network().read(refs[one]).hidden for one in comments] == [False, True]
    assert stage.network().read(post).hidden is None, "a post that begins a thread hides nothing of itself"


def test_a_reply_in_a_thread_of_others_cannot_be_hidden(stage: BlueskyStage) -> None:
    begun = stage.public().someone.post("hilo ajeno")
    shown(stage, begun["uri"])
    with pytest.raises(Refused) as caught:
        stage.network().hide(Ref(begun["uri"]))
    assert caught.value.reason == "forbidden"


def test_two_colleagues_hiding_at_once_both_succeed(stage: BlueskyStage) -> None:
    post = stage.network().publish(Draft(words("a la vez")), key()).ref
    uris = [f"at://{stage.public().someone.did}/app.bsky.feed.post/3l{n}222222222q" for n in range(2, 6)]
    refs = [Ref(uri, extra={"root_uri": post.external_id}) for uri in uris]
    with ThreadPoolExecutor(4) as together:
        list(together.map(lambda ref: stage.network().hide(ref), refs))
    rkey = post.external_id.rsplit("/", 1)[1]
    gate = stage.brand.ask(
        "com.atproto.repo.getRecord", repo=stage.brand.did, collection="app.bsky.feed.threadgate", rkey=rkey)
    assert sorted(gate["value"]["hiddenReplies"]) == uris


def test_a_deleted_post_is_gone_for_the_public(stage: BlueskyStage) -> None:
    ref = stage.network().publish(Draft(words("retirar")), key()).ref
    shown(stage, ref.external_id)
    assert stage.network().delete(ref).evidence == {"there": False}

    def gone() -> bool:
        return not stage.public().someone.ask("app.bsky.feed.getPosts", uris=[ref.external_id])["posts"]
    assert eventually(stage, gone)
    assert eventually(stage, lambda: stage.network().still_there([ref.external_id]) == frozenset())
    with pytest.raises(Gone):
        stage.network().publish(Draft("tarde", reply_to=ref), key())


def test_a_block_is_seen_by_the_network_and_taken_back(stage: BlueskyStage) -> None:
    author = stage.public(1).author

    def blocking() -> bool:
        view = stage.brand.ask("app.bsky.actor.getProfile", actor=author.external_id)
        return bool(view["viewer"].get("blocking"))
    assert not stage.network().blocks(author)
    stage.network().block(author)
    assert eventually(stage, blocking) and stage.network().blocks(author)
    stage.network().unblock(author)
    assert eventually(stage, lambda: not blocking()) and not stage.network().blocks(author)
