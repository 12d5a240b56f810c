"""What members are told of deadlines and of what is given to them."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tertulia.inbox.models import Breach, Conversation
from tertulia.inbox.spans import said
from tertulia.notices.kinds import Kind, Words, register
from tertulia.notices.models import Notice


def _load(told: Sequence[Notice]) -> None:
    """Conversations and breaches into ``things``."""
    conversations = Conversation.objects.select_related("person", "channel", "assignee").in_bulk(
        [one.about["conversation"] for one in told])
    breaches = Breach.objects.in_bulk([one.about["breach"] for one in told if "breach" in one.about])
    for one in told:
        one.things = {"conversation": conversations.get(one.about["conversation"]), "breach": breaches.get(one.about.get("breach"))}


def _late(one: Notice) -> Words | None:
    conversation: Conversation | None = one.things["conversation"]
    breach: Breach | None = one.things["breach"]
    if conversation is None or breach is None:
        return None
    who = str(conversation.person) if conversation.person else _("Alguien")
    title = _("Sin resolver a tiempo: %(who)s") if breach.kind == "solve" else _("Sin responder a tiempo: %(who)s")
    text = _("Espera desde hace %(long)s.") % {"long": said((one.at - breach.owed_since).total_seconds() / 60)}
    if one.about.get("step"):
        text += " " + _("Te avisamos porque nadie se ha hecho cargo todavía.")
    elif conversation.assignee_id != one.member_id:
        text += " " + _("No es de nadie que esté ahora: quien pueda, que la coja.")
    return Words(title=title % {"who": who}, quote=_quote(conversation), text=text, **_place(conversation, one))


def _given(one: Notice) -> Words | None:
    conversation: Conversation | None = one.things["conversation"]
    if conversation is None:
        return None
    who = str(conversation.person) if conversation.person else _("Alguien")
    return Words(title=_("Te han asignado la conversación de %(who)s") % {"who": who}, quote=_quote(conversation),
                 **_place(conversation, one))


def _quote(conversation: Conversation) -> str:
    return "" if conversation.kind == "direct" else conversation.excerpt


def _place(conversation: Conversation, one: Notice) -> dict[str, str]:
    return {"address": reverse("inbox:conversation", args=[one.brand.slug, conversation.pk]), "mark": conversation.channel.network,
            "link": _("Abrir la conversación")}


def _many_late(many: int, brand: str) -> str:
    return ngettext("%(many)s conversación fuera de plazo · %(brand)s", "%(many)s conversaciones fuera de plazo · %(brand)s", many) % {
        "many": many, "brand": brand}


BREACH = register(Kind(
    name="inbox.breach", group=gettext_lazy("Bandeja"), label=gettext_lazy("Una conversación pasa de su plazo"), words=_late, load=_load,
    still_needed=lambda one: bool(one.things["breach"] and one.things["breach"].ended_at is None), subject=_many_late, urgent=True,
    weight=9, icon="clock", tone="danger", inherited=True))
ASSIGNED = register(Kind(
    name="inbox.assigned", group=gettext_lazy("Bandeja"), label=gettext_lazy("Te asignan una conversación"), words=_given, load=_load,
    still_needed=lambda one: bool(one.things["conversation"] and one.things["conversation"].assignee_id == one.member_id),
    weight=4, icon="person"))
