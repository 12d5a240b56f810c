"""The JSON that the plaza answers with. Ids are strings, times ISO 8601 in UTC."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin

from tertulia.plaza import rules
from tertulia.plaza.models import Fault, Neighbour, Notice, Picture, Utterance

Shape = dict[str, Any]


class Shaper:
    """Writes shapes whose addresses begin where the caller called (``origin``: ``http://host:port/``)."""

    def __init__(self, origin: str) -> None:
        self._origin = origin

    def _url(self, path: str) -> str:
        return urljoin(self._origin, path)

    def neighbour(self, one: Neighbour) -> Shape:
        """An account, as anybody may see it."""
        return {"id": str(one.pk), "handle": one.handle, "name": one.name, "bio": one.bio, "website": one.url,
                "url": self._url(f"/plaza/?by={one.handle}"),
                "avatar_url": self._url(f"/plaza/avatars/{one.handle}.svg"), "brand": one.is_brand,
                "created_at": one.created_at.isoformat()}

    def utterance(self, one: Utterance) -> Shape:
        """Something said, with its author, pictures and counts."""
        return {
            "id": str(one.pk), "author": self.neighbour(one.author), "text": one.text, "language": one.language,
            "parent": _id(one.parent_id), "root": _id(one.root_id) or str(one.pk), "visibility": one.visibility,
            "to": None if one.to is None else self.neighbour(one.to), "key": one.key,
            "created_at": one.created_at.isoformat(), "hidden": one.hidden_by_id is not None,
            "url": self._url(f"/plaza/{one.pk}/"), "pictures": [self.picture(each) for each in one.pictures.all()],
            "metrics": self.metrics(one)}

    def metrics(self, one: Utterance) -> Shape:
        """Its counts; the plaza knows no sharing."""
        return {"likes": getattr(one, "like_count", 0), "replies": getattr(one, "answer_count", 0), "views": one.views}

    def picture(self, one: Picture) -> Shape:
        """An image, by address."""
        return {"id": str(one.pk), "mime": one.mime, "alt": one.alt, "url": self._url(f"/plaza/pictures/{one.pk}")}

    def notice(self, one: Notice) -> Shape:
        """One line of the stream; what was deleted or hidden from the world keeps only its id."""
        said = one.utterance
        gone = one.kind == Notice.Kind.DELETED or said.deleted_at is not None
        return {"id": str(one.number), "kind": one.kind, "at": one.at.isoformat(), "utterance_id": str(said.pk),
                "by": self.neighbour(one.by), "utterance": None if gone else self.utterance(said)}

    def seen(self, one: Utterance) -> Shape:
        """Everything, for assertions."""
        return {**self.utterance(one), "deleted": one.deleted_at is not None,
                "hidden_by": None if one.hidden_by is None else one.hidden_by.handle}


def fault(one: Fault) -> Shape:
    """A fault as it was set, and what is left of it."""
    return {"id": str(one.pk), "method": one.method, "path": one.path, "effect": one.effect, "seconds": one.seconds,
            "account": one.account.handle if one.account else "", "wait": one.wait, "times": one.times,
            "spent": one.spent}


def limits() -> Shape:
    """What may be said here."""
    return {"characters": rules.CHARACTERS, "pictures": rules.PICTURES, "picture_bytes": rules.PICTURE_BYTES,
            "picture_types": sorted(rules.PICTURE_TYPES.values()), "alt_characters": rules.ALT_CHARACTERS}


def _id(pk: int | None) -> str:
    return "" if pk is None else str(pk)
