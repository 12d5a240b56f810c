"""A small AppView and PDS in memory, with the habits of the real ones that lose things (AppView of 2026-11)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tertulia.kit.http import open_client
from tertulia.kit.tests.loopback import Asked, Loopback, Told, said, serving
from tertulia.networks.bluesky import Bluesky
from tertulia.networks.contract import Account

OURS, THEIRS = "did:plc:ours", "did:plc:theirs"
POST = "app.bsky.feed.post"
Json = dict[str, Any]


def moment(at: datetime) -> str:
    """As records write it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class FakeAppView:
    """``notify=False``: the post is in its thread, and nobody is told. ``faults``: what becomes of the next calls."""

    def __init__(self) -> None:
        self.posts: dict[str, Json] = {}
        self.notifications: list[Json] = []
        self.faults: list[Told] = []
        self.calls: list[str] = []
        self._count = 0

    def say(self, text: str, at: datetime, *, did: str = THEIRS, on: str = "", notify: bool = True) -> str:
        """Somebody says something at the moment they claim."""
        self._count += 1
        uri = f"at://{did}/{POST}/{self._count:013d}"
        record: Json = {"$type": POST, "text": text, "createdAt": moment(at)}
        if on:
            root = self.posts[on]["record"].get("reply", {}).get("root") or self._strong(on)
            record["reply"] = {"root": root, "parent": self._strong(on)}
        view = {"uri": uri, "cid": f"cid{self._count}", "record": record, "indexedAt": moment(at), "replyCount": 0,
                "author": {"did": did, "handle": f"{did.rsplit(':', 1)[1]}.test"}}
        self.posts[uri] = view
        if on:
            self.posts[on]["replyCount"] += 1
        if notify and did != OURS:
            self.notifications.append({**view, "reason": "reply" if on else "mention"})
        return uri

    def _strong(self, uri: str) -> Json:
        return {"uri": uri, "cid": self.posts[uri]["cid"]}

    def answer(self, asked: Asked) -> Told:
        """One call."""
        method = asked.path.rsplit("/", 1)[1]
        self.calls.append(method)
        if self.faults:
            return self.faults.pop(0)
        return said(getattr(self, "_" + method.rsplit(".", 1)[1])(asked.query))

    def _listNotifications(self, query: Any) -> Json:
        limit = int(query["limit"][0])
        before = query.get("cursor", ["9"])[0]
        newest = sorted(self.notifications, key=lambda one: (one["indexedAt"], one["uri"]), reverse=True)
        rest = [one for one in newest if one["indexedAt"] < before]  # the same millisecond is lost, as on the real one
        page = rest[:limit]
        return {"notifications": page, **({"cursor": page[-1]["indexedAt"]} if len(rest) > limit else {})}

    def _getPosts(self, query: Any) -> Json:
        assert len(query["uris"]) <= 25
        return {"posts": [self.posts[uri] for uri in query["uris"] if uri in self.posts]}

    def _getAuthorFeed(self, query: Any) -> Json:
        return {"feed": [{"post": view} for view in self.posts.values() if view["author"]["did"] == query["actor"][0]]}

    def _getPostThread(self, query: Any) -> Json:
        return {"thread": self._thread(query["uri"][0])}

    def _thread(self, uri: str) -> Json:
        below = [one for one, view in self.posts.items() if view["record"].get("reply", {}).get("parent", {}).get("uri") == uri]
        return {"post": self.posts[uri], "replies": [self._thread(one) for one in below]}


@contextmanager
def playing(answer: Any, **secrets: str) -> Iterator[tuple[Bluesky, Loopback, list[Any]]]:
    """The class before a server that answers so; what it asked to keep."""
    kept: list[Any] = []
    with serving(answer) as server, open_client(allow=[server.host]) as http:
        yield before(server, http, kept, **secrets), server, kept


def before(server: Loopback, http: httpx.Client, kept: list[Any], **secrets: str) -> Bluesky:
    """The class for our account on ``server``."""
    known = {"access": "access-secret", "refresh": "refresh-secret", "password": "app-password-secret", **secrets}
    account = Account("bluesky", OURS, "ours.test", base_url=server.url, secrets=known)
    return Bluesky(account, http, kept.append)


def every(seconds: float, count: int) -> Iterator[datetime]:
    """``count`` moments up to now."""
    now = datetime.now(UTC).replace(microsecond=0)
    for turn in range(count):
        yield now - timedelta(seconds=seconds * (count - turn))
