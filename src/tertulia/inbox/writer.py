"""Where an answer is written: what it answers, how much fits, what was begun, what others brought, or why it cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tertulia.brands.doors import BrandRequest
from tertulia.brands.models import Brand, Membership, Picture
from tertulia.brands.rules import may, signature
from tertulia.channels.models import Channel, ChannelState
from tertulia.channels.queries import length, limits, why_not
from tertulia.inbox import presence, queries
from tertulia.inbox.filling import NAMES
from tertulia.inbox.models import Conversation, Draft, Message
from tertulia.inbox.talk import tongue_of
from tertulia.kit import clock
from tertulia.kit.folding import clean
from tertulia.networks import manifest
from tertulia.networks.contract import Limits

#: Beyond this many characters a text is too long whatever the network's rule: counting it would only take time.
COUNTABLE = 50_000
MOST_PICTURES = 20
#: The network's window is about to close.
NEAR = timedelta(hours=3)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that goes with an answer."""

    picture: Picture
    alt: str


def pictures_of(brand: Brand, told: Sequence[tuple[int, str]]) -> list[Shown]:
    """These pictures of the brand's library, in order; what is not in it is left out."""
    stored = {one.pk: one for one in Picture.objects.filter(brand=brand, pk__in=[pk for pk, _alt in told]).defer("content")}
    return [Shown(stored[pk], alt) for pk, alt in told if pk in stored]


def posted_pictures(data: QueryDict) -> list[tuple[int, str]]:
    """The pictures of a form that was sent: ids, each with its alternative text."""
    wanted = dict.fromkeys(int(one) for one in data.getlist("picture") if one.isdecimal() and len(one) < 18)
    return [(pk, clean(data.get(f"alt-{pk}", ""))[:5000]) for pk in list(wanted)[:MOST_PICTURES]]


# --------------------------------------------------------------------------- how much fits


def verb_of(kind: str) -> str:
    """What answering something of this kind is on a network."""
    return "message" if kind == "direct" else "reply"


@dataclass(frozen=True, slots=True)
class Room:
    """How long an answer is, with its signature, and how long it may be; ``bytes``: the second ceiling, if there is one."""

    count: int
    limit: int
    bytes: int | None
    allowed: Limits

    @property
    def left(self) -> int:
        """Characters left; negative: too many."""
        return self.limit - self.count


def room_for(channel: Channel, kind: str, text: str, place: Membership, pictures: int = 0) -> Room:
    """How much of ``text`` fits on the channel as an answer to something of this kind, signed by whoever has this place."""
    allowed = limits(channel, verb_of(kind))
    whole = text + signature(place.brand.signing, place.initials)
    count = length(channel, whole) if len(whole) <= COUNTABLE else len(whole)
    return Room(count, allowed.room(pictures), allowed.extra_bytes, allowed)


def picture_faults(pictures: Sequence[Shown], allowed: Limits) -> list[str]:
    """Why these pictures cannot go with the answer, in sentences."""
    wrong = []
    if pictures and not allowed.pictures:
        wrong.append(_("En esta red una respuesta no puede llevar imágenes: quítalas."))
    elif (over := len(pictures) - allowed.pictures) > 0:
        wrong.append(ngettext("Sobra %(over)s imagen: en una respuesta caben %(most)s.",
                              "Sobran %(over)s imágenes: en una respuesta caben %(most)s.", over) % {
                                  "over": over, "most": allowed.pictures})
    for one in pictures:
        if one.picture.mime in allowed.picture_types and one.picture.size > allowed.picture_bytes:
            wrong.append(_("Una imagen pesa más de lo que admite esta red: redúcela o quítala."))
        if allowed.alt_characters and len(one.alt) > allowed.alt_characters:
            wrong.append(_("Un texto alternativo tiene %(have)s caracteres y caben %(most)s.") % {
                "have": len(one.alt), "most": allowed.alt_characters})
    return list(dict.fromkeys(wrong))


# --------------------------------------------------------------------------- the writer


def writer_context(request: BrandRequest, conversation: Conversation, answering: int | None = None, *, text: str | None = None,
                   pictures: Sequence[tuple[int, str]] = ()) -> dict[str, Any]:
    """What is needed to answer. ``text`` and ``pictures``: as they were sent, instead of what was begun and kept."""
    channel, drafts = conversation.channel, _drafts(request, conversation)
    own = next((one for one in drafts if one.state == "draft"), None)
    if text is None:
        text, pictures = (own.text, [(one["id"], one["alt"]) for one in own.pictures]) if own else ("", ())
        answering = answering or (own.answering_id if own else None)
    last = queries.last_of_theirs(conversation)
    target = _target(conversation, answering) or last
    room = room_for(channel, conversation.kind, text, request.place, len(pictures))
    return {
        "conversation": conversation, "answering": target, "text": text, "room": room, "count": room.count, "limit": room.limit,
        "left": room.left, "pictures": pictures_of(request.brand, pictures) if pictures else [],
        "pictures_not": "" if room.allowed.pictures else _("En esta red una respuesta no puede llevar imágenes."),
        "most_alt": room.allowed.alt_characters,
        "chosen": bool(target and last and target.pk != last.pk), "paused": channel.state != ChannelState.ACTIVE,
        "answer_not": why_not(channel, verb_of(conversation.kind)), "turn": conversation.turn, "key": uuid4().hex,
        "tail": signature(request.brand.signing, request.place.initials), "by_approval": request.place.approved,
        "own_draft": own, "gap_names": " ".join(NAMES), "tongue": tongue_of(target) if target else None,
        **_cards(request, drafts), **window_context(conversation)}


def _drafts(request: BrandRequest, conversation: Conversation) -> list[Draft]:
    """All that is written there and not sent, but for what others are still writing."""
    rows = conversation.drafts.filter(state__in=["draft", "brought", "asked", "returned"]).select_related("member", "reviewer", "answering")
    return [one for one in rows.order_by("at") if one.state in ("brought", "asked") or one.member_id == request.user.pk]


def _target(conversation: Conversation, answering: int | None) -> Message | None:
    if not answering:
        return None
    return conversation.messages.select_related("author").filter(pk=answering, ours=False, vanished_at=None).first()


def cards_context(request: BrandRequest, conversation: Conversation) -> dict[str, Any]:
    """What stands above the writer alone."""
    return _cards(request, _drafts(request, conversation))


def _cards(request: BrandRequest, drafts: Sequence[Draft]) -> dict[str, Any]:
    """What stands above the writer: answers that roles brought, and those that wait for approval or were returned."""
    reviews = not request.place.approved and may(request.role, "answer")
    waiting = [{"draft": one, "mine": one.member_id == request.user.pk, "reviews": reviews and one.member_id != request.user.pk,
                "outrun": one.conversation.messages.filter(ours=True, at__gt=one.at).select_related("member").last()}
               for one in drafts if one.state == "asked"]
    return {"brought": [one for one in drafts if one.state == "brought"], "asked": waiting,
            "returned": [one for one in drafts if one.state == "returned"]}


def window_context(conversation: Conversation) -> dict[str, Any]:
    """Until when the network lets it be answered, if it says, and what to do once it is over."""
    ends = conversation.window_ends_at
    now = clock.now()
    return {"window_ends": ends, "window_over": ends is not None and ends <= now,
            "window_near": ends is not None and ends <= now + NEAR,
            "network": manifest(conversation.channel.network).title}


def together_context(request: BrandRequest, conversation: Conversation) -> dict[str, Any]:
    """Who else has it open."""
    there = presence.among([conversation.pk], request.user, clock.now()).get(conversation.pk, [])
    return {"here": there, "writing": [one.member for one in there if one.writing]}
