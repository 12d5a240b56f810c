"""Verdicts: what each act does, what it leaves in the ledger, and how it is taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox.models import Ending, Message, Note
from tertulia.journal.models import Fact
from tertulia.kit import clock
from tertulia.moderation import actions
from tertulia.moderation.models import Act, HouseRule, Lifted, Policy, Strike, Verdict
from tertulia.moderation.tests.telling import tell
from tertulia.networks.contract import Attachment
from tertulia.outbox.actions import TooLate
from tertulia.outbox.facts import DispatchCancelled, DispatchRefused, DispatchSent
from tertulia.outbox.models import Dispatch
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db


def fresh(message: Message) -> Message:
    return Message.objects.select_related("author", "channel", "brand", "conversation__subject").get(pk=message.pk)


def test_the_evidence_is_the_message_as_it_was_with_what_was_said_before(
        channel: Channel, rule: HouseRule, ana: Member) -> None:
    first, second = cast.arrive(channel, cast.item("e1", "Hola", who="pepe", name="Pepe"), cast.item(
        "e2", "Sois unos ladrones", parent="e1", attachments=[Attachment("https://example.org/a.jpg", alt="Un dibujo")],
        url="https://example.org/e2"))
    verdict = actions.hide(second, rule, ana, by=ana.key)
    Message.objects.filter(pk=second.pk).update(text="Os quiero")
    kept = Verdict.objects.get(pk=verdict.pk).evidence
    assert (kept["text"], kept["author"], kept["url"]) == ("Sois unos ladrones", "marta", "https://example.org/e2")
    assert kept["pictures"] == [{"url": "https://example.org/a.jpg", "alt": "Un dibujo"}]
    assert [(one["text"], one["author"], one["profile"]) for one in kept["above"]] == [("Hola", "pepe", first.author_id)]


def test_a_hidden_message_ends_in_the_ledger_and_begins_again_when_it_is_shown(message: Message, rule: HouseRule, ana: Member) -> None:
    actions.hide(message, rule, ana, by=ana.key)
    assert (fresh(message).ending, fresh(message).ended_because) == (Ending.HIDDEN, "1. Respeto")
    actions.show(message, ana, by=ana.key)
    assert fresh(message).ending is None and fresh(message).conversation.waiting_since is not None
    hidden, shown = Verdict.objects.order_by("pk")
    assert (hidden.lifted, shown.undoes) == (Lifted.UNDONE, hidden)


def test_what_was_answered_before_it_was_hidden_stays_answered(message: Message, rule: HouseRule, ana: Member) -> None:
    Message.objects.filter(pk=message.pk).update(ending=Ending.ANSWERED, ended_at=clock.now())
    actions.hide(message, rule, ana, by=ana.key)
    actions.show(message, ana, by=ana.key)
    assert fresh(message).ending == Ending.ANSWERED


def test_an_automatic_rule_hides_without_a_member_and_says_where_it_matched(message: Message, rule: HouseRule) -> None:
    verdict = actions.hide(message, rule, by="rule:7", match={"rule": 7, "version": 2, "spans": [[10, 18]]})
    assert (verdict.member, verdict.by, verdict.spans) == (None, "rule:7", [[10, 18]])
    assert Fact.objects.get(name="HideDecided").by == "rule:7"


@pytest.mark.parametrize("act", [Act.DELETE, Act.BLOCK, Act.KEEP, Act.UNBLOCK])
def test_the_database_lets_no_rule_do_what_only_a_person_may(message: Message, rule: HouseRule, ana: Member, act: str) -> None:
    verdict = actions.hide(message, rule, ana, by=ana.key)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.filter(pk=verdict.pk).update(act=act, by="rule:7")


@pytest.mark.parametrize("act", [Act.HIDE, Act.DELETE, Act.BLOCK])
def test_the_database_lets_nothing_be_done_without_a_rule(message: Message, rule: HouseRule, ana: Member, act: str) -> None:
    verdict = actions.hide(message, rule, ana, by=ana.key)
    with pytest.raises(IntegrityError), transaction.atomic():
        Verdict.objects.filter(pk=verdict.pk).update(act=act, rule=None)


# --------------------------------------------------------------------------- deleting


def test_a_deletion_waits_and_can_be_stopped_until_it_leaves(message: Message, rule: HouseRule, ana: Member, brand: Brand) -> None:
    Policy.objects.create(brand=brand, delay=10)
    verdict = actions.delete(message, rule, ana, by=ana.key)
    assert verdict.dispatch and verdict.dispatch.due_at - clock.now() > timedelta(minutes=9)
    assert fresh(message).ending == Ending.DELETED
    assert actions.take_back(verdict, ana, by=ana.key) and not actions.take_back(verdict, ana, by=ana.key)
    verdict.refresh_from_db()
    assert verdict.lifted == Lifted.TAKEN_BACK and fresh(message).ending is None
    assert Dispatch.objects.get(pk=verdict.dispatch_id).state == "cancelled"
    assert not Strike.objects.filter(cancelled_at=None).exists()


def test_what_has_left_cannot_be_stopped_and_is_told_as_deleted_by_the_brand(message: Message, rule: HouseRule, ana: Member) -> None:
    verdict = actions.delete(message, rule, ana, by=ana.key)
    tell(DispatchSent, verdict.dispatch)
    with pytest.raises(TooLate):
        actions.take_back(verdict, ana, by=ana.key)
    assert fresh(message).vanished_at and fresh(message).ending == Ending.DELETED
    assert Verdict.objects.get(pk=verdict.pk).evidence["text"] == "Sois unos ladrones"


def test_a_deletion_stopped_among_the_dispatches_is_stopped_here_too_and_counts_again_if_it_leaves(
        message: Message, rule: HouseRule, ana: Member) -> None:
    verdict = actions.delete(message, rule, ana, by=ana.key)
    tell(DispatchCancelled, verdict.dispatch)
    verdict.refresh_from_db()
    assert (verdict.lifted, fresh(message).ending) == (Lifted.TAKEN_BACK, None)
    Dispatch.objects.filter(pk=verdict.dispatch_id).update(state="waiting")
    tell(DispatchSent, verdict.dispatch)
    verdict.refresh_from_db()
    assert (verdict.lifted, verdict.lifted_at, fresh(message).ending) == ("", None, Ending.DELETED)
    assert Strike.objects.filter(cancelled_at=None).count() == 1


def test_a_hidden_message_whose_deletion_fails_stays_hidden(message: Message, rule: HouseRule, ana: Member) -> None:
    actions.hide(message, rule, ana, by=ana.key)
    verdict = actions.delete(fresh(message), rule, ana, by=ana.key)
    assert verdict.act == Act.DELETE and fresh(message).ending == Ending.DELETED
    tell(DispatchRefused, verdict.dispatch)
    assert fresh(message).ending == Ending.HIDDEN and Strike.objects.filter(cancelled_at=None).count() == 1


def test_what_the_network_cannot_do_is_not_decided(brand: Brand, rule: HouseRule, ana: Member) -> None:
    there = cast.conversation(cast.channel(brand, "mastodon", "faro@example.org"), kind="mention", root="").messages.get()
    for act in (actions.hide, actions.delete):
        with pytest.raises(actions.CannotDo, match="Mastodon no deja"):
            act(there, rule, ana, by=ana.key)
    assert actions.block(there, rule, ana, by=ana.key).act == Act.BLOCK


# --------------------------------------------------------------------------- blocking


def test_somebody_is_blocked_once_the_network_did_it_and_let_in_again(message: Message, rule: HouseRule, ana: Member) -> None:
    verdict = actions.block(message, rule, ana, by=ana.key)
    assert actions.block(fresh(message), rule, ana, by=ana.key) == verdict
    assert message.author and message.author.blocked_at is None
    assert verdict.dispatch and verdict.dispatch.payload == {"to": {"external_id": "marta", "handle": "marta"}}
    tell(DispatchSent, verdict.dispatch)
    assert (author := fresh(message).author) and author.blocked_at
    undone = actions.unblock(verdict, ana, by=ana.key)
    assert undone and actions.unblock(verdict, ana, by=ana.key) is None
    tell(DispatchSent, undone.dispatch)
    assert (author := fresh(message).author) and author.blocked_at is None


def test_an_unblocking_that_fails_leaves_them_blocked(message: Message, rule: HouseRule, ana: Member) -> None:
    verdict = actions.block(message, rule, ana, by=ana.key)
    tell(DispatchSent, verdict.dispatch)
    undone = actions.unblock(verdict, ana, by=ana.key)
    assert undone
    tell(DispatchRefused, undone.dispatch)
    verdict.refresh_from_db()
    assert verdict.lifted == "" and actions.unblock(verdict, ana, by=ana.key) not in (None, undone)


# --------------------------------------------------------------------------- keeping and noting


def test_keeping_what_a_rule_hid_shows_it_again(message: Message, rule: HouseRule, ana: Member) -> None:
    hidden = actions.hide(message, rule, by="rule:7", match={"rule": 7})
    actions.keep(message, ana, by=ana.key)
    hidden.refresh_from_db()
    assert hidden.lifted == Lifted.UNDONE
    assert list(Verdict.objects.order_by("pk").values_list("act", flat=True)) == ["hide", "unhide", "keep"]


def test_a_note_counts_leaves_the_message_and_tells_the_team(message: Message, rule: HouseRule, ana: Member) -> None:
    verdict = actions.note(message, rule, ana, by=ana.key, text="Es la segunda vez")
    assert actions.note(message, rule, ana, by=ana.key) == verdict
    assert fresh(message).ending is None and Strike.objects.get().verdict == verdict
    assert Note.objects.filter(text="Es la segunda vez").exists()
    actions.lift(verdict, Lifted.UNDONE, by=ana.key)
    assert Strike.objects.get().cancelled_because == Lifted.UNDONE
