"""Answers that are not sent yet: what a member is writing, and what a role brought back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tertulia.inbox import facts
from tertulia.inbox.models import Conversation, Draft, Message
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean


@transaction.atomic
def bring_draft(conversation: Conversation, text: str, *, source: str, by: str, because: str = "",
                answering: Message | None = None, pictures: Sequence[tuple[int, str]] = ()) -> Draft:
    """Puts an answer of somebody else's above the writer, with ``source`` saying whose; a member edits and sends it."""
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
