"""Storing what arrived: in batches, in order, once.

Everything is read first and written in a few statements, because a burst may bring thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from tertulia.channels.arrivals import unpack
from tertulia.channels.models import Arrival, Channel
from tertulia.inbox import facts
from tertulia.inbox.ending import answered_there, settle
from tertulia.inbox.models import Conversation, ConversationState, Ending, Message, Subject
from tertulia.inbox.rules import branch_of, excerpt, waiting_since
from tertulia.inbox.windows import window_after
from tertulia.journal.actions import record_all
from tertulia.journal.facts import Announcement
from tertulia.kit import clock
from tertulia.kit.folding import fold
from tertulia.kit.writing import insert, write
from tertulia.networks.contract import Item, Vanished
from tertulia.outbox.queries import by_external_id
from tertulia.people.actions import know

BATCH = 500


@transaction.atomic
def store_arrivals(channel_id: int, *, by: str, because: str = "") -> int:
    """Stores one batch of what a channel brought; how many arrivals it took. The channel's row is the lock: order is kept."""
    channel = Channel.objects.select_for_update(no_key=True).select_related("brand").get(pk=channel_id)
    arrivals = list(Arrival.objects.filter(channel=channel, stored_at=None).order_by("id")[:BATCH])
    if not arrivals:
        return 0
    things = [unpack(one.payload) for one in arrivals]
    announced = [
        *_store_items(channel, [one for one in things if isinstance(one, Item)]),
        *_note_vanished(channel, [one for one in things if isinstance(one, Vanished)]),
    ]
    Arrival.objects.filter(pk__in=[one.pk for one in arrivals]).update(stored_at=clock.now())
    record_all(announced, by=by or f"network:{channel.network}", because=because)
    return len(arrivals)


def _store_items(channel: Channel, items: Sequence[Item]) -> list[Announcement]:
    subjects = _subjects(channel, items)
    items = [one for one in items if one.kind != "post"]
    known = {str(one.external_id): one for one in Message.objects.filter(
        channel=channel, external_id__in=_ids(items)).select_related("conversation")}
    sent_by_us = by_external_id(channel.brand, channel.pk, [one.external_id for one in items if one.ours])
    fresh = _once([one for one in items if one.external_id not in known and one.external_id not in sent_by_us])
    announced = _store_edits([one for one in items if one.external_id in known], known)
    conversations = _conversations(channel, fresh, known, subjects)
    people = know(channel.brand, channel.network, [one.author for one in fresh], by="")
    rows = [_row(channel, one, conversations[one.external_id], people) for one in fresh]
    for item, row in zip(fresh, rows, strict=True):
        _tell(row.conversation, item, row)
    touched = {row.conversation.pk: row.conversation for row in rows}
    write(Conversation, touched.values(), _TOLD)
    insert(Message, rows)
    if answered := list({row.conversation.pk: row.conversation for row in rows if row.ours}.values()):
        answered_there(answered, by=f"network:{channel.network}")
    return announced + [
        facts.MessageReceived(brand_id=channel.brand_id, message_id=row.pk, conversation_id=row.conversation_id)
        for row in rows if not row.ours]


def _ids(items: Sequence[Item]) -> set[str]:
    return {one.external_id for one in items} | {one.parent_id for one in items if one.parent_id}


def _once(items: Sequence[Item]) -> list[Item]:
    """The first of each id: a page may bring the same thing twice."""
    return list({one.external_id: one for one in reversed(items)}.values())[::-1]


# --------------------------------------------------------------------------- the posts


def _subjects(channel: Channel, items: Sequence[Item]) -> dict[str, Subject]:
    """The posts of ours that these items are, or are about, by external id."""
    posts = {one.external_id: one for one in items if one.kind == "post" and one.ours}
    wanted = {one.root_id for one in items if one.kind == "comment" and one.root_id} | set(posts)
    rows = [
        Subject(channel=channel, external_id=key, text=posts[key].text, url=posts[key].url, created_at=posts[key].created_at,
                attachments=[asdict(one) for one in posts[key].attachments])
        if key in posts else Subject(channel=channel, external_id=key)
        for key in sorted(wanted)]
    described = [row for row in rows if row.external_id in posts]
    Subject.objects.bulk_create([row for row in rows if row.external_id not in posts], ignore_conflicts=True)
    Subject.objects.bulk_create(described, update_conflicts=True, unique_fields=["channel", "external_id"],
                                update_fields=["text", "url", "created_at", "attachments"])
    return {one.external_id: one for one in Subject.objects.filter(channel=channel, external_id__in=wanted)}


# --------------------------------------------------------------------------- the conversations

_TOLD = ["last_at", "waiting_since", "messages_count", "excerpt", "state", "snoozed_until", "person", "first_answer_at", "turn",
         "window_ends_at"]


def _conversations(channel: Channel, items: Sequence[Item], known: dict[str, Message],
                   subjects: dict[str, Subject]) -> dict[str, Conversation]:
    """The conversation of each item, made if it is new, by the item's external id."""
    branches = {key: one.conversation.branch for key, one in known.items()}
    of_item: dict[str, str] = {}
    for item in items:
        of_item[item.external_id] = branches[item.external_id] = branch_of(item, branches.get)
    first = {of_item[one.external_id]: one for one in reversed(items)}
    Conversation.objects.bulk_create(
        [Conversation(brand_id=channel.brand_id, channel=channel, branch=branch, kind=one.kind, first_at=one.created_at,
                      last_at=one.created_at, subject=subjects.get(one.root_id) if one.kind == "comment" else None)
         for branch, one in first.items()],
        batch_size=BATCH, ignore_conflicts=True)
    found = {one.branch: one for one in Conversation.objects.select_for_update(no_key=True).filter(channel=channel, branch__in=first)}
    going_on = _merged(list(found.values()))
    return {key: going_on.get(found[branch].pk, found[branch]) for key, branch in of_item.items()}


def _merged(found: Sequence[Conversation]) -> dict[int, Conversation]:
    """Where conversations that were merged go on, by their id; several of them may go on in one."""
    into: dict[int, Conversation] = {}
    known = {one.pk: one for one in found}
    for one in found:
        last = one
        while last.merged_into_id:
            if last.merged_into_id not in known:
                known[last.merged_into_id] = Conversation.objects.select_for_update(no_key=True).get(pk=last.merged_into_id)
            last = known[last.merged_into_id]
        if last is not one:
            into[one.pk] = last
    return into


def _tell(conversation: Conversation, item: Item, row: Message) -> None:
    """What one more message changes in its conversation."""
    conversation.messages_count += 1
    if not row.ours:
        conversation.person_id = conversation.person_id or row.author_id
        conversation.window_ends_at = window_after(row.channel, row.kind, item.created_at, conversation.window_ends_at)
    conversation.waiting_since = waiting_since(conversation.waiting_since, item.created_at, ours=row.ours)
    if row.ours:
        conversation.first_answer_at = conversation.first_answer_at or item.created_at
        conversation.turn = row.turn = conversation.turn + 1
    if item.created_at >= conversation.last_at:
        conversation.last_at, conversation.excerpt = item.created_at, excerpt(item.text)
    conversation.state = ConversationState.CLOSED if row.ours and conversation.waiting_since is None else ConversationState.OPEN
    conversation.snoozed_until = None


def _row(channel: Channel, item: Item, conversation: Conversation, people: dict[str, Any]) -> Message:
    return Message(
        conversation=conversation, brand_id=channel.brand_id, channel=channel, external_id=item.external_id,
        parent_id_there=item.parent_id, author=people[item.author.external_id], ours=item.ours, kind=item.kind,
        text=item.text, folded=fold(item.text), attachments=[asdict(one) for one in item.attachments], url=item.url,
        ref_extra=dict(item.extra), at=item.created_at, received_at=clock.now())


# --------------------------------------------------------------------------- edits and disappearances


def _store_edits(items: Sequence[Item], known: dict[str, Message]) -> list[Announcement]:
    changed = []
    for item in items:
        row = known[item.external_id]
        if row.text != item.text and row.erased_at is None:
            row.text, row.folded, row.edited_at = item.text, fold(item.text), clock.now()
            changed.append(row)
    Message.objects.bulk_update(changed, ["text", "folded", "edited_at"], batch_size=BATCH)
    return [facts.MessageEdited(brand_id=row.brand_id, message_id=row.pk, conversation_id=row.conversation_id)
            for row in changed]


def _note_vanished(channel: Channel, gone: Sequence[Vanished]) -> list[Announcement]:
    now, ids = clock.now(), [one.external_id for one in gone]
    messages = list(Message.objects.filter(channel=channel, external_id__in=ids, vanished_at=None))
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(vanished_at=now)
    settle([one for one in messages if one.ending is None], Ending.WITHDRAWN, by=f"network:{channel.network}")
    subjects = list(Subject.objects.filter(channel=channel, external_id__in=ids, vanished_at=None))
    Subject.objects.filter(pk__in=[one.pk for one in subjects]).update(vanished_at=now)
    return [
        *(facts.MessageVanished(brand_id=one.brand_id, message_id=one.pk, conversation_id=one.conversation_id) for one in messages),
        *(facts.SubjectVanished(brand_id=channel.brand_id, subject_id=one.pk) for one in subjects)]
