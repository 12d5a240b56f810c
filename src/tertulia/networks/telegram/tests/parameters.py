"""What the Bot API takes: the parameters of the methods that we call, by their types. ``!``: required.

Facts out of the description of Bot API 10.1 (11 June 2026); read 2026-11-22.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

_SENDS = {"business_connection_id": "String", "chat_id!": "Chat", "message_thread_id": "Integer", "disable_notification": "Boolean",
          "protect_content": "Boolean", "allow_paid_broadcast": "Boolean", "message_effect_id": "String",
          "reply_parameters": "ReplyParameters"}
_CAPTION = {"caption": "String", "parse_mode": "String", "caption_entities": "Array of MessageEntity"}

METHODS: Mapping[str, Mapping[str, str]] = {
    "getMe": {}, "getWebhookInfo": {},
    "getChat": {"chat_id!": "Chat"}, "getChatMemberCount": {"chat_id!": "Chat"},
    "getChatMember": {"chat_id!": "Chat", "user_id!": "Integer"},
    "getUpdates": {"offset": "Integer", "limit": "Integer", "timeout": "Integer", "allowed_updates": "Array of String"},
    "sendMessage": {**_SENDS, "text!": "String", "parse_mode": "String", "entities": "Array of MessageEntity",
                    "link_preview_options": "LinkPreviewOptions"},
    "sendPhoto": {**_SENDS, **_CAPTION, "photo!": "InputFile"},
    "sendMediaGroup": {**_SENDS, "media!": "Array of InputMediaPhoto"},
    "deleteMessage": {"chat_id!": "Chat", "message_id!": "Integer"},
    "banChatMember": {"chat_id!": "Chat", "user_id!": "Integer", "until_date": "Integer", "revoke_messages": "Boolean"},
    "unbanChatMember": {"chat_id!": "Chat", "user_id!": "Integer", "only_if_banned": "Boolean"},
    "banChatSenderChat": {"chat_id!": "Chat", "sender_chat_id!": "Integer"},
    "unbanChatSenderChat": {"chat_id!": "Chat", "sender_chat_id!": "Integer"},
}
TYPES: Mapping[str, Mapping[str, str]] = {
    "ReplyParameters": {"message_id!": "Integer", "chat_id": "Chat", "allow_sending_without_reply": "Boolean", "quote": "String"},
    "InputMediaPhoto": {"type!": "String", "media!": "String", **_CAPTION, "has_spoiler": "Boolean"},
    "MessageEntity": {"type!": "String", "offset!": "Integer", "length!": "Integer", "url": "String"},
    "LinkPreviewOptions": {"is_disabled": "Boolean", "url": "String"},
}
_PLAIN: Mapping[str, Callable[[Any], bool]] = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "String": lambda value: isinstance(value, str), "Boolean": lambda value: isinstance(value, bool),
    "Chat": lambda value: (isinstance(value, int) and not isinstance(value, bool)) or isinstance(value, str),
    "InputFile": lambda value: isinstance(value, bytes | str),
}


def wrong(told: Mapping[str, Any], known: Mapping[str, str], where: str = "") -> str:
    """What is wrong with ``told`` by the table ``known``, in English; empty if nothing is."""
    names = {name.rstrip("!"): kind for name, kind in known.items()}
    for name in (name.rstrip("!") for name in known if name.endswith("!")):
        if name not in told:
            return f"parameter {where}{name} is required"
    for name, value in told.items():
        if name not in names:
            return f"there is no parameter {where}{name}"
        if found := _unlike(value, names[name], f"{where}{name}"):
            return found
    return ""


def _unlike(value: Any, kind: str, where: str) -> str:
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            return f"{where} must be an Array"
        return next(filter(None, (_unlike(one, kind.removeprefix("Array of "), f"{where}[]") for one in value)), "")
    if kind in TYPES:
        return wrong(value, TYPES[kind], f"{where}.") if isinstance(value, dict) else f"{where} must be an object"
    return "" if _PLAIN[kind](value) else f"{where} must be {kind}"


def read(method: str, form: Mapping[str, str | bytes]) -> dict[str, Any]:
    """The parameters of a form, where everything is text: numbers, objects and arrays are JSON."""
    names = {name.rstrip("!"): kind for name, kind in METHODS[method].items()}
    return {name: value if isinstance(value, bytes) or names.get(name) in ("String", "InputFile", None) else _read(value)
            for name, value in form.items()}


def _read(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
