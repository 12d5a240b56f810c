"""Answers that wait for somebody else's word. Nothing leaves until it is given; nobody gives it to themselves."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet

from tertulia.brands.models import Brand, Member
from tertulia.brands.queries import team
from tertulia.brands.rules import may
from tertulia.inbox import facts
from tertulia.inbox.answering import NothingToAnswer, must_be_whole, send, signed
from tertulia.inbox.models import Conversation, Draft, Message
from tertulia.inbox.notices import APPROVAL_ASKED, APPROVAL_RETURNED
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.notices.actions import tell


class NotTheirs(Exception):
    """Nobody approves their own answer, nor does whoever needs approval themselves."""


class NotAsked(Exception):
    """It waits for nobody's word any more: somebody decided already, or its author took it back."""


@transaction.atomic
def ask(message: Message, text: str, member: Member, *, by: str, because: str = "", pictures: Sequence[tuple[int, str]] = ()) -> Draft:
    """``member`` asks for an answer to be approved; asking again changes what was asked. Raises as ``must_be_whole``."""
    text = clean(text).strip()
    must_be_whole(message, signed(message, text, member))
    conversation = Conversation.objects.select_for_update(no_key=True).get(pk=message.conversation_id)
    if message.ours or message.vanished_at:
        raise NothingToAnswer(message.pk)
    mine = Draft.objects.filter(conversation=conversation, member=member)
    draft = mine.filter(state="asked").first() or mine.filter(state="draft").first() or Draft(conversation=conversation, member=member)
    draft.state, draft.answering, draft.text, draft.review, draft.reviewer = "asked", message, text, "", None
    draft.pictures, draft.at = [{"id": pk, "alt": alt} for pk, alt in pictures], clock.now()
    draft.save()
    mine.filter(state__in=["draft", "returned"]).exclude(pk=draft.pk).delete()
    record(facts.ApprovalAsked(brand_id=conversation.brand_id, conversation_id=conversation.pk, draft_id=draft.pk), by=by, because=because)
    tell(conversation.brand_id, APPROVAL_ASKED, [one.pk for one in reviewers(conversation.brand, member)],
         key=f"draft:{draft.pk}:{draft.at.isoformat()}", about={"draft": draft.pk, "conversation": conversation.pk})
    return draft


@transaction.atomic
def approve(draft: Draft, reviewer: Member, *, by: str, because: str = "", text: str | None = None, turn: int | None = None) -> Message:
    """Sends it in its author's name, as it is or as ``text``; both are kept. ``turn``: how many answers the reviewer had seen.

    Raises ``NotAsked``, ``NotTheirs`` and whatever ``send`` does: then it waits as before.
    """
    kept = _asked(draft, reviewer)
    if kept.answering is None or kept.member is None:
        raise NothingToAnswer(draft.pk)
    kept.text = clean(text).strip() if text is not None else kept.text
    kept.save(update_fields=["text", "reviewer"])  # while it is asked: the constraint has the last word on whose it is
    mine = send(kept.answering, kept.text, kept.member, by=by, because=because or f"draft:{kept.pk}", turn=turn, key=f"draft:{kept.pk}",
                pictures=[(one["id"], one["alt"]) for one in kept.pictures])
    Draft.objects.filter(pk=kept.pk).update(state="sent", message=mine)
    if kept.source:
        Draft.objects.filter(conversation=kept.conversation_id, state="brought", source=kept.source).update(state="sent")
    record(facts.ReplyApproved(brand_id=mine.brand_id, conversation_id=mine.conversation_id, draft_id=kept.pk, message_id=mine.pk),
           by=by, because=because)
    return mine


@transaction.atomic
def give_back(draft: Draft, reviewer: Member, review: str, *, by: str, because: str = "") -> None:
    """It goes back to its author with a word. Raises ``NotAsked`` or ``NotTheirs``."""
    kept = _asked(draft, reviewer)
    kept.save(update_fields=["reviewer"])
    Draft.objects.filter(pk=kept.pk).update(state="returned", review=clean(review).strip())
    brand = kept.conversation.brand_id
    record(facts.ApprovalReturned(brand_id=brand, conversation_id=kept.conversation_id, draft_id=kept.pk), by=by, because=because)
    if kept.member_id:
        tell(brand, APPROVAL_RETURNED, [kept.member_id], key=f"draft:{kept.pk}:{kept.at.isoformat()}",
             about={"draft": kept.pk, "conversation": kept.conversation_id, "reviewer": reviewer.pk})


@transaction.atomic
def take_back(draft: Draft, *, by: str, because: str = "") -> Draft | None:
    """Its author goes on writing it: what was asked or returned is their draft again, and what they had begun stays below."""
    kept = Draft.objects.select_for_update(no_key=True).filter(pk=draft.pk, state__in=["asked", "returned"]).first()
    if kept is None:
        return None
    begun = Draft.objects.filter(conversation=kept.conversation_id, member=kept.member_id, state="draft").first()
    if begun:
        kept.text = "\n\n".join(filter(None, [kept.text, begun.text.strip()]))
        begun.delete()
    was, kept.state, kept.at = kept.state, "draft", clock.now()
    kept.save(update_fields=["text", "state", "at"])
    if was == "asked":
        record(facts.ApprovalWithdrawn(brand_id=kept.conversation.brand_id, conversation_id=kept.conversation_id, draft_id=kept.pk),
               by=by, because=because)
    return kept


def _asked(draft: Draft, reviewer: Member) -> Draft:
    kept = Draft.objects.select_for_update(no_key=True, of=("self",)).select_related("conversation", "member", "answering").get(pk=draft.pk)
    if kept.state != "asked":
        raise NotAsked(kept.state)
    if not may_review(kept, reviewer):
        raise NotTheirs(reviewer.pk)
    kept.reviewer = reviewer
    return kept


# --------------------------------------------------------------------------- reading


def reviewers(brand: Brand, but: Member) -> Sequence[Member]:
    """Who may approve what ``but`` answers."""
    return [one.member for one in team(brand) if one.member_id != but.pk and not one.approved and may(one.role, "answer")]


def may_review(draft: Draft, member: Member) -> bool:
    """Whether ``member`` may approve this one."""
    return draft.member_id != member.pk and any(
        one.pk == member.pk for one in reviewers(draft.conversation.brand, draft.member or Member()))


def asked(brand: Brand) -> QuerySet[Draft]:
    """What waits for somebody's word, the oldest first."""
    return Draft.objects.filter(conversation__brand=brand, state="asked").select_related(
        "conversation__channel", "conversation__person", "answering__author", "member").order_by("at")
