"""What arrives at a Page, asked for in turns: posts of others, comments, private messages.

Every list is walked from its newest thing down to an hour before the newest one known, and what was already told is
known by its id: things of the same second, and things that Facebook shows late, are not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from tertulia.kit import clock
from tertulia.networks import graph
from tertulia.networks.contract import Batch, Gone, Item, Reconnect
from tertulia.networks.facebook import translate
from tertulia.networks.facebook.translate import Json, What
from tertulia.networks.graph import Graph

OVERLAP = timedelta(hours=1)      # how late a thing may be shown and still arrive
HOT = timedelta(minutes=10)       # what changed so lately is walked again: its list may lag behind its count
FIRST = 200                       # things of each list, when a channel is connected
WATCHED = 200                     # posts whose comments are followed, however few of them a page brings
MARKS = 300                       # posts remembered: those watched, and some that were
THREADS = 200                     # conversations remembered
WALK_PAGES = 100
#: What each turn needs to be granted.
TURNS: Mapping[str, frozenset[str]] = {
    "posts": frozenset({"pages_read_user_content"}), "comments": frozenset({"pages_read_user_content"}),
    "direct": frozenset({"pages_messaging"}),
}


@graph.understood()
def collect(api: Graph, page: str, scopes: frozenset[str], cursor: Mapping[str, Any]) -> Batch:
    """One turn. Cursor: ``begun`` (when the channel was connected), ``turn`` if a round is on, and a mark for each turn."""
    turns = [turn for turn, needed in TURNS.items() if needed <= scopes]
    if not turns:
        raise Reconnect("missing_scope", "pages_read_user_content, pages_messaging")
    turn = cursor["turn"] if cursor.get("turn") in turns else turns[0]
    collector = Collector(api, page, cursor.get("begun"))
    items, mark = getattr(collector, turn)(cursor.get(turn))
    kept = {**cursor, "begun": collector.begun.isoformat(), turn: mark, "turn": None}
    left = turns[turns.index(turn) + 1:]
    if left:
        kept["turn"] = left[0]
    items.sort(key=lambda item: item.created_at)  # stable: things of one second stay as they were listed
    return Batch(tuple(items), cursor=kept, more=bool(left))


class Collector:
    """The three turns. Each gives its items and its new mark."""

    def __init__(self, api: Graph, page: str, begun: str | None) -> None:
        self._api, self._page = api, page
        self.begun = graph.moment(begun) if begun else clock.now()

    def posts(self, mark: Json | None) -> tuple[list[Item], dict[str, Any]]:
        """Posts that tag the Page, and those of others on it."""
        marks: dict[str, Any] = {}
        things: dict[str, Json] = {}
        for edge in ("tagged", "visitor_posts"):
            found, marks[edge] = self._walked(f"/{self._page}/{edge}", "post", (mark or {}).get(edge))
            things |= {graph.identity(one): one for one in found}
        items = [translate.item(one, "post", self._page) for one in things.values()]
        return [item for item in items if not item.ours], marks

    def comments(self, mark: Json | None) -> tuple[list[Item], dict[str, Any]]:
        """On the newest posts of the Page's wall, of whomever. A post whose change and count are known is not asked again."""
        fields = "id,updated_time,comments.filter(stream).limit(0).summary(total_count)"
        pages = self._api.pages(f"/{self._page}/feed", most=WALK_PAGES, fields=fields, limit=100)
        marks: dict[str, Any] = {}
        items: list[Item] = []
        for post in islice((one for page in pages for one in page), WATCHED):
            name, total = graph.identity(post), int(post["comments"]["summary"]["total_count"])
            sign, known = [post["updated_time"], total], self._known(mark, name)
            found: list[Json] = []
            marks[name] = {**(known or self._nothing()), "sign": sign}
            if total and self._changed(known, sign, post["updated_time"]):
                found, marks[name] = self._walked(f"/{name}/comments", "comment", known, sign=sign)
            items += [translate.item(one, "comment", self._page, root=name) for one in found]
        missing = {name: one for name, one in (mark or {}).items() if name not in marks}  # lists of Facebook blink
        return items, dict(islice({**marks, **missing}.items(), MARKS))

    def direct(self, mark: Json | None) -> tuple[list[Item], dict[str, Any]]:
        """The conversations that changed, newest first; two pages of them when a channel is connected."""
        asked = {"platform": "MESSENGER", "fields": "id,updated_time", "limit": 50}
        pages = self._api.pages(f"/{self._page}/conversations", most=WALK_PAGES, **asked)
        marks: dict[str, Any] = dict(mark or {})
        floor = min((one["sign"] for one in marks.values()), default="") if len(marks) >= THREADS else ""
        items: list[Item] = []
        for page in pages if mark is not None else islice(pages, 2):
            updated = {graph.identity(one): graph.moment(one["updated_time"]).isoformat() for one in page}
            changed = [name for name, at in updated.items() if at >= floor and self._changed(marks.get(name), at, at)]
            for name in changed:
                found, marks[name] = self._walked(f"/{name}/messages", "direct", self._known(mark, name), sign=updated[name])
                items += [translate.item(one, "direct", self._page, root=name) for one in found]
            if not changed:
                break
        newest = sorted(marks, key=lambda name: str(marks[name]["sign"]), reverse=True)[:THREADS]
        return items, {name: marks[name] for name in newest}

    # ------------------------------------------------------------------ walking

    def _walked(self, path: str, kind: What, mark: Json | None, **sign: Any) -> tuple[list[Json], dict[str, Any]]:
        """What is new in a list, oldest first, and its mark: the newest moment (``t``) and the ids of the hour before it.

        Without a mark, the ``FIRST`` newest.
        """
        since = graph.moment(mark["t"]) - OVERLAP if mark else None
        found: list[Json] = []
        for page in self._pages(path, kind):
            fresh = [one for one in page if since is None or graph.moment(one["created_time"]) >= since]
            found += fresh
            if not fresh or (since is None and len(found) >= FIRST):
                break
        found = found if mark else found[:FIRST]
        moments = {graph.identity(one): graph.moment(one["created_time"]) for one in found}
        newest = max([*moments.values(), graph.moment(mark["t"]) if mark else self.begun])
        ids = sorted(name for name, at in moments.items() if at >= newest - OVERLAP)
        told = frozenset(mark["ids"] if mark else ())
        return [one for one in reversed(found) if graph.identity(one) not in told], {"t": newest.isoformat(), "ids": ids, **sign}

    def _pages(self, path: str, kind: What) -> Iterator[list[Any]]:
        order = {"filter": "stream", "order": "reverse_chronological"} if kind == "comment" else {}
        try:
            yield from self._api.pages(path, most=WALK_PAGES, fields=translate.FIELDS[kind], limit=100, **order)
        except Gone:
            if kind == "post":
                raise
            return  # it was deleted since its list was read

    def _known(self, mark: Json | None, name: str) -> Json | None:
        """The mark of one thing; of one that came after the channel was connected, the moment of that."""
        if mark is None:
            return None
        return mark.get(name) or self._nothing()

    def _nothing(self) -> dict[str, Any]:
        return {"t": self.begun.isoformat(), "ids": []}

    def _changed(self, known: Json | None, sign: Any, updated: str) -> bool:
        return known is None or known.get("sign") != sign or self._now() - graph.moment(updated) < HOT

    def _now(self) -> datetime:
        return clock.now() + self._api.ahead
