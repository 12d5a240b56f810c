"""What arrives is read, in batches, and the conversation is summed up by the last thing they said."""

from __future__ import annotations

import pytest

from tertulia.inbox.models import Conversation, Message
from tertulia.journal.models import Fact
from tertulia.site.tests import cast
from tertulia.triage import actions
from tertulia.triage.models import Reading

pytestmark = pytest.mark.django_db

ANGRY = "Sois unos inútiles: mi pedido llega roto y nadie contesta, exijo que me devolváis el dinero."


def test_a_message_is_read_with_reasons_and_its_conversation_summed_up() -> None:
    talk = cast.conversation(cast.channel(cast.brand(cast.member())), ANGRY)
    message = talk.messages.get()
    assert actions.read([message.pk], by="test") == 1
    message.refresh_from_db()
    assert message.reading and message.reading["sentiment"]["label"] == "negative"
    assert all(ANGRY[one["start"]:one["end"]] == one["text"] for one in message.reading["sentiment"]["why"])
    read = Reading.objects.get(message=message)
    assert read.model and read.heads == message.reading
    assert Conversation.objects.get(pk=talk.pk).language == "es"
    assert Fact.objects.filter(name="MessageRead", data__message_id=message.pk).count() == 1


def test_reading_twice_keeps_one_reading() -> None:
    message = cast.conversation(cast.channel(cast.brand(cast.member())), "Gracias por todo.").messages.get()
    actions.read([message.pk], by="test")
    actions.read([message.pk], by="test")
    assert Reading.objects.filter(message=message).count() == 1


def test_an_old_message_read_again_does_not_sum_up_the_conversation() -> None:
    channel = cast.channel(cast.brand(cast.member()))
    talk = cast.conversation(channel, ANGRY, key="first")
    cast.arrive(channel, cast.item("second", "¡Muchísimas gracias, sois los mejores, qué alegría!", parent="first"))
    first, second = talk.messages.order_by("at", "pk")
    actions.read([first.pk, second.pk], by="test")
    before = Conversation.objects.get(pk=talk.pk).intents
    actions.read([first.pk], by="test")
    assert Conversation.objects.get(pk=talk.pk).intents == before
    assert Message.objects.get(pk=first.pk).reading
