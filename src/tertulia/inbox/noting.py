"""Notes of the team, and who is named in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from tertulia.brands.models import Member
from tertulia.brands.queries import team
from tertulia.inbox import facts
from tertulia.inbox.models import Conversation, Note
from tertulia.inbox.notices import MENTION
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean, fold
from tertulia.notices.actions import tell


@transaction.atomic
def write_note(conversation: Conversation, text: str, member: Member | None, *, by: str, because: str = "") -> Note:
    """A word for the team; who is named in it with @ is told."""
    text = clean(text).strip()
    named = mentioned(text, {one.member_id: one.member.name for one in team(conversation.brand)}) if "@" in text else []
    note = Note.objects.create(conversation=conversation, member=member, text=text, at=clock.now(), mentions=named)
    record(facts.NoteWritten(brand_id=conversation.brand_id, conversation_id=conversation.pk, note_id=note.pk), by=by, because=because)
    others = [pk for pk in named if member is None or pk != member.pk]
    tell(conversation.brand_id, MENTION, others, key=f"note:{note.pk}", about={"note": note.pk, "conversation": conversation.pk})
    return note


def mentioned(text: str, names: Mapping[int, str]) -> list[int]:
    """Who of ``names`` is named in ``text`` with @: by the whole name, or by a first name that is only theirs."""
    folded = {pk: fold(name) for pk, name in names.items() if name.strip()}
    first = [name.split()[0] for name in folded.values()]
    calls = sorted([(name, pk) for pk, name in folded.items()]
                   + [(name.split()[0], pk) for pk, name in folded.items() if first.count(name.split()[0]) == 1],
                   key=lambda pair: -len(pair[0]))
    found: list[int] = []
    for said in re.finditer(r"(?<![\w@.])@(?=\w)", text):
        rest = fold(text[said.end():said.end() + 90])
        for name, pk in calls:
            if rest.startswith(name) and not re.match(r"\w", rest[len(name):]):
                found.append(pk)
                break
    return list(dict.fromkeys(found))


def naming(member: Member) -> Q:
    """The conversations in whose notes ``member`` is named, as a filter of conversations."""
    return Q(pk__in=Note.objects.filter(mentions__contains=[member.pk]).values("conversation"))
