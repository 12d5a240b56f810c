"""Mastodon: the calls."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar

import httpx

from tertulia.kit import clock
from tertulia.networks import calls, manifest_file
from tertulia.networks.contract import (
    Account,
    Author,
    Batch,
    Begun,
    Draft,
    Gone,
    Item,
    Key,
    Limits,
    Manifest,
    Metrics,
    Picture,
    ProfileCard,
    Receipt,
    Ref,
    Refused,
    TryLater,
    Unsure,
)
from tertulia.networks.mastodon import answers, connecting, text, translate

PAGE = 40              # the most that every server gives
BATCH = 20             # statuses asked for at once; Mastodon 4.3 takes no more
BACKFILL = 200         # mentions fetched when a channel is connected; older ones are told of in the cursor
LOOK_PAGES = 50        # of our own posts, when looking for one
SLACK = timedelta(seconds=90)     # between our clock and the server's, once its Date header is reckoned with
MEDIA_WAITS = (0.3, 0.7, 1.5, 3.0, 5.0)  # seconds between questions about a picture being processed


class Mastodon:
    """One account on one server. Servers that ignore Idempotency-Key are common, so it is only a second net."""

    manifest: ClassVar[Manifest] = manifest_file.read(Path(__file__).with_name("manifest.toml"))
    repeatable: ClassVar[bool] = False

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.account, self._http = account, http
        self._own_id = str(account.settings["account_id"])
        self._domain, self._acct = str(account.settings["domain"]), str(account.settings["acct"])
        self._roots: dict[str, str] = {}

    @staticmethod
    def count(text_: str) -> int:
        return text.count(text_)

    @staticmethod
    def limits(account: Account | None) -> Limits:
        usual = Mastodon.manifest.limits
        return translate.limits_kept(account.settings, usual) if account else usual

    # ------------------------------------------------------------------ connecting

    @classmethod
    def connect(cls, answers: Mapping[str, str], http: httpx.Client) -> Account:
        return connecting.by_token(answers, http, cls.manifest)

    @classmethod
    def begin(cls, answers: Mapping[str, str], redirect_uri: str, state: str, http: httpx.Client) -> Begun:
        return connecting.begin(answers, redirect_uri, state, http)

    @classmethod
    def finish(cls, memory: Mapping[str, Any], code: str, http: httpx.Client) -> Account:
        return connecting.finish(memory, code, http, cls.manifest)

    # ------------------------------------------------------------------ publishing

    def publish(self, draft: Draft, key: Key) -> Receipt:
        """A public post or a reply. ``TryLater`` before the post exists if its pictures are not ready."""
        with answers.understood():
            told = self._outgoing(draft)
            translate.check(draft, told["status"], self.limits(self.account))
            if draft.pictures:
                told["media_ids"] = self._upload_all(draft.pictures)
        status = self._call("POST", "/api/v1/statuses", creates=True, json=told,
                            headers={"Idempotency-Key": key.value})
        try:
            return translate.receipt(status)
        except (KeyError, TypeError) as error:
            raise Unsure("not_json", f"no status in the answer: {error!r}") from error

    def message(self, draft: Draft, key: Key) -> Receipt:
        """A post that only ``draft.to`` and we can see."""
        if draft.to is None:
            raise Refused("invalid", "a message without addressee")
        return self.publish(draft, key)

    @answers.understood()
    def find(self, draft: Draft, key: Key) -> Receipt | None:
        """Among our own posts since ``key.at``, the one with these words, parent and pictures."""
        told, exact, similar = self._outgoing(draft), [], []
        for status in self._own_since(key.at):
            match translate.same(status, told, len(draft.pictures)):
                case "yes":
                    exact.append(status)
                case "perhaps":
                    similar.append(status)
        if len(exact) == 1:
            return translate.receipt(exact[0], found="text")
        if exact or similar:
            ids = [str(status["id"]) for status in exact or similar]
            raise Unsure("duplicate", "several posts could be it", {"ids": ids, "same_words": bool(exact)})
        return None

    @answers.understood()
    def read(self, ref: Ref) -> Item:
        status = self._call("GET", f"/api/v1/statuses/{ref.external_id}")
        return translate.item(status, self._own_id, self._domain, self._root(status))

    @answers.understood()
    def delete(self, ref: Ref) -> Receipt:
        try:
            self._call("DELETE", f"/api/v1/statuses/{ref.external_id}")
        except Gone:
            return Receipt(ref, evidence={"already": True})
        return Receipt(ref)

    def _outgoing(self, draft: Draft) -> dict[str, Any]:
        if draft.reply_to and not {"acct", "visibility"} <= draft.reply_to.extra.keys():
            parent = self._call("GET", f"/api/v1/statuses/{draft.reply_to.external_id}")
            extra = {"acct": parent["account"]["acct"], "visibility": parent["visibility"]}
            draft = Draft(draft.text, draft.language, draft.pictures,
                          Ref(draft.reply_to.external_id, draft.reply_to.url, extra), draft.to)
        return translate.outgoing(draft, self._acct, self._domain)

    def _upload_all(self, pictures: Sequence[Picture]) -> list[str]:
        try:
            return [self._upload(picture) for picture in pictures]
        except Gone as error:  # the picture, or the way to send one: what we speak of is still there
            raise Refused("bad_media", error.detail, error.evidence) from error

    def _upload(self, picture: Picture) -> str:
        """The id of a picture the server has finished with. A picture nobody posts is forgotten by the server."""
        name, longest = f"picture.{picture.mime.rpartition('/')[2]}", self.limits(self.account).alt_characters
        media = self._call("POST", "/api/v2/media", data={"description": picture.alt[:longest]},
                           files={"file": (name, picture.content, picture.mime)})
        for wait in (0.0, *MEDIA_WAITS, None):
            if media.get("url"):
                return str(media["id"])
            if wait is not None:
                time.sleep(wait)
                media = {**media, **(self._call("GET", f"/api/v1/media/{media['id']}") or {})}  # 206 until it is ready
        raise TryLater("busy", "the picture is still being processed", after=30)

    def _own_since(self, at: datetime) -> list[Mapping[str, Any]]:
        """Our posts since ``at`` by the server's clock; ``Unsure`` if they are too many to see them all."""
        found: list[Mapping[str, Any]] = []
        asked: dict[str, Any] = {"limit": PAGE, "exclude_reblogs": "true"}
        for _ in range(LOOK_PAGES):
            response = self._send("GET", f"/api/v1/accounts/{self._own_id}/statuses", params=asked)
            page = answers.listed(answers.read(response))
            since = at - SLACK + _ahead(response)
            found += [status for status in page if (translate.moment(status["created_at"]) or since) >= since]
            if not page or all((translate.moment(status["created_at"]) or since) < since for status in page):
                return found
            asked["max_id"] = page[-1]["id"]
        raise Unsure("too_big_answer", f"more than {LOOK_PAGES * PAGE} posts since then")

    # ------------------------------------------------------------------ collecting

    @answers.understood()
    def collect(self, cursor: Mapping[str, Any]) -> Batch:
        """Mentions, comments and direct messages. Cursor: ``min_id``, and ``since`` if the back-fill was cut."""
        if "min_id" not in cursor:
            return self._backfill()
        page = self._mentions(min_id=cursor["min_id"])
        if not page or str(page[-1]["id"]) == cursor["min_id"]:  # a server that knows no min_id would never end
            return Batch(cursor=dict(cursor))
        return Batch(self._items(page), cursor={**cursor, "min_id": str(page[-1]["id"])}, more=True)

    @answers.understood()
    def still_there(self, external_ids: Sequence[str]) -> frozenset[str]:
        return frozenset(self._statuses(external_ids))

    def _backfill(self) -> Batch:
        pages: list[Mapping[str, Any]] = []
        asked: dict[str, str] = {}
        while len(pages) < BACKFILL:
            page = self._mentions(**asked)
            if not page or (pages and str(page[0]["id"]) == asked["max_id"]):
                break
            pages, asked = page + pages, {"max_id": str(page[0]["id"])}
        cursor = {"min_id": str(pages[-1]["id"]) if pages else "0"}
        if len(pages) >= BACKFILL:
            cursor["since"] = pages[0]["created_at"]
        return Batch(self._items(pages), cursor=cursor, more=bool(pages))

    def _mentions(self, **where: str) -> list[Mapping[str, Any]]:
        """One page of notifications of mentions, oldest first."""
        asked = {"types[]": "mention", "limit": PAGE, "include_filtered": "true", **where}
        return answers.listed(self._call("GET", "/api/v1/notifications", params=asked))[::-1]

    def _items(self, notifications: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
        statuses = [one["status"] for one in notifications if one.get("type") == "mention" and one.get("status")]
        return tuple(translate.item(status, self._own_id, self._domain, self._root(status)) for status in statuses)

    def _root(self, status: Mapping[str, Any]) -> str:
        """The first of the thread; of what is no longer there, the oldest we are told of."""
        parent = str(status.get("in_reply_to_id") or "")
        if not parent:
            return str(status["id"])
        if parent not in self._roots:
            try:
                context = self._call("GET", f"/api/v1/statuses/{status['id']}/context")
            except (Gone, Refused):
                context = {"ancestors": []}
            above = [str(one["id"]) for one in context["ancestors"]]
            self._roots |= dict.fromkeys([*above, parent], above[0] if above else parent)
        self._roots[str(status["id"])] = self._roots[parent]
        return self._roots[parent]

    def _statuses(self, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Those of ``ids`` that are there. What a list leaves out is asked for by itself before it is given up."""
        found: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(ids), BATCH):
            try:  # since 4.3; older servers know no such list
                page = self._call("GET", "/api/v1/statuses", params={"id[]": list(ids[start:start + BATCH])})
            except (Gone, Refused):
                break
            found |= {str(status["id"]): status for status in answers.listed(page)}
        for missing in [one for one in ids if one not in found]:
            try:
                found[missing] = self._call("GET", f"/api/v1/statuses/{missing}")
            except Gone:
                continue
        return found

    # ------------------------------------------------------------------ people, profile, figures

    def block(self, author: Author) -> Receipt:
        return self._relate(author, "block")

    def unblock(self, author: Author) -> Receipt:
        return self._relate(author, "unblock")

    @answers.understood()
    def _relate(self, author: Author, verb: str) -> Receipt:
        told = self._call("POST", f"/api/v1/accounts/{self._number(author)}/{verb}")
        return Receipt(Ref(author.external_id, author.url), evidence={"blocking": told.get("blocking")})

    @answers.understood()
    def blocks(self, author: Author) -> bool:
        told = answers.listed(self._call("GET", "/api/v1/accounts/relationships", params={"id[]": self._number(author)}))
        return bool(told[0]["blocking"])

    def _number(self, author: Author) -> str:
        """Its id on our server."""
        acct = author.handle.removesuffix(f"@{self._domain}")
        return str(self._call("GET", "/api/v1/accounts/lookup", params={"acct": acct})["id"])

    @answers.understood()
    def knows(self, handle: str) -> bool:
        """Of this server for certain; of another, what this one has met or finds there: not finding it says nothing."""
        name = handle.lower().removesuffix(f"@{self._domain}")
        if self._has(name):
            return True
        if "@" not in name and self._has(self._acct):  # a server too old for the question says no to every name
            return False
        asked = {"q": name, "resolve": "true", "limit": 5}
        found = answers.listed(self._call("GET", "/api/v1/accounts/search", params=asked))
        if any(str(one["acct"]).lower() == name for one in found):
            return True
        raise TryLater("unreachable", "not found, or its server did not answer")

    def _has(self, acct: str) -> bool:
        try:
            return bool(self._call("GET", "/api/v1/accounts/lookup", params={"acct": acct})["acct"])
        except Gone:
            return False

    @answers.understood()
    def profile(self) -> ProfileCard:
        return translate.card(self._call("GET", "/api/v1/accounts/verify_credentials"))

    @answers.understood()
    def measure(self, refs: Sequence[Ref]) -> Mapping[str, Metrics]:
        found = self._statuses([ref.external_id for ref in refs])
        return {name: translate.metrics(status) for name, status in found.items()}

    # ------------------------------------------------------------------ the way out

    def _send(self, method: str, path: str, *, creates: bool = False, headers: Mapping[str, str] | None = None,
              **how: Any) -> httpx.Response:
        told = {**connecting.bearer(self.account.secrets["token"]), **(headers or {})}
        return calls.send(self._http, method, self.account.base_url + path, creates=creates, headers=told, **how)

    def _call(self, method: str, path: str, *, creates: bool = False, **how: Any) -> Any:
        return answers.read(self._send(method, path, creates=creates, **how), creates=creates)


def _ahead(response: httpx.Response) -> timedelta:
    """How far the server's clock is ahead of ours, by the Date of its answer."""
    try:
        return parsedate_to_datetime(response.headers["date"]) - clock.now()
    except (KeyError, ValueError, TypeError):
        return timedelta(0)
