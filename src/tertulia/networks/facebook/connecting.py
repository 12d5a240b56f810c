"""From what a person writes in the form to an account: whose token it is, for which Page, until when, with which permissions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from tertulia.kit.http import allowed_private
from tertulia.networks import graph
from tertulia.networks.contract import Account, Manifest, Reconnect, Refused, TryLater
from tertulia.networks.facebook import translate
from tertulia.networks.facebook.translate import Json
from tertulia.networks.graph import Graph

ADDRESS = "https://graph.facebook.com/v25.0"
_OF_A_PAGE = f"{translate.CARD},access_token"


@graph.understood()
def by_form(told: Mapping[str, str], http: httpx.Client, manifest: Manifest) -> Account:
    """The token may be the Page's own, or that of somebody (or a system user) who may act for it: then the Page's is asked for."""
    token, secret = told.get("token", "").strip(), told.get("app_secret", "").strip()
    base = _base(told.get("base_url", "").strip() or ADDRESS)
    if not token:
        raise Reconnect("bad_credentials")
    theirs = Graph(http, base, token, secret)
    asked = _inspected(theirs)
    if told.get("app_id", "").strip() and secret and asked.get("type") == "USER" and asked.get("expires_at"):
        token = _lasting(theirs, token, told["app_id"].strip(), secret)
        theirs = Graph(http, base, token, secret)
    page = _page(theirs, translate.page_named(told.get("page", "")), asked)
    name = graph.identity(page)
    if asked.get("type") in ("USER", "SYSTEM_USER") and not page.get("access_token"):
        raise Reconnect("missing_scope", "Esta clave no puede actuar por la página: falta pages_show_list o una tarea en ella.")
    secrets: dict[str, Any] = {"token": str(page.get("access_token") or token)}
    if secret:
        secrets["app_secret"] = secret
    ours = Graph(http, base, secrets["token"], secret)
    if secrets["token"] != token:
        page, asked = ours.get(f"/{name}", fields=translate.CARD), _inspected(ours) or asked
    every = sorted({scope for scopes in manifest.scopes.values() for scope in scopes})
    handle = str(page.get("username") or translate.clean(str(page["name"])))
    return Account(
        network=manifest.name, external_id=name, handle=handle, name=translate.clean(str(page["name"])),
        url=str(page.get("link") or translate.address(name)), avatar_url=translate.avatar(page), base_url=base,
        scopes=translate.granted(asked, name, every), settings={"expires_at": _end(asked)}, secrets=secrets)


def _lasting(api: Graph, token: str, app_id: str, secret: str) -> str:
    """A user's token of sixty days for theirs of an hour; the Page's taken from it does not end."""
    told = api.post("/oauth/access_token", grant_type="fb_exchange_token", client_id=app_id, client_secret=secret, fb_exchange_token=token)
    return graph.identity(told, "access_token")


def _page(api: Graph, wanted: str, token: Json) -> Json:
    """The Page named, or the only one there is."""
    if wanted or token.get("type") == "PAGE":
        page: Json = api.get(f"/{wanted or token['profile_id']}", fields=_OF_A_PAGE)
        return page
    try:
        pages = [one for page in api.pages("/me/accounts", most=10, fields=_OF_A_PAGE, limit=100) for one in page]
    except Refused:  # a Page has no accounts: the token is its own, and would not be inspected
        mine: Json = api.get("/me", fields=_OF_A_PAGE)
        return mine
    if len(pages) == 1:
        return pages[0]  # type: ignore[no-any-return]
    if not pages:
        raise Refused("not_found", "Esta clave no da acceso a ninguna página: falta el permiso pages_show_list o elegir una al autorizar.")
    named = ", ".join(f"{translate.clean(str(one['name']))} ({one['id']})" for one in pages)
    raise Refused("invalid", f"Esta clave da acceso a varias páginas. Escribe el número de una: {named}.")


def _inspected(api: Graph) -> Json:
    """What Meta says of a token; nothing, where it lets only the owners of the application ask."""
    try:
        token = api.inspected()
    except (Refused, TryLater):
        return {}
    except Reconnect as outcome:
        if outcome.reason == "missing_scope":
            return {}
        raise
    if token.get("is_valid") is False:
        raise Reconnect("bad_credentials", str((token.get("error") or {}).get("message") or ""))
    return token


def _end(token: Json) -> str | None:
    """When it stops serving: its own end, or that of the access to data that a person gave for ninety days; 0 is never."""
    ends = [int(token.get(name) or 0) for name in ("expires_at", "data_access_expires_at")]
    return min((datetime.fromtimestamp(end, UTC).isoformat() for end in ends if end), default=None)


def _base(address: str) -> str:
    """``https://host/v25.0``; http only for the private hosts that the owner of the installation allows."""
    try:
        parts = urlsplit(address)
        where = f"{parts.hostname}:{parts.port or 80}"
    except ValueError as error:
        raise Refused("invalid", address) from error
    if not parts.hostname or parts.scheme not in ("http", "https"):
        raise Refused("invalid", address)
    if parts.scheme == "http" and where not in allowed_private():
        raise Refused("blocked_address", "http")
    return address.rstrip("/")
