"""Acts on a real network of ours: done there, and seen to be done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tertulia.channels.actions import collect
from tertulia.inbox.models import Message
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.moderation import actions, checking
from tertulia.moderation.models import Act, Check, HouseRule, Policy, Verdict
from tertulia.outbox.tests.stage import Square, square
from tertulia.plaza.models import Utterance
from tests.work import settle


@pytest.fixture
def plaza(live: str, settings: Any) -> Iterator[Square]:
    with square(live, settings) as found:
        yield found


@pytest.fixture
def insult(plaza: Square) -> Message:
    """A comment under our post, collected."""
    plaza.comment()
    collect(plaza.channel.pk)
    settle()
    return Message.objects.select_related("channel", "author", "brand", "conversation__subject").get(ours=False)


@pytest.fixture
def rule(plaza: Square) -> HouseRule:
    return actions.write_house_rule(plaza.brand, "Respeto", "No se insulta.", by="x")


def done(verdict: Verdict) -> Verdict:
    """It leaves, and the network is asked."""
    settle()
    Verdict.objects.filter(pk=verdict.pk, check_at__isnull=False).update(check_at=clock.now())
    settle()
    verdict.refresh_from_db()
    return verdict


def comment(plaza: Square, message: Message) -> dict[str, Any]:
    return next(one for one in plaza.seen() if one["id"] == message.external_id)


def test_hidden_and_shown_again_each_checked_there(plaza: Square, insult: Message, rule: HouseRule) -> None:
    hidden = done(actions.hide(insult, rule, plaza.member, by=plaza.member.key))
    assert hidden.check_state == Check.DONE and hidden.checked_at and comment(plaza, insult)["hidden"]
    shown = actions.show(insult, plaza.member, by=plaza.member.key)
    assert shown and done(shown).check_state == Check.DONE and not comment(plaza, insult)["hidden"]
    assert Fact.objects.filter(name="VerdictChecked").count() == 2


def test_what_the_network_accepted_and_did_not_do_is_said(plaza: Square, insult: Message, rule: HouseRule) -> None:
    verdict = actions.hide(insult, rule, plaza.member, by=plaza.member.key)
    settle()
    Utterance.objects.filter(pk=insult.external_id).update(hidden_by=None)
    assert done(verdict).check_state == Check.NOT_DONE and verdict.check_at is not None, "looked at again later"
    for _look in range(2):
        verdict = done(verdict)
    assert verdict.check_at is None and verdict.looks == 3


def test_deleted_there_with_the_words_kept_here(plaza: Square, insult: Message, rule: HouseRule) -> None:
    Policy.objects.create(brand=plaza.brand, delay=0)
    verdict = done(actions.delete(insult, rule, plaza.member, by=plaza.member.key))
    assert verdict.check_state == Check.DONE and comment(plaza, insult)["deleted"]
    insult.refresh_from_db()
    assert insult.vanished_at and insult.ending == "deleted" and verdict.evidence["text"] == "¿Hay pan?"


def test_stopped_in_time_nothing_happens_there(plaza: Square, insult: Message, rule: HouseRule) -> None:
    verdict = actions.delete(insult, rule, plaza.member, by=plaza.member.key)
    settle()
    assert actions.take_back(verdict, plaza.member, by=plaza.member.key)
    settle()
    assert not comment(plaza, insult)["deleted"] and Verdict.objects.get().check_state == Check.UNSEEN


def test_blocked_and_let_in_again_each_checked_there(plaza: Square, insult: Message, rule: HouseRule) -> None:
    verdict = done(actions.block(insult, rule, plaza.member, by=plaza.member.key))
    assert verdict.check_state == Check.DONE
    insult.refresh_from_db()
    assert insult.author and insult.author.blocked_at
    undone = actions.unblock(verdict, plaza.member, by=plaza.member.key)
    assert undone and done(undone).check_state == Check.DONE and undone.act == Act.UNBLOCK


def test_a_network_that_does_not_answer_is_asked_again_and_nothing_is_claimed(plaza: Square, insult: Message, rule: HouseRule) -> None:
    verdict = actions.hide(insult, rule, plaza.member, by=plaza.member.key)
    settle()
    plaza.fault("error_before", "GET", "utterances/*", times=50)
    assert done(verdict).check_state == Check.UNSEEN and verdict.check_at and verdict.check_at > clock.now()
    plaza.mend()
    assert done(verdict).check_state == Check.DONE
    checking.look(verdict.pk)
    assert Verdict.objects.get(pk=verdict.pk).looks == verdict.looks, "nobody asks once it is known"
