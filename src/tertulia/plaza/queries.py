"""Every read of the plaza."""

from __future__ import annotations

import fnmatch
import hashlib
import re
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tertulia.plaza.models import Block, Fault, Like, Neighbour, Notice, Picture, Utterance
from tertulia.plaza.rules import Refusal

_ID = re.compile(r"[0-9]{1,18}")
_NAME = re.compile(r"[a-z0-9_]{1,40}")


def digest(token: str) -> str:
    """How a token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def bearer(token: str) -> Neighbour | None:
    """Whose token it is."""
    return Neighbour.objects.filter(token_hash=digest(token)).first() if token else None


def number(text: object) -> int:
    """An id as the API takes it; ``Refusal`` 404 for what can be nobody's."""
    if not _ID.fullmatch(str(text)):
        raise Refusal("not_found", "No está.", 404)
    return int(str(text))


def neighbour(who: object) -> Neighbour:
    """By id or by handle."""
    text = str(who).lower().lstrip("@")
    by = {"pk": int(text)} if _ID.fullmatch(text) else {"handle": text}
    if not _NAME.fullmatch(text) or (found := Neighbour.objects.filter(**by).first()) is None:
        raise Refusal("not_found", f"No hay nadie que se llame {text[:40]}.", 404)
    return found


def cast() -> QuerySet[Neighbour]:
    """The public: everyone who is no brand."""
    return Neighbour.objects.filter(is_brand=False).order_by("name")


def brands() -> QuerySet[Neighbour]:
    """The accounts of brands."""
    return Neighbour.objects.filter(is_brand=True).order_by("pk")


def utterances(seen_by: Neighbour | None, now: datetime) -> QuerySet[Utterance]:
    """All that ``seen_by`` may see now, with its author, its pictures and its counts at hand."""
    shown = Q(deleted_at=None) & (Q(visible_at=None) | Q(visible_at__lte=now))
    if seen_by is None:
        shown &= Q(to=None, hidden_by=None)
    else:
        mine = Q(author=seen_by)
        shown &= Q(to=None) | Q(to=seen_by) | mine
        shown &= Q(hidden_by=None) | Q(hidden_by=seen_by) | mine
    return counted(Utterance.objects.filter(shown))


def counted(found: QuerySet[Utterance]) -> QuerySet[Utterance]:
    """With ``like_count`` and ``answer_count`` (living answers), one query whatever the number."""
    likes = Like.objects.filter(utterance=OuterRef("pk")).order_by().values("utterance").annotate(n=Count("pk"))
    replies = (Utterance.objects.filter(parent=OuterRef("pk"), deleted_at=None).order_by()
               .values("parent").annotate(n=Count("pk")))
    return (found.select_related("author", "to").prefetch_related("pictures")
            .annotate(like_count=Coalesce(Subquery(likes.values("n")), 0),
                      answer_count=Coalesce(Subquery(replies.values("n")), 0)))


def utterance(pk: object, seen_by: Neighbour | None, now: datetime) -> Utterance:
    """One; ``Refusal`` 404, or 410 if it was deleted."""
    wanted = number(pk)
    if (found := utterances(seen_by, now).filter(pk=wanted).first()) is not None:
        return found
    if Utterance.objects.filter(pk=wanted, to=None).exclude(deleted_at=None).exists():
        raise Refusal("not_found", "Se borró.", 410)
    raise Refusal("not_found", "No está.", 404)


def thread(root: Utterance, seen_by: Neighbour | None, now: datetime) -> QuerySet[Utterance]:
    """The whole of a conversation, oldest first, the first one included."""
    return utterances(seen_by, now).filter(Q(pk=root.pk) | Q(root=root)).order_by("created_at", "pk")


def square(now: datetime, most: int = 40, by: str = "") -> list[Utterance]:
    """The newest public posts, each with ``talk``: its latest comments, hidden ones too (the page marks them)."""
    posts = counted(Utterance.objects.filter(Q(visible_at=None) | Q(visible_at__lte=now),
                                             parent=None, to=None, deleted_at=None))
    if by:
        posts = posts.filter(author__handle=by)
    shown = list(posts.order_by("-created_at", "-pk")[:most])
    talk: dict[int, list[Utterance]] = {post.pk: [] for post in shown}
    comments = counted(Utterance.objects.filter(root__in=talk, deleted_at=None, to=None))
    for comment in comments.order_by("-created_at", "-pk")[: 12 * most]:
        if comment.root_id is not None and len(talk[comment.root_id]) < 12:
            talk[comment.root_id].insert(0, comment)
    for post in shown:
        post.talk = talk[post.pk]  # type: ignore[attr-defined]
    return shown


def own(author: Neighbour, now: datetime, *, key: str = "", since: datetime | None = None) -> QuerySet[Utterance]:
    """What an account has said, newest first. By ``key`` it is found even while nobody can see it yet."""
    if key:
        return counted(Utterance.objects.filter(author=author, key=key, deleted_at=None))
    found = utterances(author, now).filter(author=author)
    if since is not None:
        found = found.filter(created_at__gte=since)
    return found.order_by("-pk")


def notices(owner: Neighbour, after: int, most: int) -> list[Notice]:
    """The next of an account's stream, oldest first."""
    page = owner.notices.filter(number__gt=after).select_related("by").order_by("number")[:most]
    found = list(page)
    said = {one.pk: one for one in counted(Utterance.objects.filter(pk__in={n.utterance_id for n in found}))}
    for notice in found:
        notice.utterance = said[notice.utterance_id]
    return found


def by_handle(handles: Iterable[str]) -> dict[str, Neighbour]:
    """Those of the handles that exist."""
    return {one.handle: one for one in Neighbour.objects.filter(handle__in=set(handles))}


def deaf(owners: Iterable[int], speakers: Iterable[int]) -> set[tuple[int, int]]:
    """Pairs (who blocked, whom) among these."""
    return set(Block.objects.filter(by__in=set(owners), blocked__in=set(speakers)).values_list("by", "blocked"))


def everything(author: str = "") -> list[Utterance]:
    """All that was ever said, hidden, private and deleted too, in order of arrival: for assertions."""
    found = counted(Utterance.objects.select_related("hidden_by")).order_by("pk")
    return list(found.filter(author__handle=author) if author else found)


def picture(pk: uuid.UUID) -> Picture | None:
    """One that an utterance shows."""
    return Picture.objects.filter(pk=pk, utterance__isnull=False, utterance__deleted_at=None).first()


def faults() -> QuerySet[Fault]:
    """All of them, spent ones too."""
    return Fault.objects.select_related("account").order_by("pk")


def matching(found: Iterable[Fault], method: str, path: str, account: Neighbour | None) -> Fault | None:
    """The first fault that falls on this call. ``path``: what follows ``/plaza/api/``; a fault's may have ``*``."""
    for fault in found:
        if fault.times is not None and fault.spent >= fault.times:
            continue
        if fault.method and fault.method != method:
            continue
        if fault.path and not fnmatch.fnmatchcase(path, fault.path):
            continue
        if fault.account_id is not None and (account is None or fault.account_id != account.pk):
            continue
        return fault
    return None


def awaiting(now: datetime, within: timedelta, most: int) -> QuerySet[Utterance]:
    """What brands said in public or in private lately, newest first: the public may have something to add."""
    recent = Utterance.objects.filter(
        Q(visible_at=None) | Q(visible_at__lte=now), author__is_brand=True, deleted_at=None,
        created_at__gte=now - within, created_at__lte=now)
    return recent.select_related("author", "parent__author", "root", "to").order_by("-pk")[:most]


def turns(who: Neighbour, thread_of: Utterance) -> int:
    """How often somebody has spoken in a conversation."""
    root = thread_of.root_id or thread_of.pk
    return Utterance.objects.filter(Q(pk=root) | Q(root=root), author=who).count()


def spoken(keys: Iterable[str]) -> set[str]:
    """Which of these keys have been used by the public."""
    return set(Utterance.objects.filter(key__in=set(keys)).values_list("key", flat=True))


def liked_by(who: Neighbour, ids: Iterable[int]) -> QuerySet[Utterance]:
    """Which of these somebody likes."""
    return Utterance.objects.filter(Exists(Like.objects.filter(utterance=OuterRef("pk"), by=who)), pk__in=set(ids))
