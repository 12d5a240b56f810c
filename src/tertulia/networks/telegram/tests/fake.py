"""A small Telegram from the description of its Bot API: bots, channels, their discussion groups and people, in memory.

It checks every parameter against the tables in ``parameters``, keeps what it is told, copies channel posts to the group as
Telegram does, forgets updates once they are confirmed, and knows nothing of keys: what is sent twice is there twice.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from email.parser import BytesParser
from itertools import count
from typing import Any

from tertulia.kit.tests.loopback import Asked, Told, said
from tertulia.networks.telegram.tests import parameters

Json = dict[str, Any]
TOKEN = "110201543:Fake-bot-secret_0123456789abcdefghi"
BOT, CHANNEL, GROUP = 110201543, -1001000000001, -1001000000002
TELEGRAM: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}  # who brings a channel's post to its group
RIGHTS = {"can_be_edited": False, "is_anonymous": False, "can_manage_chat": True, "can_delete_messages": True,
          "can_restrict_members": True}
TWO_DAYS = 48 * 3600


class Refusal(Exception):
    """An answer that is a no."""

    def __init__(self, code: int, words: str, **more: Any) -> None:
        super().__init__(words)
        name = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}.get(code, "")
        self.told = said({"ok": False, "error_code": code, "description": name + words,
                          **({"parameters": more} if more else {})}, code)


class Fake:
    """One bot, its channel with a discussion group, Ana and Berto; more of all by ``bot``, ``open`` and ``person``."""

    def __init__(self) -> None:
        self.bots: dict[str, Json] = {}
        self.chats: dict[int, Json] = {}
        self.people: dict[str, Json] = {}
        self.members: dict[tuple[int, int], Json] = {}           # (chat, user) → ChatMember
        self.messages: dict[int, dict[int, Json]] = defaultdict(dict)
        self.copies: dict[tuple[int, int], Json] = {}            # (channel, message) → its copy in the group
        self.waiting: dict[int, deque[Json]] = defaultdict(deque)  # bot → updates it has not confirmed
        self.unreachable: dict[int, str] = {}                    # user → why a bot cannot write to them
        self.moved: dict[int, int] = {}                          # group → the supergroup it became
        self.webhook, self.other_reader, self.calls = "", False, list[tuple[str, Json]]()
        self._ids: dict[int, count[int]] = defaultdict(lambda: count(1))
        self._updates, self._albums, self._people = count(500_000_001), count(13_000_000_000_000_001), count(2001)
        self._methods: dict[str, Callable[[Json, Json], Any]] = {
            "getMe": lambda bot, told: bot, "getWebhookInfo": self._webhook, "getUpdates": self._get_updates,
            "getChat": lambda bot, told: self._chat(told), "getChatMember": self._member, "getChatMemberCount": self._count,
            "sendMessage": self._send_message, "sendPhoto": self._send_photo, "sendMediaGroup": self._send_group,
            "deleteMessage": self._delete, "banChatMember": self._ban, "unbanChatMember": self._unban,
            "banChatSenderChat": self._ban, "unbanChatSenderChat": self._unban}
        self.bot(TOKEN, "panaderia_bot")
        self.open(CHANNEL, "channel", "Panadería", "panaderia", linked_chat_id=GROUP, description="Pan de verdad")
        self.open(GROUP, "supergroup", "La cola del pan", "panaderia_charla", linked_chat_id=CHANNEL)
        self.appoint(CHANNEL, BOT, can_post_messages=True, can_edit_messages=True)
        self.appoint(GROUP, BOT)
        for name in ("ana", "berto"):
            self.person(name)

    # ------------------------------------------------------------------ the world

    def bot(self, token: str, name: str) -> Json:
        self.bots[token] = {"id": int(token.partition(":")[0]), "is_bot": True, "first_name": "Panadería", "username": name,
                            "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
        return self.bots[token]

    def open(self, chat_id: int, kind: str, title: str, name: str = "", **more: Any) -> None:
        self.chats[chat_id] = {"id": chat_id, "type": kind, "title": title, **({"username": name} if name else {}), **more}

    def appoint(self, chat_id: int, user_id: int, status: str = "administrator", **rights: Any) -> None:
        self.members[chat_id, user_id] = {"status": status, "user": {"id": user_id},
                                          **(RIGHTS if status == "administrator" else {}), **rights}

    def person(self, name: str) -> Json:
        one = {"id": next(self._people), "is_bot": False, "first_name": name.title(), "username": name}
        self.people[name] = one
        self.open(one["id"], "private", name.title(), name)
        self.appoint(GROUP, one["id"], "member")
        return one

    def say(self, chat_id: int, who: Json | None, on: int = 0, update: str = "message", **content: Any) -> Json:
        """A message of ``who`` (None: the chat itself), in answer to ``on``; whoever listens hears of it."""
        message = self._kept(chat_id, who, content, on)
        if self.chats[chat_id]["type"] == "channel":
            self._announce("channel_post", message)
            self._copy([message])
        else:
            self._announce(update, message)
        return message

    def edit(self, message: Json, **content: Any) -> None:
        """What was said, said otherwise."""
        message |= {"edit_date": self.now(), **content}
        self._announce("edited_channel_post" if message["chat"]["type"] == "channel" else "edited_message", message)

    def copy_of(self, channel: int, message_id: int) -> Json:
        """The copy of a post in the discussion group."""
        return self.copies[channel, message_id]

    @staticmethod
    def now() -> int:
        return int(time.time())

    def _kept(self, chat_id: int, who: Json | None, content: Mapping[str, Any], on: int = 0) -> Json:
        full = self.chats[chat_id]
        chat = {name: full[name] for name in ("id", "type", "title", "username") if name in full}
        message: Json = {"message_id": next(self._ids[chat_id]), "date": self.now(), "chat": chat}
        if who is None:
            message["sender_chat"] = chat
        else:
            message["from"] = who
        if on:
            answered = self.messages[chat_id][on]
            message["reply_to_message"] = {name: value for name, value in answered.items() if name != "reply_to_message"}
            if chat["type"] == "supergroup":
                message["message_thread_id"] = answered.get("message_thread_id", on)
        message |= content
        self.messages[chat_id][message["message_id"]] = message
        return message

    def _copy(self, posts: list[Json]) -> None:
        """A channel's posts, brought to its discussion group."""
        group = self.chats[posts[0]["chat"]["id"]].get("linked_chat_id")
        for post in posts if group else ():
            kept = {name: post[name] for name in ("text", "caption", "photo", "entities", "media_group_id") if name in post}
            copy = self._kept(group, TELEGRAM, {
                **kept, "sender_chat": post["chat"], "is_automatic_forward": True,
                "forward_origin": {"type": "channel", "date": post["date"], "chat": post["chat"], "message_id": post["message_id"]}})
            self.copies[post["chat"]["id"], post["message_id"]] = copy
            self._announce("message", copy)

    def _announce(self, kind: str, message: Json) -> None:
        for bot in self.bots.values():
            chat = message["chat"]
            there = chat["type"] == "private" or self.members.get((chat["id"], bot["id"]), {}).get("status") in (
                "administrator", "creator", "member")
            if there and message.get("from", {}).get("id") != bot["id"]:
                self.waiting[bot["id"]].append({"update_id": next(self._updates), kind: dict(message)})

    # ------------------------------------------------------------------ the API

    def answer(self, asked: Asked) -> Told:
        """One request."""
        match = re.fullmatch(r"/bot([^/]+)/(\w+)", asked.path)
        if not match or match[2] not in self._methods:
            return Refusal(404, "Not Found").told
        bot, method = self.bots.get(match[1]), match[2]
        if bot is None:
            return Refusal(401, "Unauthorized").told
        try:
            told = self._parameters(asked, method)
            if fault := self.wrong(asked):
                raise Refusal(400, fault)
            self.calls.append((method, told))
            return said({"ok": True, "result": self._methods[method](bot, told)})
        except Refusal as refusal:
            return refusal.told

    def wrong(self, asked: Asked) -> str:
        """What the tables of ``parameters`` have against a request; empty if nothing."""
        method = asked.path.rpartition("/")[2]
        told = {name: one for name, one in self._parameters(asked, method).items() if not name.startswith("file:")}
        return parameters.wrong(told, parameters.METHODS[method])

    def _parameters(self, asked: Asked, method: str) -> Json:
        kind = asked.headers.get("content-type", "")
        if kind.startswith("application/json"):
            return dict(asked.json())
        if not kind.startswith("multipart/form-data"):
            return {}
        whole = BytesParser().parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + asked.body)
        form: dict[str, str | bytes] = {}
        files: Json = {}
        for part in whole.get_payload():
            name, content = str(part.get_param("name", header="content-disposition")), part.get_payload(decode=True)
            if part.get_filename() and method == "sendMediaGroup":
                files[f"file:{name}"] = content
            else:
                form[name] = content if part.get_filename() else content.decode()
        return parameters.read(method, form) | files

    def _webhook(self, bot: Json, told: Json) -> Json:
        return {"url": self.webhook, "has_custom_certificate": False, "pending_update_count": len(self.waiting[bot["id"]])}

    def _chat(self, told: Json) -> Json:
        wanted = told["chat_id"]
        if new := self.moved.get(wanted):
            raise Refusal(400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=new)
        for chat in [self.chats.get(wanted)] if isinstance(wanted, int) else self.chats.values():
            if chat and wanted in (chat["id"], f"@{chat.get('username')}"):
                return chat
        raise Refusal(400, "chat not found")

    def _member(self, bot: Json, told: Json) -> Json:
        chat = self._chat(told)
        own = self.members.get((chat["id"], bot["id"]), {"status": "left"})
        if chat["type"] == "channel" and own["status"] not in ("administrator", "creator"):
            raise Refusal(400, "member list is inaccessible")
        return self.members.get((chat["id"], told["user_id"]), {"status": "left", "user": {"id": told["user_id"]}})

    def _count(self, bot: Json, told: Json) -> int:
        chat = self._chat(told)
        return sum(1 for (where, _), one in self.members.items() if where == chat["id"] and one["status"] != "kicked")

    def _get_updates(self, bot: Json, told: Json) -> list[Json]:
        if self.webhook:
            raise Refusal(409, "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first")
        if self.other_reader:
            raise Refusal(409, "terminated by other getUpdates request; make sure that only one bot instance is running")
        waiting, offset = self.waiting[bot["id"]], told.get("offset", 0)
        while waiting and waiting[0]["update_id"] < offset:
            waiting.popleft()
        wanted = set(told.get("allowed_updates") or ())
        found = (one for one in waiting if not wanted or wanted & one.keys())
        return [one for one, _ in zip(found, range(min(told.get("limit", 100), 100)), strict=False)]

    # ------------------------------------------------------------------ saying

    def _send_message(self, bot: Json, told: Json) -> Json:
        text = told["text"].strip()
        if not text:
            raise Refusal(400, "message text is empty")
        if len(text) > 4096:
            raise Refusal(400, "message is too long")
        return self._sent(bot, told, [{"text": text}])[0]

    def _send_photo(self, bot: Json, told: Json) -> Json:
        return self._sent(bot, told, [self._photo(told["photo"], told.get("caption", ""))])[0]

    def _send_group(self, bot: Json, told: Json) -> list[Json]:
        if not 2 <= len(told["media"]) <= 10:
            raise Refusal(400, "group send failed")
        album = str(next(self._albums))
        return self._sent(bot, told, [
            {**self._photo(told[f"file:{one['media'].removeprefix('attach://')}"], one.get("caption", "")), "media_group_id": album}
            for one in told["media"]])

    def _photo(self, content: bytes | str, caption: str) -> Json:
        if not isinstance(content, bytes) or not content.startswith((b"\x89PNG", b"\xff\xd8", b"RIFF")):
            raise Refusal(400, "IMAGE_PROCESS_FAILED")
        if len(caption.strip()) > 1024:
            raise Refusal(400, "message caption is too long")
        size = {"file_id": "AgACAgQ", "file_unique_id": "AQAD", "width": 8, "height": 8, "file_size": len(content)}
        return {"photo": [size], **({"caption": caption.strip()} if caption.strip() else {})}

    def _sent(self, bot: Json, told: Json, contents: list[Json]) -> list[Json]:
        chat = self._chat(told)
        self._may_speak(bot, chat)
        on = (told.get("reply_parameters") or {}).get("message_id", 0)
        if on and on not in self.messages[chat["id"]]:
            raise Refusal(400, "message to be replied not found")
        sent = [self._kept(chat["id"], None if chat["type"] == "channel" else bot, one, on) for one in contents]
        if chat["type"] == "channel":
            self._copy(sent)
        return sent

    def _may_speak(self, bot: Json, chat: Json) -> None:
        if chat["type"] == "private":
            if why := self.unreachable.get(chat["id"]):
                raise Refusal(403, why)
            return
        place = self.members.get((chat["id"], bot["id"]), {"status": "left"})
        if place["status"] in ("left", "kicked"):
            raise Refusal(403, f"bot {'was kicked from' if place['status'] == 'kicked' else 'is not a member of'} "
                               f"the {chat['type']} chat")
        if chat["type"] == "channel" and not place.get("can_post_messages", place["status"] == "creator"):
            raise Refusal(400, "need administrator rights in the channel chat")

    # ------------------------------------------------------------------ moderating

    def _delete(self, bot: Json, told: Json) -> bool:
        chat = self._chat(told)
        message = self.messages[chat["id"]].get(told["message_id"])
        if message is None:
            raise Refusal(400, "message to delete not found")
        if message["date"] < self.now() - TWO_DAYS:
            raise Refusal(400, "message can't be deleted")
        self._may_speak(bot, chat)
        del self.messages[chat["id"]][told["message_id"]]
        if copy := self.copies.pop((chat["id"], told["message_id"]), None):
            self.messages[copy["chat"]["id"]].pop(copy["message_id"], None)
        return True

    def _ban(self, bot: Json, told: Json) -> bool:
        self._judged(bot, told)["status"] = "kicked"
        return True

    def _unban(self, bot: Json, told: Json) -> bool:
        place = self._judged(bot, told)
        if place["status"] == "kicked" or not (told.get("only_if_banned") or "sender_chat_id" in told):
            place["status"] = "left"  # also a member, if it was not said otherwise
        return True

    def _judged(self, bot: Json, told: Json) -> Json:
        chat, who = self._chat(told), told.get("user_id", told.get("sender_chat_id"))
        if not self.members.get((chat["id"], bot["id"]), {}).get("can_restrict_members"):
            raise Refusal(400, "not enough rights to restrict/unrestrict chat member")
        if "user_id" in told and who not in [one["id"] for one in self.people.values()]:
            raise Refusal(400, "PARTICIPANT_ID_INVALID")
        if self.members.get((chat["id"], who), {}).get("status") == "administrator":
            raise Refusal(400, "user is an administrator of the chat")
        return self.members.setdefault((chat["id"], who), {"status": "left", "user": {"id": who}})
