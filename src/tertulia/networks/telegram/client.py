"""Telegram: the verbs.

Nothing here can be looked for or done twice under one name: an answer that is lost is for a person to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx

from tertulia.kit import clock
from tertulia.networks import manifest_file
from tertulia.networks.contract import (
    Account,
    Author,
    Batch,
    Draft,
    Gone,
    Key,
    Limits,
    Manifest,
    ProfileCard,
    Receipt,
    Reconnect,
    Ref,
    Refused,
    Unsure,
)
from tertulia.networks.telegram import bot, collecting, connecting, text, translate

PAGE = 100                       # the most updates that are given at once
RENUMBERED = timedelta(days=6)   # after a week of silence the next update has any number


class Telegram:
    """One channel, by one bot."""

    manifest: ClassVar[Manifest] = manifest_file.read(Path(__file__).with_name("manifest.toml"))
    repeatable: ClassVar[bool] = False

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.account = account
        self._channel, self._group = account.settings["channel_id"], account.settings["group_id"]
        self._bot = bot.Bot(http, account.base_url, str(account.secrets["token"]))

    @staticmethod
    def count(text_: str) -> int:
        return text.count(text_)

    @staticmethod
    def limits(account: Account | None) -> Limits:
        return Telegram.manifest.limits

    @classmethod
    def connect(cls, answers: Mapping[str, str], http: httpx.Client) -> Account:
        return connecting.by_token(answers, http, cls.manifest.name)

    # ------------------------------------------------------------------ saying

    def publish(self, draft: Draft, key: Key) -> Receipt:
        """A post in the channel, or an answer where what it answers is."""
        return self._say(translate.place_of(draft.reply_to.external_id)[0] if draft.reply_to else self._channel, draft)

    def message(self, draft: Draft, key: Key) -> Receipt:
        """To somebody who wrote to the bot first; ``Refused`` if they did not, or blocked it."""
        if draft.to is None:
            raise Refused("bad_reference", "a message without addressee")
        return self._say(_number(draft.to.external_id), draft)

    def _say(self, chat: int, draft: Draft) -> Receipt:
        translate.check(draft, self.limits(self.account))
        how: dict[str, Any] = {"chat_id": chat}
        if draft.reply_to:
            where, number = translate.place_of(draft.reply_to.external_id)
            if where == chat:
                how["reply_parameters"] = {"message_id": number}
        try:
            told = self._sent(draft, how)
        except Refused as no:
            if no.reason == "forbidden" and chat == self._channel:
                raise Reconnect("missing_scope", no.detail, no.evidence) from no
            raise
        try:
            return translate.receipt(told if isinstance(told, list) else [told])
        except (KeyError, TypeError, ValueError, IndexError, OverflowError, AttributeError) as error:
            raise Unsure("not_json", f"no message in the answer: {type(error).__name__}") from error

    def _sent(self, draft: Draft, how: Mapping[str, Any]) -> Any:
        if not draft.pictures:
            return self._bot.call("sendMessage", {**how, "text": draft.text}, creates=True)
        files = {f"p{number}": (f"{number}.{one.mime.rpartition('/')[2]}", one.content, one.mime)
                 for number, one in enumerate(draft.pictures)}
        said = {"caption": draft.text} if draft.text.strip() else {}
        if len(files) == 1:
            return self._bot.call("sendPhoto", {**how, **said}, creates=True, files={"photo": files["p0"]})
        media = [{"type": "photo", "media": f"attach://{name}"} for name in files]
        media[0] |= said  # the words of the first are those of the album
        return self._bot.call("sendMediaGroup", {**how, "media": media}, creates=True, files=files)

    @bot.understood()
    def delete(self, ref: Ref) -> Receipt:
        """All the messages of an album. ``Refused`` after 48 hours."""
        chat, number = translate.place_of(ref.external_id)
        gone = 0
        for one in ref.extra.get("messages") or [number]:
            try:
                self._bot.call("deleteMessage", {"chat_id": chat, "message_id": int(one)})
            except Gone:
                gone += 1
        return Receipt(ref, evidence={"already": True} if gone else {})

    # ------------------------------------------------------------------ hearing

    @bot.understood()
    def collect(self, cursor: Mapping[str, Any]) -> Batch:
        """What people say in the discussion group and to the bot, and what is posted in the channel."""
        asked: dict[str, Any] = {"limit": PAGE, "timeout": 0, "allowed_updates": list(collecting.UPDATES)}
        if "offset" in cursor and clock.now() - translate.moment(cursor["at"]) < RENUMBERED:
            asked["offset"] = cursor["offset"]  # else all that is waiting is new: what came before was confirmed long ago
        updates = bot.listed(self._bot.call("getUpdates", asked))
        now = int(clock.now().timestamp())
        return collecting.batch(updates, cursor, self.account.settings, now=now, full=len(updates) >= PAGE)

    def still_there(self, external_ids: Sequence[str]) -> frozenset[str]:
        """All of them: Telegram tells a bot of no deletion, and lets it ask for no message."""
        return frozenset(external_ids)

    # ------------------------------------------------------------------ people and profile

    def block(self, author: Author) -> Receipt:
        """Out of the discussion group for good; Telegram deletes there what they wrote."""
        return self._judge(author, "banChatMember", "banChatSenderChat")

    def unblock(self, author: Author) -> Receipt:
        """They may come back; whoever is not blocked stays in."""
        return self._judge(author, "unbanChatMember", "unbanChatSenderChat", only_if_banned=True)

    @bot.understood()
    def _judge(self, author: Author, of_person: str, of_chat: str, **how: bool) -> Receipt:
        if not self._group:
            raise Refused("unsupported", "the channel has no discussion group")
        number = _number(author.external_id)
        if number < 0:  # who speaks in the name of a channel
            self._bot.call(of_chat, {"chat_id": self._group, "sender_chat_id": number})
        else:
            self._bot.call(of_person, {"chat_id": self._group, "user_id": number, **how})
        return Receipt(Ref(author.external_id, author.url))

    @bot.understood()
    def profile(self) -> ProfileCard:
        chat = self._bot.call("getChat", {"chat_id": self._channel})
        return translate.card(chat, self._bot.call("getChatMemberCount", {"chat_id": self._channel}))


def _number(external_id: str) -> int:
    try:
        return int(external_id)
    except ValueError as error:
        raise Refused("bad_reference", external_id[:100]) from error
