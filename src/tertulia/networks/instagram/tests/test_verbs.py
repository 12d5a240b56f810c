"""Limits of pictures, hiding, deleting, figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tertulia.networks.contract import Draft, Outcome, Picture, Ref, Refused, TryLater
from tertulia.networks.instagram.tests.stages import JPEG, PICTURE, FakeStage
from tertulia.networks.stage import key


@pytest.mark.parametrize(("change", "part"), [
    ({"url": ""}, "dirección pública"), ({"mime": "image/png"}, "JPEG"), ({"content": JPEG * 400_000}, "bytes"),
    ({"width": 1080, "height": 1920}, "proporciones"), ({"width": 2000, "height": 1000}, "proporciones"),
    ({"url": "file:///etc/passwd"}, "dirección pública"),
])
def test_a_picture_that_instagram_could_not_take_is_refused_in_words(stage: FakeStage, change: dict[str, Any], part: str) -> None:
    with pytest.raises(Refused) as caught:
        stage.strict().publish(Draft("Pan", pictures=(replace(PICTURE, **change),)), key())
    assert (caught.value.reason, part in caught.value.detail) == ("bad_media", True)
    assert stage.fake.containers == {}


@pytest.mark.parametrize(("width", "height"), [(1080, 1080), (1080, 1350), (1080, 1351), (1910, 1000), (0, 0)])
def test_pictures_within_the_proportions_go(stage: FakeStage, width: int, height: int) -> None:
    assert stage.strict().publish(Draft("", pictures=(replace(PICTURE, width=width, height=height),)), key()).ref.url


@pytest.mark.parametrize(("pictures", "reason"), [(0, "empty"), (11, "too_many_media")])
def test_too_few_or_too_many_pictures_are_refused(stage: FakeStage, pictures: int, reason: str) -> None:
    with pytest.raises(Refused) as caught:
        stage.strict().publish(Draft("Pan", pictures=(PICTURE,) * pictures), key())
    assert caught.value.reason == reason


def test_an_album_keeps_its_order_and_every_alternative_text(stage: FakeStage) -> None:
    pictures = tuple(Picture(JPEG, "image/jpeg", f"Pan {n}", url=f"https://tertulia.example/{n}.jpg") for n in range(10))
    receipt = stage.strict().publish(Draft("Diez panes", pictures=pictures), key())
    live = stage.strict().read(receipt.ref)
    assert [(one.url, one.alt) for one in live.attachments] == [(one.url, one.alt) for one in pictures]
    assert stage.strict().quota().used == 1


def test_hiding_is_read_back(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Pan"), key()).ref
    name = stage.public().comment(post, "feo")
    assert stage.strict().hide(Ref(name)).evidence == {"hidden": True, "applied": True}
    assert stage.strict().unhide(Ref(name)).evidence == {"hidden": False, "applied": True}
    stage.fake._hide = lambda name, told: {"success": True}  # type: ignore[method-assign]
    assert stage.strict().hide(Ref(name)).evidence["applied"] is False


def test_a_comment_is_deleted_with_its_replies_and_again_is_no_error(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Pan"), key()).ref
    name = stage.public().comment(post, "feo")
    reply = stage.public(1).comment(Ref(name), "más")
    stage.strict().delete(Ref(name, extra={"kind": "comment"}))
    assert stage.strict().still_there([name, reply]) == frozenset()
    assert stage.strict().delete(Ref(name)).evidence == {"already": True}


def test_where_posts_cannot_be_deleted_it_is_said(stage: FakeStage) -> None:
    stage.fake.deletes_posts = False
    post = stage.network().publish(Draft("Pan"), key()).ref
    with pytest.raises(Refused) as caught:
        stage.strict().delete(post)
    assert caught.value.reason == "unsupported"


@pytest.mark.parametrize(("told", "outcome"), [
    ({"success": False}, Refused), ({"hello": ["world"]}, TryLater), ([], TryLater), ({"success": "true"}, TryLater)])
def test_a_deletion_is_believed_only_where_instagram_says_that_it_was_done(stage: FakeStage, told: Any, outcome: type[Outcome]) -> None:
    stage.fake._delete = lambda name, asked: told  # type: ignore[method-assign]
    post = stage.network().publish(Draft("Pan"), key()).ref
    with pytest.raises(outcome):
        stage.strict().delete(post)


def test_figures_have_views_only_with_their_permission(stage: FakeStage) -> None:
    post = stage.network().publish(Draft("Pan"), key()).ref
    [counts] = stage.strict().measure([post, Ref("1")]).values()
    assert (counts.likes, counts.replies, counts.views, counts.shares) == (3, 0, 40, 2)
    stage.account = replace(stage.account, scopes=frozenset())
    [counts] = stage.strict().measure([post]).values()
    assert (counts.likes, counts.views) == (3, None)
