"""Replies, comments and private messages: one request, and looking for what became of it.

``key.steps``: ``sending``, when it was first sent (epoch), noted before and forgotten where it surely came to nothing;
``said``, what it became, noted after.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tertulia.kit import clock
from tertulia.networks.contract import (
    Author,
    Draft,
    Gone,
    Key,
    Outcome,
    Receipt,
    Ref,
    Refused,
    Unsure,
)
from tertulia.networks.graph import Graph, identity, moment, understood
from tertulia.networks.instagram import translate

SLACK = timedelta(seconds=90)
LOOK_PAGES = 40


class Answer:
    """One answer under one key, for as long as a call lasts. ``own``: ourselves."""

    def __init__(self, graph: Graph, own: Author, draft: Draft, key: Key) -> None:
        self._graph, self._own, self._draft, self._steps = graph, own, draft, key.steps
        self._extra: Mapping[str, Any] = draft.reply_to.extra if draft.reply_to else {}
        self._to = draft.reply_to.external_id if draft.reply_to else ""

    def send(self) -> Receipt:
        """A reply to a comment, a comment on a post, or an answer where we were mentioned."""
        if self._draft.pictures:
            raise Refused("too_many_media", "Instagram no admite imágenes en las respuestas.")
        if not self._draft.text.strip():
            raise Refused("empty")
        path, told = self._where()
        return self._once(path, {**told, "message": self._draft.text}, "id", "comment")

    def send_privately(self, tagged: Mapping[str, str]) -> Receipt:
        """To somebody who wrote to us in the last 24 hours (with a tag, 7 days): Instagram refuses any other."""
        if self._draft.pictures:
            raise Refused("too_many_media", "Por ahora los mensajes privados a Instagram van sin imágenes.")
        if not self._draft.text.strip():
            raise Refused("empty")
        if (size := len(self._draft.text.encode())) > translate.MESSAGE_BYTES:
            raise Refused("too_long", f"{size} > {translate.MESSAGE_BYTES} bytes")
        if done := self._done("message"):
            return done
        told = {"recipient": {"id": self._person()}, "message": {"text": self._draft.text}, **tagged}
        return self._once(f"/{self._own.external_id}/messages", told, "message_id", "message")

    def found(self) -> Receipt | None:
        """None only if it was never sent. What was sent and is not seen may be there: comments are held back and
        shown late, of messages only the last twenty of a talk are told, and nothing says that a list is whole."""
        kind = "message" if self._draft.to else "comment"
        if done := self._done(kind):
            return done
        sent_at = self._steps.get("sending")
        if not sent_at:
            return None
        with understood():
            like = [one for one in self._messages() if self._like(one, sent_at, "message", "created_time")] if self._draft.to \
                else [one for one in self._comments() if self._like(one, sent_at, "text", "timestamp")]
        if len(like) != 1:
            raise Unsure("duplicate" if like else "not_found", "", {"ids": [identity(one) for one in like]})
        self._steps.note(said=identity(like[0]))
        return self._receipt(identity(like[0]), kind, found="text")

    # ------------------------------------------------------------------ sending

    def _where(self) -> tuple[str, dict[str, str]]:
        match self._extra.get("kind"):
            case "post":
                return f"/{self._to}/comments", {}
            case "mention":
                return f"/{self._own.external_id}/mentions", {"media_id": self._to}
        return f"/{self._extra.get('thread') or self._to}/replies", {}  # threads have one level: what answers a reply joins it

    def _once(self, path: str, told: Mapping[str, Any], name: str, kind: str) -> Receipt:
        if done := self._done(kind):
            return done
        before = self._steps.get("sending")  # an earlier try whose end is not known: a clear no to this one says nothing of it
        self._steps.note(sending=before or clock.now().timestamp())
        try:
            answer = self._graph.post(path, creates=True, **told)
        except Unsure:
            raise  # what became of it has to be looked for
        except Outcome as outcome:
            if before and outcome.reason == "duplicate":  # of the earlier try, it seems: for whoever looks
                raise Unsure("duplicate", outcome.detail, outcome.evidence) from outcome
            self._steps.note(sending=before)
            raise
        try:
            said = identity(answer, name)
        except (KeyError, TypeError) as error:
            raise Unsure("not_json", "the answer does not say what it became") from error
        self._steps.note(said=said)
        return self._receipt(said, kind)

    def _done(self, kind: str) -> Receipt | None:
        said = self._steps.get("said")
        return self._receipt(str(said), kind) if said else None

    def _receipt(self, said: str, kind: str, **evidence: Any) -> Receipt:
        extra = {"kind": "direct"} if kind == "message" else {
            "kind": "comment", "thread": str(self._extra.get("thread") or (self._to if self._extra.get("kind") == "comment" else said)),
            "media": str(self._extra.get("media") or ""), **({"elsewhere": True} if self._extra.get("kind") == "mention" else {})}
        url = self._draft.reply_to.url if self._draft.reply_to else ""
        return Receipt(Ref(said, url, extra), evidence={"id": said, **evidence})

    # ------------------------------------------------------------------ looking

    def _like(self, one: Mapping[str, Any], sent_at: float, text: str, time: str) -> bool:
        by = one.get("from") or {}
        ours = self._own.external_id == str(by.get("id") or "") or self._own.handle in (by.get("username"), one.get("username"))
        since = datetime.fromtimestamp(sent_at, UTC) + self._graph.ahead - SLACK
        return ours and moment(one[time]) >= since and translate.same(str(one.get(text) or ""), self._draft.text)

    def _comments(self) -> Iterator[Mapping[str, Any]]:
        path, told = self._where()
        if told:  # a comment under somebody else's post: we are shown no list of those
            return
        try:
            for page in self._graph.pages(path, most=LOOK_PAGES, fields=translate.COMMENT, limit="50"):
                yield from page
        except Gone:
            return

    def _messages(self) -> Iterator[Mapping[str, Any]]:
        for page in self._graph.pages(f"/{self._own.external_id}/conversations", most=1, platform="instagram",
                                      user_id=self._person(), fields="id"):
            for talk in page:
                told = self._graph.get(f"/{talk['id']}/messages", fields=translate.MESSAGE, limit="20")
                yield from told["data"]

    def _person(self) -> str:
        """The id of whom we write to. Who was met only by name is looked for among those who wrote to us."""
        assert self._draft.to is not None
        if not self._draft.to.external_id.startswith("@"):
            return self._draft.to.external_id
        with understood():
            for page in self._graph.pages(f"/{self._own.external_id}/conversations", most=LOOK_PAGES, platform="instagram",
                                          fields="participants"):
                for one in (one for talk in page for one in talk["participants"]["data"]):
                    if one.get("username") == self._draft.to.handle:
                        return identity(one)
        raise Refused("forbidden", f"{self._draft.to.handle} no ha escrito antes: Instagram solo deja contestar.")
