"""Reading conversations: brand first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from tertulia.brands.models import Brand
from tertulia.channels.models import Channel, ChannelState
from tertulia.channels.queries import can
from tertulia.inbox.models import Conversation, ConversationState, Label, Message, Note, Subject
from tertulia.inbox.rules import heat, summed
from tertulia.kit import paging


def conversation_of(brand: Brand, pk: int) -> Conversation:
    """One of the brand's conversations; ``Conversation.DoesNotExist`` if it is another's."""
    return Conversation.objects.select_related("channel", "person", "assignee", "subject", "brand").get(brand=brand, pk=pk)


def messages_of(conversation: Conversation, before: str = "", size: int = 30) -> paging.Page[Message]:
    """Its messages, the newest page first and each page from old to new: ``rows`` are to be shown in order."""
    page = paging.page(_messages(conversation), "-at", before, size)
    return paging.Page(list(reversed(page.rows)), page.next)


def messages_from(conversation: Conversation, first: Message, most: int = 500) -> list[Message]:
    """``first`` and what was said after it, in order; the newest ``most``."""
    later = _messages(conversation).filter(Q(at__gt=first.at) | Q(at=first.at, pk__gte=first.pk))
    return list(reversed(later.order_by("-at", "-pk")[:most]))


def message_after(conversation: Conversation, last: Message) -> Message | None:
    """What was said next after ``last``."""
    later = conversation.messages.filter(Q(at__gt=last.at) | Q(at=last.at, pk__gt=last.pk))
    return later.order_by("at", "pk").only("at").first()


def _messages(conversation: Conversation) -> QuerySet[Message]:
    # the folded text is for the search, and as long as the text
    return conversation.messages.select_related("author", "member", "dispatch").defer("folded")


def last_of_theirs(conversation: Conversation) -> Message | None:
    """The message that an answer would answer."""
    theirs = conversation.messages.select_related("author").filter(ours=False, vanished_at=None)
    return theirs.order_by("-at", "-pk").first()


def labels_of(brand: Brand) -> QuerySet[Label]:
    """The words that the brand puts on conversations."""
    return Label.objects.filter(brand=brand).order_by("name")


def last_readings(conversations: Sequence[int]) -> dict[int, dict[str, Any]]:
    """What was understood of the last thing they said in each of these conversations; those not read are left out."""
    theirs = Message.objects.filter(conversation__in=conversations, ours=False)
    last = theirs.order_by("conversation_id", "-at", "-pk").distinct("conversation_id").values_list("conversation_id", "reading")
    return {pk: reading for pk, reading in last if reading}


def heats_before(conversations: Sequence[int], but: Sequence[int], most: int = 2000) -> dict[int, list[int]]:
    """The heat of each message of theirs that has not ended, in these conversations, but for the messages ``but``."""
    waiting = Message.objects.filter(conversation__in=conversations, ours=False, ending=None, reading__isnull=False).exclude(pk__in=but)
    heats: dict[int, list[int]] = {}
    for pk, reading in waiting.order_by("-at").values_list("conversation_id", "reading")[:most]:
        heats.setdefault(pk, []).append(heat(summed(reading)))
    return heats


def message_of(brand: Brand, pk: int) -> Message:
    """One of the brand's messages; ``Message.DoesNotExist`` if it is another's."""
    return Message.objects.select_related("conversation", "channel", "author", "brand").get(brand=brand, pk=pk)


def notes_of(conversation: Conversation) -> QuerySet[Note]:
    """The team's notes, first to last."""
    return conversation.notes.select_related("member").order_by("at")


def any_to_wake(now: datetime) -> bool:
    """Whether any conversation, of any brand, is to come back."""
    return Conversation.objects.filter(state=ConversationState.SNOOZED, snoozed_until__lte=now).exists()


def channels_to_recheck(now: datetime) -> list[int]:
    """Channels, of any brand, that work and did not just arrive, whose network can be asked what is still there."""
    working = Channel.objects.filter(state=ChannelState.ACTIVE, failing_since=None, connected_at__lt=now)
    return [one.pk for one in working if can(one, "collect")]


def recent_external_ids(channel: Channel, most: int = 200) -> list[str]:
    """What is worth asking about again: the newest messages of open conversations and the newest posts."""
    messages = Message.objects.filter(channel=channel, ours=False, vanished_at=None, external_id__isnull=False).exclude(
        kind="direct").order_by("-at").values_list("external_id", flat=True)[:most]
    posts = Subject.objects.filter(channel=channel, vanished_at=None).exclude(text="").order_by("-pk")
    return [*filter(None, messages), *posts.values_list("external_id", flat=True)[:25]]


def undescribed(channel: Channel, most: int = 20) -> list[str]:
    """Posts of the channel that people talk about and whose words we never saw."""
    unknown = Subject.objects.filter(channel=channel, created_at=None, vanished_at=None)
    return list(unknown.order_by("-pk").values_list("external_id", flat=True)[:most])


def channels_to_describe(now: datetime) -> list[int]:
    """Working channels, of any brand, that have such posts and did not just arrive."""
    working = Channel.objects.filter(state=ChannelState.ACTIVE, failing_since=None, connected_at__lte=now)
    unknown = Subject.objects.filter(channel=OuterRef("pk"), created_at=None, vanished_at=None)
    return [one.pk for one in working.filter(Exists(unknown)) if can(one, "read")]
