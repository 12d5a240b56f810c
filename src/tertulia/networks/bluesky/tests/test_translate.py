"""What Bluesky's own servers said, in our values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tertulia.networks.bluesky import translate
from tertulia.networks.bluesky.tests.payloads import recorded
from tertulia.networks.contract import Account, Attachment, Item, Metrics

OURS: str = recorded("session")["did"]


def notified() -> list[Item]:
    views = [view for view in recorded("notifications")["notifications"] if view["reason"] != "like"]
    return [translate.item(view, OURS, view["reason"]) for view in reversed(views)]


def view(**changed: Any) -> dict[str, Any]:
    return {**recorded("posts")["posts"][0], **changed}


def test_notifications_are_comments_mentions_and_quotations() -> None:
    assert [(one.kind, one.text, one.author.handle) for one in notified()] == [
        ("comment", "¿Y de centeno? 👩‍👩‍👧", "ana-inventada.test"), ("comment", "Me apunto", "leo-inventado.test"),
        ("mention", "El mejor pan es el de @pan-inventado.test", "leo-inventado.test"),
        ("mention", "Mirad esto", "ana-inventada.test")]


def test_a_comment_knows_its_parent_its_root_and_what_answering_it_takes() -> None:
    post, first, ours, _ = recorded("posts")["posts"]
    second = notified()[1]
    assert (second.parent_id, second.root_id) == (ours["uri"], post["uri"])
    assert second.extra == {
        "cid": recorded("posts")["posts"][3]["cid"], "root_uri": post["uri"], "root_cid": post["cid"]}
    assert second.url == f"https://bsky.app/profile/leo-inventado.test/post/{second.external_id.rsplit('/', 1)[1]}"
    assert (second.language, second.ours, first["uri"]) == ("es", False, notified()[0].external_id)


def test_a_quotation_says_what_it_quotes() -> None:
    assert notified()[3].extra["quotes"] == recorded("posts")["posts"][0]["uri"]


def test_pictures_come_with_their_words() -> None:
    (picture,) = translate.item(recorded("posts")["posts"][1], OURS).attachments
    assert (picture.kind, picture.alt) == ("image", "Una hogaza gris")
    assert picture.url != picture.preview_url
    assert picture.url.startswith("http")


def test_our_own_are_ours() -> None:
    post, _, answer, _ = [translate.item(one, OURS) for one in recorded("posts")["posts"]]
    assert (post.kind, post.ours, post.root_id, post.parent_id) == ("post", True, post.external_id, "")
    assert (answer.kind, answer.ours, answer.root_id) == ("comment", True, post.external_id)


def test_a_record_of_our_server_reads_as_the_same_post() -> None:
    session = recorded("session")
    account = Account("bluesky", session["did"], session["handle"], "Panadería Inventada", base_url="http://localhost:2583")
    mine = translate.item(translate.own_view(account, recorded("record")), OURS)
    theirs = translate.item(recorded("posts")["posts"][0], OURS)
    assert (mine.external_id, mine.text, mine.created_at, mine.extra) == (
        theirs.external_id, theirs.text, theirs.created_at, theirs.extra)


def test_counts_and_profile() -> None:
    assert translate.metrics(recorded("posts")["posts"][0]) == Metrics(likes=1, shares=1, replies=1)
    assert translate.metrics({}) == Metrics()
    card = translate.card(recorded("profile"))
    assert (card.name, card.bio, card.followers) == ("Panadería Inventada", "Pan de masa madre. No existe.", 0)


def test_what_no_database_takes_is_left_out_and_the_rest_is_as_written() -> None:
    odd = view(record={"text": "a\0b \ud83d pan\u0303 \u202eabc \x07", "createdAt": "2026-11-22T10:00:00Z"})
    assert translate.item(odd, OURS).text == "ab ? pañ \u202eabc \x07"


def test_no_claimed_moment_can_break_or_outrun_us() -> None:
    for claimed in ("0000-01-01T00:00:00.000Z", "mañana", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", 7, None):
        one = view(record={"text": "x", "createdAt": claimed}, indexedAt="2026-11-22T10:00:00.000Z")
        assert translate.item(one, OURS).created_at <= datetime(2026, 11, 22, 10, tzinfo=UTC)
    earlier = view(record={"text": "x", "createdAt": "2026-11-22T11:30:00+02:00"}, indexedAt="2026-11-22T10:00:00.000Z")
    assert translate.item(earlier, OURS).created_at == datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def test_records_of_any_shape_are_read() -> None:
    for record in ({}, {"text": 7, "reply": [], "facets": "x", "embed": None, "langs": "es"},
                   {"reply": {"root": 1, "parent": None}, "facets": [1, {"features": [None, {"did": 3}]}]}):
        one = translate.item(view(record=record, author={}, embed=[1]), OURS)
        assert (one.text, one.parent_id, one.root_id, one.attachments, one.language) == ("", "", one.external_id, (), "")


def test_every_kind_of_attachment() -> None:
    embed = {"record": {"record": {"uri": "at://x/y/z"}}, "media": {
        "items": [{"fullsize": "https://a.test/1", "thumbnail": "https://a.test/2", "alt": "uno"}],
        "playlist": "https://a.test/v", "thumbnail": "https://a.test/t", "alt": "vídeo",
        "external": {"uri": "https://a.test/e", "title": "Enlace", "thumb": "https://a.test/x"}}}
    assert translate.item(view(embed=embed), OURS).attachments == (
        Attachment("https://a.test/1", "image", "uno", "https://a.test/2"),
        Attachment("https://a.test/v", "video", "vídeo", "https://a.test/t"),
        Attachment("https://a.test/e", "link", "Enlace", "https://a.test/x"))
