"""WordPress's own recorded answers (6.6-RC3, 2026-11-22, names changed) made our values; and its own description of its API.

The description is not in the repository: where ``shared/specs`` lies beside it, what we send is held against it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tertulia.kit.tests.loopback import Asked
from tertulia.networks.contract import Author, Draft, Picture, Ref, Refused
from tertulia.networks.stage import drain, key, png
from tertulia.networks.wordpress import translate
from tertulia.networks.wordpress.tests.described import SPEC, endpoint, wrong
from tertulia.networks.wordpress.tests.fake import _BODY, _QUERY
from tertulia.networks.wordpress.tests.stages import FakeStage

JSON = {"content-type": "application/json"}
COMMENT: dict[str, Any] = {
    "id": 2, "post": 4, "parent": 0, "author": 0, "author_name": "Rosa &amp; Luis",
    "author_email": "Rosa@correo.example", "author_url": "",
    "date": "2026-11-22T01:05:28", "date_gmt": "2026-11-22T00:05:28",
    "content": {"rendered": "<p>¿Abrís?</p>\n", "raw": "¿Abrís?\n\nGracias"},
    "link": "https://blog.example/?p=4#comment-2", "status": "hold", "type": "comment",
    "author_avatar_urls": {"24": "https://img.example/24", "48": "https://img.example/48", "96": "https://img.example/96"}}
POST: dict[str, Any] = {
    "id": 4, "date": "2026-11-22T01:05:28", "date_gmt": "2026-11-22T00:05:28", "slug": "hola", "status": "publish", "type": "post",
    "link": "https://blog.example/?p=4", "title": {"raw": "Pan &amp; café", "rendered": "Pan &#038; café"}, "author": 1,
    "content": {"raw": '<p>Cuerpo</p>\n<img src="https://blog.example/p.png" alt="Pan">', "rendered": "…", "protected": False}}
OWN = Author("user-1", "panaderia", "Panadería")


def test_a_guests_comment() -> None:
    item = translate.comment_item(COMMENT, 1)
    assert (item.external_id, item.kind, item.parent_id, item.root_id, item.ours) == ("comment-2", "comment", "post-4", "post-4", False)
    assert (item.text, item.created_at) == ("¿Abrís?\n\nGracias", datetime(2026, 11, 22, 0, 5, 28, tzinfo=UTC))
    assert (item.author.handle, item.author.avatar_url) == ("Rosa & Luis", "https://img.example/96")
    assert item.author.external_id.startswith("guest-")


def test_an_answer_by_ourselves() -> None:
    item = translate.comment_item({**COMMENT, "id": 3, "parent": 2, "author": 1}, 1)
    assert (item.parent_id, item.root_id, item.ours, item.author.external_id) == ("comment-2", "post-4", True, "user-1")


def test_a_guest_is_the_same_whatever_they_call_themselves_and_without_mail_by_name_and_page() -> None:
    one = translate.commenter(COMMENT)
    assert translate.commenter({**COMMENT, "author_name": "Rosa", "author_email": "rosa@correo.example "}).external_id == one.external_id
    nobody = {**COMMENT, "author_email": ""}
    assert translate.commenter(nobody).external_id != translate.commenter({**nobody, "author_name": "Ana"}).external_id


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:x", None, 3])
def test_an_address_that_is_no_page_is_left_out(address: Any) -> None:
    assert translate.commenter({**COMMENT, "author_url": address}).url == ""


def test_a_post() -> None:
    item = translate.post_item(POST, OWN, 1)
    assert (item.external_id, item.kind, item.root_id, item.ours, item.author) == ("post-4", "post", "post-4", True, OWN)
    assert item.text == "Pan & café\n\nCuerpo"
    assert [(one.url, one.alt) for one in item.attachments] == [("https://blog.example/p.png", "Pan")]
    assert translate.post_item(POST, OWN, 2).author.external_id == "user-1"


@pytest.mark.parametrize("external_id", ["", "4", "post", "post-", "page-4", "comment-x", "post--4", "post-²", "4-post"])
def test_an_id_that_is_not_ours_is_refused(external_id: str) -> None:
    with pytest.raises(Refused):
        translate.numbered(external_id)


def test_a_post_of_pictures_alone_is_called_by_what_they_show() -> None:
    assert translate.title(Draft("", pictures=(Picture(b"", "image/png", "Una barra"),))) == "Una barra"
    alone = {**POST, "title": {"raw": "Pan"}, "content": {"raw": '<img src="https://blog.example/p.png" alt="Pan">'}}
    assert translate.post_item(alone, OWN, 1).text == ""
    assert translate.title(Draft("Pan", pictures=(Picture(b"", "image/png", "Una barra"),))) == "Pan"


# ---------------------------------------------------------------------- the vendor's word

def spec() -> Any:
    if not SPEC.exists():
        pytest.skip("NOT CHECKED against WordPress's own description: shared/specs is not beside the repository")
    return json.loads(SPEC.read_text("utf-8"))


def test_all_that_we_send_is_in_the_description(stage: FakeStage) -> None:
    spec()
    network = stage.network()
    made = network.publish(Draft("Pan\n\nMás", pictures=(Picture(png(), "image/png", "Pan"),)), key())
    said = stage.public().comment(made.ref, "¿Abrís?")
    items, _ = drain(network, {})
    answer = network.publish(Draft("Sí", reply_to=Ref(said, "", items[0].extra)), key())
    network.find(Draft("Sí", reply_to=Ref(said)), key())
    for verb in (network.hide, network.unhide, network.read, network.delete):
        verb(Ref(said))
    network.still_there([made.ref.external_id, answer.ref.external_id])
    network.measure([made.ref])
    network.profile()
    network.delete(made.ref)
    sent = [one for one in stage.asked() if "wp-json" in one.path]
    assert len(sent) > 15
    assert not list(filter(None, map(wrong, sent))), "as after every test, see conftest"


@pytest.mark.parametrize(("asked", "fault"), [
    (Asked("GET", "/blog/wp-json/wp/v2/posts", {"status": ["publish,trash"], "per_page": ["100"]}, {}, b""), ""),
    (Asked("GET", "/blog/", {"rest_route": ["/wp/v2/posts"], "author": ["1,2"]}, {}, b""), ""),
    (Asked("GET", "/blog/wp-json/wp/v2/posts", {"status": ["published"]}, {}, b""), "status='published' is no array"),
    (Asked("GET", "/blog/wp-json/wp/v2/posts", {"per_page": ["101"]}, {}, b""), "per_page='101' is no integer"),
    (Asked("GET", "/blog/wp-json/wp/v2/comments", {"sort": ["asc"]}, {}, b""), "no parameter sort"),
    (Asked("GET", "/blog/wp-json/wp/v2/likes", {}, {}, b""), "is not in the description"),
    (Asked("POST", "/blog/wp-json/wp/v2/posts", {}, JSON, b'{"featured_media": "4"}'), "featured_media='4' is no integer"),
])
def test_what_the_description_has_not_is_seen_in_any_test(asked: Asked, fault: str) -> None:
    spec()
    assert fault in wrong(asked)
    assert bool(fault) == bool(wrong(asked))


@pytest.mark.parametrize("things", ["posts", "media", "comments"])
def test_the_fake_knows_nothing_that_wordpress_does_not(things: str) -> None:
    spec()
    assert set(_QUERY[things]) - {"_fields"} <= set(endpoint(f"/wp/v2/{things}", "GET") or ())
    assert set(_BODY[things]) <= set(endpoint(f"/wp/v2/{things}", "POST") or ())


@pytest.mark.parametrize("things", ["post", "comment"])
def test_the_fake_answers_with_the_fields_that_wordpress_names(stage: FakeStage, things: str) -> None:
    properties = spec()["schemas"][f"{things}s"]["properties"]
    post = stage.fake.write(stage.fake.users["panaderia"], {"title": "Pan", "status": "publish"})
    given = post if things == "post" else stage.fake.say(post["id"], "Hola")
    assert set(given) <= set(properties)
