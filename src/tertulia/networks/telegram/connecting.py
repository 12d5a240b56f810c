"""Becoming an account: a bot's token and a channel, with what the bot's rights let it do there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from tertulia.kit.http import allowed_private
from tertulia.networks.contract import Account, Reconnect, Refused
from tertulia.networks.telegram import translate
from tertulia.networks.telegram.bot import TAKEN, Bot, understood

VENDOR = "https://api.telegram.org"
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{20,100}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")

Json = Mapping[str, Any]


@understood()
def by_token(told: Mapping[str, str], http: httpx.Client, network: str) -> Account:
    """An account out of ``token``, ``handle`` (the channel) and ``base_url``; an outcome says what is missing."""
    token = told.get("token", "").strip()
    if not _TOKEN.fullmatch(token):
        raise Reconnect("bad_credentials", "a token is a number, a colon and letters")
    base_url = address(told.get("base_url", ""))
    bot = Bot(http, base_url, token)
    me = bot.call("getMe")
    if bot.call("getWebhookInfo")["url"]:
        raise Refused("duplicate", TAKEN)
    channel = bot.call("getChat", {"chat_id": channel_of(told.get("handle", ""))})
    if channel["type"] != "channel":
        raise Refused("bad_reference", "Eso no es un canal: hace falta el canal, no su grupo.")
    rights = bot.call("getChatMember", {"chat_id": channel["id"], "user_id": me["id"]})
    if rights["status"] not in ("administrator", "creator"):
        raise Reconnect("missing_scope", "El bot no es administrador del canal.")
    group, place = _group(bot, channel.get("linked_chat_id"), me["id"])
    hears = not channel.get("linked_chat_id") or _rules(place) or (_inside(place) and me.get("can_read_all_group_messages"))
    return Account(
        network=network, external_id=str(channel["id"]), handle=channel.get("username") or str(channel["id"]),
        name=channel.get("title") or "", url=translate.address(channel), base_url=base_url,
        scopes=_scopes(rights, place) | ({"group.hear"} if hears else set()), secrets={"token": token},
        settings={"bot_id": me["id"], "bot": me["username"], "channel_id": channel["id"], "group_id": group and group["id"]})


def _group(bot: Bot, group_id: int | None, own_id: int) -> tuple[Json | None, Json]:
    """The discussion group and our place in it; none if there is no group, or the bot is not let in."""
    if not group_id:
        return None, {"status": "left"}
    try:
        group = bot.call("getChat", {"chat_id": group_id})
        place = bot.call("getChatMember", {"chat_id": group_id, "user_id": own_id})
    except (Refused, Reconnect):
        return None, {"status": "left"}
    return (group, place) if _inside(place) else (None, place)


def _scopes(channel: Json, group: Json) -> frozenset[str]:
    """Our names for what the rights let the bot do; an owner has them all."""
    may = {"channel.post": channel["status"] == "creator" or bool(channel.get("can_post_messages")),
           "group.write": _inside(group) and group.get("can_send_messages", True),
           "group.restrict": group["status"] == "creator" or (_rules(group) and bool(group.get("can_restrict_members"))),
           "group.clean": group["status"] == "creator" or (_rules(group) and bool(group.get("can_delete_messages")))}
    return frozenset(name for name, allowed in may.items() if allowed)


def _inside(place: Json) -> bool:
    return place["status"] in ("creator", "administrator", "member") or bool(place.get("is_member"))


def _rules(place: Json) -> bool:
    return place["status"] in ("creator", "administrator")


def channel_of(written: str) -> str | int:
    """``@name`` or the number of a channel as people write it: a name, a link of t.me, a number."""
    told = re.sub(r"^(https?://)?(t|telegram)\.me/", "", written.strip(), flags=re.IGNORECASE)
    if match := re.match(r"c/([0-9]{5,15})\b", told):
        return int(f"-100{match[1]}")
    if re.fullmatch(r"-[0-9]{5,18}", told):
        return int(told)
    name = told.removeprefix("s/").removeprefix("@").partition("/")[0].partition("?")[0]
    if not _NAME.fullmatch(name):
        raise Refused("invalid", written[:100])
    return f"@{name}"


def address(written: str) -> str:
    """``https://host`` of a Bot API server, the vendor's if nothing is written. http only for allowed private hosts."""
    told = written.strip() or VENDOR
    try:
        parts = urlsplit(told if "://" in told else f"https://{told}")
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError as error:
        raise Refused("invalid", "no address") from error
    if not host or parts.scheme not in ("http", "https"):
        raise Refused("invalid", "no address")
    if parts.scheme == "http" and f"{host}:{port or 80}" not in allowed_private():
        raise Refused("blocked_address", "http")
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
