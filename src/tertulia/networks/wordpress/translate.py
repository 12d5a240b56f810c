"""WordPress's JSON ↔ our values. Pure: no calls, no clock.

Posts and comments have each their own numbers: an id of ours says which (``post-4``, ``comment-12``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from tertulia.networks.contract import (
    Account,
    Attachment,
    Author,
    Draft,
    Item,
    Limits,
    ProfileCard,
    Receipt,
    Ref,
    Refused,
)
from tertulia.networks.fitting import must_fit
from tertulia.networks.wordpress import text as texts

Json = Mapping[str, Any]
Thing = Literal["post", "comment"]

COMMENT_BYTES = 65_525  # of the column that holds a comment's HTML
#: What the comments endpoint gives that somebody said; notices of other blogs that link to ours are mentions.
_KINDS: Mapping[str, Literal["comment", "mention"]] = {"comment": "comment", "pingback": "mention", "trackback": "mention"}
_AWAY = frozenset(("trash", "spam", "post-trashed"))


def name(thing: Thing, number: Any) -> str:
    """Our id of a post or a comment."""
    return f"{thing}-{int(number)}"


def numbered(external_id: str) -> tuple[Thing, int]:
    """What ``name`` made; ``Refused`` if it did not."""
    thing, _, number = external_id.partition("-")
    if number.isascii() and number.isdigit():
        if thing == "post":
            return "post", int(number)
        if thing == "comment":
            return "comment", int(number)
    raise Refused("bad_reference", external_id)


def moment(value: Any) -> datetime:
    """A ``*_gmt`` date, in UTC."""
    told = datetime.fromisoformat(value)
    return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)


def written(field: Json) -> str:
    """A field's HTML as it was written, else as it is shown."""
    return str(field["raw"] if "raw" in field else field["rendered"])


def is_away(thing: Json) -> bool:
    """In the bin, or taken for spam."""
    return thing["status"] in _AWAY


# --------------------------------------------------------------------------- what arrives

def commenter(comment: Json) -> Author:
    """A user of the site, or a guest, who is the same while their address is; the address itself is not kept."""
    if number := int(comment["author"]):
        external_id = f"user-{number}"
    else:
        told = comment.get("author_email") or f"{comment['author_name']} {comment['author_url']}"
        external_id = "guest-" + hashlib.sha256(told.strip().lower().encode()).hexdigest()[:20]
    shown = texts.read(comment["author_name"]).text
    return Author(external_id=external_id, handle=shown, name=shown, url=_web(comment["author_url"]), avatar_url=_largest(comment))


def _web(address: Any) -> str:
    return address if isinstance(address, str) and address.startswith(("http://", "https://")) else ""


def _largest(holder: Json) -> str:
    sizes = holder.get("author_avatar_urls") or holder.get("avatar_urls") or {}
    return str(sizes[max(sizes, key=int)]) if isinstance(sizes, dict) and sizes else ""


def is_said(comment: Json) -> bool:
    """Whether somebody said it to us: a comment or another blog's link, not what other programs keep there."""
    return comment["type"] in _KINDS


def comment_item(comment: Json, own_id: int) -> Item:
    """A comment or a pingback as an item."""
    post = name("post", comment["post"])
    return Item(
        external_id=name("comment", comment["id"]), kind=_KINDS[comment["type"]], author=commenter(comment),
        text=texts.read(written(comment["content"])).text, created_at=moment(comment["date_gmt"]), url=str(comment["link"]),
        parent_id=name("comment", comment["parent"]) if int(comment["parent"]) else post, root_id=post,
        ours=int(comment["author"]) == own_id, extra={"post": int(comment["post"])},
        hidden=comment["status"] != "approved" if "status" in comment else None)


def post_item(post: Json, own: Author, own_id: int) -> Item:
    """A post (or a page) as an item. ``own``: the account; other authors of the site are only their number."""
    body, number = texts.read(written(post["content"])), int(post["author"])
    heading, ours = texts.read(written(post["title"])).text, number == own_id
    if not body.text and body.pictures and heading == body.pictures[0][1]:
        heading = ""  # see ``title``: nobody wrote it
    return Item(
        external_id=name("post", post["id"]), kind="post", author=own if ours else Author(f"user-{number}", f"user-{number}"),
        text=texts.joined(heading, body.text), created_at=moment(post["date_gmt"]),
        url=str(post["link"]), root_id=name("post", post["id"]), ours=ours,
        attachments=tuple(Attachment(address, "image", alt) for address, alt in body.pictures))


# --------------------------------------------------------------------------- what goes out

def check(draft: Draft, limits: Limits) -> None:
    """``Refused`` for what is too much, whatever the site would say."""
    if draft.reply_to and not draft.text.strip():
        raise Refused("empty")
    must_fit(draft, limits, texts.count(draft.text), pictures=0 if draft.reply_to else None)
    if draft.reply_to and len(texts.comment(draft.text).encode()) > COMMENT_BYTES:
        raise Refused("too_long", f"a comment of more than {COMMENT_BYTES} bytes")


def title(draft: Draft) -> str:
    """The first line; of pictures without a word, what the first one shows."""
    return texts.split(draft.text)[0] or (draft.pictures[0].alt if draft.pictures else "")


def post(draft: Draft, slug: str, pictures: Sequence[texts.Media]) -> dict[str, Any]:
    """The parameters of POST posts."""
    told: dict[str, Any] = {"slug": slug, "status": "publish", "title": texts.escaped(title(draft)),
                            "content": texts.content(texts.split(draft.text)[1], pictures)}
    if pictures:
        told["featured_media"] = pictures[0].id
    return told


def receipt(thing: Thing, made: Json, **evidence: Any) -> Receipt:
    """``KeyError``, ``TypeError`` or ``ValueError`` if it is not what WordPress makes."""
    extra = {"post": int(made["post"])} if thing == "comment" else {}
    ref = Ref(name(thing, made["id"]), str(made["link"]), extra)
    return Receipt(ref, moment(made["date_gmt"]), {"id": ref.external_id, "status": str(made["status"]), **evidence})


# --------------------------------------------------------------------------- the account

def account(index: Json, me: Json, api: str, network: str, asked: Iterable[str]) -> Account:
    """``index``: what the site says of itself; ``asked``: the capabilities that matter. Without secrets."""
    home = str(index["home"]).rstrip("/")
    parts = urlsplit(home)
    able = {capability for capability, has in me["capabilities"].items() if has}
    return Account(
        network=network, external_id=f"{home}/?author={int(me['id'])}", handle=f"{me['username']}@{parts.netloc}{parts.path}",
        name=texts.read(str(index["name"])).text or parts.netloc, url=home, avatar_url=_web(index.get("site_icon_url")) or _largest(me),
        base_url=f"{urlsplit(api).scheme}://{urlsplit(api).netloc}", scopes=frozenset(able & set(asked)),
        settings={"api": api, "user_id": int(me["id"]), "user": str(me["username"]), "display_name": str(me["name"]),
                  "description": str(index["description"]), "timezone": str(index.get("timezone_string") or "")})


def card(index: Json) -> ProfileCard:
    """How the site presents itself."""
    return ProfileCard(name=texts.read(str(index["name"])).text, bio=texts.read(str(index["description"])).text,
                       url=str(index["home"]), avatar_url=_web(index.get("site_icon_url")))
