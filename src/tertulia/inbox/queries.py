"""Reading conversations: brand first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any
from unicodedata import normalize

from django.contrib.postgres.search import CombinedSearchQuery, SearchQuery, SearchVector
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Upper

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel, ChannelState
from tertulia.channels.queries import can
from tertulia.inbox.models import Conversation, ConversationState, Message, Note, Subject
from tertulia.inbox.rules import forms_of, heat, summed, words_of
from tertulia.kit import paging
from tertulia.kit.folding import fold
from tertulia.people.models import Profile

#: The views of the inbox: name → filter. ``mine`` needs the member and is added by ``conversations``.
VIEWS = {
    "pending": Q(state=ConversationState.OPEN, waiting_since__isnull=False),
    "angry": Q(state=ConversationState.OPEN) & (Q(sentiment="negative") | Q(offence__in=["OFP", "OFG"])),
    "questions": Q(state=ConversationState.OPEN) & (Q(intents__contains="question") | Q(intents__contains="presales")),
    "unassigned": Q(state=ConversationState.OPEN, assignee=None),
    "snoozed": Q(state=ConversationState.SNOOZED),
    "closed": Q(state=ConversationState.CLOSED),
    "all": Q(),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list shows."""

    view: str = "pending"
    words: str = ""
    channel_id: int | None = None
    kind: str = ""
    sentiment: str = ""
    intent: str = ""


def conversations(brand: Brand, member: Member, filters: Filters) -> QuerySet[Conversation]:
    """The brand's conversations that pass the filters."""
    rows = Conversation.objects.filter(brand=brand).select_related("channel", "person", "assignee")
    rows = rows.filter(assignee=member).exclude(state=ConversationState.CLOSED) if filters.view == "mine" else rows.filter(
        VIEWS.get(filters.view, VIEWS["pending"]))
    if filters.channel_id:
        rows = rows.filter(channel_id=filters.channel_id)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.sentiment:
        rows = rows.filter(sentiment=filters.sentiment)
    if filters.intent:
        rows = rows.filter(intents__contains=filters.intent)
    return _with_words(brand, rows, filters.words) if filters.words.strip() else rows


def _asking(words: str) -> CombinedSearchQuery | SearchQuery | None:
    """The search for messages that say every word of ``words``: by Spanish stems or beginning so, with or without accents.

    What has quotes or a minus is read as search engines do. Nothing to look for: None.
    """
    if '"' in words or re.search(r"(?:^|\s)-\w", words):
        return SearchQuery(fold(words), config="spanish", search_type="websearch")
    each = [
        SearchQuery(" | ".join(forms_of(word)), config="spanish", search_type="raw")
        | SearchQuery(f"{word}:*", config="simple", search_type="raw")
        for word in words_of(words)]
    return reduce(and_, each) if each else None


def _with_words(brand: Brand, rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Those with a message that has all the words, or whose person is called so."""
    name = words.strip().lstrip("@")
    people = Profile.objects.annotate(upper_handle=Upper("handle"), upper_name=Upper("name")).filter(
        Q(upper_handle__contains=name.upper()) | Q(upper_name__regex=_without_accents(name)), brand=brand)
    wanted = Conversation.objects.filter(brand=brand, person__in=people.values("pk")).values("pk")
    if query := _asking(words):
        wanted = wanted.union(_saying(brand, query).values("conversation_id"), all=True)
    return rows.filter(pk__in=wanted)


def _saying(brand: Brand, query: CombinedSearchQuery | SearchQuery) -> QuerySet[Message]:
    # the expression of index message_words
    return Message.objects.annotate(found=SearchVector("folded", config="spanish")).filter(brand=brand, found=query)


def _without_accents(name: str) -> str:
    """A pattern for ``name`` in capitals, whatever its accents. Small letters too: not every server raises them."""
    return "".join(_any_form(letter) if letter in "aeiouc" else re.escape(letter.upper()) for letter in fold(name))


# acute, grave, diaeresis, circumflex, tilde, cedilla
_MARKS = ("\u0301", "\u0300", "\u0308", "\u0302", "\u0303", "\u0327")


def _any_form(letter: str) -> str:
    forms = "".join(form for mark in ("", *_MARKS) if len(form := normalize("NFC", letter + mark)) == 1)
    return f"[{forms}{forms.upper()}]"


def found_texts(brand: Brand, conversations: Sequence[Conversation], words: str) -> dict[int, str]:
    """The newest text in each conversation that says the words, by conversation."""
    query = _asking(words)
    if query is None or not conversations:
        return {}
    said = _saying(brand, query).filter(conversation__in=[one.pk for one in conversations])
    return dict(said.order_by("conversation_id", "-at").distinct("conversation_id").values_list("conversation_id", "text"))


def page_of(brand: Brand, member: Member, filters: Filters, after: str = "", size: int = 40) -> paging.Page[Conversation]:
    """One page of the list, newest first."""
    return paging.page(conversations(brand, member, filters), "-last_at", after, size)


def counts(brand: Brand, member: Member) -> dict[str, int]:
    """How many conversations each view has."""
    wanted = {name: Count("pk", filter=condition) for name, condition in VIEWS.items() if name not in ("all", "closed")}
    wanted["mine"] = Count("pk", filter=Q(assignee=member) & ~Q(state=ConversationState.CLOSED))
    return Conversation.objects.filter(brand=brand).exclude(state=ConversationState.CLOSED).aggregate(**wanted)


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


def last_id(brand: Brand) -> int:
    """The id of the last message stored for the brand; 0: none."""
    return Message.objects.filter(brand=brand).order_by("-pk").values_list("pk", flat=True).first() or 0


def spoke_since(brand: Brand, member: Member, filters: Filters, since: int) -> int:
    """In how many conversations of the list somebody spoke after message ``since`` was stored."""
    spoken = Message.objects.filter(brand=brand, pk__gt=since, ours=False).values("conversation_id")
    return conversations(brand, member, filters).filter(pk__in=spoken).count()


def rows_of(brand: Brand, ids: Sequence[int]) -> QuerySet[Conversation]:
    """These of the brand's conversations, as the list shows them."""
    return Conversation.objects.filter(brand=brand, pk__in=ids).select_related("channel", "person", "assignee")


def message_of(brand: Brand, pk: int) -> Message:
    """One of the brand's messages; ``Message.DoesNotExist`` if it is another's."""
    return Message.objects.select_related("conversation", "channel", "author", "brand").get(brand=brand, pk=pk)


def notes_of(conversation: Conversation) -> QuerySet[Note]:
    """The team's notes, first to last."""
    return conversation.notes.select_related("member").order_by("at")


def history_of(conversation: Conversation, most: int = 10) -> QuerySet[Conversation]:
    """Other conversations with the same person, newest first."""
    return Conversation.objects.filter(brand=conversation.brand_id, person=conversation.person_id).exclude(
        Q(pk=conversation.pk) | Q(person=None)).select_related("channel").order_by("-last_at")[:most]


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
