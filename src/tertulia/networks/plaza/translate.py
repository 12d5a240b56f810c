"""The plaza's JSON ↔ our values. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from tertulia.networks.contract import (
    Account,
    Attachment,
    Author,
    Batch,
    Draft,
    Item,
    Key,
    Limits,
    Metrics,
    ProfileCard,
    Receipt,
    Ref,
    Vanished,
)

Json = Mapping[str, Any]
_TOLD = ("comment", "mention", "direct")


def account(me: Json, base_url: str, token: str) -> Account:
    """Whose token it is, as a channel keeps it."""
    return Account(
        network="plaza", external_id=me["id"], handle=me["handle"], name=me["name"], url=me["url"],
        avatar_url=me["avatar_url"], base_url=base_url, settings={"limits": dict(me["limits"])},
        secrets={"token": token})


def limits(told: Json) -> Limits:
    """What the plaza says it takes."""
    return Limits(
        characters=int(told["characters"]), pictures=int(told["pictures"]), picture_bytes=int(told["picture_bytes"]),
        picture_types=tuple(told["picture_types"]), alt_characters=int(told["alt_characters"]))


def author(one: Json) -> Author:
    """An account of the plaza."""
    return Author(external_id=one["id"], handle=one["handle"], name=one["name"], url=one["url"],
                  avatar_url=one["avatar_url"], created_at=_moment(one["created_at"]))


def item(said: Json, me: str, kind: str = "") -> Item:
    """Something said. ``me``: id of our account; ``kind``: what the notice called it, if one brought it."""
    ours = said["author"]["id"] == me
    return Item(
        external_id=said["id"], kind=_kind(said, ours, kind), author=author(said["author"]), text=said["text"],
        created_at=_moment(said["created_at"]), url=said["url"], parent_id=said["parent"], root_id=said["root"],
        attachments=tuple(Attachment(one["url"], "image", one["alt"]) for one in said["pictures"]), ours=ours,
        language=said["language"], hidden=said.get("hidden"))


def _kind(said: Json, ours: bool, told: str) -> Literal["comment", "mention", "direct", "post"]:
    if said["visibility"] == "direct":
        return "direct"
    if told == "mention":
        return "mention"
    if said["parent"]:
        return "comment"
    return "post" if ours or told == "" else "mention"


def batch(page: Json, me: str, after: str) -> Batch:
    """One page of notices; likes are no talk and only move the cursor."""
    items: dict[str, Item] = {}
    vanished: dict[str, Vanished] = {}
    for notice in page["notices"]:
        said = notice["utterance"]
        if notice["kind"] in _TOLD and said is not None:
            items[said["id"]] = item(said, me, notice["kind"])
        elif notice["kind"] != "like":  # deleted, then or since
            vanished[notice["utterance_id"]] = Vanished(notice["utterance_id"], _moment(notice["at"]))
    last = page["notices"][-1]["id"] if page["notices"] else after
    return Batch(tuple(items.values()), tuple(vanished.values()), {"after": last}, bool(page["more"]))


def saying(draft: Draft, key: Key, pictures: list[dict[str, str]]) -> dict[str, Any]:
    """What is sent to say it."""
    return {
        "text": draft.text, "language": draft.language, "key": key.value, "pictures": pictures,
        "parent": draft.reply_to.external_id if draft.reply_to else "", "to": draft.to.external_id if draft.to else ""}


def same(said: Json, text: str, draft: Draft) -> bool:
    """Whether it is what ``draft`` would have made, and nobody's key claims it. ``text``: the draft's, in NFC."""
    to = said["to"]["id"] if said["to"] else ""
    return (not said["key"] and said["text"] == text
            and said["parent"] == (draft.reply_to.external_id if draft.reply_to else "")
            and (not draft.to or to == draft.to.external_id)
            and [one["alt"] for one in said["pictures"]] == [one.alt for one in draft.pictures])


def receipt(said: Json) -> Receipt:
    """Proof that it is there."""
    return Receipt(Ref(said["id"], said["url"]), _moment(said["created_at"]), {"key": said["key"]})


def metrics(said: Json) -> Metrics:
    """Its counts."""
    told = said["metrics"]
    return Metrics(likes=told["likes"], replies=told["replies"], views=told["views"])


def card(me: Json) -> ProfileCard:
    """How the account presents itself."""
    return ProfileCard(name=me["name"], bio=me["bio"], url=me["website"], avatar_url=me["avatar_url"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
