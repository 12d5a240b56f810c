"""What arrives, page by page: comments on our posts, posts that tag us, private messages. No list of news exists.

A round begins by looking at three lists (our last posts with their number of comments, the posts that tag us, our talks)
and goes on, one call of ``collect`` at a time, through the posts and talks that changed. The cursor, plain JSON:

- ``since``: when the channel was connected, less what is brought from before (epoch);
- ``queue``: what of this round is still to be read;
- ``posts``: of each watched post, the number of comments and the newest one last seen (``n``, ``top``), when all of its
  comments were last read (``whole``) and which were given since a day before that (``ids``). A number that stays the same
  may hide one deleted and one new, so that every post is read whole once a day, and then whatever ``ids`` does not have
  is given, also what Instagram held back for up to a day;
- ``tags``: ids of the posts that tag us, newest first; ``talks``: by talk, its last change (``at``), when it was read,
  and the messages last given (``seen``, ``ids``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from tertulia.kit import clock
from tertulia.networks.contract import Author, Batch, Gone, Item, Refused
from tertulia.networks.graph import Graph, following, identity, listed, moment, understood
from tertulia.networks.instagram import translate

BACKFILL = timedelta(days=30)    # brought when a channel is connected
WATCHED = 100                    # of our last posts
DAY = 86400.0
PAGE = "50"
TAGS_KEPT = TALKS_KEPT = 300
OVERLAP = 300.0                  # seconds of a talk whose messages are remembered by id
JUST_NOW = 10.0                  # seconds
MOST_PAGES = 200                 # of one list in one call
COMMENTS, MESSAGES = "instagram_business_manage_comments", "instagram_business_manage_messages"


class Collection:
    """One call of ``collect``."""

    def __init__(self, graph: Graph, own: Author, scopes: frozenset[str], cursor: Mapping[str, Any]) -> None:
        self._graph, self._own, self._scopes = graph, own, scopes
        self._now = clock.now().timestamp()
        self._since = float(cursor.get("since") or self._now - BACKFILL.total_seconds())
        self._posts: dict[str, Any] = dict(cursor.get("posts") or {})
        self._tags: list[str] = list(cursor.get("tags") or ())
        self._talks: dict[str, Any] = dict(cursor.get("talks") or {})
        self._queue: list[list[Any]] = list(cursor.get("queue") or ())

    @understood()
    def next(self) -> Batch:
        """The next thing to read of the round, or the beginning of one."""
        items = self._read(*self._queue.pop(0)) if self._queue else self._look()
        items = sorted(items, key=lambda one: one.created_at)  # stable: of one second, as they were listed
        cursor = {"since": self._since, "posts": self._posts, "tags": self._tags, "talks": self._talks, "queue": self._queue}
        return Batch(tuple(items), cursor=cursor, more=bool(self._queue))

    def _look(self) -> list[Item]:
        tagged = self._look_at_tags()
        if COMMENTS in self._scopes:
            self._look_at_posts()
        if MESSAGES in self._scopes:
            self._look_at_talks()
        return tagged

    def _read(self, what: str, name: str, *told: Any) -> list[Item]:
        try:
            return self._comments_on(name, *told) if what == "post" else self._messages_of(name, *told)
        except Gone:  # deleted since the round began
            (self._posts if what == "post" else self._talks).pop(name, None)
            return []
        except Refused:  # one that cannot be read does not stop the others; it is asked for again in the next round
            return []

    # ------------------------------------------------------------------ posts that tag us

    def _look_at_tags(self) -> list[Item]:
        """Newest first as they are listed, up to those we know: somebody may tag us in an old post today."""
        known, fresh = set(self._tags), dict[str, Mapping[str, Any]]()
        for page in self._graph.pages(f"/{self._own.external_id}/tags", most=MOST_PAGES, fields=translate.MEDIA, limit=PAGE):
            fresh |= {identity(one): one for one in page if identity(one) not in known}
            if any(identity(one) in known for one in page) or all(_epoch(one["timestamp"]) < self._since for one in page):
                break
        self._tags = [*fresh, *self._tags][:max(TAGS_KEPT, len(fresh))]
        items = [translate.post(one, self._own) for one in reversed(fresh.values())
                 if known or _epoch(one["timestamp"]) >= self._since]
        return [one for one in items if not one.ours]

    # ------------------------------------------------------------------ comments

    def _look_at_posts(self) -> None:
        posts: list[Mapping[str, Any]] = []
        for page in self._graph.pages(f"/{self._own.external_id}/media", most=MOST_PAGES, limit=str(WATCHED),
                                      fields="id,comments_count,comments.limit(1){id}"):
            posts += page
            if len(posts) >= WATCHED:
                break
        marks = {}
        for post in posts[:WATCHED]:
            name, count = identity(post), int(post.get("comments_count") or 0)
            top = str((listed(post["comments"]) or [{}])[0].get("id") or "") if post.get("comments") else ""
            mark = self._posts.get(name) or {"n": 0, "top": "", "whole": 0, "ids": []}
            marks[name] = mark
            if (mark["n"], mark["top"]) != (count, top) or (count and self._now - mark["whole"] > DAY):
                self._queue.append(["post", name, count, top])
        self._posts = marks

    def _comments_on(self, name: str, count: int, top: str) -> list[Item]:
        mark, started = self._posts[name], self._now + self._graph.ahead.total_seconds()
        since = max(mark["whole"] - DAY, self._since) if mark["whole"] else self._since
        due, known = started - mark["whole"] > DAY or count <= mark["n"], set(mark["ids"])
        seen: list[Item] = []
        fresh: list[Item] = []
        for page in self._graph.pages(f"/{name}/comments", most=MOST_PAGES, limit=PAGE,
                                      fields=f"{translate.COMMENT},replies.limit({PAGE}){{{translate.COMMENT}}}"):
            here = [one for told in reversed(page) for one in self._with_replies(told, name)]
            seen = [*here, *seen]
            fresh = [one for one in seen if one.external_id not in known and one.created_at.timestamp() >= since]
            if not due and len(fresh) >= count - mark["n"] and any(one.created_at.timestamp() < since for one in here):
                kept = [*mark["ids"], *(one.external_id for one in fresh)]
                self._posts[name] = {**mark, "n": count, "top": top, "ids": kept}
                break
        else:
            kept = [one.external_id for one in seen if one.created_at.timestamp() >= started - DAY]
            self._posts[name] = {"n": count, "top": top, "whole": started, "ids": kept}
        if fresh and not mark["whole"]:
            fresh = [translate.post(self._graph.get(f"/{name}", fields=translate.MEDIA), self._own), *fresh]
        return fresh

    def _with_replies(self, told: Mapping[str, Any], post: str) -> Iterator[Item]:
        about = told.get("media") or {"id": post}
        comment = translate.comment(told, self._own, about)
        yield comment
        page: Any = told.get("replies")
        while page:
            yield from (translate.comment(one, self._own, about, comment.external_id) for one in listed(page))
            on = following(page)
            page = on and self._graph.get(f"/{told['id']}/replies", fields=translate.COMMENT, limit=PAGE, **on)

    # ------------------------------------------------------------------ private messages

    def _look_at_talks(self) -> None:
        """Those that changed: they are listed from the last to change, so that a page without changes ends it.

        Changes are told to the second: what had just changed when it was read may have changed again.
        """
        for page in self._graph.pages(f"/{self._own.external_id}/conversations", most=MOST_PAGES, platform="instagram",
                                      fields="id,updated_time", limit=PAGE):
            changed = [(identity(one), _epoch(one["updated_time"])) for one in page]
            changed = [(name, at) for name, at in changed if at >= self._since and self._may_have_changed(name, at)]
            self._queue += [["talk", name, at] for name, at in changed]
            if not changed:
                break

    def _may_have_changed(self, talk: str, at: float) -> bool:
        mark = self._talks.get(talk)
        return mark is None or mark["at"] != at or mark["read"] - at < JUST_NOW

    def _messages_of(self, talk: str, at: float) -> list[Item]:
        """Only the last twenty of a talk are told; what is asked beyond them is refused."""
        mark, read = self._talks.get(talk) or {"seen": self._since, "ids": []}, self._now + self._graph.ahead.total_seconds()
        seen: list[Item] = []
        try:
            for page in self._graph.pages(f"/{talk}/messages", most=MOST_PAGES, fields=translate.MESSAGE, limit="20"):
                seen = [*(translate.direct(one, self._own, talk) for one in reversed(page)), *seen]
                if any(one.created_at.timestamp() < mark["seen"] - OVERLAP for one in seen):
                    break
        except (Refused, Gone):
            if not seen:
                raise
        fresh = [one for one in seen if one.external_id not in mark["ids"]
                 and one.created_at.timestamp() >= (mark["seen"] - OVERLAP if mark["ids"] else self._since)]
        newest = max([mark["seen"], *(one.created_at.timestamp() for one in seen)])
        ids = [one.external_id for one in seen if one.created_at.timestamp() >= newest - OVERLAP]
        talks = {**self._talks, talk: {"at": at, "read": read, "seen": newest, "ids": ids}}
        self._talks = dict(sorted(talks.items(), key=lambda one: -one[1]["at"])[:TALKS_KEPT])
        return fresh


def _epoch(told: object) -> float:
    return moment(told).timestamp()

