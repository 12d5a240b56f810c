"""Mastodon's JSON ↔ our values. Pure: no calls, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

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
    Refused,
)
from tertulia.networks.fitting import must_fit
from tertulia.networks.mastodon import text as texts

Json = Mapping[str, Any]

_KINDS: Mapping[str, Literal["image", "video", "audio"]] = {
    "image": "image", "gifv": "video", "video": "video", "audio": "audio"}
#: From the widest to the narrowest: a reply is never seen by more people than what it answers.
_VISIBILITIES = ("public", "unlisted", "private", "direct")


def moment(value: str | None) -> datetime | None:
    """An ISO 8601 date as Mastodon writes it (sometimes without hour), in UTC."""
    try:
        told = datetime.fromisoformat(value or "")
    except ValueError:
        return None
    return told.replace(tzinfo=told.tzinfo or UTC).astimezone(UTC)


def author(account: Json, domain: str) -> Author:
    """``external_id`` is the address of the identity, the same on whatever server it is seen from."""
    return Author(
        external_id=account.get("uri") or account.get("url") or f"acct:{texts.full(account['acct'], domain)}",
        handle=texts.full(account["acct"], domain),
        name=texts.clean(account.get("display_name") or account.get("username") or ""),
        url=account.get("url") or "",
        avatar_url=account.get("avatar") or "",
        followers=account.get("followers_count"),
        created_at=moment(account.get("created_at")),
    )


def item(status: Json, own_id: str, domain: str, root_id: str = "") -> Item:
    """A status as an item. ``own_id``: our account's id there; ``root_id``: the first of its thread, if known."""
    parent = str(status.get("in_reply_to_id") or "")
    visibility = status.get("visibility") or "public"
    return Item(
        external_id=str(status["id"]),
        kind=_kind(status, own_id, visibility),
        author=author(status["account"], domain),
        text=plain_text(status),
        created_at=moment(status.get("created_at")) or datetime.fromtimestamp(0, UTC),
        url=status.get("url") or status.get("uri") or "",
        parent_id=parent,
        root_id=root_id or parent or str(status["id"]),
        attachments=tuple(attachment(one) for one in status.get("media_attachments") or ()),
        ours=str(status["account"]["id"]) == own_id,
        extra={"acct": status["account"]["acct"], "visibility": visibility},
        language=status.get("language") or "",
    )


def _kind(status: Json, own_id: str, visibility: str) -> Literal["comment", "mention", "direct", "post"]:
    if visibility == "direct":
        return "direct"
    if str(status["account"]["id"]) == own_id:
        return "post"
    return "comment" if str(status.get("in_reply_to_account_id") or "") == own_id else "mention"


def plain_text(status: Json) -> str:
    """The warning above the text, if it has one, and the text."""
    warning = texts.clean(status.get("spoiler_text") or "").strip()
    body = texts.plain(status.get("content") or "")
    return f"{warning}\n\n{body}".strip() if warning else body


def attachment(media: Json) -> Attachment:
    """``remote_url`` is for what the server did not copy."""
    return Attachment(url=media.get("url") or media.get("remote_url") or "", kind=_KINDS.get(media["type"], "other"),
                      alt=texts.clean(media.get("description") or ""), preview_url=media.get("preview_url") or "")


def receipt(status: Json, **evidence: Any) -> Receipt:
    """``KeyError`` or ``TypeError`` if it is no status."""
    ref = Ref(str(status["id"]), status.get("url") or status.get("uri") or "",
              {"acct": status["account"]["acct"], "visibility": status["visibility"]})
    return Receipt(ref, moment(status["created_at"]), {"id": ref.external_id, "uri": status["uri"], **evidence})


def outgoing(draft: Draft, own_acct: str, domain: str) -> dict[str, Any]:
    """The parameters of POST statuses, less the pictures. A reply begins with its author, so that they hear of it."""
    reply = draft.reply_to.extra if draft.reply_to else {}
    to = draft.to.handle if draft.to else reply.get("acct", "")
    if to and texts.full(to, domain) == texts.full(own_acct, domain):
        to = ""
    if to.lower().endswith(f"@{domain}".lower()):
        to = to.rpartition("@")[0]
    text = f"@{to} {draft.text}" if to and not texts.mentions(draft.text, to, domain) else draft.text
    told: dict[str, Any] = {"status": text, "visibility": "direct" if draft.to else reply.get("visibility", "public")}
    if draft.language:
        told["language"] = draft.language
    if told["visibility"] not in _VISIBILITIES:
        told["visibility"] = "public"
    if draft.reply_to:
        told["in_reply_to_id"] = draft.reply_to.external_id
    return told


def check(draft: Draft, text: str, limits: Limits) -> None:
    """``Refused`` for what the server would refuse; ``text`` is what it will be sent."""
    must_fit(replace(draft, text=text), limits, texts.count(text))


def same(status: Json, sent: Mapping[str, Any], pictures: int) -> Literal["yes", "perhaps", "no"]:
    """Whether ``status`` is what ``sent`` (see ``outgoing``) would have made; perhaps: a little rewritten."""
    if (str(status.get("in_reply_to_id") or "") != sent.get("in_reply_to_id", "")
            or len(status.get("media_attachments") or ()) != pictures or status.get("reblog")
            or (status.get("visibility") == "direct") != (sent["visibility"] == "direct")):
        return "no"
    there, said = texts.plain(status.get("content") or ""), sent["status"]
    if texts.exact(there) == texts.exact(said):
        return "yes"
    return "perhaps" if texts.near(there, said) else "no"


def limits(instance: Json, usual: Limits) -> dict[str, Any]:
    """What an instance says of itself (v2, v1, or Pleroma's one number), as kept in ``Account.settings``."""
    told = instance.get("configuration") or {}
    statuses, media = told.get("statuses") or {}, told.get("media_attachments") or {}
    pictures = [one for one in media.get("supported_mime_types") or () if one in usual.picture_types]
    return {
        "characters": int(statuses.get("max_characters") or instance.get("max_toot_chars") or usual.characters),
        "pictures": int(statuses.get("max_media_attachments") or usual.pictures),
        "picture_bytes": int(media.get("image_size_limit") or usual.picture_bytes),
        "picture_types": pictures or list(usual.picture_types),
        "alt_characters": int(media.get("description_limit") or usual.alt_characters),
    }


def limits_kept(settings: Mapping[str, Any], usual: Limits) -> Limits:
    """``Limits`` out of ``Account.settings``."""
    kept = dict(settings.get("limits") or {})
    if "picture_types" in kept:
        kept["picture_types"] = tuple(kept["picture_types"])
    return replace(usual, **kept)


def metrics(status: Json) -> Metrics:
    """Mastodon does not count views."""
    return Metrics(likes=status.get("favourites_count"), shares=status.get("reblogs_count"),
                   replies=status.get("replies_count"))


def card(account: Json) -> ProfileCard:
    """Out of verify_credentials, whose ``source.note`` is the text as written."""
    note = (account.get("source") or {}).get("note")
    return ProfileCard(name=texts.clean(account.get("display_name") or account.get("username") or ""),
                       bio=texts.clean(note) if note is not None else texts.plain(account.get("note") or ""),
                       url=account.get("url") or "", avatar_url=account.get("avatar") or "",
                       followers=account.get("followers_count"))


def base_url(address: str, private: Iterable[str]) -> str:
    """``https://host`` of what a person writes: a host, a page, ``@user@host``. http only for ``private`` hosts."""
    told = address.strip()
    if "://" not in told:
        told = "https://" + told.rpartition("@")[2]
    try:
        parts = urlsplit(told)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError as error:  # a port that is no number, a host that is no name
        raise Refused("invalid", address) from error
    where = f"{host}:{port}" if port else host
    if not host or parts.scheme not in ("http", "https"):
        raise Refused("invalid", address)
    if parts.scheme == "http" and f"{host}:{port or 80}" not in set(private):
        raise Refused("blocked_address", "http")
    return f"{parts.scheme}://{where}"


def covered(granted: Iterable[str], asked: Iterable[str]) -> frozenset[str]:
    """What was granted, spelt out: ``write`` covers ``write:statuses``."""
    given = frozenset(granted)
    return given | {scope for scope in asked if scope.partition(":")[0] in given}
