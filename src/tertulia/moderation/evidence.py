"""What is kept of a message when something is decided of it: as it was then, whatever becomes of it on the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tertulia.inbox.models import Message
from tertulia.moderation.models import AGAINST, Appeal, Case, Strike, Verdict
from tertulia.people.holdings import holds
from tertulia.people.models import Profile

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
        "above": [{"text": one.text, "author": one.author.handle if one.author else "", "profile": one.author_id, "ours": one.ours,
                   "at": one.at.isoformat()} for one in above(message)]}


def above(message: Message) -> list[Message]:
    """What was said just before in its thread, in order."""
    before = message.conversation.messages.select_related("author").filter(Q(at__lt=message.at) | Q(at=message.at, pk__lt=message.pk))
    return list(reversed(before.order_by("-at", "-pk")[:ABOVE]))


#: What is left of the evidence about somebody who asked to be forgotten.
ERASED: dict[str, Any] = {
    "text": "", "author": "", "name": "", "url": "", "pictures": [], "reading": None, "subject": None, "above": [], "erased": True}


def forget(profiles: Sequence[int]) -> int:
    """Wipes the words and names of these profiles, also above what others said; how many verdicts. What was decided, when and by
    which rule stays, so that the months add up."""
    theirs = Verdict.objects.filter(profile__in=profiles)
    for verdict in theirs:
        match = verdict.match and {name: verdict.match[name] for name in ("rule", "version") if name in verdict.match}
        Verdict.objects.filter(pk=verdict.pk).update(
            evidence={**ERASED, "at": verdict.evidence.get("at")}, spans=[], note="", match=match)
    Appeal.objects.filter(verdict__in=theirs).exclude(answer="").update(answer="…")
    Appeal.objects.filter(verdict__in=theirs).update(text="")
    Case.objects.filter(message__author__in=profiles).update(same="")
    others = 0
    for profile in profiles:
        for verdict in Verdict.objects.filter(evidence__above__contains=[{"profile": profile}]):
            others += 1
            verdict.evidence["above"] = [one for one in verdict.evidence["above"] if one.get("profile") != profile]
            verdict.save(update_fields=["evidence"])
    return theirs.count() + others


@holds("moderation", words={
    "verdicts": _("Lo que se decidió de tus mensajes"), "act": _("Qué se decidió"), "rule": _("Norma"), "decided_at": _("Decidido el"),
    "stands": _("Vale todavía"), "strikes": _("Faltas que cuentan"), "appeal": _("Tu reclamación"), "answer": _("Respuesta"),
    "expires_at": _("Cuenta hasta"), "weight": _("Cuánto cuenta")})
def held(profiles: Sequence[Profile]) -> dict[str, Any]:
    """For who asks for a copy: what was decided of their messages, what they appealed, what counts against them."""
    rows = Verdict.objects.filter(profile__in=profiles, act__in=AGAINST).select_related("rule", "appeal").order_by("at")
    strikes = Strike.objects.filter(profile__in=profiles, cancelled_at=None).order_by("at")
    if not rows:
        return {}
    return {
        "verdicts": [_told(one) for one in rows],
        "strikes": [{"at": one.at.isoformat(), "weight": one.weight, "expires_at": one.expires_at.isoformat()} for one in strikes]}


def _told(verdict: Verdict) -> dict[str, Any]:
    appeal: Appeal | None = getattr(verdict, "appeal", None)
    return {
        "text": verdict.evidence.get("text", ""), "act": verdict.get_act_display(), "rule": str(verdict.rule or ""),
        "decided_at": verdict.at.isoformat(), "stands": not verdict.lifted,
        **({"appeal": appeal.text, "answer": appeal.answer} if appeal else {})}
