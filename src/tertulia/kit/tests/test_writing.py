"""Many rows in one statement: what is written is what a row-by-row save would have written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from tertulia.brands.models import Brand
from tertulia.inbox.models import Conversation, Message
from tertulia.kit.writing import insert, write
from tertulia.site.tests import cast

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 29, 1, 30, 0, 123456, UTC)


def row(conversation: Conversation, key: str, **more: object) -> Message:
    told = {"text": "Ñandú «%s» {x} \\ \"", "folded": "", "at": AT, "received_at": AT, "kind": "comment"} | more
    return Message(conversation=conversation, brand_id=conversation.brand_id, channel_id=conversation.channel_id,
                   external_id=key, **told)


@pytest.fixture
def talk() -> Conversation:
    return cast.conversation(cast.channel(cast.brand(cast.member())))


def test_rows_come_back_as_they_went_in_order(talk: Conversation) -> None:
    rows = [row(talk, f"k{at}", attachments=[{"alt": "á %s", "n": None}], ref_extra={"a": [1, True]}) for at in range(3)]
    insert(Message, rows)
    assert [one.pk for one in rows] == sorted(one.pk for one in rows)
    kept = Message.objects.filter(external_id__startswith="k").order_by("pk")
    for made, found in zip(rows, kept, strict=True):
        assert all(getattr(made, one.attname) == getattr(found, one.attname) for one in Message._meta.concrete_fields)
    made.text = "otra"
    made.save()
    assert Message.objects.get(pk=made.pk).text == "otra"


def test_a_broken_constraint_makes_nothing(talk: Conversation) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(Message, [row(talk, "one"), row(talk, "same"), row(talk, "same")])
    assert not Message.objects.filter(external_id="one").exists()


def test_only_the_fields_named_are_written(talk: Conversation) -> None:
    talk.excerpt, talk.intents, talk.snoozed_until, talk.assignee_id = "nuevo", ["question"], AT, None
    write(Conversation, [talk], ["intents", "snoozed_until", "assignee"])
    kept = Conversation.objects.get(pk=talk.pk)
    assert (kept.intents, kept.snoozed_until) == (["question"], AT) and kept.excerpt != "nuevo"


def test_nothing_to_write_is_no_trouble() -> None:
    write(Brand, [], ["name"])
    insert(Message, [])
