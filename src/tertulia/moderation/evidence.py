"""What is kept of a message when something is decided of it: as it was then, whatever becomes of it on the network."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from tertulia.inbox.models import Message
from tertulia.moderation.models import Verdict

#: How much of the thread above is kept.
ABOVE = 8


def evidence_of(message: Message) -> dict[str, Any]:
    """Text, author, pictures' addresses, where it was, what was understood of it, the post and the thread above."""
    author, subject = message.author, message.conversation.subject
    return {
        "text": message.text, "author": author.handle if author else "", "name": author.name if author else "",
        "url": message.url, "at": message.at.isoformat(), "edited_at": message.edited_at.isoformat() if message.edited_at else None,
        "pictures": [{"url": one.get("url", ""), "alt": one.get("alt") or ""} for one in message.attachments],
        "reading": message.reading, "subject": {"text": subject.text, "url": subject.url} if subject else None,
        "above": [{"text": one.text, "author": one.author.handle if one.author else "", "ours": one.ours, "at": one.at.isoformat()}
                  for one in _above(message)]}


def _above(message: Message) -> list[Message]:
    before = message.conversation.messages.select_related("author").filter(Q(at__lt=message.at) | Q(at=message.at, pk__lt=message.pk))
    return list(reversed(before.order_by("-at", "-pk")[:ABOVE]))


#: What is left of the evidence about somebody who asked to be forgotten.
ERASED = {"text": "", "author": "", "name": "", "url": "", "pictures": [], "reading": None, "subject": None, "above": [], "erased": True}


def wipe(verdict: Verdict) -> None:
    """The words and the name go; that there was a verdict, when and by which rule stays."""
    verdict.evidence = {**ERASED, "at": verdict.evidence.get("at")}
    verdict.spans, verdict.note = [], ""
    if verdict.match:
        verdict.match = {name: verdict.match[name] for name in ("rule", "version") if name in verdict.match}
    verdict.save(update_fields=["evidence", "spans", "note", "match"])
