"""Becoming an account: by a token, or by the server's own page (OAuth, with PKCE where the server knows it)."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx

from tertulia.kit.http import allowed_private
from tertulia.networks.contract import Account, Begun, Gone, Limits, Manifest, Reconnect, Refused, TryLater
from tertulia.networks.mastodon import answers, translate

#: What the verbs need, asked for at once. ``read`` whole: servers older than its parts know it.
SCOPES = ("read", "write:statuses", "write:media", "write:blocks")
_ALL = ("read", "write", "follow")


@answers.understood()
def by_token(told: Mapping[str, str], http: httpx.Client, manifest: Manifest) -> Account:
    """An account out of an address and an access token made in the server's preferences."""
    base, token = translate.base_url(told.get("address", ""), allowed_private()), told.get("token", "").strip()
    if not token:
        raise Reconnect("bad_credentials")
    return _account(base, {"token": token}, _granted(base, token, http), http, manifest)


@answers.understood()
def begin(told: Mapping[str, str], redirect_uri: str, state: str, http: httpx.Client) -> Begun:
    """Register with the server of the account, and say where to send the person."""
    base = translate.base_url(told.get("address", ""), allowed_private())
    instance(base, http)
    # One string: servers before 4.3 know no list of addresses.
    app = answers.call(http, "POST", f"{base}/api/v1/apps", json={
        "client_name": "Tertulia", "redirect_uris": redirect_uri, "scopes": " ".join(SCOPES)})
    asked = {"response_type": "code", "client_id": app["client_id"], "redirect_uri": redirect_uri,
             "scope": " ".join(SCOPES), "state": state}
    verifier = ""
    if _knows_pkce(base, http):
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked |= {"code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
                  "code_challenge_method": "S256"}
    return Begun(f"{base}/oauth/authorize?{urlencode(asked)}", {
        "base_url": base, "client_id": app["client_id"], "client_secret": app["client_secret"],
        "redirect_uri": redirect_uri, "code_verifier": verifier})


@answers.understood()
def finish(memory: Mapping[str, Any], code: str, http: httpx.Client, manifest: Manifest) -> Account:
    """Exchange the code that the person's browser brought back."""
    base = memory["base_url"]
    asked = {"grant_type": "authorization_code", "code": code, "client_id": memory["client_id"],
             "client_secret": memory["client_secret"], "redirect_uri": memory["redirect_uri"]}
    if memory["code_verifier"]:
        asked["code_verifier"] = memory["code_verifier"]
    try:
        told = answers.call(http, "POST", f"{base}/oauth/token", json=asked)
    except Refused as error:  # 400 invalid_grant: used, too old, or of another application
        raise Reconnect("expired", error.detail, error.evidence) from error
    kept = {"token": told["access_token"], "client_id": memory["client_id"], "client_secret": memory["client_secret"]}
    return _account(base, kept, tuple(str(told.get("scope") or "").split()) or SCOPES, http, manifest)


def instance(base: str, http: httpx.Client) -> Mapping[str, Any]:
    """What the server says of itself; ``Refused`` if it speaks no Mastodon."""
    for version in ("v2", "v1"):
        try:
            told = answers.call(http, "GET", f"{base}/api/{version}/instance")
        except (Gone, Refused) as error:
            if error.reason == "blocked_address":
                raise
        except TryLater as error:
            if error.reason != "not_json":
                raise
        else:
            if isinstance(told, dict) and "version" in told:
                return told
    raise Refused("unsupported", f"{base}: no Mastodon API")


def _knows_pkce(base: str, http: httpx.Client) -> bool:
    try:
        told = answers.call(http, "GET", f"{base}/.well-known/oauth-authorization-server")  # since 4.3
    except (Gone, Refused, TryLater):
        return False
    return isinstance(told, dict) and "S256" in (told.get("code_challenge_methods_supported") or ())


def _granted(base: str, token: str, http: httpx.Client) -> tuple[str, ...]:
    """Scopes of a token made by hand; a server that does not say is believed to have given all."""
    try:
        told = answers.call(http, "GET", f"{base}/api/v1/apps/verify_credentials", headers=bearer(token))
    except (Gone, Refused, Reconnect, TryLater):
        return _ALL
    scopes = told.get("scopes") if isinstance(told, dict) else None
    return tuple(scopes) if isinstance(scopes, list) and scopes else _ALL


def _account(base: str, kept: Mapping[str, Any], granted: tuple[str, ...], http: httpx.Client,
             manifest: Manifest) -> Account:
    server = instance(base, http)
    me = answers.call(http, "GET", f"{base}/api/v1/accounts/verify_credentials", headers=bearer(kept["token"]))
    domain = domain_of(server, base)
    author = translate.author(me, domain)
    asked = {scope for scopes in manifest.scopes.values() for scope in scopes}
    return Account(
        network=manifest.name, external_id=author.external_id, handle=author.handle, name=author.name, url=author.url,
        avatar_url=author.avatar_url, base_url=base, scopes=translate.covered(granted, asked),
        settings=settings(me, server, domain, manifest.limits), secrets=dict(kept))


def settings(me: Mapping[str, Any], server: Mapping[str, Any], domain: str, usual: Limits) -> dict[str, Any]:
    """What every call needs to know, read once."""
    return {"account_id": str(me["id"]), "acct": me["acct"], "domain": domain, "version": str(server["version"]),
            "limits": translate.limits(server, usual)}


def domain_of(server: Mapping[str, Any], base: str) -> str:
    """The part after the second @ in the handles of a server's own people; not always its address."""
    told = str(server.get("domain") or server.get("account_domain") or server.get("uri") or "")
    return (urlsplit(told).netloc if "://" in told else told) or urlsplit(base).netloc


def bearer(token: str) -> dict[str, str]:
    """The header that carries a token."""
    return {"Authorization": f"Bearer {token}"}
