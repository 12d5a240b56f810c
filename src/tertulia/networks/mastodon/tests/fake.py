"""A small Mastodon from the vendor's description of its API, in memory, that IGNORES Idempotency-Key unless told.

It keeps what it is told, refuses what the real one refuses, rewrites texts as the real one does, and misbehaves on
demand. Written because the other fake to be had honours the key, which servers in the wild do not.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import BytesParser
from itertools import count
from typing import Any

from tertulia.kit.tests.loopback import PAGE, Asked, Told, said

Json = dict[str, Any]
DOMAIN = "fediverso.example"  # its people's; not the address it listens on
_KNOWN = {"status", "visibility", "language", "in_reply_to_id", "media_ids", "sensitive", "spoiler_text"}


class Refusal(Exception):
    """An answer that is a no."""

    def __init__(self, status: int, words: str, **headers: str) -> None:
        super().__init__(words)
        self.told = said({"error": words}, status, **headers)


class Fake:
    """``faults``: what becomes of the next requests of a kind (``publish``, ``collect``, ``media``), in order."""

    def __init__(self) -> None:
        self.url = ""
        self.faults: dict[str, list[str]] = {"publish": [], "collect": [], "media": [], "look": []}
        self.since_3_4 = True            # knows the way to look a name up
        self.since_4_3, self.has_v2, self.media_asks, self.page = True, True, 0, 40
        self.deaf = False                # knows no min_id and no max_id
        self.skew = timedelta(0)         # its clock ahead of ours
        self.honours = False             # the same Idempotency-Key again is answered with what it made first
        self._made: dict[tuple[str, str], Json] = {}
        self._ids = count(113_000_000_000_000_000)
        self.accounts: dict[str, Json] = {}
        self.tokens: dict[str, str] = {}
        self.statuses: dict[str, Json] = {}
        self.notifications: list[Json] = []
        self.media: dict[str, Json] = {}
        self.blocks: set[tuple[str, str]] = set()
        self.apps: dict[str, Json] = {}
        self.codes: dict[str, Json] = {}
        self.elsewhere: dict[str, tuple[str, str]] = {}  # whom it has not met yet: address to name and domain
        for name in ("panaderia", "ana", "berto"):
            self.join(name)

    # ------------------------------------------------------------------ the world

    def join(self, name: str, domain: str = "") -> Json:
        acct = f"{name}@{domain}" if domain else name
        url = f"https://{domain or DOMAIN}"
        account = {"id": str(next(self._ids)), "username": name, "acct": acct, "display_name": name.title(),
                   "url": f"{url}/@{name}", "uri": f"{url}/users/{name}", "avatar": f"{url}/{name}.png", "note": "",
                   "followers_count": 0, "created_at": "2024-01-02T00:00:00.000Z"}
        self.accounts[account["id"]] = account
        self.tokens[f"token-of-{name}"] = account["id"]
        return account

    def whose(self, acct: str) -> Json:
        for account in self.accounts.values():
            if account["acct"].lower() in (acct.lower(), acct.lower().removesuffix(f"@{DOMAIN}")):
                return account
        raise Refusal(404, "Record not found")

    def now(self) -> str:
        return (datetime.now(UTC) + self.skew).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def post(self, account: Json, asked: Mapping[str, Any]) -> Json:
        """A status, after the checks of the real server and in its own writing."""
        text = str(asked.get("status") or "").replace("\r\n", "\n").strip()
        pictures = [self._media(one) for one in asked.get("media_ids") or ()]
        if not text and not pictures:
            raise Refusal(422, "Validation failed: Text can't be blank")
        if len(re.sub(r"https?://\S+", "x" * 23, re.sub(r"(@\w+)@[\w.]+", r"\1", text))) > 500:
            raise Refusal(422, "Validation failed: Text character limit of 500 exceeded")
        if len(pictures) > 4:
            raise Refusal(422, "Cannot attach more than 4 files")
        parent = None
        if name := asked.get("in_reply_to_id"):
            parent = self.statuses.get(str(name))
            if parent is None:
                raise Refusal(404, "The post you are trying to reply to does not appear to exist.")
        name = str(next(self._ids))
        told = [self.accounts[one] for one in self._mentioned(text)]
        status = {
            "id": name, "created_at": self.now(), "account": account, "content": self._html(text), "spoiler_text": "",
            "visibility": asked.get("visibility") or "public", "sensitive": False,
            "language": asked.get("language"), "url": f"https://{DOMAIN}/@{account['acct']}/{name}",
            "uri": f"https://{DOMAIN}/users/{account['acct']}/statuses/{name}", "reblog": None,
            "in_reply_to_id": parent and parent["id"], "in_reply_to_account_id": parent and parent["account"]["id"],
            "media_attachments": pictures, "tags": [], "emojis": [], "reblogs_count": 0, "favourites_count": 0,
            "replies_count": 0, "mentions": [{k: one[k] for k in ("id", "username", "acct", "url")} for one in told]}
        self.statuses[name] = status
        if parent:
            parent["replies_count"] += 1
        for one in told:
            if one["id"] != account["id"] and (one["id"], account["id"]) not in self.blocks:
                self.notifications.append({"id": str(next(self._ids)), "type": "mention", "for": one["id"],
                                           "created_at": status["created_at"], "account": account, "status": status})
        return status

    def remove(self, name: str) -> None:
        self.statuses.pop(name)
        self.notifications = [one for one in self.notifications if one["status"]["id"] != name]

    def _mentioned(self, text: str) -> list[str]:
        found = []
        for acct in re.findall(r"(?<![\w/])@(\w+(?:@[\w.-]+\w)?)", text):
            try:
                found.append(self.whose(acct)["id"])
            except Refusal:
                continue
        return list(dict.fromkeys(found))

    @staticmethod
    def _html(text: str) -> str:
        safe = html.escape(text, quote=False)
        safe = re.sub(r"https?://(\S+)", lambda m: f'<a href="{m[0]}" rel="nofollow noopener"><span class="invisible">'
                      f'https://</span><span class="ellipsis">{m[1][:30]}</span><span class="invisible">{m[1][30:]}'
                      "</span></a>", safe)
        safe = re.sub(r"(?<![\w/])@(\w+)(?:@([\w.-]+\w))?", lambda m: '<span class="h-card"><a href="https://'
                      f'{m[2] or DOMAIN}/@{m[1]}" class="u-url mention">@<span>{m[1]}</span></a></span>', safe)
        return "".join("<p>" + part.replace("\n", "<br />") + "</p>" for part in re.split(r"\n{2,}", safe))

    def _media(self, name: object) -> Json:
        media = self.media.get(str(name))
        if media is None:
            raise Refusal(422, "Validation failed: Media could not be found")
        if not media["url"]:
            raise Refusal(422, "Cannot attach files that have not finished processing. Try again in a moment!")
        return media

    # ------------------------------------------------------------------ the server

    def answer(self, asked: Asked) -> Told:
        if "user-agent" not in asked.headers:
            return Told(418)
        kind = {("POST", "/api/v1/statuses"): "publish", ("GET", "/api/v1/notifications"): "collect",
                ("POST", "/api/v2/media"): "media"}.get((asked.method, asked.path), "")
        if asked.path.endswith("/statuses") and asked.method == "GET":
            kind = "look"
        fault = self.faults[kind].pop(0) if self.faults.get(kind) else ""
        reset = (datetime.now(UTC) + timedelta(seconds=40)).isoformat().replace("+00:00", "Z")
        before = {"error": said({"error": "boom"}, 500), "html": PAGE, "cut": Told(manner="reset"),
                  "refuse": said({"error": "Validation failed: Text is forbidden"}, 422),
                  "limit": said({"error": "Too many requests"}, 429, X_RateLimit_Reset=reset),
                  "dead": said({"error": "The access token was revoked"}, 401),
                  "disabled": said({"error": "Your login is currently disabled"}, 403),
                  "scope": said({"error": "This action is outside the authorized scopes"}, 403)}
        if fault in before:
            return before[fault]
        try:
            told = self._route(asked)
        except Refusal as refusal:
            return refusal.told
        return {"lost": Told(manner="reset"), "late": said({"error": "gateway"}, 504), "": told}[fault]

    def _route(self, asked: Asked) -> Told:
        public: dict[tuple[str, str], Callable[[Asked], Told]] = {
            ("GET", "/api/v2/instance"): self._instance, ("GET", "/api/v1/instance"): self._instance,
            ("GET", "/.well-known/oauth-authorization-server"): self._metadata, ("POST", "/api/v1/apps"): self._app,
            ("POST", "/oauth/token"): self._token}
        if route := public.get((asked.method, asked.path)):
            return route(asked)
        me = self.accounts.get(self.tokens.get(asked.headers.get("authorization", "").removeprefix("Bearer "), ""))
        if me is None:
            raise Refusal(401, "The access token is invalid")
        for method, pattern, private in (
                ("GET", "/api/v1/accounts/verify_credentials", self._me), ("GET", "/api/v1/accounts/lookup", self._lookup),
                ("GET", "/api/v1/accounts/search", self._search), ("GET", "/api/v1/accounts/relationships", self._related),
                ("GET", "/api/v1/accounts/([^/]+)/statuses", self._posts), ("POST", "/api/v1/statuses", self._publish),
                ("POST", "/api/v1/accounts/([^/]+)/(block|unblock)", self._block), ("POST", "/api/v2/media", self._upload),
                ("GET", "/api/v1/media/([^/]+)", self._processed), ("GET", "/api/v1/notifications", self._told),
                ("GET", "/api/v1/statuses", self._several), ("GET", "/api/v1/statuses/([^/]+)", self._one),
                ("DELETE", "/api/v1/statuses/([^/]+)", self._delete),
                ("GET", "/api/v1/statuses/([^/]+)/context", self._context)):
            if method == asked.method and (match := re.fullmatch(pattern, asked.path)):
                return private(asked, me, *match.groups())
        raise Refusal(404, "Not found")

    def _instance(self, asked: Asked) -> Told:
        limits = {"statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
                  "media_attachments": {"supported_mime_types": ["image/png", "image/jpeg", "video/mp4"],
                                        "image_size_limit": 16777216}}
        if "v2" in asked.path and not self.has_v2:
            raise Refusal(404, "Not found")
        where = {"domain": DOMAIN} if "v2" in asked.path else {"uri": DOMAIN}
        return said({**where, "version": "4.3.0", "title": "Fediverso", "configuration": limits})

    def _metadata(self, asked: Asked) -> Told:
        if not self.since_4_3:
            raise Refusal(404, "Not found")
        return said({"issuer": self.url, "code_challenge_methods_supported": ["S256"]})

    def _app(self, asked: Asked) -> Told:
        told = asked.json()
        if not isinstance(told["redirect_uris"], str):
            raise Refusal(422, "Validation failed: Redirect URI must be an absolute URI.")
        app = {"client_id": f"id-{len(self.apps)}", "client_secret": "SECRET-OF-APP", **told}
        self.apps[app["client_id"]] = app
        return said(app)

    def _token(self, asked: Asked) -> Told:
        told, code = asked.json(), self.codes.pop(asked.json()["code"], None)
        checked = ("client_id", "redirect_uri", "code_verifier")
        if code is None or any(code.get(name, "") != told.get(name, "") for name in checked):
            return said({"error": "invalid_grant", "error_description": "The provided authorization grant is invalid"}, 400)
        return said({"access_token": f"token-of-{code['name']}", "token_type": "Bearer", "scope": code["scope"],
                     "created_at": 1})

    def _me(self, asked: Asked, me: Json) -> Told:
        return said({**me, "source": {"note": "Pan de verdad"}})

    def _lookup(self, asked: Asked, me: Json) -> Told:
        if not self.since_3_4:
            raise Refusal(404, "Not found")
        return said(self.whose(asked.query["acct"][0]))

    def _search(self, asked: Asked, me: Json) -> Told:
        """By the beginning of a name; with ``resolve`` a whole address is asked of its server, which it may not reach."""
        wanted = asked.query["q"][0].lower().removeprefix("@")
        if asked.query.get("resolve") == ["true"] and wanted in self.elsewhere:
            self.join(*self.elsewhere.pop(wanted))
        found = [one for one in self.accounts.values() if one["acct"].lower().startswith(wanted)]
        return said(found[:int(asked.query.get("limit", ["40"])[0])])

    def _visible(self, status: Json, me: Json) -> bool:
        people = {status["account"]["id"], *(one["id"] for one in status["mentions"])}
        return status["visibility"] != "direct" or me["id"] in people

    def _posts(self, asked: Asked, me: Json, name: str) -> Told:
        mine = [one for one in self.statuses.values() if one["account"]["id"] == name and self._visible(one, me)]
        return self._paged(asked, mine)

    def _paged(self, asked: Asked, things: list[Json]) -> Told:
        """Newest first; with ``min_id``, the page just above it."""
        limit = min(int(asked.query.get("limit", ["20"])[0]), self.page)
        if self.deaf:
            asked = replace(asked, query={"limit": asked.query["limit"]})
        if "max_id" in asked.query:
            things = [one for one in things if int(one["id"]) < int(asked.query["max_id"][0])]
        if "min_id" in asked.query:
            page = [one for one in things if int(one["id"]) > int(asked.query["min_id"][0])][:limit]
        else:
            page = things[-limit:]
        date = (datetime.now(UTC) + self.skew).strftime("%a, %d %b %Y %H:%M:%S GMT")
        return said(page[::-1], Date=date)

    def _publish(self, asked: Asked, me: Json) -> Told:
        if not asked.headers["content-type"].startswith("application/json"):
            raise Refusal(415, "Unsupported")
        told = asked.json()
        if unknown := set(told) - _KNOWN:
            raise AssertionError(f"parameters that Mastodon does not know: {unknown}")
        name = asked.headers.get("idempotency-key")
        assert name, "sent for the servers that honour it"
        if not self.honours:
            return said(self.post(me, told))
        if (me["id"], name) not in self._made:
            self._made[me["id"], name] = self.post(me, told)
        return said(self._made[me["id"], name])

    def _several(self, asked: Asked, me: Json) -> Told:
        if not self.since_4_3:
            raise Refusal(404, "Not found")
        if len(asked.query["id[]"]) > 20:
            raise Refusal(422, "Too many")
        found = [self.statuses[one] for one in asked.query["id[]"] if one in self.statuses]
        return said([one for one in found if self._visible(one, me)])

    def _one(self, asked: Asked, me: Json, name: str) -> Told:
        if name not in self.statuses or not self._visible(self.statuses[name], me):
            raise Refusal(404, "Record not found")
        return said(self.statuses[name])

    def _delete(self, asked: Asked, me: Json, name: str) -> Told:
        if name not in self.statuses or self.statuses[name]["account"] is not me:
            raise Refusal(404, "Record not found")
        status = self.statuses[name]
        self.remove(name)
        return said(status)

    def _context(self, asked: Asked, me: Json, name: str) -> Told:
        self._one(asked, me, name)
        above, status = [], self.statuses[name]
        while (status := self.statuses.get(status["in_reply_to_id"] or "", {})):
            above.insert(0, status)
        return said({"ancestors": above, "descendants": []})

    def _told(self, asked: Asked, me: Json) -> Told:
        assert asked.query["types[]"] == ["mention"]
        return self._paged(asked, [one for one in self.notifications if one["for"] == me["id"]])

    def _block(self, asked: Asked, me: Json, name: str, verb: str) -> Told:
        (self.blocks.add if verb == "block" else self.blocks.discard)((me["id"], self.accounts[name]["id"]))
        return said({"id": name, "blocking": verb == "block"})

    def _related(self, asked: Asked, me: Json) -> Told:
        names = {one["id"]: name for name, one in self.accounts.items()}
        wanted = [one for one in asked.query["id[]"] if one in self.accounts or one in names]
        return said([{"id": one, "blocking": (me["id"], self.accounts[one]["id"] if one in self.accounts else one) in self.blocks}
                     for one in wanted])

    def _upload(self, asked: Asked, me: Json) -> Told:
        form = _form(asked)
        if not form["file"].get_payload(decode=True).startswith(b"\x89PNG"):
            raise Refusal(422, "Validation failed: File content type is invalid")
        name = str(next(self._ids))
        self.media[name] = {"id": name, "type": "image", "url": None, "asks": self.media_asks,
                            "description": form["description"].get_payload(decode=True).decode()}
        return self._processed(asked, me, name, 202)

    def _processed(self, asked: Asked, me: Json, name: str, waiting: int = 206) -> Told:
        media = self.media[name]
        if media["asks"] <= 0:
            media["url"] = f"https://{DOMAIN}/media/{name}.png"
        media["asks"] -= 1
        return said(media, 200 if media["url"] else waiting)


def _form(asked: Asked) -> dict[str, Message]:
    """The parts of a multipart form by their name."""
    whole = BytesParser().parsebytes(b"Content-Type: " + asked.headers["content-type"].encode() + b"\r\n\r\n" + asked.body)
    return {str(part.get_param("name", header="content-disposition")): part for part in whole.get_payload()}
