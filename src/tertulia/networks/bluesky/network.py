"""Bluesky: posts, replies, what arrives, hiding, deleting, blocking, profile and counts."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import httpx
import regex

from tertulia.kit import clock
from tertulia.networks import manifest_file
from tertulia.networks.bluesky import client, facets, tid, translate
from tertulia.networks.bluesky.client import Client, Raced
from tertulia.networks.bluesky.collecting import Collecting
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
    Receipt,
    Ref,
    Refused,
    TryLater,
    Unsure,
)

DEFAULT_SERVER = "https://bsky.social"
_GATE, _BLOCK = "app.bsky.feed.threadgate", "app.bsky.graph.block"
_HIDDEN_AT_MOST = 300
_TRIES = 5
_LOOPBACK = regex.compile(r"http://(localhost|127\.0\.0\.1)(:\d+)?$")
_PASTED = regex.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")  # copied handles carry invisible marks


class Bluesky:
    """One account on one PDS. Every write has a record key of ours, so any of them may be repeated."""

    manifest: ClassVar[Manifest] = manifest_file.read(Path(__file__).parent / "manifest.toml")
    repeatable: ClassVar[bool] = True

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None:
        self._client = Client(account, http, keep)

    @property
    def account(self) -> Account:
        """The account, with the secrets that serve now."""
        return self._client.account

    @staticmethod
    def count(text: str) -> int:
        """Grapheme clusters: what a person sees as one sign counts one."""
        return len(regex.findall(r"\X", text))

    @staticmethod
    def limits(account: Account | None) -> Limits:
        """The same for everybody."""
        return Bluesky.manifest.limits

    # ------------------------------------------------------------------ connecting

    @classmethod
    def connect(cls, answers: Mapping[str, str], http: httpx.Client) -> Account:
        """Sign in with ``handle``, ``password`` (of an app) and, if it is not bsky.social, ``server``."""
        server = _server(answers.get("server", ""))
        who = _PASTED.sub("", answers.get("handle", "")).removeprefix("@").lower()
        if server == DEFAULT_SERVER and who and not {".", "@"} & set(who):
            who = f"{who}.bsky.social"  # as people leave it out
        password = answers.get("password", "").strip()
        try:
            session = client.sign_in(http, server, who, password)
        except Gone as error:
            raise Refused("unsupported", f"{server}: {error.detail}", error.evidence) from error
        except TryLater as error:
            if error.reason != "not_json":
                raise
            raise Refused("unsupported", f"{server} is no PDS", error.evidence) from error
        pds = _own_server(session, server)
        account = Account(
            network="bluesky", external_id=session["did"], handle=session["handle"], base_url=pds,
            url=f"{translate.SITE}/profile/{session['handle']}", scopes=client.scope_of(session["accessJwt"]),
            settings={"pds": pds},
            secrets={"access": session["accessJwt"], "refresh": session["refreshJwt"], "password": password})
        return cls(account, http, lambda _: None)._introduced()

    def _introduced(self) -> Account:
        """The account with its name and portrait, if the AppView knows it yet."""
        try:
            one = translate.author(self._profile(self.account.external_id))
        except (Refused, Gone, TryLater):
            return self.account
        return replace(self.account, name=one.name, avatar_url=one.avatar_url)

    # ------------------------------------------------------------------ publishing

    def publish(self, draft: Draft, key: Key) -> Receipt:
        """Write the post under the key's own record key; the same again changes nothing."""
        draft = replace(draft, text=unicodedata.normalize("NFC", draft.text))
        self._check(draft)
        try:
            record = self._record(draft, key)
        except Gone:
            # what it answers was deleted: perhaps after an earlier try of ours got through
            if done := self.find(draft, key):
                return done
            raise
        with _in_doubt():
            return self._receipt(self._client.put(translate.POST, tid.of_key(key), record), key, record)

    def find(self, draft: Draft, key: Key) -> Receipt | None:
        """Certain: our server has the record, or it has not."""
        found = self._client.record(translate.POST, tid.of_key(key))
        return self._receipt(found, key, found["value"]) if found else None

    def read(self, ref: Ref) -> Item:
        """As others see it; our own as our server has it, where others do not see it yet."""
        parts = _named(ref.external_id)
        own = None
        if parts.did == self._client.did:
            own = self._client.record(parts.collection, parts.rkey)
            if own is None:
                raise Gone("not_found", ref.external_id)
        view = self._client.views([ref.external_id]).get(ref.external_id)
        if view is None and own is None:
            raise Gone("not_found", ref.external_id)
        item = translate.item(view or translate.own_view(self.account, own or {}), self._client.did)
        return replace(item, hidden=self._is_hidden(item))

    def _is_hidden(self, item: Item) -> bool | None:
        """Whether we hid it in a thread of ours; in another's it cannot be known."""
        root = _named(item.root_id)
        if root.did != self._client.did or item.root_id == item.external_id:
            return None
        gate = self._client.record(_GATE, root.rkey)
        return item.external_id in ((gate or {}).get("value", {}).get("hiddenReplies") or [])

    def _check(self, draft: Draft) -> None:
        limits = self.limits(self.account)
        if draft.to is not None:
            raise Refused("unsupported", "private messages are another service")
        if not draft.text.strip() and not draft.pictures:
            raise Refused("empty")
        if self.count(draft.text) > limits.characters:
            raise Refused("too_long", f"{self.count(draft.text)} graphemes")
        if limits.extra_bytes is not None and len(draft.text.encode()) > limits.extra_bytes:
            raise Refused("too_long", f"{len(draft.text.encode())} bytes")
        if len(draft.pictures) > limits.pictures:
            raise Refused("too_many_media", str(len(draft.pictures)))
        for picture in draft.pictures:
            if picture.mime not in limits.picture_types:
                raise Refused("bad_media", picture.mime)
            if len(picture.content) > limits.picture_bytes:
                raise Refused("bad_media", f"{len(picture.content)} bytes")

    def _record(self, draft: Draft, key: Key) -> dict[str, Any]:
        """The same record for the same draft and key, whenever it is made."""
        record: dict[str, Any] = {
            "$type": translate.POST, "text": draft.text, "createdAt": tid.at(key.at), "langs": [draft.language]}
        if marked := facets.facets(draft.text, self._did_of):
            record["facets"] = marked
        if draft.reply_to is not None:
            record["reply"] = self._reply(draft.reply_to)
        if draft.pictures:
            record["embed"] = {"$type": "app.bsky.embed.images", "images": [self._image(one) for one in draft.pictures]}
        return record

    def _did_of(self, handle: str) -> str | None:
        try:
            answer = self._client.query("com.atproto.identity.resolveHandle", handle=handle)
        except (Refused, Gone):
            return None
        return str(answer["did"])

    def _reply(self, to: Ref) -> dict[str, Any]:
        """The post that is answered and the root of its thread, as they are now. ``Gone`` if it is not there."""
        parts = _named(to.external_id)
        if parts.did == self._client.did:
            own = self._client.record(parts.collection, parts.rkey)
            view = translate.own_view(self.account, own) if own else None
        else:
            view = self._client.views([to.external_id]).get(to.external_id)
        if view is None:
            raise Gone("not_found", to.external_id)
        if (view.get("viewer") or {}).get("replyDisabled"):
            raise Refused("forbidden", "its author does not let us reply")
        return {"root": translate.strong_root(view), "parent": {"uri": view["uri"], "cid": view["cid"]}}

    def _image(self, picture: Picture) -> dict[str, Any]:
        image: dict[str, Any] = {"image": self._client.upload(picture.content, picture.mime), "alt": picture.alt}
        if picture.width and picture.height:
            image["aspectRatio"] = {"width": picture.width, "height": picture.height}
        return image

    def _receipt(self, written: Mapping[str, Any], key: Key, record: Mapping[str, Any]) -> Receipt:
        uri, cid = written["uri"], written["cid"]
        root = (record.get("reply") or {}).get("root") or {"uri": uri, "cid": cid}
        extra = {"cid": cid, "root_uri": root["uri"], "root_cid": root["cid"]}
        return Receipt(Ref(uri, translate.web_address(uri, self.account.handle), extra), key.at, {"cid": cid})

    # ------------------------------------------------------------------ what arrives

    def collect(self, cursor: Mapping[str, Any]) -> Batch:
        """Mentions, replies and quotations, with the posts they answer; see ``collecting``."""
        return Collecting(self._client, cursor).batch()

    def still_there(self, external_ids: Sequence[str]) -> frozenset[str]:
        """Which of these posts others can still see."""
        return frozenset(self._client.views(external_ids)) if external_ids else frozenset()

    # ------------------------------------------------------------------ hiding

    def hide(self, ref: Ref) -> Receipt:
        """Put a reply behind «hidden by the author» in a thread that we began."""
        return self._gate(ref, hidden=True)

    def unhide(self, ref: Ref) -> Receipt:
        """Show it again."""
        return self._gate(ref, hidden=False)

    def _gate(self, ref: Ref, *, hidden: bool) -> Receipt:
        root = _named(str(ref.extra.get("root_uri") or self.read(ref).root_id))
        if root.did != self._client.did or ref.external_id.endswith(f"/{root.rkey}"):
            raise Refused("forbidden", "only replies in a thread of our own can be hidden")
        for _ in range(_TRIES):
            found = self._client.record(_GATE, root.rkey)
            gate = found["value"] if found else {
                "$type": _GATE, "post": f"at://{root.did}/{root.collection}/{root.rkey}", "createdAt": tid.at(clock.now())}
            before = list(gate.get("hiddenReplies") or [])
            if (ref.external_id in before) == hidden:  # read back: it is so
                return Receipt(ref, clock.now(), {"threadgate": (found or {}).get("cid", "")})
            after = [*before, ref.external_id] if hidden else [uri for uri in before if uri != ref.external_id]
            if len(after) > _HIDDEN_AT_MOST:
                raise Refused("quota", f"a thread hides {_HIDDEN_AT_MOST} replies at most")
            try:
                self._client.put(_GATE, root.rkey, {**gate, "hiddenReplies": after}, swapRecord=found["cid"] if found else None)
            except Raced:
                continue  # a colleague hid another one at this moment
        raise TryLater("busy", "the thread's gate is being changed by somebody else")

    # ------------------------------------------------------------------ deleting, blocking

    def delete(self, ref: Ref) -> Receipt:
        """Delete a post of our own."""
        parts = _named(ref.external_id)
        if parts.did != self._client.did:
            raise Refused("forbidden", "only our own posts can be deleted")
        self._client.drop(parts.collection, parts.rkey)
        return Receipt(ref, clock.now(), {"there": self._client.record(parts.collection, parts.rkey) is not None})

    def block(self, author: Author) -> Receipt:
        """Block an account. Blocks are public."""
        if author.external_id == self._client.did:
            raise Refused("invalid", "an account cannot block itself")
        rkey = tid.of_subject(author.external_id)
        found = self._client.record(_BLOCK, rkey) or self._client.put(_BLOCK, rkey, {
            "$type": _BLOCK, "subject": author.external_id, "createdAt": tid.at(clock.now())})
        return Receipt(Ref(author.external_id, author.url), clock.now(), {"block": found["uri"]})

    def unblock(self, author: Author) -> Receipt:
        """Take back our block, and one made in another app."""
        self._client.drop(_BLOCK, tid.of_subject(author.external_id))
        elsewhere = (self._profile(author.external_id).get("viewer") or {}).get("blocking")
        if elsewhere:
            self._client.drop(_BLOCK, _named(elsewhere).rkey)
        return Receipt(Ref(author.external_id, author.url), clock.now())

    def blocks(self, author: Author) -> bool:
        """By a block of ours, or one made in another app."""
        if self._client.record(_BLOCK, tid.of_subject(author.external_id)):
            return True
        return bool((self._profile(author.external_id).get("viewer") or {}).get("blocking"))

    # ------------------------------------------------------------------ profile, counts

    def profile(self) -> ProfileCard:
        """How the account presents itself."""
        return translate.card(self._profile(self._client.did))

    def measure(self, refs: Sequence[Ref]) -> Mapping[str, Metrics]:
        """Likes, shares and replies now; nothing is said of a post that others do not see, gone or too new."""
        views = self._client.views([ref.external_id for ref in refs])
        return {ref.external_id: translate.metrics(views.get(ref.external_id, {})) for ref in refs}

    def knows(self, handle: str) -> bool:
        """What has no point is no name here. A no is believed of two: who finds names, and who shows people."""
        handle = handle.lower()
        if not facets.is_handle(handle):
            return False
        return (self._finds("com.atproto.identity.resolveHandle", handle=handle)
                or self._finds("app.bsky.actor.getProfile", actor=handle))

    def _finds(self, method: str, **whom: str) -> bool:
        try:
            return bool(self._client.query(method, **whom)["did"])
        except Gone:
            return False
        except Refused as no:
            if (no.reason, no.evidence.get("status")) != ("invalid", 400):  # how the vendor's servers say nobody
                raise
            return False
        except KeyError as error:
            raise TryLater("not_json", f"{method}: no did") from error

    def _profile(self, did: str) -> dict[str, Any]:
        return self._client.query("app.bsky.actor.getProfile", actor=did)


@contextmanager
def _in_doubt() -> Iterator[None]:
    """No clear answer: it may be there. Doing it again is harmless; saying that it is not there would not be."""
    try:
        yield
    except TryLater as lost:
        if lost.after is not None or lost.reason in ("limited", "unreachable", "busy"):
            raise
        raise Unsure(lost.reason, lost.detail, lost.evidence) from lost


def _named(uri: str) -> translate.Uri:
    try:
        return translate.Uri.parse(uri)
    except ValueError as error:
        raise Refused("bad_reference", str(error)) from error


def _server(written: str) -> str:
    server = written.strip().rstrip("/") or DEFAULT_SERVER
    server = server if "://" in server else f"https://{server}"
    if not server.startswith("https://") and not _LOOPBACK.match(server):
        raise Refused("invalid", f"{server}: a password only goes over https")
    return server


def _own_server(session: Mapping[str, Any], asked: str) -> str:
    """The account's own server, which the large ones name in its identity. Never from https down to http."""
    document = session.get("didDoc")
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else ():
        where = str(service.get("serviceEndpoint", ""))
        if str(service.get("id", "")).endswith("#atproto_pds") and where.startswith(("https://", asked.split("://")[0] + "://")):
            return where.rstrip("/")
    return asked
