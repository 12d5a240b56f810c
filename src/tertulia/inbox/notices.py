"""What the inbox tells members of by name: that they are mentioned, and how the approval of an answer stands."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.brands.models import Member
from tertulia.inbox.models import Conversation, Draft, Note
from tertulia.inbox.rules import excerpt
from tertulia.notices.kinds import Kind, Words, register
from tertulia.notices.models import Notice


def _load(told: Sequence[Notice]) -> None:
    """Notes or drafts, and who wrote them, into ``things``."""
    notes = Note.objects.select_related("member", "conversation__person", "conversation__channel").in_bulk(_ids(told, "note"))
    drafts = Draft.objects.select_related("member", "reviewer", "conversation__person", "conversation__channel").in_bulk(
        _ids(told, "draft"))
    for one in told:
        one.things = {"note": notes.get(one.about.get("note")), "draft": drafts.get(one.about.get("draft"))}


def _ids(told: Sequence[Notice], name: str) -> list[int]:
    return [one.about[name] for one in told if name in one.about]


def _place(conversation: Conversation, one: Notice) -> dict[str, str]:
    return {"address": reverse("inbox:conversation", args=[one.brand.slug, conversation.pk]), "mark": conversation.channel.network,
            "link": _("Abrir la conversación")}


def _who(member: Member | None) -> str:
    return str(member) if member else _("Alguien del equipo")


def _mentioned(one: Notice) -> Words | None:
    note: Note | None = one.things["note"]
    if note is None:
        return None
    return Words(title=_("%(name)s te menciona en una nota") % {"name": _who(note.member)},
                 text=_("Conversación con %(person)s.") % {"person": _of(note.conversation)}, **_place(note.conversation, one))


def _of(conversation: Conversation) -> str:
    return str(conversation.person) if conversation.person else _("alguien")


def _asked(one: Notice) -> Words | None:
    draft: Draft | None = one.things["draft"]
    if draft is None:
        return None
    return Words(title=_("%(name)s pide que apruebes una respuesta") % {"name": _who(draft.member)}, quote=excerpt(draft.text),
                 text=_("Es para %(person)s. No sale hasta que alguien la apruebe.") % {"person": _of(draft.conversation)},
                 **_place(draft.conversation, one))


def _returned(one: Notice) -> Words | None:
    draft: Draft | None = one.things["draft"]
    if draft is None:
        return None
    return Words(title=_("%(name)s te devuelve una respuesta") % {"name": _who(draft.reviewer)}, quote=excerpt(draft.review or draft.text),
                 text=_("Era para %(person)s: corrígela y vuelve a pedirla.") % {"person": _of(draft.conversation)},
                 **_place(draft.conversation, one))


MENTION = register(Kind(
    name="inbox.mention", group=gettext_lazy("Bandeja"), label=gettext_lazy("Alguien te menciona en una nota"), words=_mentioned,
    load=_load,
    icon="people", urgent=True, weight=5))
APPROVAL_ASKED = register(Kind(
    name="inbox.approval_asked", group=gettext_lazy("Bandeja"), label=gettext_lazy("Una respuesta espera tu aprobación"), words=_asked,
    load=_load, still_needed=lambda one: bool(one.things["draft"] and one.things["draft"].state == "asked"), icon="shield", tone="warn",
    urgent=True, weight=8))
APPROVAL_RETURNED = register(Kind(
    name="inbox.approval_returned", group=gettext_lazy("Bandeja"), label=gettext_lazy("Te devuelven una respuesta"), words=_returned,
    load=_load, still_needed=lambda one: bool(one.things["draft"] and one.things["draft"].state == "returned"), icon="undo", tone="warn",
    urgent=True, weight=7))
