"""Conversations that are one, and one that is two: messages change place, and can be brought back once."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from tertulia.brands.models import Member
from tertulia.inbox import facts
from tertulia.inbox.ending import locked, reckon
from tertulia.inbox.models import Conversation, ConversationState, Draft, Message, Move, Note
from tertulia.inbox.queries import heats_before, last_readings
from tertulia.inbox.rules import excerpt, summed
from tertulia.inbox.windows import set_windows
from tertulia.journal.actions import record
from tertulia.kit import clock


class CannotMerge(Exception):
    """They are not to be one: ``reason`` is ``same``, ``channel``, ``private`` or ``merged``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class CannotSplit(Exception):
    """Nothing would be left in it, or it is merged into another."""


class CannotUndo(Exception):
    """It was taken back already, or one of the two has gone on into another conversation since."""


def goes_on_in(conversation: Conversation) -> Conversation:
    """Where what is said in it is shown now: itself, or the one it was merged into."""
    while conversation.merged_into_id:
        conversation = Conversation.objects.select_related("channel", "person", "assignee", "subject", "brand").get(
            pk=conversation.merged_into_id)
    return conversation


def why_not_merged(source: Conversation, into: Conversation) -> str:
    """Why the two cannot be one; empty if they can. What is private never joins what everybody sees."""
    if source.pk == into.pk:
        return "same"
    if source.brand_id != into.brand_id or source.channel_id != into.channel_id:
        return "channel"
    if (source.kind == "direct") != (into.kind == "direct"):
        return "private"
    return "merged" if source.merged_into_id or into.merged_into_id else ""


def candidates(conversation: Conversation, words: str = "", most: int = 12) -> list[Conversation]:
    """With which it could be one: those of the same person first, then the newest; that say ``words``, if any."""
    rows = Conversation.objects.filter(brand=conversation.brand_id, channel=conversation.channel_id, merged_into=None).exclude(
        pk=conversation.pk).select_related("person", "channel")
    rows = rows.filter(kind="direct") if conversation.kind == "direct" else rows.exclude(kind="direct")
    if words.strip():
        rows = rows.filter(Q(excerpt__icontains=words.strip()) | Q(person__name__icontains=words.strip())
                           | Q(person__handle__icontains=words.strip().lstrip("@")))
        return list(rows.order_by("-last_at")[:most])
    theirs = list(rows.filter(person=conversation.person_id).order_by("-last_at")[:most]) if conversation.person_id else []
    return theirs + [one for one in rows.order_by("-last_at")[:most] if one.pk not in {two.pk for two in theirs}][:most - len(theirs)]


@transaction.atomic
def merge(source: Conversation, into: Conversation, member: Member | None, *, by: str, because: str = "") -> Move:
    """All that was said in ``source`` is shown, and goes on, in ``into``. ``CannotMerge`` says why not."""
    if reason := why_not_merged(source, into):
        raise CannotMerge(reason)
    rows = {one.pk: one for one in locked({source.pk, into.pk})}
    source, into = rows[source.pk], rows[into.pk]
    if reason := why_not_merged(source, into):
        raise CannotMerge(reason)
    messages, notes = list(source.messages.order_by("pk")), list(source.notes.values_list("pk", flat=True))
    move = Move.objects.create(kind="merge", source=source, target=into, by=member, at=clock.now(),
                               messages={"said": [[one.pk, one.turn] for one in messages], "notes": notes, "state": source.state})
    _carry(messages, notes, into)
    _carry_drafts(source, into)
    source.merged_into = into
    source.save(update_fields=["merged_into"])
    _recompute([source, into], by=by, because=because)
    record(facts.ConversationsMerged(brand_id=into.brand_id, conversation_id=source.pk, into_id=into.pk), by=by, because=because)
    return move


@transaction.atomic
def split(conversation: Conversation, first: Message, member: Member | None, *, by: str, because: str = "") -> Move:
    """``first`` and all that was said after it goes on in a conversation of its own. ``CannotSplit``: nothing would be left."""
    kept = locked([conversation.pk])[0]
    later = list(kept.messages.filter(Q(at__gt=first.at) | Q(at=first.at, pk__gte=first.pk)).order_by("at", "pk"))
    if kept.merged_into_id or first.conversation_id != kept.pk or len(later) == kept.messages.count():
        raise CannotSplit(first.pk)
    branch, ours = kept.branch, f"{kept.branch}#{first.pk}"[-500:]
    if kept.kind == "direct":  # what is said privately from now on belongs to what was said last
        kept.branch, ours = ours, branch
        kept.save(update_fields=["branch"])
    new = Conversation.objects.create(
        brand_id=kept.brand_id, channel_id=kept.channel_id, branch=ours, kind=kept.kind, subject_id=kept.subject_id,
        assignee_id=kept.assignee_id, first_at=first.at, last_at=first.at, person_id=kept.person_id)
    notes = list(kept.notes.filter(at__gte=first.at).values_list("pk", flat=True))
    move = Move.objects.create(kind="split", source=kept, target=new, by=member, at=clock.now(),
                               messages={"said": [[one.pk, one.turn] for one in later], "notes": notes, "state": kept.state})
    _carry(later, notes, new)
    Draft.objects.filter(conversation=kept, answering__in=[one.pk for one in later]).update(conversation=new)
    _recompute([kept, new], by=by, because=because)
    record(facts.ConversationSplit(brand_id=kept.brand_id, conversation_id=kept.pk, into_id=new.pk), by=by, because=because)
    return move


@transaction.atomic
def undo_move(move: Move, *, by: str, because: str = "") -> None:
    """Takes a merge or a split back, with what was answered since to what moved. ``CannotUndo`` if it is too late."""
    move = Move.objects.select_for_update(no_key=True, of=("self",)).get(pk=move.pk)
    rows = {one.pk: one for one in locked({move.source_id, move.target_id})}
    source, target = rows[move.source_id], rows[move.target_id]
    if move.undone_at or target.merged_into_id or (source.merged_into_id not in (None, target.pk)):
        raise CannotUndo(move.pk)
    said = dict(move.messages["said"]) if move.kind == "merge" else {}
    back = _with_answers(target, list(said)) if move.kind == "merge" else list(target.messages.order_by("pk"))
    notes = move.messages["notes"] if move.kind == "merge" else list(target.notes.values_list("pk", flat=True))
    _carry(back, notes, source)
    _give_turns_back(source, {pk: turn for pk, turn in move.messages["said"] if turn is not None})
    if move.kind == "split":
        if source.kind == "direct":
            source.branch, target.branch = target.branch, f"{source.branch}!"
            Conversation.objects.filter(pk=target.pk).update(branch=target.branch)
        _carry_drafts(target, source)
        target.merged_into = source
    else:
        Draft.objects.filter(conversation=target, answering__in=[one.pk for one in back]).exclude(state="draft").update(conversation=source)
        source.merged_into, source.state = None, move.messages["state"]
    Conversation.objects.bulk_update([source, target], ["merged_into", "branch", "state"])
    Move.objects.filter(pk=move.pk).update(undone_at=clock.now())
    _recompute([source, target], by=by, because=because)
    record(facts.MoveUndone(brand_id=source.brand_id, conversation_id=source.pk, into_id=target.pk), by=by, because=because)


def _with_answers(target: Conversation, wanted: Sequence[int]) -> list[Message]:
    """These messages, and what was said since in answer to them."""
    there = list(target.messages.order_by("at", "pk"))
    back = {one.pk: one for one in there if one.pk in set(wanted)}
    names = {one.external_id for one in back.values() if one.external_id}
    for one in there:
        if one.pk not in back and one.parent_id_there in names:
            back[one.pk] = one
            names |= {one.external_id} if one.external_id else set()
    return list(back.values())


def _carry(messages: Sequence[Message], notes: Sequence[int], into: Conversation) -> None:
    # turns belong to the conversation that they were counted in
    Message.objects.filter(pk__in=[one.pk for one in messages]).update(conversation=into, turn=None)
    Note.objects.filter(pk__in=notes).update(conversation=into)


def _give_turns_back(conversation: Conversation, turns: dict[int, int]) -> None:
    taken = set(conversation.messages.filter(turn__isnull=False).values_list("turn", flat=True))
    for pk, turn in turns.items():
        if turn not in taken:
            conversation.messages.filter(pk=pk, turn=None).update(turn=turn)


def _carry_drafts(source: Conversation, into: Conversation) -> None:
    """What was being written goes along; who was writing in both has both texts in one."""
    begun = {one.member_id: one for one in into.drafts.filter(state="draft")}
    for one in source.drafts.exclude(state__in=["sent", "dropped"]):
        if one.state == "draft" and (other := begun.get(one.member_id)):
            other.text = "\n\n".join(filter(None, [other.text.strip(), one.text.strip()]))
            other.save(update_fields=["text"])
            one.delete()
        else:
            Draft.objects.filter(pk=one.pk).update(conversation=into)


def _recompute(conversations: Sequence[Conversation], *, by: str, because: str) -> None:
    """Brings what is summed up of these locked conversations in line with what is in them now."""
    ids = [one.pk for one in conversations]
    readings, heats = last_readings(ids), heats_before(ids, but=[])
    for one in conversations:
        said = list(one.messages.defer("folded", "reading").select_related("author").order_by("at", "pk"))
        one.messages_count, theirs, ours = len(said), [m for m in said if not m.ours], [m for m in said if m.ours]
        if said:
            one.first_at, one.last_at, one.excerpt = said[0].at, said[-1].at, excerpt(said[-1].text)
        one.person = theirs[0].author if theirs else one.person
        one.first_answer_at = ours[0].at if ours else None
        one.heat = max(heats.get(one.pk, [0]))
        summary = summed(readings.get(one.pk) or {})
        one.language, one.sentiment, one.offence, one.intents = (
            summary.language, summary.sentiment, summary.offence, list(summary.intents))
        one.judgement, one.department, one.importance, one.urgency = (
            summary.judgement, summary.department, summary.importance, summary.urgency)
        one.save()
    set_windows(conversations)
    reckon(conversations, by=by, because=because)
    for one in conversations:
        if one.merged_into_id:
            Conversation.objects.filter(pk=one.pk).update(state=ConversationState.CLOSED, window_ends_at=None)
