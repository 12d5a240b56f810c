"""What arrives: updates of the Bot API → items, and the cursor that confirms them.

Telegram forgets an update as soon as a higher offset is asked for, so the offset asked for is always one that was stored
together with what came before it. A message in the discussion group knows its thread but not the channel's post:
the post is copied there by Telegram, and what was a copy of what is remembered in the cursor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from tertulia.networks.contract import Batch, Item
from tertulia.networks.telegram import translate
from tertulia.networks.telegram.translate import name_of

Json = Mapping[str, Any]

NEW = ("message", "channel_post")
UPDATES = (*NEW, "edited_message", "edited_channel_post")
THREADS = 500  # of the discussion group, remembered


@dataclass(frozen=True, slots=True)
class Place:
    """Where we listen, and who we are there."""

    channel: int
    group: int | None
    bot: int
    threads: dict[str, int]  # message of the group that copies a post → message of the channel; grows while it is read


def batch(updates: Sequence[Json], cursor: Mapping[str, Any], settings: Mapping[str, Any], *, now: int, full: bool) -> Batch:
    """The items of a page. Cursor: ``offset`` and ``at`` (Unix time of the page), ``album`` (see ``_left``), and of the
    ``group`` its ``threads`` and where it ``moved``."""
    same = cursor.get("group") == settings["group_id"]  # else another was linked, and its messages have other numbers
    group = (same and cursor.get("moved")) or settings["group_id"]
    place = Place(settings["channel_id"], group, settings["bot_id"], dict(cursor.get("threads", {})) if same else {})
    left = _left(updates, str(cursor.get("album", "")))
    taken = updates[:-left] if left else updates
    items = [item for messages, edited in _spoken(taken) if (item := _item(messages, place, edited=edited))]
    after: dict[str, Any] = {name: cursor[name] for name in ("offset", "at") if name in cursor} | {"group": settings["group_id"]}
    if taken:
        after |= {"offset": taken[-1]["update_id"] + 1, "at": now}
    if left:
        after["album"] = _album(updates[-1])
    if new := next((one["migrate_to_chat_id"] for one in map(_message, taken) if one and one.get("migrate_to_chat_id")
                    and one["chat"]["id"] == group), None):
        return Batch(tuple(items), cursor={**after, "moved": new}, more=full)
    if group != settings["group_id"]:
        after["moved"] = group
    after["threads"] = {str(one): place.threads[str(one)] for one in sorted(map(int, place.threads))[-THREADS:]}
    return Batch(tuple(items), cursor=after, more=full)


def _message(update: Json) -> Json | None:
    """The message of an update; None of those that were not asked for, which may come for a while."""
    return next((update[name] for name in UPDATES if name in update), None)


def _album(update: Json) -> str:
    """The album that the new message of an update is part of."""
    message = _message(update)
    if not message or not message.get("media_group_id") or not any(name in update for name in NEW):
        return ""
    return f"{message['chat']['id']}:{message['media_group_id']}"


def _left(updates: Sequence[Json], waited: str) -> int:
    """How many updates at the end are left for the next page, because they begin with an album that may not all be here.

    An album is several messages, each an update. It is left once: the next time it is taken as it is.
    """
    album = _album(updates[-1]) if updates else ""
    if not album or album == waited:
        return 0
    return len(updates) - next(at for at, one in enumerate(updates) if _album(one) == album)


def _spoken(updates: Sequence[Json]) -> list[tuple[list[Json], bool]]:
    """The messages of the updates, those of an album together, each with whether it is an edit."""
    spoken: list[tuple[list[Json], bool]] = []
    albums: dict[str, list[Json]] = {}
    for update in updates:
        message, album = _message(update), _album(update)
        if message is None:
            continue
        if album in albums:
            albums[album].append(message)
            continue
        spoken.append(([message], not any(name in update for name in NEW)))
        if album:
            albums[album] = spoken[-1][0]
    return spoken


def _item(messages: Sequence[Json], place: Place, *, edited: bool) -> Item | None:
    """What was said, if it was said to us; None for service messages, other chats and the greeting that opens a bot."""
    first, chat = messages[0], messages[0]["chat"]
    if edited and first.get("media_group_id") and not first.get("caption"):
        return None  # of an album only the first, which has the words, is known
    if chat["id"] == place.channel:
        return _made(messages, "post", place)
    if place.group and chat["id"] == place.group:
        return _in_group(messages, place)
    if chat["type"] == "private" and str(first.get("text", "")).split()[:1] != ["/start"]:
        return _made(messages, "direct", place, parent=_answered(first))
    return None


def _in_group(messages: Sequence[Json], place: Place) -> Item | None:
    """Under a post: a comment. Anything else that is said in the brand's group is a mention."""
    first = messages[0]
    if first.get("is_automatic_forward"):
        for one in messages:
            place.threads[str(one["message_id"])] = one["forward_origin"]["message_id"]
        return _made(messages, "post", place, told_as=first["forward_origin"])
    answered = first.get("reply_to_message") or {}
    if answered.get("is_automatic_forward"):
        place.threads[str(answered["message_id"])] = answered["forward_origin"]["message_id"]
    post = place.threads.get(str(first.get("message_thread_id") or answered.get("message_id") or ""))
    if post is None:
        parent, thread = _answered(first), first.get("message_thread_id")
        return _made(messages, "mention", place, parent=parent, root=name_of(place.group or 0, thread) if thread else parent)
    root = name_of(place.channel, post)
    parent = root if not answered or answered.get("is_automatic_forward") else _answered(first)
    return _made(messages, "comment", place, parent=parent, root=root)


def _answered(message: Json) -> str:
    answered = message.get("reply_to_message")
    return name_of(answered["chat"]["id"], answered["message_id"]) if answered else ""


def _made(messages: Sequence[Json], kind: Literal["comment", "mention", "direct", "post"], place: Place, *,
          parent: str = "", root: str = "", told_as: Json | None = None) -> Item | None:
    """``told_as``: the original, of what is a copy."""
    first = messages[0]
    where, number = (told_as["chat"], told_as["message_id"]) if told_as else (first["chat"], first["message_id"])
    text = next(filter(None, map(translate.words, messages)), "") or " ".join(filter(None, map(translate.mark, messages)))
    if not text:
        return None
    name, url, who = name_of(where["id"], number), translate.address(where, number), translate.author(first)
    # of private talk the person is the thread
    return Item(
        external_id=name, kind=kind, author=who, text=text, created_at=translate.moment(first["date"]), url=url, parent_id=parent,
        root_id="" if kind == "direct" else root or name,
        attachments=tuple(found for one in messages for found in translate.attachments(one, url))[:1],
        ours=kind == "post" or who.external_id in {str(place.bot), str(place.channel), str(place.group)},
        extra={"messages": [one["message_id"] for one in messages]} if len(messages) > 1 and not told_as else {})

