"""Becoming an account: an address, a user and an application password of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from tertulia.kit.http import allowed_private
from tertulia.networks import calls
from tertulia.networks.contract import Account, Gone, Manifest, Reconnect, Refused, TryLater
from tertulia.networks.wordpress import answers, translate

#: Where the API is under a site's address: with readable addresses, and always.
PLACES = ("/wp-json", "/?rest_route=")
_HOPS = 3
_INSIDE = ("/wp-admin", "/wp-login.php", "/wp-json", "/index.php")  # pages of a site whose address people copy


def connect(told: Mapping[str, str], http: httpx.Client, manifest: Manifest) -> Account:
    """The account of ``user``; ``Refused`` if no WordPress is there, ``Reconnect`` if it does not let them in."""
    base = base_url(told.get("address", ""))
    # WordPress takes the spaces out itself, but not those that are not ASCII's, which copying brings
    user, password = told.get("user", "").strip(), " ".join(told.get("password", "").split())
    if not user or not password or ":" in user:  # Basic could not carry it
        raise Reconnect("bad_credentials")
    with answers.understood():
        api, offered = discover(base, http)
        try:
            me = read(api, "/wp/v2/users/me", http, (user, password), context="edit")
        except Reconnect as error:
            if not offered:
                raise Refused("unsupported", f"{api}: application passwords are off (WordPress wants https for them)",
                              error.evidence) from error
            raise
        index = read(api, "/", http, (user, password))
        asked = {one for capabilities in manifest.scopes.values() for one in capabilities}
        account = translate.account(index, me, api, manifest.name, asked)
    if not account.scopes & {"publish_posts", "moderate_comments"}:
        raise Reconnect("missing_scope", f"{user} may neither publish nor moderate on {base}")
    return replace(account, secrets={"user": user, "password": password})


def base_url(address: str) -> str:
    """``https://host/path`` of what a person writes; http only for private hosts that the installation allows."""
    told = address.strip()
    if "://" not in told:
        told = "https://" + told
    try:
        parts = urlsplit(told)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError as error:  # a port that is no number, a host that is no name
        raise Refused("invalid", address) from error
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.password:
        raise Refused("invalid", host)  # and not what was written, which may hold a password
    scheme = "http" if parts.scheme == "http" and f"{host}:{port or 80}" in allowed_private() else "https"
    path = parts.path
    for inside in _INSIDE:
        path = path.partition(inside)[0]
    where = f"{host}:{port}" if port and not (parts.scheme == "http" and port == 80) else host
    return f"{scheme}://{where}{path.rstrip('/')}"


def discover(base: str, http: httpx.Client) -> tuple[str, bool]:
    """Where the API of the site is, and whether it offers application passwords (what it does not say, it may)."""
    for place in PLACES:
        api, index = _index(f"{base}{place}", http)
        if isinstance(index, dict) and "wp/v2" in (index.get("namespaces") or ()):
            return api, "application-passwords" in (index.get("authentication") or ())
        if isinstance(index, dict) and isinstance(index.get("code"), str):  # a site that is shut to strangers
            return api, True
    raise Refused("unsupported", f"{base}: no WordPress API")


def _index(api: str, http: httpx.Client) -> tuple[str, Any]:
    """What answers at ``api`` to a stranger, there or where the site of the same name sends us; None if no API does."""
    for _ in range(_HOPS):
        url = api if api.endswith("=") else f"{api}/"
        response = calls.send(http, "GET", f"{url}/" if url.endswith("=") else url)
        if response.has_redirect_location:
            api = _followed(url, response.headers["location"])
            continue
        if response.status_code in (401, 403):
            return api, ({"code": name} if (name := answers.code(response)) else None)
        try:
            return api, calls.answer(response)
        except (Gone, Refused):
            return api, None
        except TryLater as error:
            if error.reason != "not_json":
                raise
            return api, None
    return api, None


def _followed(url: str, location: str) -> str:
    """Where a redirect leads, if it is the same site, no less safe; ``Refused`` tells the person where it points."""
    there = urljoin(url, location)
    before, after = urlsplit(url), urlsplit(there)
    same = (before.hostname or "").removeprefix("www.") == (after.hostname or "").removeprefix("www.")
    if not same or after.scheme not in ("https", before.scheme):
        raise Refused("invalid", f"{url} sends us to {there}: connect with that address")
    query = "rest_route=" in after.query
    return f"{after.scheme}://{after.netloc}{after.path.rstrip('/')}" + ("/?rest_route=" if query else "")


def asked(api: str, path: str, params: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """Address and parameters of ``path`` (``/wp/v2/…``) at ``api``, however the site spells it."""
    if api.endswith("?rest_route="):
        return api.partition("?")[0], {"rest_route": path, **params}
    return api + path, dict(params)


def read(api: str, path: str, http: httpx.Client, auth: tuple[str, str], **params: Any) -> Any:
    """One call that only reads."""
    url, told = asked(api, path, params)
    return answers.read(answers.unsaid(calls.send(http, "GET", url, params=told, auth=auth), *auth))
