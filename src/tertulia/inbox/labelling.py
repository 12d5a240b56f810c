"""The brand's words on conversations: put on, taken off, thrown away."""

from __future__ import annotations

from django.db import transaction

from tertulia.brands.models import Brand
from tertulia.inbox import facts
from tertulia.inbox.models import Conversation, Label
from tertulia.journal.actions import record
from tertulia.kit.folding import clean


class NoName(ValueError):
    """A label needs a name of one to forty characters."""


@transaction.atomic
def label(conversation: Conversation, name: str, *, on: bool = True, by: str, because: str = "") -> bool:
    """Puts the label on, or takes it off; whether that changed anything. One that the brand did not have, it has now. ``NoName``."""
    known = Label.objects.filter(brand=conversation.brand_id, name__iexact=_clean(name)).first()
    name = known.name if known else _clean(name)
    kept = Conversation.objects.select_for_update(no_key=True).only("pk", "brand_id", "labels").get(pk=conversation.pk)
    if (name in kept.labels) == on:
        return False
    if on and known is None:
        Label.objects.bulk_create([Label(brand_id=kept.brand_id, name=name)], ignore_conflicts=True)
    Conversation.objects.filter(pk=kept.pk).update(labels=sorted({*kept.labels, name} if on else {*kept.labels} - {name}))
    record(facts.ConversationLabelled(brand_id=kept.brand_id, conversation_id=kept.pk), by=by, because=because)
    return True


def _clean(name: str) -> str:
    told = " ".join(clean(name).split())
    if not 0 < len(told) <= 40:
        raise NoName(name)
    return told


def forget_label(brand: Brand, name: str, *, by: str, because: str = "") -> bool:
    """The brand does not offer this label any more; conversations that have it keep it. Whether it was there."""
    return bool(Label.objects.filter(brand=brand, name=clean(name)).delete()[0])
