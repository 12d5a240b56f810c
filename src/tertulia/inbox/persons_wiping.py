"""Wiping what the inbox keeps of a person who is erased.

Texts, pictures, addresses, readings, drafts and notes go, out of what arrived and out of what we sent as well. Ids of ours,
dates, endings and the journal stay: the days still add up. An id of a network that tells who it is of is replaced by a digest.
What somebody else said stays as they said it, for it is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from django.db import transaction
from django.db.models import Q

from tertulia.channels.forgetting import throw_away
from tertulia.channels.models import Channel
from tertulia.inbox.ending import settle
from tertulia.inbox.models import Conversation, Draft, Ending, Message, Note
from tertulia.inbox.rules import excerpt
from tertulia.kit import clock
from tertulia.kit.folding import fold
from tertulia.outbox import wiping as outbox
from tertulia.people.queries import digests_of
from tertulia.people.rules import Trace, names_it, redacting

_TEXTS = ["text", "folded", "attachments", "url", "ref_extra", "external_id", "parent_id_there", "reading", "erased_at", "vanished_at"]


@transaction.atomic
def wipe(profiles: Sequence[int], traces: Sequence[Trace], *, by: str, because: str = "") -> None:
    """Wipes the words of these profiles (ids), and ours that name them. Wiped twice is wiped."""
    theirs = list(Message.objects.select_for_update(no_key=True, of=("self",)).filter(author__in=profiles, ours=False)
                  .select_related("channel").order_by("pk"))
    talks = list(Conversation.objects.select_for_update(no_key=True).filter(
        Q(pk__in={one.conversation_id for one in theirs}) | Q(person__in=profiles)).order_by("pk"))
    ours = list(_answers_to(theirs, talks, profiles))
    before = _by_channel(theirs + ours)
    _wipe_theirs(theirs, traces, by=by, because=because)
    _wipe_ours(ours, traces)
    _wipe_beside(talks, theirs, profiles)
    _wipe_talks(talks, traces)
    _wipe_sent(before, ours, traces, by=by, because=because)


def _answers_to(theirs: Sequence[Message], talks: Sequence[Conversation], profiles: Sequence[int]) -> Iterable[Message]:
    """What we said to them: in talks of theirs, or in answer to something of theirs."""
    to_them = (Q(conversation__person__in=profiles) | Q(answers__in=[one.pk for one in theirs])
               | Q(parent_id_there__in=[one.external_id for one in theirs if one.external_id]))
    rows = Message.objects.filter(to_them, conversation__in=talks, ours=True).select_related("channel")
    return rows.order_by("pk").distinct()


def _by_channel(messages: Sequence[Message]) -> dict[Channel, list[str]]:
    found: dict[Channel, list[str]] = {}
    for one in messages:
        if one.external_id:
            found.setdefault(one.channel, []).append(one.external_id)
    return found


def _unnamed(channel: Channel, traces: Sequence[Trace], told: str) -> str:
    """An id of the network, or a digest of it where it tells who it is of."""
    if not told or not names_it(told, traces):
        return told
    return f"erased:{next(iter(digests_of(channel.brand_id, channel.network, [told])))}"


def _of(channel: Channel, traces: Sequence[Trace]) -> Callable[[str], str]:
    return partial(_unnamed, channel, [one for one in traces if one.network == channel.network])


def _wipe_theirs(theirs: Sequence[Message], traces: Sequence[Trace], *, by: str, because: str) -> None:
    now = clock.now()
    settle([one for one in theirs if one.ending is None], Ending.WITHDRAWN, by=by, because=because)
    for one in theirs:
        unnamed = _of(one.channel, traces)
        one.text, one.folded, one.attachments, one.url, one.ref_extra, one.reading = "", "", [], "", {}, None
        one.external_id, one.parent_id_there = unnamed(one.external_id or ""), unnamed(one.parent_id_there)
        one.erased_at, one.vanished_at = one.erased_at or now, one.vanished_at or now
    _write(theirs)
    redact = redacting(traces)
    for pk, why in Message.objects.filter(pk__in=[one.pk for one in theirs]).exclude(ended_because="").values_list("pk", "ended_because"):
        if (told := redact(why)) != why:
            Message.objects.filter(pk=pk).update(ended_because=told[:200])


def _wipe_ours(ours: Sequence[Message], traces: Sequence[Trace]) -> None:
    redact, now = redacting(traces), clock.now()
    for one in ours:
        one.text = redact(one.text)
        one.folded, one.parent_id_there = fold(one.text), _of(one.channel, traces)(one.parent_id_there)
        one.ref_extra, one.erased_at = {}, one.erased_at or now  # as it is now it stays: what is polled again changes it no more
    _write(ours)


def _write(messages: Sequence[Message]) -> None:
    # their endings may have just been written by others of this transaction: those columns are left alone
    for one in messages:
        Message.objects.filter(pk=one.pk).update(**{name: getattr(one, name) for name in _TEXTS})


def _wipe_beside(talks: Sequence[Conversation], theirs: Sequence[Message], profiles: Sequence[int]) -> None:
    """Drafts that answer them, and what the team noted where they spoke."""
    mine = [one.pk for one in talks if one.person_id in profiles]
    Draft.objects.filter(Q(conversation__in=mine) | Q(answering__in=[one.pk for one in theirs])).delete()
    Note.objects.filter(conversation__in=mine).delete()


def _wipe_talks(talks: Sequence[Conversation], traces: Sequence[Trace]) -> None:
    channels = Channel.objects.in_bulk({one.channel_id for one in talks})
    for one in talks:
        last = one.messages.exclude(text="").order_by("-at", "-pk").values_list("text", flat=True).first()
        unnamed = _of(channels[one.channel_id], traces)
        Conversation.objects.filter(pk=one.pk).update(excerpt=excerpt(last or ""), branch=unnamed(one.branch))
        # what others answered to it points at it by the id that it had
        for pk, parent in one.messages.exclude(parent_id_there="").values_list("pk", "parent_id_there"):
            if (told := unnamed(parent)) != parent:
                Message.objects.filter(pk=pk).update(parent_id_there=told)


def _wipe_sent(before: dict[Channel, list[str]], ours: Sequence[Message], traces: Sequence[Trace], *, by: str, because: str) -> None:
    """What arrived of it, and what was sent about it."""
    people = [one.external_id for one in traces]
    replies: dict[Channel, list[int]] = {}
    for one in ours:
        if one.dispatch_id:
            replies.setdefault(one.channel, []).append(one.dispatch_id)
    for channel in {*before, *replies}:
        throw_away(channel, before.get(channel, []), people)
        sent = [*replies.get(channel, []), *outbox.about(channel.brand, before.get(channel, []), people)]
        outbox.wipe(sent, redacting(traces), _of(channel, traces), by=by, because=because)
