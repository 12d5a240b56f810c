"""What arrives, as JSON and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

from tertulia.kit.folding import clean
from tertulia.networks.contract import Attachment, Author, Item, Vanished

LONGEST = 20_000  # characters of one message that are kept; networks allow less, broken servers more


def pack(one: Item | Vanished) -> dict[str, Any]:
    """``one`` as plain JSON, its text cleaned and cut."""
    if isinstance(one, Vanished):
        return {"vanished": True, "external_id": one.external_id, "at": one.at.isoformat() if one.at else None}
    packed: dict[str, Any] = asdict(one)
    packed["created_at"] = one.created_at.isoformat()
    packed["author"]["created_at"] = one.author.created_at.isoformat() if one.author.created_at else None
    packed["extra"] = dict(one.extra)
    packed = cast(dict[str, Any], _storable(packed))
    packed["text"] = packed["text"][:LONGEST]
    return packed


def _storable(value: Any) -> Any:
    """``value`` with every text in it clean: one NUL in somebody's name would keep the whole page out for ever."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {key: _storable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(one) for one in value]
    return value


def unpack(packed: dict[str, Any]) -> Item | Vanished:
    """What ``pack`` was given."""
    if packed.get("vanished"):
        return Vanished(packed["external_id"], _moment(packed["at"]))
    author = {**packed["author"], "created_at": _moment(packed["author"]["created_at"])}
    return Item(**{
        **packed, "author": Author(**author), "created_at": datetime.fromisoformat(packed["created_at"]),
        "attachments": tuple(Attachment(**one) for one in packed["attachments"])})


def digest(packed: dict[str, Any]) -> str:
    """Tells an edit from the same thing seen again: what a person would see of it, not counts or avatars."""
    seen = [packed.get(name) for name in ("vanished", "kind", "text", "parent_id", "attachments")]
    return hashlib.blake2s(json.dumps(seen, sort_keys=True).encode(), digest_size=16).hexdigest()


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
