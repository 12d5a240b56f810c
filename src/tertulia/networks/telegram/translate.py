"""The Bot API's JSON ↔ our values. Pure: no calls, no clock.

A message's id counts within its chat only, so our ids are «chat:message».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tertulia.networks.contract import Attachment, Author, Draft, Limits, ProfileCard, Receipt, Ref, Refused
from tertulia.networks.fitting import must_fit
from tertulia.networks.telegram import text as texts

Json = Mapping[str, Any]

SIDES, RATIO = 10_000, 20  # of a picture: width and height together, and one by the other

#: What a message without words is shown as, by the field that holds it.
MARKS: Mapping[str, str] = {
    "photo": "📷", "live_photo": "📷", "paid_media": "📷", "video": "🎬", "animation": "🎞️", "video_note": "🎬", "story": "🎬",
    "voice": "🎤", "audio": "🎵", "document": "📎", "sticker": "🖼️", "location": "📍", "venue": "📍", "contact": "👤",
    "poll": "📊", "dice": "🎲", "checklist": "☑️", "game": "🎮"}


def moment(seconds: int) -> datetime:
    """Unix time."""
    return datetime.fromtimestamp(seconds, UTC)


def name_of(chat_id: int, message_id: int) -> str:
    """Our id of a message."""
    return f"{int(chat_id)}:{int(message_id)}"


def place_of(external_id: str) -> tuple[int, int]:
    """Chat and message of an id of ours; ``Refused`` if it is none."""
    chat, _, message = external_id.partition(":")
    try:
        return int(chat), int(message)
    except ValueError as error:
        raise Refused("bad_reference", external_id[:100]) from error


def address(chat: Json, message_id: int | None = None) -> str:
    """Where a chat, or a message of it, is seen in a browser; of private chats nowhere."""
    shown = f"/{message_id}" if message_id else ""
    if chat["type"] != "private" and chat.get("username"):
        return f"https://t.me/{chat['username']}{shown}"
    if message_id and str(chat["id"]).startswith("-100"):
        return f"https://t.me/c/{str(chat['id']).removeprefix('-100')}{shown}"  # only its members see it
    return ""


def author(message: Json) -> Author:
    """Who speaks: a chat (a channel, an administrator who does not say who they are) or a person."""
    one = message.get("sender_chat") or message.get("from") or message["chat"]
    name = one.get("title") or " ".join(filter(None, (one.get("first_name"), one.get("last_name"))))
    user = one.get("username") or ""
    return Author(external_id=str(one["id"]), handle=user or str(one["id"]), name=name, url=f"https://t.me/{user}" if user else "")


def words(message: Json) -> str:
    """The text or the caption, with the addresses behind its links."""
    told = message.get("text") or message.get("caption") or ""
    return texts.plain(told, entities(message)) if told else ""


def entities(message: Json) -> Sequence[Json]:
    """What is special in its text or caption."""
    return message.get("entities") or message.get("caption_entities") or ()


def mark(message: Json) -> str:
    """What stands for a message without words; empty if it is nothing that anybody said (somebody joined)."""
    kind = next((one for one in MARKS if one in message), "")
    if not kind:
        return ""
    told = message[kind]
    more = (told.get("emoji") if kind == "sticker" else told.get("file_name") or told.get("question") or told.get("title")
            if isinstance(told, dict) else "")
    return str(more) if kind == "sticker" and more else f"{MARKS[kind]} {more or ''}".strip()


def attachments(message: Json, url: str) -> tuple[Attachment, ...]:
    """The address of a file would hold the bot's token: what can be shown is the message itself, where it has an address."""
    return (Attachment(url=url, kind="other"),) if url and mark(message) else ()


def check(draft: Draft, limits: Limits) -> None:
    """``Refused`` for what Telegram would refuse, with a code that does not hang on its words."""
    must_fit(draft, limits, texts.count(draft.text), limits.room(len(draft.pictures)))
    for picture in draft.pictures:
        short, long = sorted((picture.width, picture.height))
        if short + long > SIDES or (short and long > RATIO * short):
            raise Refused("bad_media", f"{picture.width} × {picture.height}")


def receipt(messages: Sequence[Json]) -> Receipt:
    """Of what was sent: a message, or those of an album. ``KeyError``, ``TypeError`` or ``ValueError`` if it is none."""
    first, ids = messages[0], [int(one["message_id"]) for one in messages]
    if not all(ids):
        raise ValueError("sent later by the server, without an id")
    chat = first["chat"]
    ref = Ref(name_of(chat["id"], ids[0]), address(chat, ids[0]), {"messages": ids} if len(ids) > 1 else {})
    return Receipt(ref, moment(first["date"]), {"chat": chat["id"], "messages": ids})


def card(chat: Json, members: int) -> ProfileCard:
    """Out of getChat and getChatMemberCount."""
    return ProfileCard(name=str(chat["title"]), bio=chat.get("description") or "", url=address(chat), followers=int(members))
