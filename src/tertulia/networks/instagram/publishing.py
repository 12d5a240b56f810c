"""A post on its way: containers are made, Instagram fetches and processes their pictures, the container is published.

What was reached is in ``key.steps``, noted before and after whatever cannot be done twice:

- ``children``: containers of an album's pictures; ``container``: the one that is published; ``since``: when the first was
  made (epoch). A container that nobody publishes is seen by nobody and goes away in 24 hours, so losing the answer that
  made one costs nothing: another is made.
- ``publishing``: when its publication was asked for (epoch), noted before asking; ``post``: the post, noted after.
- ``failures``: how often processing failed; ``blocked``: Instagram's words for a refusal that is being looked into.

One dispatch publishes one container, so what became of it is asked of Instagram: the container says PUBLISHED or not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tertulia.kit import clock
from tertulia.networks.contract import (
    Draft,
    Gone,
    Key,
    Outcome,
    Picture,
    Receipt,
    Reconnect,
    Ref,
    Refused,
    TryLater,
    Unsure,
)
from tertulia.networks.graph import Graph, identity, moment, understood
from tertulia.networks.instagram import translate

SETTLES = timedelta(minutes=2)     # a request whose answer was lost is over by then: Meta's own give up after one minute
SLACK = timedelta(seconds=90)      # between our clock and theirs, once the Date of their answers is reckoned with
FASTEST, SLOWEST = 3.0, 60.0       # seconds between questions about a container
STUCK = 1200.0                     # seconds: pictures take some; what takes this long is made anew
MOST_FAILURES = 3
LOOK_PAGES = 20

_STATUSES = frozenset({"EXPIRED", "ERROR", "FINISHED", "IN_PROGRESS", "PUBLISHED"})

# Subcodes.
_TOO_SOON = 2207027                                    # published before it was ready
_BLOCKED = 2207051                                     # «we restrict certain activity»: seen when the post was there
_RESTRICTED = 2207050                                  # the account must be set right in the application
_TOO_LONG = 2207010
_ANEW = frozenset({2207006, 2207008, 2207020})         # the container is gone or stuck
_MAY_PASS = frozenset({2207001, 2207003, 2207032, 2207052, 2207053})  # could not be fetched or made: perhaps the next time


class Publication:
    """One draft under one key, for as long as a call lasts."""

    def __init__(self, graph: Graph, account_id: str, draft: Draft, key: Key, settles: timedelta = SETTLES) -> None:
        self._graph, self._account, self._draft, self._steps, self._settles = graph, account_id, draft, key.steps, settles

    def go_on(self) -> Receipt:
        """The next steps, as far as they go: a receipt, or ``TryLater`` ``processing`` while Instagram is at it."""
        if done := self.found():
            return done
        if self._steps.get("publishing"):
            blocked = self._steps.get("blocked")
            self._steps.note(publishing=None, blocked=None)
            if blocked:  # now it is known that it was a true no; insisting is what closes accounts
                raise Refused("forbidden", str(blocked))
        if not self._steps.get("container"):
            self._note_made(container=self._made())
        container = str(self._steps.get("container"))
        if self._ready(container):
            return self._publish(container)
        return self._among_ours()  # it was published, whatever we thought

    def found(self) -> Receipt | None:
        """What became of an earlier try. None is said only when it is certain:

        - Publication was never asked for: it is noted, and stored, before the request leaves.
        - Or it was, its container says that it is not published, no post of ours looks like it, and ``SETTLES`` has
          passed since the request left, so that it is not still running over there. A container that has EXPIRED
          cannot be published any more.

        A container that is being published, that cannot be read (Meta is known to lose sight of some), or that says
        something else than our posts do, leaves it ``Unsure``. Should all this fail, what is sent again is the same
        container; another is made only of one that failed or expired.
        """
        if post := self._steps.get("post"):
            return self._receipt(str(post))
        asked_at = self._steps.get("publishing")
        if not asked_at:
            return None
        container = str(self._steps.get("container"))
        try:
            status, _ = self._status(container)
        except Gone as error:
            raise Unsure("not_found", "the container cannot be read", {"container": container}) from error
        if status == "PUBLISHED":
            return self._among_ours()
        over = clock.now() - datetime.fromtimestamp(asked_at, UTC) >= self._settles
        if status != "EXPIRED" and (status == "IN_PROGRESS" or not over):
            raise Unsure("processing", f"the container is {status}", {"container": container})
        if like := self._alike():
            raise Unsure("duplicate", f"the container is {status}, and a post looks like it",
                         {"container": container, "ids": [identity(one) for one in like]})
        return None

    # ------------------------------------------------------------------ containers

    def _made(self) -> str:
        """The container of the whole post."""
        if len(self._draft.pictures) == 1:
            return self._create({**_picture(self._draft.pictures[0]), "caption": self._draft.text})
        children = list(self._steps.get("children") or ())
        for picture in self._draft.pictures[len(children):]:
            children.append(self._create({**_picture(picture), "is_carousel_item": "true"}))
            self._note_made(children=children)
        for child in children:
            self._ready(child)
        return self._create({"media_type": "CAROUSEL", "children": ",".join(children), "caption": self._draft.text})

    def _create(self, told: Mapping[str, Any]) -> str:
        try:
            with understood():
                return identity(self._graph.post(f"/{self._account}/media", **told))
        except Gone as error:  # the account, not the picture
            raise Refused("bad_reference", error.detail, error.evidence) from error
        except (Refused, TryLater) as error:
            if _subcode(error) in _MAY_PASS:
                raise self._failed(error.detail, error.evidence) from error
            raise _finer(error) from error

    def _note_made(self, **made: Any) -> None:
        self._steps.note(since=self._steps.get("since") or clock.now().timestamp(), **made)

    def _ready(self, container: str) -> bool:
        """True: it can be published; False: it is published. Otherwise ``TryLater``, with what failed forgotten."""
        try:
            status, words = self._status(container)
        except Gone:
            status, words = "EXPIRED", "the container is no longer there"
        if status == "IN_PROGRESS":
            waited = clock.now().timestamp() - float(self._steps.get("since") or 0)
            if waited > STUCK:
                raise self._failed("still being prepared", {"container": container})
            raise TryLater("processing", after=min(SLOWEST, max(FASTEST, waited)), evidence={"container": container})
        if status in ("ERROR", "EXPIRED"):
            found = re.search(r"\b2207\d{3}\b", words)
            evidence = {"container": container, "status": status, "subcode": int(found[0]) if found else 0}
            if status == "ERROR" and found and evidence["subcode"] not in _MAY_PASS | _ANEW:
                raise Refused("bad_media", words, evidence)
            raise self._failed(words or status, evidence)
        return status == "FINISHED"

    def _failed(self, words: str, evidence: Mapping[str, Any]) -> Outcome:
        """Everything is made anew, a few times: nothing of it was published."""
        failures = int(self._steps.get("failures") or 0) + 1
        self._steps.note(failures=failures, container=None, children=None, since=None)
        if failures > MOST_FAILURES:
            return Refused("bad_media", f"Instagram no ha podido preparar las imágenes: {words}", evidence)
        return TryLater("processing", words, after=20.0 * failures, evidence=evidence)

    def _status(self, container: str) -> tuple[str, str]:
        with understood():
            told = self._graph.get(f"/{container}", fields="status_code,status")
            if told["status_code"] not in _STATUSES:
                raise ValueError("no such status")
            return str(told["status_code"]), str(told.get("status") or "")

    # ------------------------------------------------------------------ publishing

    def _publish(self, container: str) -> Receipt:
        self._steps.note(publishing=clock.now().timestamp())
        try:
            told = self._graph.post(f"/{self._account}/media_publish", creates=True, creation_id=container)
        except (Refused, TryLater, Reconnect, Gone) as no:
            return self._after_a_no(no, container)
        try:
            post = identity(told)
        except (KeyError, TypeError) as error:
            raise Unsure("not_json", "no post in the answer") from error
        self._steps.note(post=post)
        return self._receipt(post)

    def _after_a_no(self, no: Outcome, container: str) -> Receipt:
        """Instagram has been seen to refuse («action is blocked») what it had published: a refusal is looked into.

        ``publishing`` stays noted where a no is in doubt, so that the next try looks before it sends, and ``blocked``
        (its words) where that look decides.
        """
        subcode, failures = _subcode(no), int(self._steps.get("failures") or 0) + 1
        if subcode in _ANEW | _MAY_PASS and failures <= MOST_FAILURES:  # it passes, or the container's status will say
            self._steps.note(failures=failures)
            raise TryLater("processing", no.detail, after=self._settles.total_seconds() + 10, evidence=no.evidence) from no
        if isinstance(no, Reconnect) or (isinstance(no, TryLater) and subcode != _BLOCKED) or subcode == _TOO_SOON:
            self._steps.note(publishing=None)
            raise _finer(no) from no
        if subcode == _BLOCKED:
            self._steps.note(blocked=no.detail or "blocked")
        try:
            status, _ = self._status(container)
        except Outcome as error:
            raise Unsure(no.reason, no.detail, no.evidence) from error
        if status == "PUBLISHED":
            return self._among_ours()
        if subcode == _BLOCKED:
            raise Unsure("forbidden", no.detail, no.evidence) from no
        raise _finer(no) from no

    # ------------------------------------------------------------------ looking

    def _among_ours(self) -> Receipt:
        """The post of a container that is published; ``Unsure`` until it can be told which it is."""
        like = self._alike()
        if len(like) != 1:
            ids = [identity(one) for one in like]
            raise Unsure("duplicate" if like else "not_found", "it is published, and cannot be told among our posts",
                         {"container": self._steps.get("container"), "ids": ids})
        self._steps.note(post=identity(like[0]))
        return translate.receipt(like[0], container=self._steps.get("container"), found="container and text")

    def _alike(self) -> list[Mapping[str, Any]]:
        """Our posts since the container was made, with these words and as many pictures."""
        found: list[Mapping[str, Any]] = []
        since: datetime | None = None
        with understood():
            for page in self._graph.pages(f"/{self._account}/media", most=LOOK_PAGES, limit="25",
                                          fields="id,caption,timestamp,permalink,media_type"):
                since = since or datetime.fromtimestamp(float(self._steps.get("since") or 0), UTC) - SLACK + self._graph.ahead
                found += [one for one in page if moment(one["timestamp"]) >= since and self._like(one)]
                if any(moment(one["timestamp"]) < since for one in page):
                    break
        return found

    def _like(self, media: Mapping[str, Any]) -> bool:
        album = media.get("media_type") == "CAROUSEL_ALBUM"
        return album == (len(self._draft.pictures) > 1) and translate.same(str(media.get("caption") or ""), self._draft.text)

    def _receipt(self, post: str) -> Receipt:
        """It is there: failing to read where does not undo that."""
        evidence = {"id": post, "container": self._steps.get("container")}
        try:
            with understood():
                told = self._graph.get(f"/{post}", fields="id,permalink,timestamp")
                return translate.receipt(told, container=self._steps.get("container"))
        except Outcome:
            return Receipt(Ref(post, extra={"kind": "post"}), evidence=evidence)


def _picture(picture: Picture) -> dict[str, str]:
    return {"image_url": picture.url, **({"alt_text": picture.alt} if picture.alt else {})}


def _subcode(outcome: Outcome) -> int:
    return int(outcome.evidence.get("subcode") or 0)


def _finer(no: Outcome) -> Outcome:
    """``graph.failure`` with what only Instagram says."""
    subcode = _subcode(no)
    if subcode == _TOO_SOON:
        return TryLater("processing", no.detail, after=FASTEST, evidence=no.evidence)
    if subcode == _RESTRICTED:
        return Reconnect("suspended", no.detail, no.evidence)
    return Refused("too_long", no.detail, no.evidence) if subcode == _TOO_LONG else no
