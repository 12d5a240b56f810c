"""The calls to an account's server: XRPC over HTTP, with a session that renews itself.

Everything we create has a record key of our own, so that any call may be repeated: none is ever ``Unsure``.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import httpx

from tertulia.networks import calls
from tertulia.networks.contract import Account, Gone, Outcome, Reconnect, Refused, TryLater
from tertulia.networks.keeping import alone

VIEWS_AT_ONCE = 25  # uris that getPosts takes
_DEAD = {"ExpiredToken", "InvalidToken"}
_RECONNECT = {
    "ExpiredToken": "expired", "InvalidToken": "expired", "AuthMissing": "bad_credentials",
    "AuthenticationRequired": "bad_credentials", "AuthFactorTokenRequired": "bad_credentials",
    "AccountTakedown": "suspended", "AccountSuspended": "suspended", "AccountDeactivated": "suspended",
}
_GONE = {"RecordNotFound", "NotFound", "RepoNotFound", "RepoTakendown", "RepoSuspended", "RepoDeactivated"}
_REFUSED = {
    "BlobTooLarge": "bad_media", "PayloadTooLarge": "bad_media", "InvalidMimeType": "bad_media",
    "MethodNotImplemented": "unsupported", "XRPCNotSupported": "unsupported",
}


class Raced(TryLater):
    """Somebody else wrote the record between our reading it and our writing it."""


class Client:
    """The server of one account. ``keep`` is called with the new secrets as soon as a session is renewed."""

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None:
        self.account, self._http, self._keep = account, http, keep

    @property
    def did(self) -> str:
        """The account's own identity."""
        return self.account.external_id

    def query(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask. A list in ``params`` is sent as the same name many times."""
        return self._ask("GET", method, params=params)

    def do(self, method: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make it do something that may safely be done again."""
        return self._ask("POST", method, json=dict(body))

    def upload(self, content: bytes, mime: str) -> dict[str, Any]:
        """Give it a file; the same bytes are the same blob."""
        answer = self._ask("POST", "com.atproto.repo.uploadBlob", content=content, headers={"Content-Type": mime})
        return dict(answer["blob"])

    # ------------------------------------------------------------------ records of our own

    def record(self, collection: str, rkey: str) -> dict[str, Any] | None:
        """A record of ours as it is now, ``{"uri", "cid", "value"}``, or None."""
        try:
            return self.query("com.atproto.repo.getRecord", repo=self.did, collection=collection, rkey=rkey)
        except Gone:
            return None

    def put(self, collection: str, rkey: str, record: Mapping[str, Any], **swap: str | None) -> dict[str, Any]:
        """Write a record, ``{"uri", "cid"}``. ``swapRecord``: only if it is still that (None: not there); ``Raced``."""
        body = {"repo": self.did, "collection": collection, "rkey": rkey, "record": dict(record), **swap}
        return self.do("com.atproto.repo.putRecord", body)

    def drop(self, collection: str, rkey: str) -> None:
        """Delete a record; one that is not there is deleted already."""
        self.do("com.atproto.repo.deleteRecord", {"repo": self.did, "collection": collection, "rkey": rkey})

    def views(self, uris: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Posts as the AppView shows them, by uri; those that are gone are absent."""
        found: dict[str, dict[str, Any]] = {}
        wanted = list(dict.fromkeys(uris))
        for first in range(0, len(wanted), VIEWS_AT_ONCE):
            answer = self.query("app.bsky.feed.getPosts", uris=wanted[first:first + VIEWS_AT_ONCE])
            found.update({view["uri"]: view for view in answer["posts"]})
        return found

    # ------------------------------------------------------------------ the session

    def _ask(self, verb: str, method: str, headers: Mapping[str, str] | None = None, **how: Any) -> dict[str, Any]:
        response = self._send(verb, method, headers, how)
        if error_code(response) in _DEAD:  # it was not let in, so nothing happened
            self._renew()
            response = self._send(verb, method, headers, how)
        return read(response)

    def _send(self, verb: str, method: str, headers: Mapping[str, str] | None, how: dict[str, Any]) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {self.account.secrets.get('access', '')}"}
        url = address(self.account.base_url, method)
        return calls.send(self._http, verb, url, headers={**(headers or {}), **bearer}, **how)

    def _renew(self) -> None:
        # a refresh token serves once: of two that find the session ended, the second takes what the first got
        with alone(self._keep, self.account.secrets) as stored:
            if stored.get("access") == self.account.secrets.get("access"):
                stored = self._new_session(stored)
                self._keep(stored)
        self.account = replace(self.account, secrets=stored)

    def _new_session(self, secrets: Mapping[str, Any]) -> dict[str, Any]:
        url = address(self.account.base_url, "com.atproto.server.refreshSession")
        bearer = {"Authorization": f"Bearer {secrets.get('refresh', '')}"}
        try:
            session = read(calls.send(self._http, "POST", url, headers=bearer))
        except Reconnect as dead:
            if dead.reason == "suspended":
                raise
            session = sign_in(self._http, self.account.base_url, self.did, str(secrets.get("password", "")))
        return {**secrets, "access": session["accessJwt"], "refresh": session["refreshJwt"]}


def sign_in(http: httpx.Client, server: str, who: str, password: str) -> dict[str, Any]:
    """A new session: ``accessJwt``, ``refreshJwt``, ``did``, ``handle`` mostly ``didDoc``; ``Reconnect`` if it is not them."""
    body = {"identifier": who, "password": password}
    session = read(calls.send(http, "POST", address(server, "com.atproto.server.createSession"), json=body))
    if session.get("active") is False:
        raise Reconnect("suspended", str(session.get("status", "")))
    return session


def scope_of(token: str) -> frozenset[str]:
    """The scope that an access token says it has, unverified: only its server can verify it."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return frozenset(str(claims["scope"]).split())
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return frozenset()


def address(server: str, method: str) -> str:
    """Where a method is called."""
    return f"{server.rstrip('/')}/xrpc/{method}"


def read(response: httpx.Response) -> dict[str, Any]:
    """The object in a good answer, or the outcome that a bad one stands for, by the code that AT Protocol puts in it."""
    if response.status_code >= 300:
        raise _outcome(response)
    answer = calls.answer(response)
    if not isinstance(answer, dict | None):
        raise TryLater("not_json", "the answer is no object")
    return answer or {}


def error_code(response: httpx.Response) -> str:
    """The name of the error in an answer; nothing in a good one or in a page."""
    if response.status_code < 400:
        return ""
    try:
        body = response.json()
    except ValueError:
        return ""
    return str(body.get("error", "")) if isinstance(body, dict) else ""


def _outcome(response: httpx.Response) -> Outcome:
    plain, code, words = calls.failure(response), error_code(response), calls.said(response)
    evidence = {**plain.evidence, "code": code}
    if response.status_code == 429 or response.status_code >= 500 and code not in _REFUSED:
        return plain
    if code in _DEAD and "scope" in words.lower():
        return Reconnect("missing_scope", words, evidence)
    if code in _RECONNECT:
        return Reconnect(_RECONNECT[code], words, evidence)
    if code in _GONE:
        return Gone("not_found", words, evidence)
    if code == "InvalidSwap":
        return Raced("busy", words, evidence=evidence)
    if code in _REFUSED or response.status_code == 413:
        return Refused(_REFUSED.get(code, "bad_media"), words, evidence)
    if code == "InvalidRequest" and "grapheme" in words:
        return Refused("too_long", words, evidence)
    return plain
