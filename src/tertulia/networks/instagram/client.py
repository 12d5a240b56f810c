"""Instagram: the calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx

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
    ProfileCard,
    Quota,
    Receipt,
    Reconnect,
    Ref,
    Refused,
)
from tertulia.networks.graph import Graph, identity, listed, tagged, understood
from tertulia.networks.instagram import connecting, publishing, translate
from tertulia.networks.instagram.answering import Answer
from tertulia.networks.instagram.collecting import Collection
from tertulia.networks.instagram.publishing import Publication

TAGS_PAGES = 20
INSIGHTS = "instagram_business_manage_insights"


class Instagram:
    """One professional account, by a token of Instagram Login."""

    manifest: ClassVar[Manifest] = manifest_file.read(Path(__file__).with_name("manifest.toml"))
    repeatable: ClassVar[bool] = False
    settles: ClassVar[timedelta] = publishing.SETTLES
    allowance = staticmethod(graph.allowance)

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.account, self._http, self._keep = account, http, keep
        self._graph = Graph(http, account.base_url, str(account.secrets["token"]))
        self._own = Author(account.external_id, account.handle, account.name, account.url, account.avatar_url)

    @staticmethod
    def count(text: str) -> int:
        return translate.count(text)

    @staticmethod
    def limits(account: Account | None) -> Limits:
        return Instagram.manifest.limits

    # ------------------------------------------------------------------ connecting

    @classmethod
    def connect(cls, answers: Mapping[str, str], http: httpx.Client) -> Account:
        return connecting.by_token(answers, http, cls.manifest)

    @staticmethod
    def expires_at(account: Account) -> datetime | None:
        return connecting.expires_at(account)

    def renew(self) -> None:
        self._keep(connecting.renew(self._http, self.account))

    # ------------------------------------------------------------------ publishing

    def publish(self, draft: Draft, key: Key) -> Receipt:
        """A post with pictures, or a reply. ``TryLater`` ``processing``: Instagram is preparing the pictures, go on later."""
        if draft.reply_to:
            translate.check_text(draft.text, self.limits(self.account))
            return Answer(self._graph, self._own, draft, key).send()
        translate.check_post(draft, self.limits(self.account))
        return self._publication(draft, key).go_on()

    def message(self, draft: Draft, key: Key) -> Receipt:
        if draft.to is None:
            raise Refused("invalid", "a message without addressee")
        return Answer(self._graph, self._own, draft, key).send_privately(tagged(self.account))

    def find(self, draft: Draft, key: Key) -> Receipt | None:
        if draft.reply_to or draft.to:
            return Answer(self._graph, self._own, draft, key).found()
        return self._publication(draft, key).found()

    def _publication(self, draft: Draft, key: Key) -> Publication:
        return Publication(self._graph, self.account.external_id, draft, key, self.settles)

    @understood()
    def quota(self) -> Quota:
        told = listed(self._graph.get(f"/{self.account.external_id}/content_publishing_limit", fields="quota_usage,config"))[0]
        config = told.get("config") or {}
        usual = self.manifest.quota
        assert usual is not None
        return Quota(int(told["quota_usage"]), int(config.get("quota_total") or usual.most),
                     int(config.get("quota_duration") or usual.seconds))

    # ------------------------------------------------------------------ what is there

    @understood()
    def read(self, ref: Ref) -> Item:
        match ref.extra.get("kind"):
            case "comment":
                try:
                    return translate.comment(self._graph.get(f"/{ref.external_id}", fields=translate.COMMENT), self._own)
                except Gone as gone:
                    if ref.extra.get("elsewhere"):  # under somebody else's post: not shown to us is not gone
                        raise Refused("unsupported", gone.detail, gone.evidence) from gone
                    raise
            case "direct":
                return translate.direct(self._graph.get(f"/{ref.external_id}", fields=translate.MESSAGE), self._own, "")
        return translate.post(self._graph.get(f"/{ref.external_id}", fields=translate.MEDIA), self._own)

    def collect(self, cursor: Mapping[str, Any]) -> Batch:
        return Collection(self._graph, self._own, self.account.scopes, cursor).next()

    @understood()
    def still_there(self, external_ids: Sequence[str]) -> frozenset[str]:
        """Posts of others where we are tagged cannot be asked for by their id: they are looked for in their list."""
        found = {one for one in external_ids if self._is_there(one)}
        missing = set(external_ids) - found
        if missing:
            for page in self._graph.pages(f"/{self.account.external_id}/tags", most=TAGS_PAGES, fields="id", limit="50"):
                found |= missing & {identity(one) for one in page}
                if missing <= found:
                    break
        return frozenset(found)

    def _is_there(self, external_id: str) -> bool:
        try:
            return bool(identity(self._graph.get(f"/{external_id}", fields="id")))
        except Gone:
            return False

    # ------------------------------------------------------------------ moderating

    def hide(self, ref: Ref) -> Receipt:
        return self._hide(ref, True)

    def unhide(self, ref: Ref) -> Receipt:
        return self._hide(ref, False)

    @understood()
    def _hide(self, ref: Ref, hidden: bool) -> Receipt:
        """Read back: Instagram has been seen to accept it and go on showing the comment."""
        self._graph.post(f"/{ref.external_id}", hide=hidden)
        told = self._graph.get(f"/{ref.external_id}", fields="hidden")
        return Receipt(ref, evidence={"hidden": told.get("hidden"), "applied": told.get("hidden") is hidden})

    def delete(self, ref: Ref) -> Receipt:
        """A comment. Of a post Instagram's pages say yes and no: it is asked, and its refusal told."""
        try:
            graph.done(self._graph.delete(f"/{ref.external_id}"))
        except Gone:
            return Receipt(ref, evidence={"already": True})
        except (Refused, Reconnect) as no:
            if ref.extra.get("kind") == "post" and no.reason in ("invalid", "missing_scope"):
                raise Refused("unsupported", no.detail, no.evidence) from no
            raise
        return Receipt(ref)

    # ------------------------------------------------------------------ profile, figures

    @understood()
    def profile(self) -> ProfileCard:
        return translate.card(self._graph.get("/me", fields=translate.ME))

    @understood()
    def measure(self, refs: Sequence[Ref]) -> Mapping[str, Metrics]:
        found = {}
        for ref in refs:
            try:
                media = self._graph.get(f"/{ref.external_id}", fields="id,like_count,comments_count")
            except Gone:
                continue
            found[identity(media)] = translate.metrics(media, self._insights(ref.external_id))
        return found

    def _insights(self, media: str) -> dict[str, int]:
        if INSIGHTS not in self.account.scopes:
            return {}
        try:
            return translate.insights(listed(self._graph.get(f"/{media}/insights", metric="views,shares")))
        except (Refused, Gone, Reconnect):  # too young, or of before the account was professional
            return {}
