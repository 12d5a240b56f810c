"""The public on both networks, who speak and look with their networks' own clients: atproto and Mastodon.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from tests.peers.bluesky.running import BlueskyNetwork, Somebody
from tests.peers.conftest import MastodonMock


@dataclass(frozen=True)
class Said:
    """Something that a network accepted. ``words``: as it was given; ``raw``: what is needed to answer it."""

    external_id: str
    words: str
    parent: str
    kind: str
    accepted: datetime
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Seen:
    """Something as a network shows it to others."""

    external_id: str
    text: str
    parent: str
    ours: bool
    alts: tuple[str, ...] = ()


class Public(Protocol):
    """Several people on one network. ``who`` is a number; anybody answers for it."""

    network: str

    def say(self, who: int, words: str, on: Said | None = None, *, private: bool = False) -> Said: ...

    def post(self, external_id: str) -> Said: ...

    def thread(self, external_id: str) -> dict[str, Seen]: ...

    def ours(self) -> list[str]: ...

    def delete(self, said: Said) -> None: ...

    def close(self) -> None: ...


class BlueskyPublic:
    """Three people with accounts of their own."""

    network = "bluesky"

    def __init__(self, network: BlueskyNetwork, brand: Somebody, tag: str) -> None:
        from atproto import Client  # type: ignore[import-untyped, import-not-found, unused-ignore]

        self.brand = brand
        self._people = network.people([f"{name}-{tag}.test" for name in ("rosa", "blas", "inma")])
        self._of = dict[str, Somebody]()
        self.client = Client(base_url=f"{network.pds_url}/xrpc")
        self.client.login(self._people[0].handle, self._people[0].password)

    def say(self, who: int, words: str, on: Said | None = None, *, private: bool = False) -> Said:
        someone = self._people[who % len(self._people)]
        if on is None:
            handle = self.brand.handle
            words = f"@{handle} {words}"
            made = someone.post(words, mentioning={handle: self.brand.did})
        else:
            made = someone.post(words, answering=on.raw)
        self._of[made["uri"]] = someone
        return Said(made["uri"], words, on.external_id if on else "", "comment" if on else "mention", datetime.now(UTC), made)

    def post(self, external_id: str) -> Said:
        view = self.client.get_posts([external_id]).posts[0]
        return Said(view.uri, view.record.text, "", "post", datetime.now(UTC), {"uri": view.uri, "cid": view.cid})

    def thread(self, external_id: str) -> dict[str, Seen]:
        """The post and everything under it, by uri, as atproto's client reads ``getPostThread``; nothing before it is seen."""
        from atproto.exceptions import AtProtocolError  # type: ignore[import-untyped, import-not-found, unused-ignore]

        found: dict[str, Seen] = {}
        try:
            waiting = [self.client.get_post_thread(external_id, depth=100, parent_height=0).thread]
        except AtProtocolError:
            return found
        while waiting:
            node = waiting.pop()
            if getattr(node, "post", None) is None:
                continue
            waiting += node.replies or []
            record, images = node.post.record, getattr(node.post.embed, "images", None) or []
            found[node.post.uri] = Seen(node.post.uri, record.text, record.reply.parent.uri if record.reply else "",
                                        node.post.author.did == self.brand.did, tuple(one.alt for one in images))
        return found

    def ours(self) -> list[str]:
        """Every text the brand has on its server."""
        return [record["value"]["text"] for record in self.brand.posts_of(self.brand.did)]

    def hidden(self, post: str) -> list[str]:
        """What the threadgate of a post hides."""
        gate = self.client.com.atproto.repo.get_record({
            "repo": self.brand.did, "collection": "app.bsky.feed.threadgate", "rkey": post.rsplit("/", 1)[1]})
        return list(gate.value.hidden_replies)

    def delete(self, said: Said) -> None:
        self._of[said.external_id].delete(said.external_id)

    def close(self) -> None:
        self.client.request.close()


class MastodonPublic:
    """Three demo accounts of the mock; the fourth, ``katherine``, is the brand's."""

    network = "mastodon"

    def __init__(self, mock: MastodonMock) -> None:
        from mastodon import Mastodon  # type: ignore[import-untyped, import-not-found, unused-ignore]

        def client(name: str) -> Any:
            return Mastodon(access_token=mock.tokens[name], api_base_url=mock.url, ratelimit_method="throw")

        self._people = [client(name) for name in ("ada", "grace", "alan")]
        self._brand = client("katherine")
        self._me = self._brand.me()
        self._of = dict[str, Any]()

    def say(self, who: int, words: str, on: Said | None = None, *, private: bool = False) -> Said:
        someone, words = self._people[who % len(self._people)], f"@{self._me['acct']} {words}"
        made = someone.status_post(words, in_reply_to_id=on.external_id if on else None, language="es",
                                   visibility="direct" if private else "public")
        external_id = str(made["id"])
        self._of[external_id] = someone
        kind = "direct" if private else "mention"
        if on is not None and str(made["in_reply_to_account_id"]) == str(self._me["id"]):
            kind = "comment"
        return Said(external_id, words, on.external_id if on else "", kind, datetime.now(UTC))

    def post(self, external_id: str) -> Said:
        return Said(external_id, "", "", "post", datetime.now(UTC))

    def thread(self, external_id: str) -> dict[str, Seen]:
        """The post and everything under it, by id, as Mastodon.py reads it."""
        reader = self._people[0]
        shown = [reader.status(external_id), *reader.status_context(external_id)["descendants"]]
        return {str(one["id"]): Seen(
            str(one["id"]), one["content"], str(one["in_reply_to_id"] or ""), one["account"]["id"] == self._me["id"],
            tuple(media["description"] for media in one["media_attachments"])) for one in shown}

    def told(self, who: int) -> list[tuple[str, str]]:
        """What the brand said to somebody, as their notifications tell it: (answers, content)."""
        found = self._people[who].notifications(types=["mention"], limit=40)
        return [(str(one["status"]["in_reply_to_id"]), one["status"]["content"]) for one in found
                if one["account"]["id"] == self._me["id"]]

    def ours(self) -> list[str]:
        """Every text of the brand's account."""
        found, page = [], self._brand.account_statuses(self._me["id"], limit=40)
        while page:
            found += [one["content"] for one in page]
            page = self._brand.account_statuses(self._me["id"], limit=40, max_id=page[-1]["id"])
        return found

    def delete(self, said: Said) -> None:
        self._of[said.external_id].status_delete(said.external_id)

    def close(self) -> None:
        for one in (*self._people, self._brand):
            one.session.close()
