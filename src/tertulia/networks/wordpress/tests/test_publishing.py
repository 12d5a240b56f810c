"""Nothing twice and nothing lost, whatever step a crash comes at; replies; what a site refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tertulia.kit import clock
from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Told, said, serving
from tertulia.networks.contract import (
    Draft,
    Gone,
    Key,
    Outcome,
    Picture,
    Receipt,
    Reconnect,
    Ref,
    Refused,
    Steps,
    TryLater,
    Unsure,
)
from tertulia.networks.stage import deliver, key, png
from tertulia.networks.wordpress import WordPress, text, translate
from tertulia.networks.wordpress.client import UNDER_WAY
from tertulia.networks.wordpress.tests.fake import PASSWORD
from tertulia.networks.wordpress.tests.stages import FakeStage

ONE, TWO = Picture(png(), "image/png", "Pan"), Picture(png(9, 9), "image/png", "Una «hogaza» <y> más")
DRAFT = Draft("Pan de hoy\n\nRecién hecho.", pictures=(ONE, TWO))


class Crash(BaseException):
    """The worker dies."""


class Database:
    """Where steps are kept; dies before or after keeping the ``at``-th."""

    def __init__(self, at: int = 0, *, after: bool = False) -> None:
        self.kept: Mapping[str, Any] = {}
        self._at, self._after, self._times = at, after, 0

    def key(self, of: Key) -> Key:
        return replace(of, steps=Steps(self.kept, self._keep))

    def _keep(self, reached: Mapping[str, Any]) -> None:
        self._times += 1
        if self._times == self._at and not self._after:
            raise Crash
        self.kept = dict(reached)
        if self._times == self._at:
            raise Crash


def ends(stage: FakeStage, database: Database, name: Key) -> Receipt:
    """What a worker that comes when no request can be on its way any more does: looks for it, and sends it if it is not there."""
    if "asked" in database.kept:
        database.kept = {**database.kept, "asked": (clock.now() - UNDER_WAY).isoformat()}
    found = stage.network().find(DRAFT, database.key(name))
    return found or deliver(stage.network(), DRAFT, database.key(name))


def must_be_one(stage: FakeStage, receipt: Receipt) -> None:
    (post,) = stage.fake.posts.values()
    assert receipt.ref.external_id == translate.name("post", post["id"])
    assert [one["alt_text"] for one in stage.fake.media.values()] == ["Pan", "Una «hogaza» <y> más"]
    assert post["featured_media"] == min(stage.fake.media)
    shown = stage.network().read(receipt.ref).attachments
    assert [(one.url, one.alt) for one in shown] == [(one["source_url"], one["alt_text"]) for one in stage.fake.media.values()]


# ---------------------------------------------------------------------- crashes

@pytest.mark.parametrize("at", [1, 2])
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_around_a_note_uploads_nothing_twice(stage: FakeStage, at: int, after: bool) -> None:
    name, database = key(), Database(at, after=after)
    with pytest.raises(Crash):
        stage.network().publish(DRAFT, database.key(name))
    must_be_one(stage, ends(stage, database, name))


@pytest.mark.parametrize("how", ["lost", "late", "error", "html", "cut", "limit", "repair", "asleep"])
@pytest.mark.parametrize("step", ["first picture", "second picture", "post"])
def test_what_goes_wrong_at_any_step_ends_as_one_post_with_its_two_pictures(stage: FakeStage, how: str, step: str) -> None:
    name, database = key(), Database()
    stage.fake.faults["publish" if step == "post" else "media"] += ["", how] if step == "second picture" else [how]
    with pytest.raises((TryLater, Unsure)) as caught:
        stage.network().publish(DRAFT, database.key(name))
    unclear = step == "post" and how in ("lost", "late", "error", "html", "cut")
    assert isinstance(caught.value, Unsure if unclear else TryLater)
    must_be_one(stage, ends(stage, database, name))


@pytest.mark.parametrize("step", ["first picture", "second picture", "post"])
def test_a_crash_while_waiting_for_the_answer_is_no_different(stage: FakeStage, step: str) -> None:
    """The worker died with its request on the way: what it learned is nothing, what was noted before stays."""
    name, database = key(), Database()
    stage.fake.faults["publish" if step == "post" else "media"] += ["", "lost"] if step == "second picture" else ["lost"]
    with pytest.raises(Outcome):
        stage.network().publish(DRAFT, database.key(name))
    must_be_one(stage, ends(stage, database, name))
    assert ends(stage, database, name) == stage.network().find(DRAFT, name)


def test_steps_lost_altogether_still_upload_nothing_twice(stage: FakeStage) -> None:
    name = key()
    stage.fake.faults["publish"].append("cut")
    with pytest.raises(Unsure):
        stage.network().publish(DRAFT, name)
    must_be_one(stage, ends(stage, Database(), name))


def test_an_upload_that_was_cut_before_its_alternative_text_gets_it(stage: FakeStage) -> None:
    name, database = key(), Database(2)
    with pytest.raises(Crash):
        stage.network().publish(DRAFT, database.key(name))
    for media in stage.fake.media.values():
        media["alt_text"] = "" if media["alt_text"] != "Pan" else "Pan"
    must_be_one(stage, ends(stage, database, name))


# ---------------------------------------------------------------------- the slug

def test_a_post_that_arrives_late_after_all_is_not_doubled(stage: FakeStage) -> None:
    """The first request was still on its way when we looked: the second post gives its place back."""
    name = key()
    first = stage.network().publish(Draft("Pan"), name)
    second = stage.network().publish(Draft("Pan"), name)
    assert second.ref == first.ref
    assert second.evidence["undone"]
    assert len(stage.fake.posts) == 1


@pytest.mark.parametrize("how", ["error", "html", "cut"])
def test_a_second_post_that_cannot_be_taken_back_is_for_a_person(stage: FakeStage, how: str) -> None:
    name = key()
    stage.network().publish(Draft("Pan"), name)
    stage.fake.faults["look"].append(how)
    with pytest.raises(Unsure) as caught:
        stage.network().publish(Draft("Pan"), name)
    assert caught.value.reason == "duplicate"
    with pytest.raises(Unsure) as caught:
        stage.network().find(Draft("Pan"), name)
    assert caught.value.evidence["ids"] == [translate.name("post", one) for one in stage.fake.posts]


@pytest.mark.parametrize("status", ["draft", "pending", "private", "future", "publish"])
def test_what_a_person_does_with_the_post_does_not_hide_it(stage: FakeStage, status: str) -> None:
    name = key()
    made = stage.network().publish(Draft("Pan"), name)
    stage.fake.posts[translate.numbered(made.ref.external_id)[1]]["status"] = status
    found = stage.network().find(Draft("Pan"), name)
    assert found is not None
    assert (found.ref.external_id, found.evidence["status"]) == (made.ref.external_id, status)


def test_a_post_in_the_bin_was_sent_and_is_gone(stage: FakeStage) -> None:
    name = key()
    made = stage.network().publish(Draft("Pan"), name)
    stage.network().delete(made.ref)
    found = stage.network().find(Draft("Pan"), name)
    assert found is not None, "whoever threw it away does not want it again"
    assert found.evidence["status"] == "trash"
    with pytest.raises(Gone):
        stage.network().read(made.ref)
    assert stage.network().still_there([made.ref.external_id]) == frozenset()
    assert stage.network().measure([made.ref]) == {}


def test_a_slug_that_only_resembles_ours_is_somebody_elses(stage: FakeStage) -> None:
    name, slug = key(), ""
    slug = text.slug("Pan", name.value)
    for other in (f"{slug}-2b", f"x-{slug}", slug[:-1]):
        stage.fake.write(stage.fake.users["marta"], {"title": "Otra", "slug": other, "status": "publish"})
    assert stage.network().find(Draft("Pan"), name) is None


@pytest.mark.parametrize("how", ["error", "html", "cut"])
def test_what_a_site_may_still_be_doing_is_not_certainly_absent(stage: FakeStage, how: str) -> None:
    """A gateway gave up while the site went on: asked again at once, the two would meet."""
    name, database = key(), Database()
    stage.fake.faults["publish"].append(how)
    with pytest.raises(Unsure):
        stage.network().publish(Draft("Pan"), database.key(name))
    with pytest.raises(Unsure) as caught:
        stage.network().find(Draft("Pan"), database.key(name))
    assert caught.value.reason == "reset"
    database.kept = {"asked": (clock.now() - UNDER_WAY).isoformat()}
    assert stage.network().find(Draft("Pan"), database.key(name)) is None


def test_a_post_whose_slug_another_program_changed_is_for_a_person_and_never_sent_again(stage: FakeStage) -> None:
    name, draft = key(), Draft("Pan de «hoy» & más\n\nRecién <b>hecho</b>: https://a.example/x.\n[gallery]", pictures=(ONE,))
    stage.network().publish(Draft("Pan"), key())
    made = stage.network().publish(draft, name)
    number = translate.numbered(made.ref.external_id)[1]
    stage.fake.posts[number]["slug"], stage.fake._slugs = "pan-de-hoy", {"pan-de-hoy": {number}}
    with pytest.raises(Unsure) as caught:
        stage.network().find(draft, replace(name, steps=Steps()))
    assert (caught.value.reason, caught.value.evidence["ids"]) == ("duplicate", [made.ref.external_id])
    assert stage.network().find(draft, key(clock.now() + timedelta(hours=1))) is None, "an older one with the same words is another"
    stage.fake.posts[number]["author"] = stage.fake.users["marta"]["id"]
    assert stage.network().find(draft, replace(name, steps=Steps())) is None, "somebody else's is another"


def test_a_page_of_error_that_shows_the_request_shows_nothing_of_the_password(stage: FakeStage) -> None:
    def echo(asked: Asked) -> Told:
        told = f"{asked.headers.get('authorization')} {PASSWORD} {PASSWORD.replace(' ', '')}"
        return said({"code": "x", "message": told}, 500, Location=told.replace(" ", "%20"))

    with serving(echo) as server, open_client(allow=[server.host]) as http:
        account = replace(stage.account, settings={**stage.account.settings, "api": f"{server.url}/wp-json"})
        network = WordPress(account, http, lambda secrets: None)
        verbs = (lambda: network.publish(Draft("Pan"), key()), lambda: network.find(Draft("Pan"), key()), network.profile,
                 lambda: network.collect({}))
        for verb in verbs:
            with pytest.raises(Outcome) as caught:
                verb()
            told = f"{caught.value!r} {caught.value.detail} {caught.value.evidence}"
            basic = server.asked[-1].headers["authorization"].partition(" ")[2]
            assert not any(secret in told for secret in (PASSWORD, PASSWORD.replace(" ", ""), basic))


def test_a_site_without_bin_deletes_for_good(stage: FakeStage) -> None:
    made, stage.fake.bin = stage.network().publish(Draft("Pan"), key()), False
    stage.network().delete(made.ref)
    assert stage.fake.posts == {}
    assert stage.network().delete(made.ref).evidence == {"already": True}


def test_a_page_that_says_404_is_not_believed_to_be_a_deletion(stage: FakeStage) -> None:
    made = stage.network().publish(Draft("Pan"), key())
    stage.fake.page_says_404 = True
    for verb in (lambda: stage.network().delete(made.ref), lambda: stage.network().read(made.ref),
                 lambda: stage.network().still_there([made.ref.external_id]), lambda: stage.network().find(Draft("Pan"), key())):
        with pytest.raises(TryLater):
            verb()


# ---------------------------------------------------------------------- refusals

@pytest.mark.parametrize(("draft", "reason"), [
    (Draft(" \n "), "empty"), (Draft("a", pictures=(ONE,) * 21), "too_many_media"),
    (Draft("a", pictures=(replace(ONE, mime="image/tiff"),)), "bad_media"),
    (Draft("a", pictures=(replace(ONE, content=b"x" * 8_388_609),)), "bad_media"),
    (Draft("a", pictures=(replace(ONE, content=b"no picture"),)), "bad_media"),
    (Draft("a", reply_to=Ref("comment-99")), "not_found"), (Draft("a", reply_to=Ref("post-99")), "not_found"),
    (Draft("a", reply_to=Ref("99")), "bad_reference"), (Draft(" ", reply_to=Ref("post-4")), "empty"),
    (Draft("&" * 20_000, reply_to=Ref("post-4")), "too_long"), (Draft("a", reply_to=Ref("post-4"), pictures=(ONE,)), "too_many_media"),
])
def test_what_cannot_be_published_says_why_and_leaves_nothing(stage: FakeStage, draft: Draft, reason: str) -> None:
    with pytest.raises((Refused, Gone)) as caught:
        stage.network().publish(draft, key())
    assert caught.value.reason == reason
    assert (stage.seen(), stage.fake.comments) == ([], {})


@pytest.mark.parametrize(("how", "outcome", "reason"), [
    ("refuse", Refused, "forbidden"), ("dead", Reconnect, "bad_credentials"), ("moved", Reconnect, "invalid"),
    ("limit", TryLater, "limited"), ("repair", TryLater, "server_error"), ("asleep", TryLater, "not_json"),
    ("wall", Refused, "forbidden"), ("html", Unsure, "not_json"), ("error", Unsure, "server_error"), ("late", Unsure, "server_error"),
    ("cut", Unsure, "reset"),
])
@pytest.mark.parametrize("verb", ["publish", "reply"])
def test_every_way_to_fail_has_its_outcome(stage: FakeStage, verb: str, how: str, outcome: type[Outcome], reason: str) -> None:
    post = stage.fake.write(stage.fake.users["marta"], {"title": "Pan", "status": "publish"})
    stage.fake.faults[verb].append(how)
    draft = Draft("Hola", reply_to=Ref(translate.name("post", post["id"])) if verb == "reply" else None)
    with pytest.raises(outcome) as caught:
        stage.network().publish(draft, key())
    assert (type(caught.value), caught.value.reason) == (outcome, reason)


def test_whoever_may_write_but_not_publish_is_refused(stage: FakeStage) -> None:
    stage.fake.users["panaderia"]["capabilities"].pop("publish_posts")
    with pytest.raises(Refused) as caught:
        stage.network().publish(Draft("Pan"), key())
    assert (caught.value.reason, caught.value.evidence["code"]) == ("forbidden", "rest_cannot_publish")


def test_whoever_may_moderate_no_more_has_to_connect_again(stage: FakeStage) -> None:
    stage.fake.users["panaderia"]["capabilities"].pop("moderate_comments")
    with pytest.raises(Reconnect) as caught:
        stage.network().collect({"offset": 0, "recent": [], "last": 0})
    assert caught.value.reason == "missing_scope"


# ---------------------------------------------------------------------- replies

def commented(stage: FakeStage, words: str = "¿Abrís?") -> Ref:
    post = stage.network().publish(Draft("Pan"), key())
    return Ref(stage.public().comment(post.ref, words))


@pytest.mark.parametrize("words", ["Sí", "Pan & café <b>no</b> [gallery]", "Línea\n\notra\nmás", "Mira https://a.example/x?y=1&z=2",
                                   "🥖👩‍👩‍👧",
                                   "n\u0303andu\u0301", " con espacios ", "Windows\r\nlínea"])
@pytest.mark.parametrize("to", ["comment", "post"])
def test_a_lost_reply_is_known_again_by_its_words_and_what_it_answers(stage: FakeStage, words: str, to: str) -> None:
    ref, name = commented(stage), key()
    other = commented(stage)
    answered = ref if to == "comment" else Ref(translate.name("post", min(stage.fake.posts)))
    draft = Draft(words, reply_to=answered)
    stage.fake.faults["reply"].append("lost")
    with pytest.raises(Unsure):
        stage.network().publish(draft, name)
    found = stage.network().find(draft, name)
    assert found is not None
    assert found.ref.external_id == translate.name("comment", max(stage.fake.comments))
    assert stage.network().find(replace(draft, reply_to=other), name) is None
    assert stage.network().find(draft, key(clock.now() + timedelta(hours=1))) is None
    assert stage.network().publish(draft, name).ref == found.ref, "WordPress refuses it twice, and we know whose it was"


def test_the_same_answer_as_long_ago_is_refused_as_a_duplicate(stage: FakeStage) -> None:
    ref = commented(stage)
    stage.network().publish(Draft("Sí", reply_to=ref), key())
    with pytest.raises(Refused) as caught:
        stage.network().publish(Draft("Sí", reply_to=ref), key(clock.now() + timedelta(hours=1)))
    assert caught.value.reason == "duplicate"


def test_somebody_elses_same_words_are_not_ours(stage: FakeStage) -> None:
    ref = commented(stage)
    stage.fake.say(min(stage.fake.posts), "Sí", parent=translate.numbered(ref.external_id)[1])
    assert stage.network().find(Draft("Sí", reply_to=ref), key()) is None


@pytest.mark.parametrize("minutes", [-30, 30])
def test_the_sites_clock_may_be_wrong(stage: FakeStage, minutes: int) -> None:
    ref, name = commented(stage), key()
    stage.fake.skew = timedelta(minutes=minutes)
    draft = Draft("En hora", reply_to=ref)
    stage.network().publish(draft, name)
    assert stage.network().find(draft, name) is not None
    assert stage.network().find(draft, key(name.at + timedelta(minutes=5))) is None


@pytest.mark.parametrize("state", ["trash", "spam"])
def test_what_was_thrown_away_cannot_be_answered_and_our_thrown_away_answer_is_found(stage: FakeStage, state: str) -> None:
    ref, name = commented(stage), key()
    made = stage.network().publish(Draft("Sí", reply_to=ref), name)
    stage.fake.comments[translate.numbered(made.ref.external_id)[1]]["status"] = state
    found = stage.network().find(Draft("Sí", reply_to=ref), name)
    assert found is not None
    assert found.evidence["status"] == state
    stage.fake.comments[translate.numbered(ref.external_id)[1]]["status"] = state
    with pytest.raises(Gone):
        stage.network().publish(Draft("No", reply_to=ref), key())


def test_too_fast_is_for_later(stage: FakeStage) -> None:
    """Whoever may not moderate has to wait fifteen seconds: WordPress says so with a 400."""
    ref, able = commented(stage), stage.fake.users["panaderia"]["capabilities"]
    stage.network().publish(Draft("Uno", reply_to=ref), key())
    able.pop("moderate_comments")
    with pytest.raises(TryLater) as caught:
        stage.network().publish(Draft("Dos", reply_to=Ref(translate.name("post", min(stage.fake.posts)))), key())
    assert (caught.value.reason, caught.value.after, caught.value.scope) == ("limited", 15, "account")


def test_a_post_with_its_comments_closed_is_a_no(stage: FakeStage) -> None:
    ref = commented(stage)
    stage.fake.posts[min(stage.fake.posts)]["comment_status"] = "closed"
    with pytest.raises(Refused) as caught:
        stage.network().publish(Draft("Sí", reply_to=ref), key())
    assert caught.value.reason == "forbidden"


# ---------------------------------------------------------------------- hiding

def test_hiding_shows_in_the_site_and_what_was_already_so_is_no_error(stage: FakeStage) -> None:
    ref = commented(stage)
    comment = stage.fake.comments[translate.numbered(ref.external_id)[1]]
    for verb, status in (("unhide", "approved"), ("hide", "hold"), ("hide", "hold"), ("unhide", "approved")):
        getattr(stage.network(), verb)(ref)
        assert comment["status"] == status
    assert stage.network().still_there([ref.external_id]) == {ref.external_id}


def test_a_folder_that_two_uploads_make_at_once_is_no_bad_picture(stage: FakeStage) -> None:
    stage.fake.faults["media"] += ["folder"]
    must_be_one(stage, stage.network().publish(DRAFT, key()))


def test_only_comments_can_be_hidden_and_only_those_that_are_there(stage: FakeStage) -> None:
    with pytest.raises(Refused):
        stage.network().hide(Ref("post-4"))
    with pytest.raises(Gone):
        stage.network().hide(Ref("comment-99"))
