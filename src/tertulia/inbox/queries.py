"""Reading conversations: brand first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from tertulia.brands.models import Brand, Member
from tertulia.channels.models import Channel, ChannelState
from tertulia.channels.queries import can
from tertulia.inbox.models import Conversation, ConversationState, Message, Note, Subject
from tertulia.kit import paging
from tertulia.kit.folding import fold

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
    rows = Conversation.objects.filter(brand=brand).select_related("channel", "person", "assignee", "subject")
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


def _with_words(brand: Brand, rows: QuerySet[Conversation], words: str) -> QuerySet[Conversation]:
    """Those with a message that has all the words (Spanish stems, with or without accents) or whose person is called so."""
    folded = fold(words)
    said = Message.objects.annotate(found=SearchVector("folded", config="spanish")).filter(
        conversation=OuterRef("pk"), brand=brand, found=SearchQuery(folded, config="spanish", search_type="websearch"))
    person = Q(person__handle__icontains=words.strip().lstrip("@")) | Q(person__name__icontains=words.strip())
    return rows.filter(Exists(said) | person)


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


def messages_of(conversation: Conversation, before: str = "", size: int = 50) -> paging.Page[Message]:
    """Its messages, the newest page first and each page from old to new: ``rows`` are to be shown in order."""
    rows = conversation.messages.select_related("author", "member", "dispatch")
    page = paging.page(rows, "-at", before, size)
    return paging.Page(list(reversed(page.rows)), page.next)


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


def channels_to_recheck() -> list[int]:
    """Working channels, of any brand, whose network can be asked what is still there."""
    return [one.pk for one in Channel.objects.filter(state=ChannelState.ACTIVE, failing_since=None) if can(one, "collect")]


def recent_external_ids(channel: Channel, most: int = 200) -> list[str]:
    """What is worth asking about again: the newest messages of open conversations and the newest posts."""
    messages = Message.objects.filter(channel=channel, ours=False, vanished_at=None, external_id__isnull=False).exclude(
        kind="direct").order_by("-at").values_list("external_id", flat=True)[:most]
    posts = Subject.objects.filter(channel=channel, vanished_at=None).exclude(text="").order_by("-pk").values_list("external_id", flat=True)[:25]
    return [*filter(None, messages), *posts]
