"""Saved replies: kept, filled from a conversation, looked for, counted."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from tertulia.brands.models import Brand, Member, Membership
from tertulia.brands.rules import signature
from tertulia.inbox import facts
from tertulia.inbox.filling import fill, unfilled
from tertulia.inbox.models import Conversation, Message, SavedReply
from tertulia.inbox.rules import excerpt, web_link
from tertulia.journal.actions import record
from tertulia.kit import clock
from tertulia.kit.folding import clean, fold
from tertulia.networks import manifest
from tertulia.people.models import Profile

#: What a reply may leave open, in words, for its form.
WORDS = {
    "nombre": _("el nombre de quien escribe"), "usuario": _("su usuario, con @"), "marca": _("la marca"), "red": _("la red"),
    "publicacion": _("de qué iba vuestra publicación"), "enlace": _("su dirección"), "iniciales": _("las tuyas"), "fecha": _("la de hoy"),
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A saved reply as it would be said in a conversation; ``gaps``: what nothing could be put in. ``fits``: by its intents."""

    saved: SavedReply
    text: str
    gaps: Sequence[str]
    fits: bool


def first_name(person: Profile | None) -> str:
    """What somebody is called, if their name looks like one."""
    words = [word for word in re.split(r"[^\w'’-]+", person.name if person else "") if word.isalpha()]
    return words[0].capitalize() if words and len(words[0]) > 1 else ""


def values_of(conversation: Conversation, place: Membership) -> dict[str, str]:
    """What the variables are in this conversation, for who answers it; what is not known is left out."""
    person, subject = conversation.person, conversation.subject
    known = {
        "nombre": first_name(person), "usuario": f"@{person.handle}" if person and person.handle else "", "marca": conversation.brand.name,
        "red": manifest(conversation.channel.network).title, "enlace": web_link(subject.url) if subject else "",
        "publicacion": f"«{excerpt(subject.text, 60)}»" if subject and subject.text else "", "iniciales": place.initials,
        "fecha": date_format(clock.now(), "j \\d\\e F")}
    return {name: value for name, value in known.items() if value}


def saved_of(brand: Brand) -> Sequence[SavedReply]:
    """The brand's saved replies, the most used first."""
    return list(SavedReply.objects.filter(brand=brand, archived_at=None).order_by("-used", "title"))


def found(conversation: Conversation, place: Membership, words: str = "", most: int = 8) -> list[Filled]:
    """The saved replies that say all of ``words``, filled; those that fit what is wanted here come first."""
    values, wanted = values_of(conversation, place), fold(words).split()
    rows = [one for one in saved_of(conversation.brand) if all(word in fold(f"{one.title} {one.text}") for word in wanted)]
    filled = [_filled(one, values, conversation) for one in rows]
    # a title that begins so is what was meant
    begins = fold(words.strip())
    return sorted(filled, key=lambda one: (bool(begins) and not fold(one.saved.title).startswith(begins), not one.fits))[:most]


def _filled(saved: SavedReply, values: dict[str, str], conversation: Conversation) -> Filled:
    text = fill(saved.text, values)
    return Filled(saved, text, unfilled(text), bool(set(saved.intents) & set(conversation.intents)))


# --------------------------------------------------------------------------- writing


@transaction.atomic
def save_reply(brand: Brand, title: str, text: str, intents: Sequence[str], member: Member, *, by: str, because: str = "",
               before: SavedReply | None = None) -> SavedReply:
    """Keeps a reply for the next time, or changes ``before``. ``IntegrityError``: there is one of that title."""
    told = {"title": " ".join(clean(title).split())[:80], "text": clean(text).strip(), "intents": list(intents)}
    if before:
        SavedReply.objects.filter(pk=before.pk).update(**told)
        saved = SavedReply.objects.get(pk=before.pk)
    else:
        saved = SavedReply.objects.create(brand=brand, written_by=member, **told)
    record(facts.ReplySaved(brand_id=brand.pk, saved_id=saved.pk), by=by, because=because)
    return saved


@transaction.atomic
def archive(saved: SavedReply, *, by: str, because: str = "", back: bool = False) -> None:
    """Offered no more; ``back``: offered again, under a title of its own if its own was taken meanwhile."""
    title = free_title(saved.brand, saved.title) if back else saved.title
    SavedReply.objects.filter(pk=saved.pk).update(archived_at=None if back else clock.now(), title=title)
    announced = facts.ReplySaved if back else facts.SavedReplyArchived
    record(announced(brand_id=saved.brand_id, saved_id=saved.pk), by=by, because=because)


def free_title(brand: Brand, wanted: str) -> str:
    """``wanted``, or the first of ``wanted 2``, ``wanted 3``… that no reply of the brand has."""
    taken = set(SavedReply.objects.filter(brand=brand, archived_at=None, title__startswith=wanted[:60]).values_list("title", flat=True))
    return next(one for one in (wanted, *(f"{wanted[:74]} {n}" for n in range(2, 1000))) if one not in taken)


def note_used(saved: SavedReply) -> None:
    """Somebody put it into the writer."""
    SavedReply.objects.filter(pk=saved.pk).update(used=F("used") + 1, used_at=clock.now())


def general(message: Message, tails: Mapping[int, str]) -> str:
    """An answer of ours as it would be said to anybody: without the person's name and our initials (``tails_of``)."""
    text = message.text.removesuffix(tails.get(message.member_id or 0, ""))
    name = first_name(message.conversation.person)
    return re.sub(rf"\b{re.escape(name)}\b", "{nombre}", text) if name else text


def tails_of(brand: Brand) -> dict[int, str]:
    """How each of the team signs, by member."""
    return {one.member_id: signature(brand.signing, one.initials) for one in brand.memberships.all()}
