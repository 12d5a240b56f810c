"""Wiping what triage keeps of a person who is erased: the readings of their words, and the words that it learned from."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from tertulia.journal.actions import record_all
from tertulia.kit import clock
from tertulia.triage import facts
from tertulia.triage.models import Correction, Reading


@transaction.atomic
def wipe(profiles: Sequence[int], *, by: str, because: str = "") -> None:
    """Readings go; a correction keeps its labels and loses its text, so it teaches no more and the brand learns without it."""
    Reading.objects.filter(author__in=profiles).delete()
    rows = Correction.objects.filter(message__author__in=profiles)
    taught = list(rows.select_for_update(no_key=True, of=("self",)).filter(undone_at=None).order_by("pk"))
    rows.update(text="")
    Correction.objects.filter(pk__in=[one.pk for one in taught]).update(undone_at=clock.now())
    record_all([facts.CorrectionUndone(brand_id=one.brand_id, correction_id=one.pk, message_id=one.message_id, head=one.head)
                for one in taught], by=by, because=because)
