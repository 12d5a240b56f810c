"""How what they said ends, and what a conversation owes after it.

Every way in which a debt begins or stops comes through here, so that the ledger adds up: what has no ending is owed, and
a conversation waits since the oldest of what it owes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from tertulia.inbox import facts
from tertulia.inbox.deadlines import set_due
from tertulia.inbox.models import WITH_REASON, Conversation, ConversationState, Ending, Message
from tertulia.journal.actions import record_all
from tertulia.journal.facts import Announcement
from tertulia.kit import clock
from tertulia.kit.writing import write
from tertulia.outbox.models import DispatchState

FAILED = (DispatchState.REFUSED, DispatchState.EXPIRED, DispatchState.CANCELLED)
#: What we said and, as far as anybody knows, left.
LEFT = Q(dispatch=None) | ~Q(dispatch__state__in=FAILED)


class NoReason(Exception):
    """Somebody is owed an answer: ending it without one needs a reason."""


@transaction.atomic
def settle(messages: Collection[Message], ending: str, *, by: str, because: str = "") -> int:
    """Ends these messages of theirs; how many ended. What ended before stays as it was, but a deletion is the last word.

    A conversation in which nothing is owed any more is closed. ``NoReason``: this ending has to say why.
    """
    conversations = locked({one.conversation_id for one in messages})
    ended = _end(Message.objects.filter(pk__in=[one.pk for one in messages]), ending, by=by, because=because)
    if ended:
        reckon(conversations, by=by, because=because)
    return len(ended)


@transaction.atomic
def unsettle(messages: Collection[Message], *, by: str, because: str = "") -> int:
    """Takes their endings back: they are owed again; how many. What its author took away meanwhile was withdrawn."""
    conversations = locked({one.conversation_id for one in messages})
    undone = _take_back(Message.objects.filter(pk__in=[one.pk for one in messages]), by=by, because=because)
    if undone:
        reckon(conversations, by=by, because=because)
    return undone


@transaction.atomic
def close(conversation: Conversation, *, by: str, because: str = "") -> None:
    """Nothing more is owed there; ``because`` says why nobody answered: ``NoReason`` if they were owed it and it is empty."""
    kept = locked([conversation.pk])[0]
    if kept.state != ConversationState.CLOSED:
        _end(kept.messages.all(), Ending.SILENT, by=by, because=because)
        _stand([kept], ConversationState.CLOSED, by=by, because=because)


@transaction.atomic
def reopen(conversation: Conversation, *, by: str, because: str = "") -> None:
    """It needs us again; what nobody answered since our last answer is owed again."""
    kept = locked([conversation.pk])[0]
    if kept.state == ConversationState.OPEN:
        return
    if kept.state != ConversationState.SNOOZED:
        owe_again(kept, by=by, because=because)
    _stand([kept], ConversationState.OPEN, by=by, because=because)


@transaction.atomic
def hand_over(conversation: Conversation, *, by: str, because: str = "") -> None:
    """Another role has to answer: what is owed is handed over, and its deadline for an answer stops. ``NoReason`` without one."""
    kept = locked([conversation.pk])[0]
    _end(kept.messages.all(), Ending.HANDED, by=by, because=because)
    if kept.state != ConversationState.HANDED:
        _stand([kept], ConversationState.HANDED, by=by, because=because)


@transaction.atomic
def bring_back(conversation: Conversation, *, by: str, because: str = "") -> None:
    """What was handed over is ours to answer again; its deadline begins anew."""
    kept = locked([conversation.pk])[0]
    back = _take_back(kept.messages.filter(ending=Ending.HANDED), by=by, because=because, since=clock.now())
    if kept.state == ConversationState.HANDED:
        _stand([kept], ConversationState.OPEN, by=by, because=because)
    elif back:
        reckon([kept], by=by, because=because)


def owe_again(conversation: Conversation, *, by: str, because: str = "", since: datetime | None = None) -> None:
    """What was left without an answer after our last one (or from ``since`` on) is owed again, in a locked conversation."""
    left = conversation.messages.filter(ours=False, ending__in=[Ending.SILENT, Ending.LAPSED, Ending.HANDED])
    if since is not None:
        left = left.filter(at__gte=since)
    elif answered := conversation.messages.filter(LEFT, ours=True).order_by("-at").values_list("at", flat=True).first():
        left = left.filter(at__gt=answered)
    _take_back(left, by=by, because=because)


# --------------------------------------------------------------------------- the network's own window


def windows_over(now: datetime) -> QuerySet[Conversation]:
    """Conversations that wait for an answer which the network does not let us give any more."""
    return Conversation.objects.filter(window_ends_at__lte=now, waiting_since__isnull=False)


@transaction.atomic
def lapse(now: datetime, *, by: str, because: str = "") -> int:
    """Ends what can be answered no more; in how many conversations."""
    rows = list(windows_over(now).select_for_update(no_key=True, skip_locked=True, of=("self",)).order_by("pk")[:500])
    _end(Message.objects.filter(conversation__in=[one.pk for one in rows], at__lte=now), Ending.LAPSED, by=by, because=because)
    reckon(rows, by=by, because=because)
    return len(rows)


# --------------------------------------------------------------------------- answers


def answer(conversation: Conversation, mine: Message, *, by: str) -> None:
    """Ends what is owed with ``mine``, in a locked conversation that the caller saves. One handed over goes on so."""
    _end(conversation.messages.all(), Ending.ANSWERED, by=by, answered_with=mine)
    conversation.waiting_since = conversation.snoozed_until = conversation.answer_due_at = None
    if conversation.state != ConversationState.HANDED:
        conversation.state, conversation.solved_at, conversation.solve_due_at = ConversationState.CLOSED, mine.at, None


@transaction.atomic
def answered_late(mine: Message, *, by: str) -> None:
    """An answer that was given up is on the network after all: it ends what was said before it."""
    conversations = locked([mine.conversation_id])
    if _end(mine.conversation.messages.filter(at__lte=mine.at), Ending.ANSWERED, by=by, answered_with=mine):
        reckon(conversations, by=by)


@transaction.atomic
def not_answered(mine: Message, *, by: str, because: str = "") -> None:
    """``mine`` did not leave: what it answered is owed as before, unless another answer came after it."""
    kept = locked([mine.conversation_id])[0]
    _take_back(kept.messages.filter(answered_with=mine), by=by, because=because)
    kept.first_answer_at = kept.messages.filter(LEFT, ours=True).aggregate(first=Min("at"))["first"]
    kept.save(update_fields=["first_answer_at"])
    answered_there([kept], by=by)


def answered_there(conversations: Sequence[Conversation], *, by: str) -> None:
    """Ends what our account answered, here or on the network itself: each message with the first answer after it."""
    after = Message.objects.filter(LEFT, conversation=OuterRef("conversation"), ours=True, at__gte=OuterRef("at"))
    first = after.order_by("at", "pk").values("pk")[:1]
    owed = Message.objects.filter(conversation__in=[one.pk for one in conversations], ours=False, ending=None)
    owed.filter(Exists(after)).update(ending=Ending.ANSWERED, answered_with=Subquery(first), ended_at=clock.now(), ended_by=by)
    reckon(conversations, by=by)


# --------------------------------------------------------------------------- what is owed


def locked(ids: Iterable[int]) -> list[Conversation]:
    """These conversations, in one order for everybody, until the transaction ends."""
    return list(Conversation.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=set(ids)).order_by("pk"))


def reckon(conversations: Sequence[Conversation], *, by: str, because: str = "") -> None:
    """Brings locked conversations in line with how their messages ended: since when they wait, their deadlines.

    One in which nothing is owed any more is closed; one in which something is owed again is open.
    """
    recount(conversations)
    _stand([one for one in conversations if one.waiting_since is None and one.state in (
        ConversationState.OPEN, ConversationState.SNOOZED)], ConversationState.CLOSED, by=by, because=because)
    _stand([one for one in conversations if one.waiting_since and one.state in (
        ConversationState.CLOSED, ConversationState.HANDED)], ConversationState.OPEN, by=by, because=because)


def recount(conversations: Sequence[Conversation]) -> None:
    """Writes since when each of these locked conversations is owed an answer (what came back from a role: since then), and
    by when."""
    owed = Message.objects.filter(conversation__in=[one.pk for one in conversations], ours=False, ending=None)
    since = dict(owed.values_list("conversation").annotate(since=Min(Greatest("at", Coalesce("ended_at", "at")))))
    for one in conversations:
        one.waiting_since = since.get(one.pk)
    write(Conversation, conversations, ["waiting_since"])
    set_due(conversations)


def _stand(conversations: Sequence[Conversation], state: str, *, by: str, because: str) -> None:
    """Puts locked conversations in ``state``, with what they owe."""
    for one in conversations:
        one.state, one.snoozed_until = state, None
        one.solved_at = clock.now() if state == ConversationState.CLOSED else None
    write(Conversation, conversations, ["state", "snoozed_until", "solved_at"])
    recount(conversations)
    record_all([_MOVED[state](brand_id=one.brand_id, conversation_id=one.pk) for one in conversations], by=by, because=because)


_MOVED: dict[str, Callable[..., Announcement]] = {
    ConversationState.OPEN: facts.ConversationReopened, ConversationState.CLOSED: facts.ConversationClosed,
    ConversationState.HANDED: facts.ConversationHanded}


def _end(messages: QuerySet[Message], ending: str, *, by: str, because: str = "",
         answered_with: Message | None = None) -> list[int]:
    """Ends those of theirs that have not ended; which."""
    replaced = [Ending.HIDDEN, Ending.WITHDRAWN] if ending == Ending.DELETED else []
    found = list(messages.filter(Q(ending=None) | Q(ending__in=replaced), ours=False).values("pk", "brand_id", "conversation_id"))
    ids = [one["pk"] for one in found]
    if ids and ending in WITH_REASON and not because:
        raise NoReason(ending)
    Message.objects.filter(pk__in=ids).update(
        ending=ending, ended_at=clock.now(), ended_by=by, ended_because=because[:200], answered_with=answered_with)
    if answered_with is None:  # an answer has its own fact
        record_all([facts.MessageEnded(brand_id=one["brand_id"], message_id=one["pk"], conversation_id=one["conversation_id"],
                                       ending=ending) for one in found], by=by, because=because)
    return ids


def _take_back(messages: QuerySet[Message], *, by: str, because: str, since: datetime | None = None) -> int:
    """Those that had ended are owed again, as from ``since``, or as before; how many."""
    found = list(messages.filter(ours=False, ending__isnull=False).values("pk", "brand_id", "conversation_id", "vanished_at"))
    there: dict[bool, list[int]] = {True: [], False: []}
    for one in found:
        there[one["vanished_at"] is None].append(one["pk"])
    nothing: dict[str, Any] = {"ended_by": "", "ended_because": "", "answered_with": None}
    Message.objects.filter(pk__in=there[True]).update(ending=None, ended_at=since, **nothing)
    Message.objects.filter(pk__in=there[False]).update(ending=Ending.WITHDRAWN, **nothing)
    record_all([facts.MessageReclaimed(brand_id=one["brand_id"], message_id=one["pk"], conversation_id=one["conversation_id"])
                for one in found if one["pk"] in there[True]], by=by, because=because)
    return len(found)
