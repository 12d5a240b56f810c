"""A matter while somebody speaks of it: held for the moment, the files that come along, whose words they are."""

from __future__ import annotations

from collections.abc import Sequence

from tertulia.handoffs.models import Attachment, HandOff, Word
from tertulia.handoffs.parsing import File


def locked(hand_off: HandOff) -> HandOff:
    """The matter as it is now, nobody else's until the transaction ends."""
    return HandOff.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "brand", "desk__department", "conversation__merged_into", "draft").get(pk=hand_off.pk)


def attach(word: Word, files: Sequence[File]) -> None:
    """The files that came with a word, each once."""
    Attachment.objects.bulk_create([
        Attachment(word=word, name=one.name[:200], mime=one.mime[:100], size=len(one.content), digest=one.digest, content=one.content)
        for one in files], ignore_conflicts=True)


def source_of(hand_off: HandOff, word: Word) -> str:
    """Whose words they are, as the writer shows it: "Marta, Tienda de Gran Vía"."""
    return ", ".join(str(one) for one in (word.holder, hand_off.desk) if one)
