"""Where we are among the comments of a site, which can only be asked for by position. Pure.

Numbers grow in the order of arrival (dates do not: an hour comes twice in autumn, and imports bring old ones), so
comments are read by number, from a position on. Positions move when somebody throws an older comment away, so a
page must begin with one we know, or we go back. The last ones seen are remembered: what appears between them (taken
out of the spam, written by two at once) is new, and what is missing from them has vanished.

The cursor: ``offset``, a position no later than that of the first of ``recent``; ``recent``, the last numbers seen;
``last``, the highest; ``on``, that the next page is asked for at once and has none of them to begin with (they are
all hidden from us); ``since``, where the back-fill was cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tertulia.networks.contract import Batch, Vanished
from tertulia.networks.wordpress import translate

BACKFILL = 200  # comments fetched when a channel is connected; older ones are told of in the cursor
RECENT = 50     # remembered, and asked for again each time


@dataclass(frozen=True, slots=True)
class Place:
    """A cursor, read."""

    offset: int
    recent: tuple[int, ...] = ()
    last: int = 0
    on: bool = False
    since: str = ""


def place(cursor: Mapping[str, Any]) -> Place:
    """``ValueError``, ``KeyError`` or ``TypeError`` if it is none of ours."""
    return Place(int(cursor["offset"]), tuple(int(one) for one in cursor["recent"]), int(cursor["last"]),
                 bool(cursor.get("on")), str(cursor.get("since", "")))


def beginning(total: int) -> Place:
    """Where to begin on a site with ``total`` comments."""
    return Place(max(0, total - BACKFILL))


def holds(now: Place, numbers: Sequence[int]) -> bool:
    """Whether a page with these numbers joins what was seen before, so that nothing lies hidden in between."""
    return now.offset == 0 or now.last == 0 or now.on or (bool(numbers) and numbers[0] <= (now.recent or (now.last,))[0])


def further_back(now: Place, total: int, page: int) -> Place:
    """The same place, looked for earlier: older comments are gone."""
    return Place(max(0, min(now.offset, total) - page), now.recent, now.last, now.on, now.since)


def batch(now: Place, page: Sequence[Mapping[str, Any]], total: int, most: int, own_id: int) -> Batch:
    """What is new in ``page``, which holds (see ``holds``), and the cursor after it. ``total``: of the whole site."""
    numbers = [int(comment["id"]) for comment in page]
    fresh = [comment for comment, number in zip(page, numbers, strict=True)
             if number > now.last or (now.recent and now.recent[0] < number and number not in now.recent)]
    whole = now.offset + most >= total  # nothing comes after this page
    gone = [one for one in now.recent if one not in numbers and (whole or (numbers and one < numbers[-1]))]
    said = [comment for comment in fresh if translate.is_said(comment)]
    since = now.since
    if not now.last and now.offset and page:
        since = translate.moment(page[0]["date_gmt"]).isoformat()
    return Batch(
        tuple(translate.comment_item(comment, own_id) for comment in said),
        vanished=tuple(Vanished(translate.name("comment", one)) for one in gone),
        cursor=_after(now, numbers, min(most, max(0, total - now.offset)), whole, since), more=not whole)


def _after(now: Place, numbers: Sequence[int], shown: int, whole: bool, since: str) -> Mapping[str, Any]:
    """``shown``: positions in the page. Comments that this user may not read take one too, and are not in it."""
    ahead = [one for one in now.recent if one > max(numbers, default=0)] if not whole else []  # known, and on a later page
    keep = max(0, RECENT - (shown - len(numbers)))
    recent = [*numbers, *ahead][-keep:] if keep else []
    cursor: dict[str, Any] = {"offset": now.offset + max(0, shown - RECENT), "recent": recent, "last": max([now.last, *numbers])}
    return cursor | ({"on": True} if not (whole or recent) else {}) | ({"since": since} if since else {})
