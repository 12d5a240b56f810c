"""What people suggest: noted, grouped by likeness, joined and split by hand, answered when something became of it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tertulia.handoffs import facts
from tertulia.handoffs.likeness import nearest, vector_of
from tertulia.handoffs.models import Idea, Suggestion
from tertulia.handoffs.rules import title_of
from tertulia.inbox.models import Message
from tertulia.journal.actions import record
from tertulia.kit import clock


@transaction.atomic
def note_suggestions(messages: Sequence[Message], *, by: str, because: str = "") -> list[Suggestion]:
    """Each of these messages proposes something: it joins the idea that is like it, or begins one. Noted once."""
    made = []
    for one in messages:
        if one.ours or Suggestion.objects.filter(message=one).exists():
            continue
        now, vector = clock.now(), vector_of(one.text)
        idea = nearest(one.brand_id, vector)
        if idea is None:
            idea = Idea.objects.create(brand_id=one.brand_id, title=title_of(one.text, 120), made_at=now, state_at=now)
        suggestion, new = Suggestion.objects.get_or_create(message=one, defaults={
            "idea": idea, "person_id": one.author_id, "at": one.at, "noted_by": by, "vector": vector})
        if new:
            made.append(suggestion)
            record(facts.SuggestionNoted(brand_id=one.brand_id, suggestion_id=suggestion.pk, idea_id=idea.pk), by=by, because=because)
    return made
