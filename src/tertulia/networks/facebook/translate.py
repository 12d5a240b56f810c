"""Graph's JSON of Pages ↔ our values. Pure: no calls, no clock."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from tertulia.networks import graph
from tertulia.networks.contract import (
    Attachment,
    Author,
    Draft,
    Item,
    Limits,
    Metrics,
    ProfileCard,
    Receipt,
    Ref,
)
from tertulia.networks.fitting import must_fit

Json = Mapping[str, Any]
What = Literal["post", "comment", "direct"]

ATTACHMENTS = "attachments{media_type,url,unshimmed_url,media,target,subattachments}"
FIELDS: Mapping[What, str] = {
    "post": f"id,message,story,created_time,permalink_url,from,{ATTACHMENTS}",
    "comment": "id,message,created_time,permalink_url,from,is_hidden,parent{id},object{id},attachment{type,url,media,target}",
    "direct": "id,message,created_time,from,to,attachments{image_data,video_data,file_url,mime_type}",
}
COUNTS = "id,shares,reactions.limit(0).summary(total_count),comments.filter(stream).limit(0).summary(total_count)"
CARD = "id,name,username,about,description,link,picture{url},followers_count"

COMMENT_CHARACTERS = 8000
MESSAGE_CHARACTERS = 2000
_KINDS: Mapping[str, Literal["image", "video", "audio", "link"]] = {
    "photo": "image", "image": "image", "sticker": "image", "video": "video", "audio": "audio", "link": "link", "share": "link"}
_LINK = re.compile(r"https?://[^\s<>\"«»]+", re.IGNORECASE)
_TRAILING = ".,;:!?'’”\"…)]"


def clean(text: str) -> str:
    """NFC, without the control characters that a database or a page would choke on."""
    kept = "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept)


def count(text: str) -> int:
    """Code points, once composed."""
    return len(unicodedata.normalize("NFC", text))


def same_words(one: str, other: str) -> bool:
    """Whether two honest copies of a text agree: Facebook trims lines and joins spaces."""
    return clean(one).split() == clean(other).split()


def link_of(text: str) -> str | None:
    """The first address of a text, for Facebook to show its card; None if it has none."""
    match = _LINK.search(text)
    return match[0].rstrip(_TRAILING) if match else None


def what(ref: Ref, page: str) -> What:
    """Whether a reference is to a post, a comment or a private message."""
    kind = ref.extra.get("kind")
    if kind in ("post", "comment", "direct"):
        return kind  # type: ignore[no-any-return]
    if ref.external_id.startswith(("m_", "t_")):
        return "direct"
    return "post" if ref.external_id.startswith(f"{page}_") else "comment"


def address(name: str) -> str:
    """Facebook sends on whoever opens the id of a post or a comment."""
    return f"https://www.facebook.com/{name}"


# --------------------------------------------------------------------------- what was said

def author(told: Json | None, of: str) -> Author:
    """``of``: the thing they said; who hides themselves from us is a stranger of that thing alone."""
    if not told or not told.get("id"):
        return Author(external_id=f"hidden:{of}", handle="")
    name = clean(str(told.get("name") or ""))
    return Author(external_id=str(told["id"]), handle=str(told.get("username") or name), name=name)


def item(thing: Json, kind: What, page: str, root: str = "", alts: Mapping[str, str] | None = None) -> Item:
    """A post, comment or private message. ``root``: the post a comment hangs from, or the conversation; ``alts``: see ``attachments``."""
    name = graph.identity(thing)
    ours = str((thing.get("from") or {}).get("id") or "") == page
    parent = ""
    if kind == "comment":
        root = root or str((thing.get("object") or {}).get("id") or "")
        parent = str((thing.get("parent") or {}).get("id") or root)
    told: Literal["comment", "mention", "direct", "post"] = kind if kind != "post" or ours else "mention"
    return Item(
        external_id=name, kind=told, author=author(thing.get("from"), name),
        text=clean(str(thing.get("message") or ("" if kind == "direct" else thing.get("story")) or "")),
        created_at=graph.moment(thing["created_time"]),
        url=str(thing.get("permalink_url") or ("" if kind == "direct" else address(name))),
        parent_id=parent, root_id=root or name, attachments=tuple(attachments(thing, alts)), ours=ours,
        extra={"kind": kind, "root": root or name}, hidden=thing.get("is_hidden"))


def parts(thing: Json) -> Iterator[Json]:
    """What hangs from a post or a comment, an album taken apart."""
    told = thing.get("attachments") or {}
    for one in [thing["attachment"]] if thing.get("attachment") else told.get("data") or ():
        inside = (one.get("subattachments") or {}).get("data")
        yield from inside or (one,)


def photos(thing: Json) -> list[str]:
    """The ids of a post's photos."""
    return [str((one.get("target") or {}).get("id") or "") for one in parts(thing) if _kind(one) == "image"]


def attachments(thing: Json, alts: Mapping[str, str] | None) -> Iterator[Attachment]:
    """``alts``: the alternative texts by the id of the photo, which only the photo itself tells; None: nobody asked."""
    for one in parts(thing):
        media, image = one.get("media") or {}, one.get("image_data") or one.get("video_data") or {}
        shown = str((media.get("image") or {}).get("src") or image.get("preview_url") or "")
        kind = _kind(one)
        url = image.get("url") or one.get("file_url") or (shown if kind == "image" else media.get("source"))
        url = str(url or one.get("unshimmed_url") or one.get("url") or "")
        if url:
            target = str((one.get("target") or {}).get("id") or "")
            alt = "" if alts is None or kind != "image" else alts.get(target)
            yield Attachment(url=url, kind=kind, alt=clean(alt) if alt else alt, preview_url=shown)


def _kind(one: Json) -> Literal["image", "video", "audio", "link", "other"]:
    if one.get("image_data") or one.get("video_data"):
        return "image" if one.get("image_data") else "video"
    told = str(one.get("media_type") or one.get("type") or one.get("mime_type") or "")
    return _KINDS.get(told.partition("/")[0].partition("_")[0].lower(), "other")


# --------------------------------------------------------------------------- what we say

def check(draft: Draft, limits: Limits) -> None:
    """``Refused`` for what the server would refuse, with a code that does not hang on its words."""
    characters, pictures = limits.characters, limits.pictures
    if draft.to:
        characters, pictures = MESSAGE_CHARACTERS, 0
    elif draft.reply_to:
        characters, pictures = COMMENT_CHARACTERS, 1
    must_fit(draft, limits, count(draft.text), characters, pictures)


def receipt(name: str, kind: What, root: str = "", **evidence: Any) -> Receipt:
    """``name``: the id of what was made. ``root``: see ``item``."""
    url = "" if kind == "direct" else address(name)
    return Receipt(Ref(name, url, {"kind": kind, "root": root or name}), evidence={"id": name, **evidence})


# --------------------------------------------------------------------------- figures, profile, permissions

def metrics(post: Json) -> Metrics:
    """Views are told apart, by metrics that Meta renames: not asked for."""
    return Metrics(likes=_total(post, "reactions"), replies=_total(post, "comments"),
                   shares=int((post.get("shares") or {}).get("count") or 0))


def _total(post: Json, edge: str) -> int | None:
    total = ((post.get(edge) or {}).get("summary") or {}).get("total_count")
    return int(total) if total is not None else None


def card(page: Json) -> ProfileCard:
    return ProfileCard(
        name=clean(str(page["name"])), bio=clean(str(page.get("about") or page.get("description") or "")),
        url=str(page.get("link") or address(graph.identity(page))), avatar_url=avatar(page), followers=page.get("followers_count"))


def avatar(page: Json) -> str:
    return str(((page.get("picture") or {}).get("data") or {}).get("url") or "")


def granted(token: Json, page: str, all_of_them: Sequence[str]) -> frozenset[str]:
    """The scopes of a token for ``page``, out of ``debug_token``; one given for other pages alone is not given here."""
    elsewhere = {one["scope"] for one in token.get("granular_scopes") or ()
                 if one.get("target_ids") and page not in map(str, one["target_ids"])}
    scopes = token.get("scopes")
    return frozenset(all_of_them if scopes is None else scopes) - elsewhere


def page_named(told: str) -> str:
    """The id or the name out of what a person writes: a number, a name, an address.

    Pages without a name have addresses with their number: ``profile.php?id=615…``, ``/p/Panaderia-615…/``, ``/people/Ana/615…``.
    """
    where = urlsplit(told.strip())
    if number := dict(parse_qsl(where.query)).get("id", ""):
        return number
    parts = [part for part in where.path.split("/") if part]
    name = parts[-1] if parts else ""
    if parts[-2:-1] in (["p"], ["pages"]) and (match := re.search(r"-(\d{6,})$", name)):
        return match[1]
    return name.removeprefix("@")
