"""Everything addressed to an account, oldest first, from a list that the network only gives newest first.

``app.bsky.notification.listNotifications`` pages backwards and forgets nothing, but (AppView of 2026-11):

- its order is the moment a post *claims*, so a late one may appear below what was read already: every quarter of an
  hour the last day is walked whole (less, where it held more than we remember), leaving out what was delivered;
- a page's cursor is a moment in milliseconds, and skips what was said in that same millisecond: it is asked for one
  later, and what comes twice is dropped;
- a reply indexed within moments of its parent is not notified at all, nor one six levels down: our own posts say how
  many replies they have, and where we saw fewer the thread is read.

A burst of many pages is walked down first, remembering the pages in the cursor, and delivered from the bottom, a page
a batch. The top page has moved on by the time we are back, so it is read by a descent of its own. What a thread repeats
from before that day is offered again, with the same id.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tertulia.kit import clock
from tertulia.networks.bluesky import translate
from tertulia.networks.bluesky.client import Client
from tertulia.networks.contract import Batch, Gone, Item, TryLater

PAGE = 100
PAGES_A_CALL = 20
FIRST_TIME = timedelta(days=30)  # how far back a new channel is read
OVERLAP = timedelta(days=1)
REMEMBERED = 3000                # marks of what was delivered within the overlap
WHOLE_EVERY = timedelta(minutes=15)
CONTEXTS = 300                   # remembered posts that were given only because something answers them
_TOP = ""
_REASONS = ["mention", "reply", "quote"]


@dataclass(slots=True)
class _Place:
    """Where we are; what the cursor says. Moments are in milliseconds."""

    floor: int                                                 # nothing claimed before this is new
    newest: int = 0                                            # the latest moment delivered
    walked: int = 0                                            # when the overlap was walked whole
    whole: bool = False                                        # whether this descent walks it whole
    going_down: str | None = None                              # the page to look at next on the way down
    pages: list[str] = field(default_factory=list)             # seen on the way down, still to be delivered
    given: dict[str, int] = field(default_factory=dict)        # mark of what was delivered → its moment
    contexts: list[str] = field(default_factory=list)
    threads: dict[str, list[int]] = field(default_factory=dict)  # own post → direct replies delivered, replies last seen

    @classmethod
    def read(cls, cursor: Mapping[str, Any]) -> _Place:
        if not cursor:
            return cls(floor=_millis(clock.now() - FIRST_TIME))
        return cls(**{name: deepcopy(cursor[name]) for name in cls.__slots__})

    def write(self) -> dict[str, Any]:
        """The cursor, with what need not be remembered left out."""
        self.floor = max(self.floor, self.newest - int(OVERLAP.total_seconds() * 1000))
        if len(self.given) > REMEMBERED:
            self.floor = max(self.floor, sorted(self.given.values())[-REMEMBERED] + 1)
        self.given = {mark: moment for mark, moment in self.given.items() if moment >= self.floor}
        self.contexts = self.contexts[-CONTEXTS:]
        return {name: getattr(self, name) for name in self.__slots__}

    def begin(self) -> None:
        """Start a descent at the top."""
        now = _millis(clock.now())
        self.whole = now - self.walked >= int(WHOLE_EVERY.total_seconds() * 1000)
        self.walked = now if self.whole else self.walked
        self.going_down = _TOP


class Collecting:
    """One call of ``collect``."""

    def __init__(self, client: Client, cursor: Mapping[str, Any]) -> None:
        self._client, self._place = client, _Place.read(cursor)

    def batch(self) -> Batch:
        """The next page of what arrived."""
        place = self._place
        if place.going_down is None:
            if place.pages:
                return self._deliver(self._page(place.pages.pop())[0], more=True)
            place.begin()
        top: list[dict[str, Any]] | None = None
        for _ in range(PAGES_A_CALL):
            at = place.going_down or _TOP
            views, below = self._page(at)
            fresh = any(self._is_fresh(view) for view in views)
            if below is None or any(_moment(view) < place.floor for view in views) or not (fresh or place.whole):
                place.going_down = None
                if at != _TOP and (place.pages or top is None):
                    return self._deliver(views, more=True)
                return self._deliver([*(top or ()), *views], more=False)
            if at == _TOP:
                top = views
            elif fresh:
                place.pages.append(at)
            place.going_down = below
        return Batch(cursor=place.write(), more=True)

    def _page(self, at: str) -> tuple[list[dict[str, Any]], str | None]:
        """Notifications before ``at``, and where the page below begins (None: there is none)."""
        answer = self._ask(_later(at))
        if at and answer.get("cursor") == at:  # a hundred in one millisecond: better to lose a tie than to stay here
            answer = self._ask(at)
        return list(answer["notifications"]), answer.get("cursor") or None

    def _ask(self, before: str) -> dict[str, Any]:
        # without ``priority`` the account's own preference holds: only those it follows, and the rest would be lost
        asked = {"cursor": before} if before else {}
        return self._client.query(
            "app.bsky.notification.listNotifications", limit=PAGE, reasons=_REASONS, priority="false", **asked)

    def _deliver(self, views: Sequence[Mapping[str, Any]], *, more: bool) -> Batch:
        place = self._place
        fresh = {view["uri"]: view for view in views if self._is_fresh(view)}
        items = self._items(fresh)
        if not more:
            items += self._from_threads(fresh)
        items.sort(key=lambda item: (item.created_at, item.external_id))
        for item in items:
            self._remember(item)
        place.newest = max([place.newest, *(_moment(view) for view in fresh.values())])
        return Batch(tuple(items), cursor=place.write(), more=more)

    def _is_fresh(self, view: Mapping[str, Any]) -> bool:
        return _moment(view) >= self._place.floor and _mark(view["uri"]) not in self._place.given

    def _items(self, fresh: Mapping[str, Mapping[str, Any]]) -> list[Item]:
        """Notifications as items, with the posts they answer where we have not given those yet.

        A notification has no view of its pictures, so where there are some the post itself is asked for.
        """
        above = {name["uri"] for view in fresh.values() for name in (view["record"].get("reply") or {}).values()
                 if isinstance(name, dict) and isinstance(name.get("uri"), str)}
        missing = [uri for uri in above if uri not in fresh and not self._known(uri)]
        pictured = [uri for uri, view in fresh.items() if view["record"].get("embed")]
        shown = self._client.views([*missing, *pictured])
        did = self._client.did
        items = [translate.item({**view, **shown.get(uri, {})}, did, view.get("reason", "")) for uri, view in fresh.items()]
        self._place.contexts += [_mark(uri) for uri in missing]
        return items + [translate.item(shown[uri], did) for uri in missing if uri in shown]

    def _known(self, uri: str) -> bool:
        return _mark(uri) in self._place.given or _mark(uri) in self._place.contexts

    def _remember(self, item: Item) -> None:
        mark = _mark(item.external_id)
        if mark in self._place.given:
            return
        self._place.given[mark] = _millis(item.created_at)
        if translate.owner(item.parent_id) == self._client.did:
            self._place.threads.setdefault(item.parent_id, [0, 0])[0] += 1

    # ------------------------------------------------------------------ what was never notified

    def _from_threads(self, fresh: Mapping[str, Any]) -> list[Item]:
        """Replies to our own latest posts that no notification told of."""
        found: dict[str, Item] = {}
        answer = self._client.query("app.bsky.feed.getAuthorFeed", actor=self._client.did, limit=PAGE)
        own = {entry["post"]["uri"]: entry["post"].get("replyCount") or 0 for entry in answer["feed"]
               if translate.owner(entry["post"]["uri"]) == self._client.did}
        told = [view["record"].get("reply", {}).get("parent", {}).get("uri") for view in fresh.values()]
        threads = self._place.threads = {uri: self._place.threads.get(uri, [0, 0]) for uri in own}
        for uri, replies in own.items():
            had, last = threads[uri]
            if replies > had + told.count(uri) and replies != last:
                found.update({item.external_id: item for item in self._thread(uri)})
                threads[uri][1] = replies
        return [item for uri, item in found.items() if uri not in fresh and not self._known(uri)]

    def _thread(self, uri: str) -> list[Item]:
        try:
            answer = self._client.query("app.bsky.feed.getPostThread", uri=uri, depth=1000, parentHeight=0)
        except Gone:
            return []
        except TryLater as failure:
            if failure.reason != "too_big_answer":
                raise
            return []  # thousands of replies: notifications have to do
        return [translate.item(view, self._client.did) for view in _below(answer["thread"])]


def _below(thread: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The posts under a post of a thread; not the hidden, blocked or deleted ones, which have no text to read."""
    waiting = list(thread.get("replies") or [])
    while waiting:
        node = waiting.pop()
        waiting.extend(node.get("replies") or [])
        if "post" in node:
            yield node["post"]


def _moment(view: Mapping[str, Any]) -> int:
    return _millis(translate.said_at(view))


def _millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _mark(uri: str) -> str:
    return hashlib.sha256(uri.encode()).hexdigest()[:14]


def _later(cursor: str) -> str:
    """The cursor a millisecond later, if it is a moment, so that nothing said in that one is skipped."""
    try:
        moment = datetime.fromisoformat(cursor)
    except ValueError:
        return cursor
    return (moment.astimezone(UTC) + timedelta(milliseconds=1)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
