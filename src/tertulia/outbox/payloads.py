"""The payloads of dispatches: how each verb is written as JSON, and how it is called."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from tertulia import networks
from tertulia.brands.addresses import address_of
from tertulia.brands.models import Picture as StoredPicture
from tertulia.brands.pictures import as_jpeg
from tertulia.channels.queries import limits
from tertulia.networks.contract import (
    Author,
    Blocks,
    Deletes,
    Draft,
    Finds,
    Hides,
    Key,
    Messages,
    Network,
    Picture,
    Publishes,
    Receipt,
    Ref,
    Refused,
    Steps,
    Unsure,
)
from tertulia.outbox import rules
from tertulia.outbox.models import Dispatch


def to_say(text: str, *, language: str = "es", pictures: Sequence[tuple[int, str]] = (), reply_to: Ref | None = None,
           to: Author | None = None) -> dict[str, Any]:
    """Of publish, reply and message. ``pictures``: ids in the brand's library, each with its alternative text."""
    return {
        "text": text, "language": language, "pictures": [{"id": pk, "alt": alt} for pk, alt in pictures],
        "reply_to": _ref(reply_to) if reply_to else None,
        "to": {"external_id": to.external_id, "handle": to.handle} if to else None}


def to_point(ref: Ref) -> dict[str, Any]:
    """Of hide, unhide and delete."""
    return {"ref": _ref(ref)}


def to_person(author: Author) -> dict[str, Any]:
    """Of block and unblock."""
    return {"to": {"external_id": author.external_id, "handle": author.handle}}


def storable(said: Any) -> Any:
    """What a network said, as the database can keep it: no NUL, no half of a pair, no number that is none."""
    match said:
        case str():
            return said.replace("\0", "").encode("utf-8", "replace").decode()
        case Mapping():
            return {storable(str(name)): storable(one) for name, one in said.items()}
        case list() | tuple():
            return [storable(one) for one in said]
        case float() if not math.isfinite(said):
            return None
        case int() | float() | None:
            return said
    return storable(str(said))


def _ref(ref: Ref) -> dict[str, Any]:
    return {"external_id": ref.external_id, "url": ref.url, "extra": dict(ref.extra)}


def key_of(dispatch: Dispatch, first: datetime | None = None, keep: Callable[[Mapping[str, Any]], None] | None = None) -> Key:
    """The dispatch's name, dated when it was first tried, so that every later try is the same act.

    Networks show that date: what was written on Monday for Friday is not buried among Monday's. ``first``: that date, if it
    is known; ``keep`` stores the steps.
    """
    first = first or dispatch.attempts.order_by("version").values_list("started_at", flat=True).first()
    return Key(dispatch.key.hex, first or dispatch.due_at, Steps(dispatch.progress, keep))


def look(network: Network, dispatch: Dispatch, key: Key) -> Receipt | None:
    """Whether an earlier try was done: a receipt, None (certainly not) or ``Unsure``."""
    if not findable(network):
        raise Unsure("reset", "this network cannot be asked")
    return cast(Finds, network).find(_draft(dispatch), key)


def findable(network: Network | type[Network]) -> bool:
    """Whether the network can be asked for what an earlier try did."""
    return hasattr(network, "find")


def can_be_asked(network: Network | type[Network]) -> bool:
    """Whether a second call, or a question, can tell what became of a first."""
    return network.repeatable or findable(network)


def rests_of(dispatch: Dispatch) -> tuple[timedelta, ...]:
    """How often, and after how long, the dispatch is tried or looked for again once its end is unknown."""
    network = networks.load(dispatch.channel.network)
    return rules.rests(dispatch.verb, repeatable=network.repeatable, findable=findable(network))


def perform(network: Network, dispatch: Dispatch, key: Key) -> Receipt:
    """Calls the verb."""
    payload = dispatch.payload
    match dispatch.verb:
        case "publish" | "reply":
            return cast(Publishes, network).publish(_draft(dispatch), key)
        case "message":
            return cast(Messages, network).message(_draft(dispatch), key)
        case "hide" | "unhide":
            return getattr(cast(Hides, network), dispatch.verb)(_point(payload))  # type: ignore[no-any-return]
        case "delete":
            return cast(Deletes, network).delete(_point(payload))
        case "block" | "unblock":
            return getattr(cast(Blocks, network), dispatch.verb)(Author(**payload["to"]))  # type: ignore[no-any-return]
    raise Refused("unsupported", dispatch.verb)


def _draft(dispatch: Dispatch) -> Draft:
    payload = dispatch.payload
    types = limits(dispatch.channel).picture_types if payload["pictures"] else ()
    return Draft(
        text=payload["text"], language=payload["language"], pictures=_pictures(dispatch.brand_id, payload["pictures"], types),
        reply_to=Ref(**payload["reply_to"]) if payload["reply_to"] else None,
        to=Author(**payload["to"]) if payload["to"] else None)


def _pictures(brand_id: int, wanted: Sequence[Mapping[str, Any]], types: Sequence[str]) -> tuple[Picture, ...]:
    if not wanted:
        return ()
    stored = {one.pk: one for one in StoredPicture.objects.filter(brand_id=brand_id, pk__in=[one["id"] for one in wanted])}
    if missing := [one["id"] for one in wanted if one["id"] not in stored]:
        raise Refused("bad_media", f"picture {missing[0]} is no longer in the library")
    return tuple(_picture(stored[one["id"]], one["alt"], types) for one in wanted)


def _picture(stored: StoredPicture, alt: str, types: Sequence[str]) -> Picture:
    """In a type that the network takes."""
    content, mime = stored.read(), stored.mime
    if mime not in types:
        content, mime = as_jpeg(content, mime), "image/jpeg"
    return Picture(content=content, mime=mime, alt=alt, width=stored.width, height=stored.height, url=address_of(stored))


def _point(payload: Mapping[str, Any]) -> Ref:
    return Ref(**payload["ref"])
