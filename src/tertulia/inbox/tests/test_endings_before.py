"""What was said before there was a ledger: the migration gives it the endings it had."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module

import pytest
from django.db import connection

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel
from tertulia.inbox import actions, ledger
from tertulia.inbox.models import Conversation, Message
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
BY = "member:0"
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


def test_each_message_of_before_ends_as_it_had_ended(brand: Brand, channel: Channel, ana: Member) -> None:
    answered, hidden, gone, closed, waiting, failed = (cast.conversation(channel, key=f"k{n}", at=NOON) for n in range(6))
    actions.reply(answered.messages.get(), "Sí", ana, by=BY)
    mine = actions.reply(failed.messages.get(), "Sí", ana, by=BY)
    type(mine.dispatch).objects.filter(pk=mine.dispatch_id).update(state="cancelled")  # type: ignore[union-attr]
    actions.close(closed, by=BY, because="spam")
    theirs = Message.objects.filter(ours=False)
    theirs.filter(conversation=hidden).update(hidden_at=NOON, hidden_because="1. Respeto")
    theirs.filter(conversation=gone).update(vanished_at=NOON)
    theirs.update(ending=None, ended_at=None, ended_by="", ended_because="", answered_with=None)
    Conversation.objects.filter(pk=failed.pk).update(state="open", waiting_since=None)
    before = import_module("tertulia.inbox.migrations.0009_ledger")
    with connection.cursor() as sql:
        sql.execute(before.ENDED)
        sql.execute(before.WAITING)
    found = dict(theirs.values_list("conversation", "ending"))
    assert [found[one.pk] for one in (answered, hidden, gone, closed, waiting, failed)] == [
        "answered", "hidden", "withdrawn", "silent", None, None]
    assert theirs.get(conversation=hidden).ended_because == "1. Respeto"
    stood = dict(Conversation.objects.values_list("pk", "state"))
    assert stood[hidden.pk] == stood[gone.pk] == "closed" and stood[waiting.pk] == stood[failed.pk] == "open"
    assert Conversation.objects.get(pk=failed.pk).waiting_since == NOON
    line = ledger.together(ledger.sums(brand, NOON.date(), NOON.date()), NOON.date())
    assert line.adds_up and line.received == 6 and line.open == 2
