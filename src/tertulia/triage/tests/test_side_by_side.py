"""A person corrects while a worker reads: the person's word stands, whoever is first."""

from __future__ import annotations

import pytest
from django.db import transaction

from tertulia.inbox.models import Message
from tertulia.kit.tests.beside import beside
from tertulia.site.tests import cast
from tertulia.triage import actions
from tertulia.triage.models import Correction
from tertulia.triage.rules import told

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_word_said_while_the_message_is_being_read_is_not_written_over() -> None:
    owner = cast.member()
    message: Message = cast.conversation(cast.channel(cast.brand(owner)), "Gracias por todo, un abrazo").messages.get()
    actions.read([message.pk], by="test")
    with transaction.atomic():
        actions.correct(message, "sentiment", ["negative"], owner, by=owner.key)
        reading = beside(lambda: actions.read([message.pk], by="test"))  # understands, then waits for the message
        reading.join(0.7)
    reading.join(20)
    assert not reading.is_alive()
    message.refresh_from_db()
    assert told(message.reading, "sentiment").labels == ("negative",)


def test_two_who_say_the_same_at_once_say_it_once() -> None:
    owner = cast.member()
    message: Message = cast.conversation(cast.channel(cast.brand(owner)), "Gracias por todo, un abrazo").messages.get()
    actions.read([message.pk], by="test")
    threads = [beside(lambda: actions.correct(message, "sentiment", ["negative"], owner, by=owner.key)) for _ in range(4)]
    for one in threads:
        one.join(20)
    assert Correction.objects.filter(message=message).count() == 1
