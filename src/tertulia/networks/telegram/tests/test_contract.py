"""The shared suite, on the fake. What Telegram cannot do is skipped there with its sentence; what it does otherwise is here."""

from __future__ import annotations

import pytest

from tertulia.networks.contract import Draft, Ref
from tertulia.networks.stage import drain, gather, key, words
from tertulia.networks.telegram import Telegram
from tertulia.networks.telegram.tests.fake import GROUP
from tertulia.networks.telegram.tests.stages import FakeStage
from tertulia.networks.testing import ContractSuite


class TestTelegram(ContractSuite):
    network_class = Telegram
    counts = (
        ("¡Hola, señora!", 14), ("👩‍👩‍👧", 8), ("🇪🇸", 4), ("🥖 pan", 6), ("n\u0303", 2), ("https://a.es/largo", 18),
        ("  a los lados  \n", 11), ("línea\notra", 10), ("𝒜", 2),
    )

    @pytest.fixture
    def stage(self, stage: FakeStage) -> FakeStage:
        return stage

    def test_a_mention_arrives_once_and_a_replay_adds_nothing(self, stage: FakeStage) -> None:
        """A page can be asked for again until a later one was: then Telegram has forgotten it."""
        _, before = drain(stage.network(), {})
        text = words("mención")
        said = stage.public().mention(text)
        first, after = drain(stage.network(), before)
        again, _ = drain(stage.network(), before)
        assert [item.external_id for item in first] == [item.external_id for item in again] == [said]
        assert (first[0].kind, first[0].ours, first[0].author) == ("mention", False, stage.public().author)
        assert text in first[0].text
        assert drain(stage.network(), after)[0] == []
        assert drain(stage.network(), before)[0] == []

    def test_answers_thread_under_what_they_answer(self, stage: FakeStage) -> None:
        """Seen at the fake, because Telegram reads nothing back."""
        _, cursor = drain(stage.network(), {})
        post = stage.network().publish(Draft(words("hilo")), key()).ref
        comment = stage.public().comment(post, words("comentario"))
        items, cursor = gather(stage, cursor, {comment})
        item = next(item for item in items if item.external_id == comment)
        assert (item.kind, item.parent_id, item.root_id) == ("comment", post.external_id, post.external_id)
        text = words("respuesta")
        answer = stage.network().publish(Draft(text, reply_to=Ref(item.external_id, item.url, item.extra)), key())
        live = stage.fake.messages[GROUP][int(answer.ref.external_id.partition(":")[2])]
        assert f"{GROUP}:{live['reply_to_message']['message_id']}" == comment
        assert live["text"] == text
        deeper = stage.public(1).comment(answer.ref, words("más hondo"))
        items, _ = gather(stage, cursor, {deeper})
        last = next(item for item in items if item.external_id == deeper)
        assert (last.kind, last.parent_id, last.root_id) == ("comment", answer.ref.external_id, post.external_id)
