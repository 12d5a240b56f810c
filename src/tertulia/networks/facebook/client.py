"""A Page of Facebook: the calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx

from tertulia.kit import clock
from tertulia.networks import graph, manifest_file
from tertulia.networks.contract import (
    Account,
    Author,
    Batch,
    Draft,
    Gone,
    Item,
    Key,
    Limits,
    Manifest,
    Metrics,
    Outcome,
    Picture,
    ProfileCard,
    Receipt,
    Ref,
    Refused,
    Unsure,
)
from tertulia.networks.facebook import collecting, connecting, finding, translate
from tertulia.networks.graph import Graph, tagged

SEVERAL = 50                       # ids asked for at once, the most that Graph takes
PHOTOS_LAST = timedelta(hours=20)  # a photo that no post shows is kept for a day by Meta: one that old is sent anew
_LATE = "Facebook solo deja escribir en las 24 horas siguientes al último mensaje de esa persona, o ella no admite mensajes."


class Facebook:
    """One Page. Graph knows no key that makes a repetition harmless: what may have been done is looked for."""

    manifest: ClassVar[Manifest] = manifest_file.read(Path(__file__).with_name("manifest.toml"))
    repeatable: ClassVar[bool] = False
    allowance = staticmethod(graph.allowance)
    count = staticmethod(translate.count)

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.account, self._page = account, account.external_id
        self._graph = Graph(http, account.base_url, account.secrets["token"], account.secrets.get("app_secret", ""))

    @staticmethod
    def limits(account: Account | None) -> Limits:
        return Facebook.manifest.limits

    # ------------------------------------------------------------------ connecting

    @classmethod
    def connect(cls, answers: Mapping[str, str], http: httpx.Client) -> Account:
        return connecting.by_form(answers, http, cls.manifest)

    @staticmethod
    def expires_at(account: Account) -> datetime | None:
        """When a person has to connect again: Meta gives no way to renew a token without them, so there is no ``renew``."""
        end = account.settings.get("expires_at")
        return graph.moment(end) if end else None

    # ------------------------------------------------------------------ publishing

    def publish(self, draft: Draft, key: Key) -> Receipt:
        """A post of the Page or, with ``reply_to``, a comment. Its photos go before, unseen, and are noted one by one."""
        if draft.to:
            return self.message(draft, key)
        translate.check(draft, self.limits(self.account))
        with graph.understood():
            photos = self._uploaded(draft.pictures, key)
        told: dict[str, Any] = {"message": draft.text or None}
        if draft.reply_to:
            told["attachment_id"] = photos[0] if photos else None
            root = str(draft.reply_to.extra.get("root") or draft.reply_to.external_id)
            return translate.receipt(self._made(key, f"/{draft.reply_to.external_id}/comments", told), "comment", root)
        if photos:
            told["attached_media"] = [{"media_fbid": photo} for photo in photos]
        else:
            told["link"] = translate.link_of(draft.text)
        return translate.receipt(self._made(key, f"/{self._page}/feed", told), "post")

    def message(self, draft: Draft, key: Key) -> Receipt:
        """To somebody who wrote to the Page in the last 24 hours; 7 days where the account was granted that people answer later."""
        if draft.to is None:
            raise Refused("invalid", "a message without addressee")
        translate.check(draft, self.limits(self.account))
        told = {"recipient": {"id": draft.to.external_id}, "message": {"text": draft.text},
                **(tagged(self.account) or {"messaging_type": "RESPONSE"})}
        try:
            return translate.receipt(self._made(key, f"/{self._page}/messages", told, "message_id"), "direct")
        except Refused as error:
            if error.reason == "forbidden":
                raise Refused("forbidden", f"{_LATE} ({error.detail})", error.evidence) from error
            raise

    def find(self, draft: Draft, key: Key) -> Receipt | None:
        return finding.find(self._graph, self._page, draft, key)

    def _made(self, key: Key, path: str, told: Mapping[str, Any], name: str = "id") -> str:
        """The id of what a call made. The key's steps say that it was asked for before it is, unless it surely came to nothing."""
        before = key.steps.get("asked")
        key.steps.note(asked=True)
        try:
            made = self._graph.post(path, creates=True, **told)
        except Unsure:
            raise
        except Outcome as outcome:
            if before and outcome.reason == "duplicate":  # of the earlier try, it seems: for whoever looks
                raise Unsure("duplicate", outcome.detail, outcome.evidence) from outcome
            # photos that may be why it was refused are sent anew
            key.steps.note(asked=before, **({"photos": None} if isinstance(outcome, Refused | Gone) else {}))
            raise
        try:
            return graph.identity(made, name)
        except (KeyError, TypeError) as error:
            raise Unsure("not_json", "no id in the answer") from error

    def _uploaded(self, pictures: Sequence[Picture], key: Key) -> list[str]:
        """Ids of the photos, unpublished; those that an earlier try sent are not sent again. Sent twice, they are not seen twice."""
        photos, since = list(key.steps.get("photos") or ()), key.steps.get("since")
        if not since or clock.now() - graph.moment(since) > PHOTOS_LAST:
            photos, since = [], clock.now().isoformat()
        for picture in pictures[len(photos):]:
            file = (f"picture.{picture.mime.rpartition('/')[2]}", picture.content, picture.mime)
            alt = picture.alt[:self.manifest.limits.alt_characters] or None
            made = self._graph.post(f"/{self._page}/photos", files={"source": file}, published=False, alt_text_custom=alt)
            photos.append(graph.identity(made))
            key.steps.note(photos=photos, since=since)
        return photos

    # ------------------------------------------------------------------ reading and collecting

    @graph.understood()
    def read(self, ref: Ref) -> Item:
        kind = translate.what(ref, self._page)
        thing = self._graph.get(f"/{ref.external_id}", fields=translate.FIELDS[kind])
        root = "" if kind == "post" else str(ref.extra.get("root") or "")
        photos = [photo for photo in translate.photos(thing) if photo]
        alts = {name: str(photo.get("alt_text_custom") or "") for name, photo in self._several(photos, "id,alt_text_custom").items()}
        return translate.item(thing, kind, self._page, root, alts)

    def collect(self, cursor: Mapping[str, Any]) -> Batch:
        return collecting.collect(self._graph, self._page, self.account.scopes, cursor)

    @graph.understood()
    def still_there(self, external_ids: Sequence[str]) -> frozenset[str]:
        """Meta tells what is gone and what we may no longer see in the same words: both are not there."""
        return frozenset(self._several(external_ids, "id"))

    def _several(self, ids: Sequence[str], fields: str) -> dict[str, Mapping[str, Any]]:
        """Those of ``ids`` that are there. One that is not spoils the whole answer: then they are asked for one by one."""
        found: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(ids), SEVERAL):
            some = list(ids[start:start + SEVERAL])
            try:
                told = self._graph.get("/", ids=",".join(some), fields=fields)
                found |= {graph.identity(told[name]): told[name] for name in some}
            except (Gone, Refused, KeyError):
                found |= {name: one for name in some if (one := self._one(name, fields)) is not None}
        return found

    def _one(self, name: str, fields: str) -> Mapping[str, Any] | None:
        try:
            told: Mapping[str, Any] = self._graph.get(f"/{name}", fields=fields)
        except Gone:
            return None
        graph.identity(told)
        return told

    # ------------------------------------------------------------------ moderating

    def hide(self, ref: Ref) -> Receipt:
        return self._hidden(ref, True)

    def unhide(self, ref: Ref) -> Receipt:
        return self._hidden(ref, False)

    @graph.understood()
    def _hidden(self, ref: Ref, wanted: bool) -> Receipt:
        """Facebook may accept it and not do it: what it then says is in the evidence."""
        refusal: Refused | None = None
        try:
            self._graph.post(f"/{ref.external_id}", is_hidden=wanted)
        except Refused as error:  # perhaps because it is so already
            refusal = error
        told = self._graph.get(f"/{ref.external_id}", fields="id,is_hidden")
        if refusal and bool(told.get("is_hidden")) is not wanted:
            raise refusal
        return Receipt(ref, evidence={"id": graph.identity(told), "is_hidden": told.get("is_hidden")})

    def delete(self, ref: Ref) -> Receipt:
        if translate.what(ref, self._page) == "direct":
            raise Refused("unsupported", "a private message cannot be taken back")
        try:
            return _done(ref, self._graph.delete(f"/{ref.external_id}"))
        except Gone:
            return Receipt(ref, evidence={"already": True})

    def block(self, author: Author) -> Receipt:
        told = self._graph.post(f"/{self._page}/blocked", psid=[_number(author)])
        return _done(Ref(author.external_id, author.url), told)

    def unblock(self, author: Author) -> Receipt:
        told = self._graph.delete(f"/{self._page}/blocked", psid=_number(author))
        return _done(Ref(author.external_id, author.url), told)

    # ------------------------------------------------------------------ profile and figures

    @graph.understood()
    def profile(self) -> ProfileCard:
        return translate.card(self._graph.get(f"/{self._page}", fields=translate.CARD))

    @graph.understood()
    def measure(self, refs: Sequence[Ref]) -> Mapping[str, Metrics]:
        posts = [ref.external_id for ref in refs if translate.what(ref, self._page) == "post"]
        return {name: translate.metrics(post) for name, post in self._several(posts, translate.COUNTS).items()}


def _number(author: Author) -> int:
    if not author.external_id.isdecimal():
        raise Refused("bad_reference", "Facebook does not say who this person is")
    return int(author.external_id)


def _done(ref: Ref, told: Any) -> Receipt:
    """``told``: ``{"success": true}``, or by the id of each."""
    graph.done(told, ref.external_id)
    return Receipt(ref, evidence={"told": told})
