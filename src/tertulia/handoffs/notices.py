"""What members are told of matters: answered, asked back, news, nobody answers, a letter that came back."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tertulia.handoffs.models import HandOff, Holder, Letter, State, Word
from tertulia.handoffs.queries import told_of
from tertulia.notices import actions
from tertulia.notices.kinds import Kind, Words, register
from tertulia.notices.models import Notice, Way

_GROUP = gettext_lazy("Asuntos trasladados")


def tell(kind: Kind, hand_off: HandOff, *, key: str, letter: int = 0) -> int:
    """Tells whoever handed it over, and whose the conversation is, once for each ``key``; how many."""
    about: dict[str, int | str] = {"matter": hand_off.pk, "letter": letter}
    word = hand_off.words.filter(who="holder").order_by("-pk").values_list("pk", flat=True).first()
    return actions.tell(hand_off.brand_id, kind, told_of(hand_off), key=key, about=about | {"word": word or 0})


def tell_holder(hand_off: HandOff, holder: Holder, *, key: str) -> int:
    """Tells a member that a matter is theirs; by mail they get its letter."""
    if holder.member is None:
        return 0
    return actions.tell(hand_off.brand_id, YOURS, [holder.member], key=key, about={"matter": hand_off.pk})


def _load(notices: Sequence[Notice]) -> None:
    asked = {name: [one.about.get(name) for one in notices] for name in ("matter", "word", "letter")}
    matters = {one.pk: one for one in HandOff.objects.filter(pk__in=asked["matter"]).select_related("desk", "conversation", "brand")}
    words = {one.pk: one for one in Word.objects.filter(pk__in=asked["word"]).select_related("holder__member")}
    letters = {one.pk: one for one in Letter.objects.filter(pk__in=asked["letter"]).select_related("holder__member")}
    for one in notices:
        one.things = {"matter": matters.get(one.about.get("matter")), "word": words.get(one.about.get("word")),
                      "letter": letters.get(one.about.get("letter"))}


def _said(notice: Notice, text: str, *, quoted: bool = True) -> Words | None:
    matter, word = notice.things["matter"], notice.things["word"]
    if matter is None:
        return None
    page, pk = ("inbox:conversation", matter.conversation_id) if matter.conversation_id else ("handoffs:matter", matter.pk)
    names = {"who": ", ".join(str(one) for one in (word.holder if word else None, matter.desk) if one), "desk": matter.desk.name,
             "to": str(notice.things["letter"].holder) if notice.things["letter"] else ""}
    return Words(title=matter.title, text=text % names, quote=word.text[:160] if quoted and word else "",
                 address=reverse(page, args=[matter.brand.slug, pk]), link=_("Ver el asunto"))


def _answered(notice: Notice) -> Words | None:
    return _said(notice, _("%(who)s ha contestado. La respuesta te espera para que la revises y la envíes."))


def _asked(notice: Notice) -> Words | None:
    return _said(notice, _("%(who)s pregunta algo antes de contestar."))


def _told(notice: Notice) -> Words | None:
    return _said(notice, _("%(who)s cuenta cómo va."))


def _left(notice: Notice) -> Words | None:
    return _said(notice, _("Nadie de %(desk)s ha contestado a tiempo y no queda a quién pasarlo."), quoted=False)


def _bounced(notice: Notice) -> Words | None:
    return _said(notice, _("El correo a %(to)s no ha llegado."), quoted=False)


def _yours(notice: Notice) -> Words | None:
    matter = notice.things["matter"]
    if matter is None:
        return None
    return Words(title=matter.title, text=_("Te toca contestar por %(desk)s.") % {"desk": matter.desk}, quote=matter.brief[:160],
                 address=reverse("handoffs:matter", args=[matter.brand.slug, matter.pk]), link=_("Ver el asunto"))


def _waits(notice: Notice, *states: str) -> bool:
    matter = notice.things["matter"]
    return matter is not None and matter.state in states


ANSWERED = register(Kind(
    name="handoffs.answered", group=_GROUP, label=gettext_lazy("Han contestado a un asunto"), words=_answered, load=_load,
    still_needed=lambda one: _waits(one, State.ANSWERED), icon="reply", tone="ok", weight=5))
ASKED_BACK = register(Kind(
    name="handoffs.asked_back", group=_GROUP, label=gettext_lazy("Os preguntan algo de un asunto"), words=_asked, load=_load,
    still_needed=lambda one: _waits(one, State.ASKED_BACK), icon="help", tone="warn", weight=6))
TOLD = register(Kind(
    name="handoffs.told", group=_GROUP, label=gettext_lazy("Cuentan cómo va un asunto"), words=_told, load=_load, icon="chat"))
YOURS = register(Kind(
    name="handoffs.yours", group=_GROUP, label=gettext_lazy("Te toca contestar un asunto"), words=_yours, load=_load, icon="send",
    still_needed=lambda one: _waits(one, State.OPEN), ways=frozenset({Way.PAGE, Way.PUSH}), weight=6))
LEFT_ALONE = register(Kind(
    name="handoffs.left_alone", group=_GROUP, label=gettext_lazy("Nadie contesta a un asunto"), words=_left, load=_load,
    still_needed=lambda one: _waits(one, State.OPEN, State.ASKED_BACK), icon="alert", tone="danger", weight=8, urgent=True))
BOUNCED = register(Kind(
    name="handoffs.bounced", group=_GROUP, label=gettext_lazy("Un correo no ha llegado"), words=_bounced, load=_load, icon="alert",
    tone="warn", weight=7))
