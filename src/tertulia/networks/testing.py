"""The suite that every network must pass: the same promises, asked of a live server.

A network's test subclasses ``ContractSuite``, gives ``network_class`` and ``counts``, and overrides the fixture
``stage`` with a ``Stage`` (see ``tertulia.networks.stage``). What a server or a network cannot do is skipped with
the reason, never silently.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlparse

import pytest

import tertulia.networks
from tertulia.kit import clock
from tertulia.networks.contract import (
    VERBS,
    Account,
    Connects,
    ConnectsByOAuth,
    Draft,
    Gone,
    Key,
    Knows,
    Outcome,
    Picture,
    Reads,
    Receipt,
    Reconnect,
    Ref,
    Refused,
    TellsBlocks,
    TryLater,
    Unsure,
    verbs_of,
)
from tertulia.networks.stage import Break, Stage, deliver, drain, eventually, gather, if_offered, key, png, words


class ManifestSuite:
    """What is true of a network before any server is asked."""

    network_class: ClassVar[Any]
    counts: ClassVar[Sequence[tuple[str, int]]] = ()  # texts and their length by the network's own rule

    def test_every_verb_is_there_or_is_said_to_be_impossible_in_a_sentence(self) -> None:
        manifest, able = self.network_class.manifest, verbs_of(self.network_class)
        for verb in VERBS:
            sentence = manifest.unsupported.get(verb, "")
            assert (verb in able) != bool(sentence), f"{verb}: either a method or a reason, not {sentence!r}"
            assert not sentence or (len(sentence.split()) > 3 and sentence.endswith(".")), sentence

    def test_the_manifest_names_no_verb_that_is_not(self) -> None:
        manifest = self.network_class.manifest
        assert set(manifest.unsupported) <= set(VERBS)
        assert set(manifest.scopes) <= set(VERBS)

    def test_every_source_says_when_it_was_read(self) -> None:
        sources = self.network_class.manifest.sources
        assert sources, "a manifest says where its facts were read"
        for fact, source in sources.items():
            assert re.search(r"\b20\d\d-\d\d-\d\d\b", source), f"{fact}: {source}"

    def test_the_manifest_has_its_name_colour_limits_and_drawing(self) -> None:
        manifest = self.network_class.manifest
        assert manifest.name in tertulia.networks.names()
        assert tertulia.networks.load(manifest.name) is self.network_class
        assert re.fullmatch(r"#[0-9a-f]{6}", manifest.color)
        assert manifest.limits.characters > 0
        assert manifest.limits.pictures >= 0
        assert self.network_class.limits(None) == manifest.limits
        folder = Path(tertulia.networks.__file__).parent / manifest.name
        assert "<svg" in (folder / "logo.svg").read_text("utf-8")

    def test_it_can_be_connected_as_the_manifest_says(self) -> None:
        manifest = self.network_class.manifest
        assert hasattr(self.network_class, "begin" if manifest.oauth else "connect")
        assert isinstance(self.network_class, Connects | ConnectsByOAuth)
        assert all(box.label for box in manifest.fields)

    def test_it_counts_by_the_rule_of_the_network(self) -> None:
        assert self.network_class.count("") == 0
        assert self.network_class.count("hola") == 4
        for text, length in self.counts:
            assert self.network_class.count(text) == length, text

    def test_an_account_never_shows_its_secrets(self) -> None:
        account = Account(self.network_class.manifest.name, "1", "ana", secrets={"token": "SECRET-SECRET"})
        assert "SECRET-SECRET" not in repr(account)


class ContractSuite(ManifestSuite):
    """What is true of a network on a live server. Override ``stage``."""

    @pytest.fixture
    def stage(self) -> Stage:
        raise NotImplementedError("give a Stage")

    def need(self, verb: str) -> None:
        if verb not in verbs_of(self.network_class):
            pytest.skip(f"without {verb}: {self.network_class.manifest.unsupported.get(verb)}")

    def may(self, verb: str) -> bool:
        return verb in verbs_of(self.network_class)

    def looked(self, stage: Stage, draft: Draft, name: Key) -> Receipt | None:
        """What a look finds; None also where the network cannot be certain that it is not there."""
        try:
            return stage.network().find(draft, name)  # type: ignore[no-any-return]
        except Unsure:
            return None

    def must_not_leak(self, stage: Stage, outcome: Outcome) -> None:
        told = f"{outcome!r} {outcome} {outcome.detail} {outcome.evidence}"
        for name, secret in stage.network().account.secrets.items():
            assert not (isinstance(secret, str) and len(secret) > 6 and secret in told), f"{name} leaks"

    # ------------------------------------------------------------------ publishing

    def test_what_is_published_can_be_read_back(self, stage: Stage) -> None:
        self.need("publish")
        text = words("publicar")
        receipt = stage.network().publish(Draft(text), key())
        assert [text in one for one in stage.seen()].count(True) == 1
        assert urlparse(receipt.ref.url).scheme in ("http", "https")
        self.need("read")
        item = stage.network().read(receipt.ref)
        assert (item.external_id, item.kind, item.ours) == (receipt.ref.external_id, "post", True)
        assert unicodedata.normalize("NFC", item.text) == text
        assert item.created_at.tzinfo is not None
        assert abs(item.created_at - clock.now()) < timedelta(minutes=5)

    def test_a_picture_keeps_its_alternative_text(self, stage: Stage) -> None:
        self.need("read")
        picture = Picture(png(), "image/png", "Una barra de pan gris", 8, 8)
        receipt = stage.network().publish(Draft(words("foto"), pictures=(picture,)), key())
        attachments = stage.network().read(receipt.ref).attachments
        assert [(one.kind, one.alt) for one in attachments] == [("image", "Una barra de pan gris")]

    def test_the_same_key_twice_makes_one_post(self, stage: Stage) -> None:
        """A worker died after the call and before it wrote the receipt down."""
        self.need("publish")
        if not self.network_class.repeatable:
            self.need("find")
        draft, name = Draft(words("dos veces")), key()
        first = stage.network().publish(draft, name)
        if self.network_class.repeatable:
            second = stage.network().publish(draft, name)
        else:
            second = stage.network().find(draft, name)
        assert second is not None
        assert second.ref.external_id == first.ref.external_id
        assert [draft.text in one for one in stage.seen()].count(True) == 1

    def test_what_was_never_sent_is_certainly_not_there(self, stage: Stage) -> None:
        self.need("find")
        assert self.looked(stage, Draft(words("nunca")), key()) is None

    def test_an_older_post_with_the_same_words_is_not_mistaken_for_a_later_one(self, stage: Stage) -> None:
        self.need("find")
        draft = Draft(words("otra vez"))
        stage.network().publish(draft, key())
        assert self.looked(stage, draft, key(clock.now() + timedelta(hours=1))) is None

    def test_two_posts_with_the_same_words_are_never_told_apart_by_guessing(self, stage: Stage) -> None:
        self.need("find")
        draft, one, other = Draft(words("gemelos")), key(), key()
        try:
            first, second = stage.network().publish(draft, one), stage.network().publish(draft, other)
        except Refused:
            return  # a network may refuse to say the same twice
        assert first.ref.external_id != second.ref.external_id
        try:
            found = stage.network().find(draft, other)
        except Unsure:
            return
        assert found is not None
        assert found.ref.external_id == second.ref.external_id

    @pytest.mark.parametrize("how", ["lost", "error", "html"])
    def test_without_a_clear_answer_it_is_unsure_and_ends_as_one_post(self, stage: Stage, how: Break) -> None:
        self.need("publish")
        draft, name = Draft(words(how)), key()
        with if_offered(how):
            stage.break_next(how)
        doubt = (Unsure, TryLater) if self.network_class.repeatable else Unsure
        with pytest.raises(doubt) as caught:
            stage.network().publish(draft, name)
        self.must_not_leak(stage, caught.value)
        there = [draft.text in one for one in stage.seen()].count(True)
        assert there == (1 if how == "lost" else 0)
        if self.may("find"):
            assert bool(self.looked(stage, draft, name)) == bool(there)
        if not there or self.network_class.repeatable:
            deliver(stage.network(), draft, name)
        assert [draft.text in one for one in stage.seen()].count(True) == 1

    @pytest.mark.parametrize(("how", "outcome"), [("refuse", Refused), ("limit", TryLater), ("dead", Reconnect)])
    def test_a_clear_no_has_its_outcome_and_leaves_nothing(
            self, stage: Stage, how: Break, outcome: type[Outcome]) -> None:
        self.need("publish")
        draft = Draft(words(how))
        with if_offered(how):
            stage.break_next(how)
        with pytest.raises(outcome) as caught:
            stage.network().publish(draft, key())
        self.must_not_leak(stage, caught.value)
        assert caught.value.reason
        if isinstance(caught.value, TryLater):
            assert caught.value.after is not None
            assert caught.value.after > 0
            assert caught.value.reason == "limited"
        assert not any(draft.text in one for one in stage.seen())

    def test_a_text_past_the_limit_is_refused_as_such(self, stage: Stage) -> None:
        self.need("publish")
        network = stage.network()
        text = "a" * (network.limits(network.account).characters + 1)
        with pytest.raises(Refused) as caught:
            network.publish(Draft(text), key())
        assert caught.value.reason == "too_long"

    # ------------------------------------------------------------------ deleting

    def test_what_is_deleted_is_gone_and_deleting_again_is_no_error(self, stage: Stage) -> None:
        self.need("delete")
        text = words("borrar")
        ref = stage.network().publish(Draft(text), key()).ref
        stage.network().delete(ref)
        assert not any(text in one for one in stage.seen())
        if self.may("read"):
            with pytest.raises(Gone):
                stage.network().read(ref)
        stage.network().delete(ref)

    # ------------------------------------------------------------------ collecting

    def test_a_mention_arrives_once_and_a_replay_adds_nothing(self, stage: Stage) -> None:
        self.need("collect")
        _, before = drain(stage.network(), {})
        text = words("mención")
        with if_offered("be mentioned"):
            said = stage.public().mention(text)
        items, after = gather(stage, before, {said})
        assert [item.external_id for item in items] == [said]
        assert (items[0].kind, items[0].ours, items[0].author) == ("mention", False, stage.public().author)
        assert text in items[0].text
        assert drain(stage.network(), after)[0] == []
        again, _ = drain(stage.network(), before)
        assert [item.external_id for item in again] == [said]

    def test_a_burst_across_pages_arrives_whole_once_and_in_order(self, stage: Stage) -> None:
        self.need("collect")
        _, before = drain(stage.network(), {})
        with if_offered("be mentioned"):
            said = [stage.public(n % 2).mention(words(f"ráfaga {n}")) for n in range(stage.burst)]
        items, after = gather(stage, before, set(said))
        assert [item.external_id for item in items] == said
        assert [item.created_at for item in items] == sorted(item.created_at for item in items)
        assert drain(stage.network(), after)[0] == []

    @pytest.mark.parametrize("how", ["error", "html", "limit"])
    def test_a_failed_page_is_asked_again_and_nothing_is_lost(self, stage: Stage, how: Break) -> None:
        self.need("collect")
        _, before = drain(stage.network(), {})
        with if_offered("be mentioned"):
            said = stage.public().mention(words("página"))
        gather(stage, before, {said})
        with if_offered(how):
            stage.break_next(how, "collect")
        with pytest.raises(TryLater):
            drain(stage.network(), before)
        assert [item.external_id for item in drain(stage.network(), before)[0]] == [said]

    def test_answers_thread_under_what_they_answer(self, stage: Stage) -> None:
        self.need("reply")
        self.need("collect")
        _, cursor = drain(stage.network(), {})
        post = stage.network().publish(Draft(words("hilo")), key()).ref
        with if_offered("be commented"):
            comment = stage.public().comment(post, words("comentario"))
        items, cursor = gather(stage, cursor, {comment})
        item = next(item for item in items if item.external_id == comment)
        assert (item.kind, item.parent_id, item.root_id) == ("comment", post.external_id, post.external_id)
        text = words("respuesta")
        answer = stage.network().publish(Draft(text, reply_to=Ref(item.external_id, item.url, item.extra)), key())
        live = stage.network().read(answer.ref)
        assert (live.parent_id, live.root_id, live.ours) == (comment, post.external_id, True)
        assert text in live.text
        with if_offered("be commented"):
            deeper = stage.public(1).comment(answer.ref, words("más hondo"))
        items, _ = gather(stage, cursor, {deeper})
        last = next(item for item in items if item.external_id == deeper)
        assert (last.kind, last.parent_id, last.root_id) == ("comment", answer.ref.external_id, post.external_id)

    def test_a_reply_to_what_is_gone_is_gone_or_refused(self, stage: Stage) -> None:
        self.need("reply")
        with if_offered("be mentioned"):
            said = stage.public().mention(words("efímero"))
        items, _ = gather(stage, {}, {said})
        item = next(item for item in items if item.external_id == said)
        with if_offered("have its people delete"):
            stage.public().delete(said)
        assert eventually(stage, lambda: not stage.network().still_there([said]))
        with pytest.raises((Gone, Refused)):
            stage.network().publish(Draft(words("tarde"), reply_to=Ref(said, item.url, item.extra)), key())

    def test_what_its_author_deleted_is_not_still_there(self, stage: Stage) -> None:
        self.need("collect")
        with if_offered("be mentioned"):
            kept, lost = stage.public().mention(words("queda")), stage.public().mention(words("se va"))
        gather(stage, {}, {kept, lost})
        assert stage.network().still_there([kept, lost]) == {kept, lost}
        with if_offered("have its people delete"):
            stage.public().delete(lost)
        assert eventually(stage, lambda: stage.network().still_there([kept, lost]) == {kept})
        assert stage.network().still_there([]) == frozenset()

    # ------------------------------------------------------------------ the other verbs

    def test_private_messages_come_and_go(self, stage: Stage) -> None:
        self.need("message")
        person, text = stage.public(), words("privado")
        receipt = stage.network().message(Draft(text, to=person.author), key())
        assert receipt.ref.external_id
        assert eventually(stage, lambda: any(text in one for one in person.received()))
        assert not any(text in one for one in stage.seen())
        _, cursor = drain(stage.network(), {})
        with if_offered("be written to"):
            said = person.message(words("contesto"))
        items, _ = gather(stage, cursor, {said})
        assert [item.kind for item in items if item.external_id == said] == ["direct"]

    def test_hiding_and_unhiding_may_be_repeated(self, stage: Stage) -> None:
        self.need("hide")
        post = stage.network().publish(Draft(words("ocultar")), key()).ref
        with if_offered("be commented"):
            comment = stage.public().comment(post, words("feo"))
        items, _ = gather(stage, {}, {comment})
        item = next(item for item in items if item.external_id == comment)
        ref = Ref(item.external_id, item.url, item.extra)
        for verb in ("hide", "hide", "unhide", "unhide", "hide"):
            assert getattr(stage.network(), verb)(ref).ref.external_id
            if issubclass(self.network_class, Reads):
                wanted = (None, verb == "hide")
                assert eventually(stage, lambda: stage.network().read(ref).hidden in wanted), verb  # noqa: B023

    def test_blocking_and_unblocking_may_be_repeated(self, stage: Stage) -> None:
        self.need("block")
        author = stage.public(1).author
        for verb in ("block", "block", "unblock", "unblock"):
            assert getattr(stage.network(), verb)(author).ref.external_id
            if issubclass(self.network_class, TellsBlocks):
                assert stage.network().blocks(author) is (verb == "block")

    def test_it_knows_who_is_there_and_who_is_not(self, stage: Stage) -> None:
        if not issubclass(self.network_class, Knows):
            pytest.skip("it cannot say who is there")
        handle = stage.public().author.handle
        assert stage.network().knows(handle)
        assert stage.network().knows(handle.upper()), "who mentions somebody need not mind capitals"
        assert not stage.network().knows(handle.replace(handle.partition("@")[0], "nadie_de_nadie"))

    def test_the_profile_says_who_the_account_is(self, stage: Stage) -> None:
        self.need("profile")
        assert stage.network().profile().name

    def test_a_post_is_measured(self, stage: Stage) -> None:
        self.need("measure")
        post = stage.network().publish(Draft(words("medir")), key()).ref
        with if_offered("be commented"):
            stage.public().comment(post, words("cuenta"))
        assert eventually(stage, lambda: stage.network().measure([post])[post.external_id].replies == 1)
        assert stage.network().measure([]) == {}
