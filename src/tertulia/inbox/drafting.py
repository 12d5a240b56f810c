"""Answers that are not sent yet: what a member is writing, and what a role brought back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tertulia.brands.models import Member
from tertulia.inbox import facts
from tertulia.inbox.answering import sent_with
from tertulia.inbox.merging import goes_on_in
from tertulia.inbox.models import Conversation, Draft, Message
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean


@transaction.atomic
def bring_draft(conversation: Conversation, text: str, *, source: str, by: str, because: str = "",
                answering: Message | None = None, pictures: Sequence[tuple[int, str]] = ()) -> Draft:
    """Puts an answer of somebody else's above the writer, with ``source`` saying whose; a member edits and sends it."""
    conversation = goes_on_in(Conversation.objects.get(pk=conversation.pk))
    draft = Draft.objects.create(
        conversation=conversation, answering=answering, text=clean(text).strip(), source=source[:200], state="brought",
        pictures=[{"id": pk, "alt": alt} for pk, alt in pictures], at=clock.now())
    record(facts.DraftBrought(brand_id=conversation.brand_id, conversation_id=conversation.pk, draft_id=draft.pk),
           by=by, because=because)
    return draft


@transaction.atomic
def drop_draft(draft: Draft, *, by: str, because: str = "") -> None:
    """Nobody will use what was brought; ``bring_draft_back`` takes it back."""
    if Draft.objects.filter(pk=draft.pk, state="brought").update(state="dropped"):
        record(facts.DraftDropped(brand_id=draft.conversation.brand_id, conversation_id=draft.conversation_id, draft_id=draft.pk),
               by=by, because=because)


@transaction.atomic
def bring_draft_back(draft: Draft, *, by: str, because: str = "") -> None:
    """What was dropped is above the writer again."""
    if Draft.objects.filter(pk=draft.pk, state="dropped", member=None).update(state="brought"):
        record(facts.DraftBrought(brand_id=draft.conversation.brand_id, conversation_id=draft.conversation_id, draft_id=draft.pk),
               by=by, because=because)


# --------------------------------------------------------------------------- a member's own


@transaction.atomic
def keep_draft(conversation: Conversation, text: str, member: Member, *, answering: Message | None = None,
               pictures: Sequence[tuple[int, str]] = (), key: str = "") -> Draft | None:
    """What ``member`` has written so far, kept for every device of theirs; nothing written keeps nothing.

    ``key``: of the form it is written in. What comes late, after that form was sent, is not kept.
    """
    if not text.strip() and not pictures:
        Draft.objects.filter(conversation=conversation, member=member, state="draft").delete()
        return None
    if sent_with(conversation, member, key):
        return None
    draft, _new = Draft.objects.update_or_create(
        conversation=conversation, member=member, state="draft",
        defaults={"text": clean(text), "answering": answering, "pictures": [{"id": pk, "alt": alt} for pk, alt in pictures],
                  "at": clock.now()})
    return draft


@transaction.atomic
def take_up(brought: Draft, member: Member) -> Draft:
    """What a role brought becomes what ``member`` is writing; what they had written stays above it."""
    own = own_draft(brought.conversation, member)
    text = "\n\n".join(filter(None, [own.text.strip() if own else "", brought.text]))
    draft, _new = Draft.objects.update_or_create(
        conversation=brought.conversation, member=member, state="draft",
        defaults={"text": text, "answering": brought.answering or (own.answering if own else None), "at": clock.now(),
                  "pictures": [*(own.pictures if own else []), *brought.pictures], "source": brought.source})
    return draft


def own_draft(conversation: Conversation, member: Member) -> Draft | None:
    """What ``member`` is writing there."""
    return Draft.objects.filter(conversation=conversation, member=member, state="draft").select_related("answering").first()


def drafted(member: Member, conversations: Sequence[int]) -> set[int]:
    """In which of these conversations ``member`` has something written and not sent."""
    return set(Draft.objects.filter(member=member, state="draft", conversation__in=conversations)
               .values_list("conversation_id", flat=True))
