"""Their JSON into our values; pure. Views are ``app.bsky.feed.defs#postView`` or alike, records ``app.bsky.feed.post``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from tertulia.networks.contract import Account, Attachment, Author, Item, Metrics, ProfileCard

SITE = "https://bsky.app"
POST = "app.bsky.feed.post"


@dataclass(frozen=True, slots=True)
class Uri:
    """``at://did/collection/rkey``."""

    did: str
    collection: str
    rkey: str

    @classmethod
    def parse(cls, text: str) -> Uri:
        """``ValueError`` if it does not name a record."""
        scheme, _, rest = text.partition("://")
        parts = rest.split("/")
        if scheme != "at" or len(parts) != 3 or not all(parts):
            raise ValueError(f"{text!r} names no record")
        return cls(*parts)


def owner(uri: str) -> str:
    """Whose record it is; nothing if ``uri`` names none."""
    try:
        return Uri.parse(uri).did
    except ValueError:
        return ""


def web_address(uri: str, handle: str = "") -> str:
    """The page of a post for people; ``https`` under the vendor's site, which shows every server's posts."""
    try:
        parts = Uri.parse(uri)
    except ValueError:
        return ""
    return f"{SITE}/profile/{_name_in_addresses(parts.did, handle)}/post/{parts.rkey}"


def _name_in_addresses(did: str, handle: str) -> str:
    return handle if handle and handle != "handle.invalid" else did


def author(view: Mapping[str, Any]) -> Author:
    """A profile in any of its views."""
    did, handle = _text(view, "did"), _text(view, "handle")
    created = _text(view, "createdAt")
    followers = view.get("followersCount")
    return Author(
        external_id=did, handle=handle, name=_clean(_text(view, "displayName")), avatar_url=_text(view, "avatar"),
        url=f"{SITE}/profile/{_name_in_addresses(did, handle)}",
        followers=followers if isinstance(followers, int) else None, created_at=_moment(created))


def item(view: Mapping[str, Any], did: str, reason: str = "") -> Item:
    """A post as something said to the account ``did``. ``reason``: why it was notified, if it was."""
    uri, record, who = view["uri"], _object(view, "record"), _object(view, "author")
    reply = _object(record, "reply")
    parent, root = _object(reply, "parent"), _object(reply, "root")
    languages = record.get("langs")
    quoted = _quoted(record)
    return Item(
        external_id=uri, kind=_kind(uri, record, did, reason), author=author(who), text=_clean(_text(record, "text")),
        created_at=said_at(view), url=web_address(uri, _text(who, "handle")),
        parent_id=_text(parent, "uri"), root_id=_text(root, "uri") or uri,
        attachments=tuple(_attachments(_object(view, "embed"))),
        ours=owner(uri) == did, language=str(languages[0]) if isinstance(languages, list) and languages else "",
        extra={"cid": view["cid"], "root_uri": _text(root, "uri") or uri, "root_cid": _text(root, "cid") or view["cid"],
               **({"quotes": quoted} if quoted else {})})


def said_at(view: Mapping[str, Any]) -> datetime:
    """When it was said. A record may claim any moment, so none later than when the network first saw it is believed."""
    seen = _moment(_text(view, "indexedAt"))
    claimed = _moment(_text(_object(view, "record"), "createdAt"))
    if seen and claimed:
        return min(seen, claimed)
    return seen or claimed or datetime(1970, 1, 1, tzinfo=UTC)


def strong_root(view: Mapping[str, Any]) -> dict[str, str]:
    """The root that a reply to ``view`` must name: that of its own thread, or itself."""
    root = _object(_object(_object(view, "record"), "reply"), "root")
    return {"uri": _text(root, "uri") or view["uri"], "cid": _text(root, "cid") or view["cid"]}


def own_view(account: Account, found: Mapping[str, Any]) -> dict[str, Any]:
    """A post of ours, as ``getRecord`` gives it, in the shape the AppView will give it when it has seen it."""
    record = found["value"]
    images = _object(record, "embed").get("images") or []
    where = f"{account.base_url}/xrpc/com.atproto.sync.getBlob?did={account.external_id}&cid="
    return {
        "uri": found["uri"], "cid": found["cid"], "record": record, "indexedAt": _text(record, "createdAt"),
        "author": {"did": account.external_id, "handle": account.handle, "displayName": account.name,
                   "avatar": account.avatar_url},
        "embed": {"images": [{"fullsize": where + image["image"]["ref"]["$link"], "alt": image["alt"]} for image in images]},
    }


def metrics(view: Mapping[str, Any]) -> Metrics:
    """The counts of a post. A quotation is a share; views are not published."""
    counts = {name: value for name in ("likeCount", "repostCount", "quoteCount", "replyCount")
              if isinstance(value := view.get(name), int)}
    shares = [counts[name] for name in ("repostCount", "quoteCount") if name in counts]
    return Metrics(likes=counts.get("likeCount"), shares=sum(shares) if shares else None, replies=counts.get("replyCount"))


def card(view: Mapping[str, Any]) -> ProfileCard:
    """A profile as people see it; an account without a name goes by its handle."""
    one = author(view)
    return ProfileCard(name=one.name or one.handle, bio=_clean(_text(view, "description")), url=one.url,
                       avatar_url=one.avatar_url, followers=one.followers)


def _kind(uri: str, record: Mapping[str, Any], did: str, reason: str) -> Literal["comment", "mention", "post"]:
    reply = _object(record, "reply")
    above = {owner(_text(_object(reply, name), "uri")) for name in ("parent", "root")}
    ours = owner(uri) == did
    if did in above or reason == "reply" or (reply and ours):
        return "comment"
    if not ours and (reason in ("mention", "quote") or did in _mentioned(record) or owner(_quoted(record)) == did):
        return "mention"
    return "post"


def _mentioned(record: Mapping[str, Any]) -> Iterator[str]:
    for facet in _objects(record, "facets"):
        for feature in _objects(facet, "features"):
            yield _text(feature, "did")


def _quoted(record: Mapping[str, Any]) -> str:
    """The post that a record quotes, with a picture beside it or without."""
    within = _object(_object(record, "embed"), "record")
    return _text(within, "uri") or _text(_object(within, "record"), "uri")


def _attachments(embed: Mapping[str, Any]) -> Iterator[Attachment]:
    """What hangs from a post: the view of its embed, one of images, gallery, video, link, quotation or two of them."""
    for image in (*_objects(embed, "images"), *_objects(embed, "items")):
        small = _text(image, "thumb") or _text(image, "thumbnail")
        yield Attachment(_text(image, "fullsize"), "image", _clean(_text(image, "alt")), small)
    if playlist := _text(embed, "playlist"):
        yield Attachment(playlist, "video", _clean(_text(embed, "alt")), _text(embed, "thumbnail"))
    if uri := _text(external := _object(embed, "external"), "uri"):
        yield Attachment(uri, "link", _clean(_text(external, "title")), _text(external, "thumb"))
    if media := _object(embed, "media"):
        yield from _attachments(media)


def _clean(text: str) -> str:
    """As it was written, in NFC, without the NUL that no database takes nor halves of characters that nobody can."""
    return unicodedata.normalize("NFC", text.replace("\0", "").encode("utf-8", "replace").decode("utf-8"))


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # years 0 and 9999 with an offset have been seen in records
        return None


def _text(of: Mapping[str, Any], name: str) -> str:
    value = of.get(name)
    return value if isinstance(value, str) else ""


def _object(of: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}


def _objects(of: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    value = of.get(name)
    yield from (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))
