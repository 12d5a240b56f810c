"""What a draft must be to fit its network's limits, refused before anything is sent, with codes that hang on no server's words."""

from __future__ import annotations

from tertulia.networks.contract import Draft, Limits, Picture
from tertulia.networks.outcomes import Refused


def must_fit(draft: Draft, limits: Limits, length: int, characters: int | None = None, pictures: int | None = None) -> None:
    """``Refused`` if the draft says nothing, is too long, or has too many pictures, or one that the network does not take.

    ``length``: of its text, by the network's own rule. ``characters`` and ``pictures`` where its limits here are others.
    """
    most, several = limits.characters if characters is None else characters, limits.pictures if pictures is None else pictures
    if not draft.text.strip() and not draft.pictures:
        raise Refused("empty")
    if length > most:
        raise Refused("too_long", f"{length} > {most}")
    if len(draft.pictures) > several:
        raise Refused("too_many_media", f"{len(draft.pictures)} > {several}")
    for picture in draft.pictures:
        picture_must_fit(picture, limits)


def picture_must_fit(picture: Picture, limits: Limits) -> None:
    """``Refused`` for a type or a weight that the network does not take."""
    if picture.mime not in limits.picture_types:
        raise Refused("bad_media", picture.mime)
    if len(picture.content) > limits.picture_bytes:
        raise Refused("bad_media", f"{len(picture.content)} > {limits.picture_bytes} bytes")
