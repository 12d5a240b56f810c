"""The API of an account of the plaza, under ``/plaza/api/``: a token in ``Authorization: Bearer``, JSON both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from tertulia.plaza import actions, queries, rules
from tertulia.plaza.actions import Saying
from tertulia.plaza.models import Neighbour, Utterance
from tertulia.plaza.rules import Refusal
from tertulia.plaza.shapes import Shape, limits
from tertulia.plaza.wire import Call, account

PAGE = 40


def show_me(call: Call) -> Shape:
    """Whose token this is, and what it may do: how an account is verified."""
    return {**call.shape.neighbour(call.by), "limits": limits()}


def change_me(call: Call) -> Shape:
    """The profile, changed: name, bio, website."""
    said = call.body()
    card = {"url" if name == "website" else name: said[name] for name in ("name", "bio", "website") if name in said}
    return call.shape.neighbour(actions.present(by=call.by, card=card))


def my_notices(call: Call) -> Shape:
    """What happened to me after notice ``after``, oldest first, at most ``limit`` (40); ``more``: there is."""
    actions.announce(call.now)
    after, most = call.whole("after", 0, 10**18), max(1, call.whole("limit", PAGE, PAGE))
    found = queries.notices(call.by, after, most + 1)
    return {"notices": [call.shape.notice(one) for one in found[:most]], "more": len(found) > most}


def my_utterances(call: Call) -> Shape:
    """What I said, newest first: all, since a moment, or by ``key``. Deleted things are not here."""
    found = queries.own(call.by, call.now, key=rules.clean(call.request.GET.get("key", ""), empty=True, longest=120),
                        since=_moment(call.request.GET.get("since", "")))
    if before := call.whole("before", 0, 10**18):
        found = found.filter(pk__lt=before)
    most = max(1, call.whole("limit", PAGE, PAGE))
    page = list(found[: most + 1])
    return {"utterances": [call.shape.utterance(one) for one in page[:most]], "more": len(page) > most}


def upload(call: Call) -> tuple[Shape, int]:
    """An image, its bytes alone as the body; an utterance shows it later by its id."""
    by = call.by
    picture = actions.upload(by=by, content=call.raw())
    return {"id": str(picture.pk), "mime": picture.mime}, 201


def speak(call: Call) -> tuple[Shape, int]:
    """Says something. With a ``key`` used before by this account, it is that same utterance, and 200."""
    by = call.by
    said, new = actions.say(saying(call, call.body(), by))
    return call.shape.utterance(said), 201 if new else 200


def saying(call: Call, body: Mapping[str, Any], by: Neighbour) -> Saying:
    """What a body asks to say: text, language, key, parent, to, pictures (``[{id, alt}]``)."""
    parent = queries.utterance(body["parent"], by, call.now) if body.get("parent") else None
    key, language, pictures = body.get("key") or "", body.get("language") or "", body.get("pictures") or []
    if not isinstance(pictures, list) or not all(isinstance(one, dict) for one in pictures):
        raise Refusal("invalid", "Las imágenes van en una lista.")
    return Saying(
        by=by, text=body.get("text") or "", at=call.now, parent=parent,
        to=queries.neighbour(body["to"]) if body.get("to") else None,
        key=rules.clean(key, empty=True, longest=120), language=rules.clean(language, empty=True, longest=12),
        pictures=[(str(one.get("id")), str(one.get("alt") or "")) for one in pictures],
        visible_at=call.now + timedelta(seconds=call.invisible) if call.invisible else None)


def show_some(call: Call) -> Shape:
    """Those of ``ids`` (up to 40, by commas) that are there for the caller."""
    wanted = [queries.number(one) for one in call.request.GET.get("ids", "").split(",")[:PAGE] if one]
    found = queries.utterances(call.by, call.now).filter(pk__in=wanted).order_by("pk")
    return {"utterances": [call.shape.utterance(one) for one in found]}


def show(call: Call, pk: str) -> Shape:
    """One thing said; 404, or 410 once deleted."""
    return call.shape.utterance(queries.utterance(pk, call.anybody, call.now))


def delete(call: Call, pk: str) -> Shape:
    """Takes it back: one's own, or a comment under one's own post."""
    actions.withdraw(by=call.by, said=_found(call, pk), now=call.now)
    return {}


def thread(call: Call, pk: str) -> Shape:
    """The conversation it is in, oldest first, at most 500 from ``skip`` on."""
    said = queries.utterance(pk, call.anybody, call.now)
    skip = call.whole("skip", 0, 10**6)
    found = queries.thread(said.root or said, call.anybody, call.now)[skip:skip + 501]
    page: Sequence[Utterance] = list(found)
    return {"utterances": [call.shape.utterance(one) for one in page[:500]], "more": len(page) > 500}


def hide(call: Call, pk: str) -> Shape:
    """Hides a comment under one's own post."""
    actions.hide(by=call.by, said=_found(call, pk), hidden=True)
    return {"hidden": True}


def unhide(call: Call, pk: str) -> Shape:
    """Shows it again."""
    actions.hide(by=call.by, said=_found(call, pk), hidden=False)
    return {"hidden": False}


def like(call: Call, pk: str) -> Shape:
    """Likes it."""
    actions.like(by=call.by, said=_found(call, pk), now=call.now)
    return {"liked": True}


def unlike(call: Call, pk: str) -> Shape:
    """No longer likes it."""
    actions.like(by=call.by, said=_found(call, pk), now=call.now, liked=False)
    return {"liked": False}


def my_blocks(call: Call) -> Shape:
    """Whom I blocked."""
    return {"blocked": [call.shape.neighbour(one.blocked) for one in call.by.blocks.select_related("blocked")]}


def block(call: Call, who: str) -> Shape:
    """Blocks an account, by id or handle."""
    actions.block(by=call.by, whom=queries.neighbour(who), now=call.now)
    return {"blocked": True}


def unblock(call: Call, who: str) -> Shape:
    """No longer blocks it."""
    actions.block(by=call.by, whom=queries.neighbour(who), now=call.now, blocked=False)
    return {"blocked": False}


def show_somebody(call: Call, who: str) -> Shape:
    """Somebody, by id or handle."""
    return call.shape.neighbour(queries.neighbour(who))


def _found(call: Call, pk: str) -> Utterance:
    return queries.utterance(pk, call.by, call.now)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


me = account(get=show_me, patch=change_me)
notices = account(get=my_notices)
mine = account(get=my_utterances)
pictures = account(post=upload)
utterances = account(get=show_some, post=speak)
utterance = account(get=show, delete=delete)
talk = account(get=thread)
hidden = account(put=hide, delete=unhide)
liked = account(put=like, delete=unlike)
blocks = account(get=my_blocks)
blocked = account(put=block, delete=unblock)
neighbour = account(get=show_somebody)
