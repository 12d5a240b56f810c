"""Every write of the plaza. ``by`` is the account that acts; nothing here is a fact of ours, so none is recorded."""

from __future__ import annotations

import io
import secrets
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from PIL import Image, UnidentifiedImageError

from tertulia.plaza import queries, rules
from tertulia.plaza.models import Block, Fault, Like, Neighbour, Notice, Picture, Utterance
from tertulia.plaza.rules import Refusal

_PROFILE = {"name": 80, "bio": 500, "url": 200}
_BATCH = 1000


@dataclass(frozen=True, slots=True)
class Saying:
    """Something about to be said. ``key``: the author's own name for it; said twice with one key, it is one."""

    by: Neighbour
    text: str
    at: datetime
    parent: Utterance | None = None
    to: Neighbour | None = None
    key: str = ""
    language: str = ""
    pictures: Sequence[tuple[str, str]] = ()  # (id, alternative text)
    visible_at: datetime | None = None


# --------------------------------------------------------------------------- accounts


def settle(*, handle: str, name: str, now: datetime, **about: object) -> tuple[Neighbour, str]:
    """A new account and its token, told only now; one that exists keeps its words and gets a new token."""
    token = secrets.token_urlsafe(24)
    known = rules.handle(handle)
    fresh = {"name": rules.clean(name, longest=80), "color": rules.color(known), "created_at": now, **about}
    who, _ = Neighbour.objects.update_or_create(
        handle=known, defaults={"token_hash": queries.digest(token)},
        create_defaults={**fresh, "token_hash": queries.digest(token)})
    return who, token


def present(*, by: Neighbour, card: Mapping[str, object]) -> Neighbour:
    """Changes how an account presents itself: any of name, bio, url."""
    for name, longest in _PROFILE.items():
        if name in card:
            setattr(by, name, rules.clean(card[name], empty=name != "name", longest=longest))
    by.save(update_fields=list(_PROFILE))
    return by


# --------------------------------------------------------------------------- speaking


def say(saying: Saying) -> tuple[Utterance, bool]:
    """Says one thing: the utterance, and whether it is new (False: this author had used this key)."""
    [said] = say_many([allowed(saying)])
    return said


@transaction.atomic
def say_many(sayings: Sequence[Saying]) -> list[tuple[Utterance, bool]]:
    """Says many things in their order, thousands a second; the texts are taken as they are.

    The authors' rows and the listeners' are locked first, always in the same order: a key is used once however
    many say it at once, and notices are numbered in the order in which they can be read.
    """
    told = _listeners(sayings)
    everyone = {one.by.pk for one in sayings} | {owner for listeners in told for owner in listeners}
    _lock(everyone)
    used = {(one.author_id, one.key): one for one in Utterance.objects.select_related("author").filter(
        author__in={one.by.pk for one in sayings}, key__in={_key(one) for one in sayings} - {""})}
    fresh: list[Utterance] = []
    notices: list[tuple[Utterance, Mapping[int, str]]] = []
    answer: list[tuple[Utterance, bool]] = []
    for saying, listeners in zip(sayings, told, strict=True):
        name = (saying.by.pk, _key(saying))
        known = used.get(name) if name[1] else None
        said = known or _utterance(saying)
        answer.append((said, known is None))
        if known is None:
            fresh.append(said)
            if name[1]:
                used[name] = said
            if said.announced:
                notices.append((said, listeners))
    Utterance.objects.bulk_create(fresh, batch_size=_BATCH)
    _notify(notices)
    for (said, new), saying in zip(answer, sayings, strict=True):
        if new and saying.pictures:
            _show(said, saying.pictures)
    return answer


@transaction.atomic
def announce(now: datetime) -> None:
    """Tells the listeners of what was accepted before and can be seen only now."""
    late = list(Utterance.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("author")
                .filter(announced=False, visible_at__lte=now).order_by("pk")[:_BATCH])
    if not late:
        return
    sayings = [Saying(by=one.author, text=one.text, at=one.created_at, parent=one.parent, to=one.to) for one in late]
    _notify(list(zip(late, _listeners(sayings), strict=True)))
    Utterance.objects.filter(pk__in=[one.pk for one in late]).update(announced=True)


def allowed(saying: Saying) -> Saying:
    """The saying as it can be said; ``Refusal`` if it cannot: too long, private, blocked, pictures of others."""
    if len(saying.pictures) > rules.PICTURES:
        raise Refusal("too_many_media", f"Caben {rules.PICTURES} imágenes.")
    text, to, parent = rules.clean(saying.text, empty=bool(saying.pictures)), saying.to, saying.parent
    if parent is not None and parent.to_id is not None and to is None:
        to = parent.to if parent.author_id == saying.by.pk else parent.author  # a private talk stays private
    if parent is not None and parent.to_id is None and to is not None:
        raise Refusal("bad_reference", "No se puede contestar en privado a algo público.")
    ears = {to.pk} if to is not None else set()
    if parent is not None and to is None:
        ears.add((parent.root or parent).author_id)
    if queries.deaf(ears, [saying.by.pk]):
        raise Refusal("forbidden", "Te han bloqueado.", 403)
    return replace(saying, text=text, to=to)


def _key(saying: Saying) -> str:
    return "" if saying.by.ignores_keys else saying.key


def _utterance(saying: Saying) -> Utterance:
    parent = saying.parent
    return Utterance(
        author=saying.by, text=saying.text, language=saying.language, key=_key(saying), created_at=saying.at,
        parent=parent, root_id=None if parent is None else parent.root_id or parent.pk, to=saying.to,
        visibility=Utterance.Visibility.PUBLIC if saying.to is None else Utterance.Visibility.DIRECT,
        visible_at=saying.visible_at, announced=saying.visible_at is None)


def _listeners(sayings: Sequence[Saying]) -> list[dict[int, str]]:
    """For each saying, whom it is told to and as what; nobody hears themselves, nor whom they blocked."""
    known = queries.by_handle(name for one in sayings for name in rules.mentions(one.text))
    told: list[dict[int, str]] = []
    for one in sayings:
        found: dict[int, str] = {}
        if one.to is not None:
            found[one.to.pk] = Notice.Kind.DIRECT
        else:
            found.update({known[name].pk: Notice.Kind.MENTION for name in rules.mentions(one.text) if name in known})
            if one.parent is not None:
                found[one.parent.author_id] = found[(one.parent.root or one.parent).author_id] = Notice.Kind.COMMENT
        found.pop(one.by.pk, None)
        told.append(found)
    deaf = queries.deaf({owner for found in told for owner in found}, {one.by.pk for one in sayings})
    return [{owner: kind for owner, kind in found.items() if (owner, one.by.pk) not in deaf}
            for one, found in zip(sayings, told, strict=True)]


def _lock(pks: Iterable[int]) -> dict[int, Neighbour]:
    found = Neighbour.objects.select_for_update(no_key=True).filter(pk__in=set(pks)).order_by("pk")
    return {one.pk: one for one in found}


def _notify(told: Sequence[tuple[Utterance, Mapping[int, str]]], by: Neighbour | None = None,
            at: datetime | None = None) -> None:
    """Numbers the notices of each owner and keeps them; inside the caller's transaction."""
    owners = _lock({owner for _, listeners in told for owner in listeners})
    notices = []
    for said, listeners in told:
        for owner, kind in listeners.items():
            owners[owner].last_notice += 1
            notices.append(Notice(owner_id=owner, number=owners[owner].last_notice, kind=kind, utterance=said,
                                  by_id=said.author_id if by is None else by.pk, at=at or said.created_at))
    Notice.objects.bulk_create(notices, batch_size=_BATCH)
    Neighbour.objects.bulk_update(owners.values(), ["last_notice"])


# --------------------------------------------------------------------------- pictures


def upload(*, by: Neighbour, content: bytes) -> Picture:
    """Keeps an image until an utterance shows it; ``Refusal`` if it is no image, of another type or too heavy."""
    if len(content) > rules.PICTURE_BYTES:
        raise Refusal("bad_media", f"Pesa más de {rules.PICTURE_BYTES // 1024 // 1024} MB.")
    try:
        with Image.open(io.BytesIO(content)) as image:
            mime = rules.PICTURE_TYPES.get(image.format or "")
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refusal("bad_media", "No es una imagen que se pueda leer.") from error
    if mime is None:
        raise Refusal("bad_media", "Solo imágenes PNG, JPEG, WebP o GIF.")
    return Picture.objects.create(owner=by, content=content, mime=mime)


def _show(said: Utterance, pictures: Sequence[tuple[str, str]]) -> None:
    for position, (pk, alt) in enumerate(pictures):
        try:
            wanted = uuid.UUID(pk)
        except ValueError as error:
            raise Refusal("bad_reference", "Esa imagen no está.") from error
        text = rules.clean(alt, empty=True, longest=rules.ALT_CHARACTERS)
        taken = Picture.objects.filter(pk=wanted, owner=said.author_id, utterance=None)
        if not taken.update(utterance=said, position=position, alt=text):
            raise Refusal("bad_reference", "Esa imagen no está.")


# --------------------------------------------------------------------------- what may be done to what was said


@transaction.atomic
def withdraw(*, by: Neighbour, said: Utterance, now: datetime) -> None:
    """Deletes one's own utterance, or a comment under one's own post; whoever was told of it is told of this."""
    root = said.root or said
    if by.pk not in (said.author_id, root.author_id):
        raise Refusal("forbidden", "No es tuyo.", 403)
    owners = said.notices.exclude(kind__in=[Notice.Kind.LIKE, Notice.Kind.DELETED]).exclude(owner=by)
    told = dict.fromkeys(owners.values_list("owner", flat=True), Notice.Kind.DELETED)
    if Utterance.objects.filter(pk=said.pk, deleted_at=None).update(deleted_at=now):
        _notify([(said, told)], by=by, at=now)


def hide(*, by: Neighbour, said: Utterance, hidden: bool) -> None:
    """Hides a comment under one's own post, or shows it again; as often as you like."""
    if said.root is None or said.root.author_id != by.pk or said.author_id == by.pk:
        raise Refusal("forbidden", "Solo se oculta lo que otros comentan en lo tuyo.", 403)
    Utterance.objects.filter(pk=said.pk).update(hidden_by=by if hidden else None)


@transaction.atomic
def like(*, by: Neighbour, said: Utterance, now: datetime, liked: bool = True) -> None:
    """Likes it, or no longer; the author hears of the first."""
    if not liked:
        Like.objects.filter(by=by, utterance=said).delete()
        return
    _, new = Like.objects.get_or_create(by=by, utterance=said, defaults={"at": now})
    if new and said.author_id != by.pk:
        _notify([(said, {said.author_id: Notice.Kind.LIKE})], by=by, at=now)


def block(*, by: Neighbour, whom: Neighbour, now: datetime, blocked: bool = True) -> None:
    """Blocks an account, or no longer; as often as you like."""
    if by.pk == whom.pk:
        raise Refusal("invalid", "Nadie se bloquea a sí mismo.")
    if blocked:
        Block.objects.get_or_create(by=by, blocked=whom, defaults={"at": now})
    else:
        Block.objects.filter(by=by, blocked=whom).delete()


def look(views: Mapping[int, int]) -> None:
    """Adds looks to posts: id → how many."""
    for pk, more in views.items():
        Utterance.objects.filter(pk=pk).update(views=F("views") + more)


# --------------------------------------------------------------------------- faults


@transaction.atomic
def strike(method: str, path: str, account: Neighbour | None) -> Fault | None:
    """The fault that falls on this call, counted as spent; a fault of one time falls on one call only."""
    if queries.matching(queries.faults(), method, path, account) is None:
        return None  # the common case takes no lock
    fault = queries.matching(Fault.objects.select_for_update(no_key=True).order_by("pk"), method, path, account)
    if fault is not None:
        fault.spent += 1
        fault.save(update_fields=["spent"])
    return fault


def set_fault(fault: Fault) -> Fault:
    """Keeps a fault; ``Refusal`` if it is none we know."""
    try:
        fault.full_clean()
    except ValidationError as error:
        raise Refusal("invalid", " ".join(error.messages)) from error
    fault.save()
    return fault


def mend(pk: int | None = None) -> None:
    """Takes one fault away, or all."""
    (Fault.objects.all() if pk is None else Fault.objects.filter(pk=pk)).delete()
