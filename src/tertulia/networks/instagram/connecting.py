"""Becoming an account by an access token, and keeping the token alive."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx

from tertulia.kit import clock
from tertulia.kit.http import allowed_private
from tertulia.networks.contract import Account, Gone, Manifest, Outcome, Reconnect, Refused, TryLater
from tertulia.networks.graph import Graph, identity, understood
from tertulia.networks.instagram import translate

ADDRESS = "https://graph.instagram.com/v25.0"
LIFE = timedelta(days=60)
YOUNG = timedelta(hours=24)  # younger tokens are not renewed

#: Permission → what can be asked only with it, where Instagram does not say what was granted.
_PROBES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "instagram_business_content_publish": ("/{id}/content_publishing_limit", {"fields": "quota_usage"}),
    "instagram_business_manage_comments": ("/{id}/media", {"fields": "id,comments.limit(1){id}", "limit": "1"}),
    "instagram_business_manage_messages": ("/{id}/conversations", {"platform": "instagram", "limit": "1"}),
    "instagram_business_manage_insights": ("/{id}/insights", {"metric": "reach", "period": "day"}),
}


def by_token(told: Mapping[str, str], http: httpx.Client, manifest: Manifest) -> Account:
    """The account a token is of; ``Refused`` ``bad_reference`` if it is not the one named in the form."""
    base, token = _address(told.get("base_url", "")), told.get("token", "").strip()
    if not token:
        raise Reconnect("bad_credentials")
    graph = Graph(http, base, token)
    with understood():
        me = graph.get("/me", fields=translate.ME)
        external_id, username = identity(me, "user_id"), identity(me, "username")
    if (wanted := told.get("account", "").strip()) and wanted not in (external_id, str(me.get("id") or "")):
        raise Refused("bad_reference", f"La clave es de la cuenta {external_id} (@{username}), no de {wanted}.")
    kept, granted = _first_renewal(http, base, token)
    if granted is None:
        granted = _granted(graph, external_id)
    card = translate.card(me)
    return Account(
        network=manifest.name, external_id=external_id, handle=username, name=card.name, url=card.url, avatar_url=card.avatar_url,
        base_url=base, scopes=granted, settings={"account_type": str(me.get("account_type") or "")}, secrets=kept)


def _first_renewal(http: httpx.Client, base: str, token: str) -> tuple[dict[str, Any], frozenset[str] | None]:
    """Renewing tells when the token ends and what was granted. Refused: it is younger than a day, so that it ends in 59 at least."""
    now = clock.now()
    try:
        told, kept = _renewed(http, base, token)
    except (Refused, Gone, Reconnect):  # not of the token itself: it has just served
        return {"token": token, "renewed_at": now.isoformat(), "expires_at": (now + LIFE - YOUNG).isoformat()}, None
    permissions = told.get("permissions")
    return kept, frozenset(permissions.replace(" ", "").split(",")) if isinstance(permissions, str) and permissions else None


def renew(http: httpx.Client, account: Account) -> dict[str, Any]:
    """New secrets. ``Reconnect`` past the end; ``TryLater`` before the token is a day old."""
    now, ends, since = clock.now(), expires_at(account), _moment(account, "renewed_at")
    if ends and ends <= now:
        raise Reconnect("expired")
    if since and now < since + YOUNG:
        raise TryLater("limited", "younger than 24 hours", after=(since + YOUNG - now).total_seconds())
    return _renewed(http, account.base_url, str(account.secrets["token"]))[1]


def expires_at(account: Account) -> datetime | None:
    """The end of the token that the account holds."""
    return _moment(account, "expires_at")


def _renewed(http: httpx.Client, base: str, token: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    now = clock.now()
    try:
        with understood():
            # the vendor's description has the token among its parameters, and no version in the address
            told = Graph(http, re.sub(r"/v\d+\.\d+$", "", base), token).get(
                "/refresh_access_token", grant_type="ig_refresh_token", access_token=token)
            return told, {"token": identity(told, "access_token"), "renewed_at": now.isoformat(),
                          "expires_at": (now + timedelta(seconds=int(told["expires_in"]))).isoformat()}
    except Outcome as outcome:  # an answer that came out wrong may hold the new token, which nobody knows to hide
        outcome.evidence = {name: value for name, value in outcome.evidence.items() if name != "body"}
        raise


def _granted(graph: Graph, external_id: str) -> frozenset[str]:
    """What may be done, by trying what only reads. What could not be tried is believed: the network will say."""
    granted = {"instagram_business_basic"}
    for scope, (path, asked) in _PROBES.items():
        try:
            graph.get(path.format(id=external_id), **asked)
        except (Reconnect, Refused, Gone):
            continue
        except TryLater:
            pass
        granted.add(scope)
    return frozenset(granted)


def _moment(account: Account, name: str) -> datetime | None:
    value = account.secrets.get(name)
    return datetime.fromisoformat(str(value)) if value else None


def _address(told: str) -> str:
    """The base of every call, without a last slash; http only for hosts that the installation's owner allows."""
    base = told.strip().rstrip("/") or ADDRESS
    try:
        parts = urlsplit(base)
        where = f"{parts.hostname or ''}:{parts.port or 80}"
    except ValueError as error:
        raise Refused("invalid", base) from error
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.username:
        raise Refused("invalid", base)
    if parts.scheme == "http" and where not in allowed_private():
        raise Refused("blocked_address", "http")
    return base
