"""What the digests of a brand say of its dispatches and channels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tertulia.brands.models import Brand
from tertulia.channels.models import Channel, ChannelState
from tertulia.notices.sections import Line, Section, register
from tertulia.outbox import words
from tertulia.outbox.models import Dispatch
from tertulia.outbox.notices_words import channel_name, moment
from tertulia.outbox.rules import BY_A_PAUSE, NEEDS_A_PERSON

#: How many titles a line names.
FEW = 5


def _lines(brand: Brand, since: datetime, until: datetime) -> Sequence[Line]:
    return list(_said(brand, since, until))


def _said(brand: Brand, since: datetime, until: datetime) -> Iterator[Line]:
    ours = Dispatch.objects.filter(brand=brand)
    sent = ours.filter(verb="publish", state="sent", sent_at__gt=since, sent_at__lte=until)
    stuck = ours.filter(state__in=NEEDS_A_PERSON).exclude(reason__in=BY_A_PAUSE)
    answered = ours.filter(verb__in=("reply", "message"), state="sent", sent_at__gt=since, sent_at__lte=until)
    posts, answers, waiting = sent.count(), answered.count(), stuck.count()
    there = reverse("outbox:list", args=[brand.slug])
    if posts:
        yield Line(ngettext("Ha salido una publicación", "Han salido %(many)s publicaciones", posts) % {"many": posts}, address=there,
                   details=[_title(one) for one in sent.select_related("channel").order_by("sent_at", "pk")[:FEW]])
    if answers:
        yield Line(ngettext("Se ha enviado una respuesta", "Se han enviado %(many)s respuestas", answers) % {"many": answers},
                   address=there)
    if waiting:
        yield Line(ngettext("Un envío necesita que alguien lo mire", "%(many)s envíos necesitan que alguien los mire", waiting) % {
            "many": waiting}, tone="danger", address=there + "?ver=atencion",
            details=[_title(one) for one in stuck.select_related("channel").order_by("due_at", "pk")[:FEW]])
    for channel in Channel.objects.filter(brand=brand, state=ChannelState.RECONNECT).order_by("pk"):
        yield Line(_("Hay que volver a conectar %(channel)s") % {"channel": channel_name(channel)}, tone="danger",
                   address=reverse("channels:list", args=[brand.slug]))


def _title(one: Dispatch) -> str:
    """A dispatch in a line; of what is private, only where it goes."""
    text = "" if one.verb == "message" else Truncator(" ".join(str(one.payload.get("text", "")).split())).chars(60)
    name = str(words.VERBS.get(one.verb, (one.verb, ""))[0])
    return f"{moment(one.sent_at or one.due_at)} · {channel_name(one.channel)} · {f'«{text}»' if text else name}"


SECTION = register(Section(name="outbox", title=gettext_lazy("Envíos y canales"), lines=_lines, weight=10))
