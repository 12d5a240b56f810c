"""Instagram's JSON ↔ our values. Pure: no calls, no clock."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any, Literal

from tertulia.networks.contract import (
    Attachment,
    Author,
    Draft,
    Item,
    Limits,
    Metrics,
    Picture,
    ProfileCard,
    Receipt,
    Ref,
    Refused,
)
from tertulia.networks.graph import identity, moment

Json = Mapping[str, Any]

ME = "user_id,username,name,profile_picture_url,followers_count,biography,website,account_type"
MEDIA = ("id,caption,media_type,media_url,thumbnail_url,permalink,timestamp,username,alt_text,comments_count,like_count,"
         "children{media_type,media_url,thumbnail_url,alt_text}")
COMMENT = "id,text,timestamp,username,from,parent_id,hidden,like_count,media{id,permalink}"
MESSAGE = "id,created_time,from,to,message,attachments"

MESSAGE_BYTES = 1000
_NARROWEST, _WIDEST = 4 / 5, 1.91
_ROUNDING = 0.01  # a picture of 1080 × 1351 is still 4:5 for them


def count(text: str) -> int:
    """Characters as Unicode counts them: no vendor's text says how captions are measured."""
    return len(unicodedata.normalize("NFC", text))


def same(one: str, other: str) -> bool:
    """Whether two texts are the same once what servers do to blanks is set aside."""
    return _even(one) == _even(other)


def _even(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


# --------------------------------------------------------------------------- what is published


def check_post(draft: Draft, limits: Limits) -> None:
    """``Refused`` for what Instagram would refuse, before anything is sent."""
    if not draft.pictures:
        raise Refused("empty", "Instagram no publica solo texto: hace falta al menos una imagen.")
    check_text(draft.text, limits)
    if len(draft.pictures) > limits.pictures:
        raise Refused("too_many_media", f"{len(draft.pictures)} > {limits.pictures}")
    for picture in draft.pictures:
        _check_picture(picture, limits)


def check_text(text: str, limits: Limits) -> None:
    """``Refused`` for a text that is too long."""
    if (length := count(text)) > limits.characters:
        raise Refused("too_long", f"{length} > {limits.characters}")


def _check_picture(picture: Picture, limits: Limits) -> None:
    if picture.mime not in limits.picture_types:
        raise Refused("bad_media", f"A Instagram hay que dárselas en JPEG, y esta no se ha podido convertir: {picture.mime}.")
    if len(picture.content) > limits.picture_bytes:
        raise Refused("bad_media", f"{len(picture.content)} > {limits.picture_bytes} bytes")
    if picture.width and picture.height and not (
            _NARROWEST - _ROUNDING <= picture.width / picture.height <= _WIDEST + _ROUNDING):
        raise Refused("bad_media", f"Instagram admite proporciones entre 4:5 y 1,91:1, no {picture.width} × {picture.height}.")
    if not picture.url.startswith(("https://", "http://")):
        raise Refused("bad_media", "Instagram descarga cada imagen de una dirección pública: esta instalación no tiene ninguna.")


# --------------------------------------------------------------------------- what is read


def author(person: Json, username: str = "") -> Author:
    """Out of ``{id, username}``. Who is known only by a name (whoever tags us) is told by it, as ``@name``."""
    name = str(person.get("username") or username)
    return Author(external_id=str(person.get("id") or f"@{name}"), handle=name, name=name,
                  url=f"https://www.instagram.com/{name}/" if name else "")


def card(me: Json) -> ProfileCard:
    """Out of the account's own fields."""
    return ProfileCard(name=str(me.get("name") or me["username"]), bio=str(me.get("biography") or ""),
                       url=f"https://www.instagram.com/{me['username']}/", avatar_url=str(me.get("profile_picture_url") or ""),
                       followers=me.get("followers_count"))


def attachments(media: Json) -> tuple[Attachment, ...]:
    """The pictures and videos of a post; of an album, its children: no page says that they tell their alternative text."""
    inside = (media.get("children") or {}).get("data")
    unsaid = None if inside else ""
    return tuple(
        Attachment(str(one.get("media_url") or one.get("thumbnail_url")), "video" if one.get("media_type") == "VIDEO" else "image",
                   str(one["alt_text"]) if one.get("alt_text") else unsaid, str(one.get("thumbnail_url") or ""))
        for one in inside or [media] if one.get("media_url") or one.get("thumbnail_url"))


def post(media: Json, own: Author) -> Item:
    """A post: ours, or one where somebody tagged us (a mention)."""
    username = str(media.get("username") or own.handle)
    ours = username == own.handle
    kind: Literal["post", "mention"] = "post" if ours else "mention"
    return Item(
        external_id=identity(media), kind=kind, author=own if ours else author({}, username),
        text=str(media.get("caption") or ""), created_at=moment(media["timestamp"]), url=str(media.get("permalink") or ""),
        root_id=identity(media), attachments=attachments(media), ours=ours, extra={"kind": kind})


def comment(told: Json, own: Author, media: Json | None = None, parent: str = "") -> Item:
    """A comment on ``media`` (its id and permalink), or a reply to the comment ``parent``."""
    about = media or told.get("media") or {}
    above = parent or str(told.get("parent_id") or "")
    by = told.get("from") or {}
    username = str(by.get("username") or told.get("username") or "")
    ours = username == own.handle or str(by.get("id") or "") == own.external_id
    name, root = identity(told), str(about.get("id") or "")
    return Item(
        external_id=name, kind="comment", author=own if ours else author(by, username), text=str(told.get("text") or ""),
        created_at=moment(told["timestamp"]), url=str(about.get("permalink") or ""), parent_id=above or root,
        root_id=root or above or name, ours=ours, extra={"kind": "comment", "thread": above or name, "media": root},
        hidden=told.get("hidden"))


def direct(told: Json, own: Author, talk: str) -> Item:
    """A private message of the conversation ``talk``."""
    by = told["from"]
    ours = str(by.get("id") or "") == own.external_id or by.get("username") == own.handle
    people = [by] if not ours else (told.get("to") or {}).get("data") or []
    seen = ((told.get("attachments") or {}).get("data")) or []
    pictures = [str((one.get("image_data") or one.get("video_data") or {}).get("url") or one.get("file_url") or "") for one in seen]
    return Item(
        external_id=identity(told), kind="direct", author=own if ours else author(by), text=str(told.get("message") or ""),
        created_at=moment(told["created_time"]), root_id=talk, parent_id="", ours=ours,
        attachments=tuple(Attachment(url, "other") for url in pictures if url),
        extra={"kind": "direct", "person": str(people[0].get("id") or "") if people else ""})


def receipt(media: Json, **evidence: Any) -> Receipt:
    """Of a post that is there."""
    name = identity(media)
    return Receipt(Ref(name, str(media.get("permalink") or ""), {"kind": "post"}),
                   moment(media["timestamp"]) if media.get("timestamp") else None, {"id": name, **evidence})


def metrics(media: Json, told: Mapping[str, int]) -> Metrics:
    """Counts of a post; ``told``: what its insights say, by name."""
    return Metrics(likes=media.get("like_count"), replies=media.get("comments_count"), shares=told.get("shares"),
                   views=told.get("views"))


def insights(page: list[Any]) -> dict[str, int]:
    """The last value of each metric."""
    found = {}
    for one in page:
        values = one.get("values") or []
        value = values[-1].get("value") if values else (one.get("total_value") or {}).get("value")
        if isinstance(value, int):
            found[str(one["name"])] = value
    return found
