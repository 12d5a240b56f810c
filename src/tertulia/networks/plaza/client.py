"""The calls to a plaza, one method a verb.

Its address is usually on the loopback: the installation allows it by TERTULIA_PRIVATE_HOSTS (``host:port``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar, get_args
from urllib.parse import quote, urlsplit

import httpx

from tertulia.networks import calls, manifest_file
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
    Picture,
    ProfileCard,
    Reason,
    Receipt,
    Ref,
    Refused,
    TryLater,
    Unsure,
)
from tertulia.networks.plaza import translate

_PAGE = 40
_CLOCKS_DIFFER = timedelta(minutes=2)  # how far the plaza's clock may be from ours
_REASONS = frozenset(get_args(Reason))


class Plaza:
    """One account of a plaza."""

    manifest: ClassVar[Manifest] = manifest_file.read(Path(__file__).with_name("manifest.toml"))
    repeatable: ClassVar[bool] = True

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.account, self._http = account, http

    @staticmethod
    def count(text: str) -> int:
        """Characters of the text in NFC."""
        return len(unicodedata.normalize("NFC", text).strip())

    @staticmethod
    def limits(account: Account | None) -> Limits:
        """The account's own, as read when it was connected."""
        told = account.settings.get("limits") if account else None
        return translate.limits(told) if told else Plaza.manifest.limits

    @classmethod
    def connect(cls, answers: Mapping[str, str], http: httpx.Client) -> Account:
        """By address and token. ``Reconnect`` if the token is nobody's; ``Refused`` if there is no plaza there."""
        base, token = _address(answers["base_url"]), answers["token"].strip()
        found = calls.send(http, "GET", f"{base}/plaza/api/me", headers=_bearer(token))
        try:
            me = _answer(found)
        except Gone as gone:
            raise Refused("unsupported", base, gone.evidence) from gone
        if not isinstance(me, dict) or not {"id", "handle", "limits"} <= me.keys():
            raise Refused("unsupported", base)
        return translate.account(me, base, token)

    # ----------------------------------------------------------------- saying

    def publish(self, draft: Draft, key: Key) -> Receipt:
        """A post or a reply, under the record key ``key.value``."""
        self._measured(draft)
        pictures = [{"id": self._upload(one), "alt": one.alt} for one in draft.pictures]
        said = self._call("POST", "utterances", creates=True, json=translate.saying(draft, key, pictures))
        return translate.receipt(said)

    def message(self, draft: Draft, key: Key) -> Receipt:
        """The same, in private to ``draft.to``."""
        if draft.to is None:
            raise Refused("bad_reference", "a private message needs somebody")
        return self.publish(draft, key)

    def find(self, draft: Draft, key: Key) -> Receipt | None:
        """By its record key; if the account's keys are ignored, by comparing what was said since ``key.at``."""
        page = self._call("GET", "me/utterances", params={"key": key.value})
        if page["utterances"]:
            return translate.receipt(page["utterances"][0])
        text = unicodedata.normalize("NFC", draft.text).strip()
        alike = [said for said in self._own_since(key) if translate.same(said, text, draft)]
        if len(alike) > 1:
            raise Unsure("duplicate", "several say the same", {"ids": [said["id"] for said in alike]})
        return translate.receipt(alike[0]) if alike else None

    def read(self, ref: Ref) -> Item:
        """The live thing."""
        return translate.item(self._call("GET", f"utterances/{_id(ref)}"), self.account.external_id)

    # ----------------------------------------------------------------- hearing

    def collect(self, cursor: Mapping[str, Any]) -> Batch:
        """The next page of notices after ``cursor["after"]``."""
        after = str(cursor.get("after", "0"))
        page = self._call("GET", "me/notices", params={"after": after, "limit": _PAGE})
        return translate.batch(page, self.account.external_id, after)

    def still_there(self, external_ids: Sequence[str]) -> frozenset[str]:
        """Those that the plaza still shows us."""
        return frozenset(said["id"] for said in self._some(external_ids))

    # ----------------------------------------------------------------- the other verbs

    def hide(self, ref: Ref) -> Receipt:
        """Hides a comment under our post."""
        self._call("PUT", f"utterances/{_id(ref)}/hidden")
        return Receipt(ref)

    def unhide(self, ref: Ref) -> Receipt:
        """Shows it again."""
        self._call("DELETE", f"utterances/{_id(ref)}/hidden")
        return Receipt(ref)

    def delete(self, ref: Ref) -> Receipt:
        """Deletes what we said, or a comment under it."""
        try:
            self._call("DELETE", f"utterances/{_id(ref)}")
        except Gone as gone:
            return Receipt(ref, evidence=gone.evidence)
        return Receipt(ref)

    def block(self, author: Author) -> Receipt:
        """Hears no more from somebody."""
        self._call("PUT", f"me/blocks/{quote(author.external_id, safe='')}")
        return Receipt(Ref(author.external_id, author.url))

    def unblock(self, author: Author) -> Receipt:
        """Hears from them again."""
        self._call("DELETE", f"me/blocks/{quote(author.external_id, safe='')}")
        return Receipt(Ref(author.external_id, author.url))

    def blocks(self, author: Author) -> bool:
        """Whether we hear no more from them."""
        return any(one["id"] == author.external_id for one in self._call("GET", "me/blocks")["blocked"])

    def knows(self, handle: str) -> bool:
        """Everybody is of this plaza."""
        try:
            found = self._call("GET", f"neighbours/{quote(handle, safe='')}")
        except Gone:
            return False
        return bool(found["handle"] == handle.lower())  # an id finds somebody too, and is no name

    def profile(self) -> ProfileCard:
        """How we present ourselves."""
        return translate.card(self._call("GET", "me"))

    def measure(self, refs: Sequence[Ref]) -> Mapping[str, Metrics]:
        """Counts of those that are still there."""
        return {said["id"]: translate.metrics(said) for said in self._some([ref.external_id for ref in refs])}

    # ----------------------------------------------------------------- how

    def _call(self, method: str, path: str, *, creates: bool = False, **how: Any) -> Any:
        url = f"{self.account.base_url}/plaza/api/{path}"
        sent = calls.send(self._http, method, url, creates=creates,
                          headers=_bearer(str(self.account.secrets.get("token", ""))), **how)
        return _answer(sent, creates=creates)

    def _some(self, ids: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        wanted = iter(dict.fromkeys(one for one in ids if one.isascii() and one.isdigit()))
        while part := list(islice(wanted, _PAGE)):
            yield from self._call("GET", "utterances", params={"ids": ",".join(part)})["utterances"]

    def _own_since(self, key: Key) -> Iterator[Mapping[str, Any]]:
        asked: dict[str, str | int] = {"since": (key.at - _CLOCKS_DIFFER).isoformat(), "limit": _PAGE}
        while True:
            page = self._call("GET", "me/utterances", params=asked)
            yield from page["utterances"]
            if not page["more"]:
                return
            asked["before"] = page["utterances"][-1]["id"]

    def _upload(self, picture: Picture) -> str:
        """Safe to repeat: an image that nothing shows is nothing."""
        kept = self._call("POST", "pictures", content=picture.content)
        return str(kept["id"])

    def _measured(self, draft: Draft) -> None:
        limits = self.limits(self.account)
        if self.count(draft.text) > limits.characters:
            raise Refused("too_long", f"{self.count(draft.text)} > {limits.characters}")
        if not draft.text.strip() and not draft.pictures:
            raise Refused("empty")
        if len(draft.pictures) > limits.pictures:
            raise Refused("too_many_media", f"{len(draft.pictures)} > {limits.pictures}")


def _answer(sent: httpx.Response, *, creates: bool = False) -> Any:
    """The JSON, or its outcome, with the plaza's own word for what is wrong where it has one."""
    try:
        found = calls.answer(sent, creates=creates)
    except Refused as no:
        raise Refused(_reason(sent) or no.reason, no.detail, no.evidence) from no
    if not isinstance(found, dict):
        lost = Unsure if creates else TryLater
        raise lost("not_json", "no object", evidence={"status": sent.status_code})
    return found


def _reason(sent: httpx.Response) -> str:
    try:
        word = sent.json().get("error", "")
    except (ValueError, AttributeError):
        return ""
    return word if word in _REASONS else ""


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token and token.isascii() and token.isprintable() else {}


def _address(typed: str) -> str:
    """``http://host:port`` of what a person typed, whatever path of the plaza came with it."""
    parts = urlsplit(typed.strip() if "://" in typed else f"http://{typed.strip()}")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refused("invalid", typed[:200])
    return f"{parts.scheme}://{parts.netloc}"


def _id(ref: Ref) -> str:
    return quote(ref.external_id, safe="")
