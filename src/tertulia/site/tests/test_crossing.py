"""Nobody gets to a brand that is not theirs: every address under ``/m/<slug>/`` is tried, whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

from tertulia.brands.models import Brand, Member
from tertulia.site.tests import cast

EXAMPLES: dict[type[Any], Any] = {IntConverter: 987_654_321, UUIDConverter: UUID(int=7), SlugConverter: "nada", StringConverter: "nada"}

#: What a member with "Solo lectura" may send all the same: it is about themselves.
THEIR_OWN = {"brands:me", "brands:keys", "brands:revoke", "notices:settings", "notices:read_all", "notices:undo_read",
             "notices:quiet", "notices:add_browser", "notices:remove_browser", "notices:trial", "notices:my_digest",
             # views of their own of the list; those of the team are not theirs to make, order or bring back (inbox/tests/test_many.py)
             "inbox:save_view", "inbox:order_views", "inbox:open_with", "inbox:bring_view_back"}


@dataclass(frozen=True)
class Address:
    """One address of a brand's pages, with examples where it wants something."""

    name: str
    route: str
    asks: str | None
    wants: tuple[Any, ...]

    def of(self, slug: str) -> str:
        """The address for the brand ``slug``."""
        path = self.route.replace("<slug:slug>", slug)
        for convert, value in self.wants:
            path = path.replace(convert, str(value), 1)
        return f"/{path}"


def _walk(patterns: list[Any], route: str, namespace: str, wants: dict[str, Any]) -> Iterator[Address]:
    for one in patterns:
        found = wants | one.pattern.converters
        here = route + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
            yield from _walk(one.url_patterns, here, inner, found)
        elif isinstance(one, URLPattern) and here.startswith("m/"):
            yield Address(f"{namespace}{one.name}", here, getattr(one.callback, "asks", None), tuple(
                (f"<{_kind(converter)}:{name}>", EXAMPLES[type(converter)]) for name, converter in found.items() if name != "slug"))


def _kind(converter: Any) -> str:
    return type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")


ADDRESSES = list(_walk(get_resolver().url_patterns, "", "", {}))


@pytest.fixture
def theirs(db: None) -> Brand:
    return cast.brand(cast.member("Berta"), "La otra")


@pytest.fixture
def ana(db: None) -> Member:
    ana = cast.member("Ana")
    cast.brand(ana, "La mía")
    return ana


def test_the_walk_finds_the_pages() -> None:
    assert {"site:today", "inbox:list", "publishing:compose", "outbox:list", "channels:list", "reports:week",
            "brands:settings", "moderation:settings"} <= {one.name for one in ADDRESSES}
    assert not any("<" in one.of("x") for one in ADDRESSES)


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda one: one.name)
def test_every_address_of_a_brand_has_the_door(address: Address) -> None:
    assert address.asks in ("see", "answer", "moderate", "publish", "connect", "manage")


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda one: one.name)
def test_who_is_not_of_the_team_finds_nothing(address: Address, client: Client, ana: Member, theirs: Brand) -> None:
    client.force_login(ana)
    codes = set()
    for method in (client.get, client.post):
        there = method(address.of(theirs.slug))
        codes.add(there.status_code)
        assert there.content == method(address.of("no-existe-esa")).content.replace(b"no-existe-esa", theirs.slug.encode()), (
            "an existing brand and one that does not exist look the same")
    assert codes in ({404}, {404, 405})  # 405: it is only for the other method, whoever asks


@pytest.mark.parametrize("address", ADDRESSES, ids=lambda one: one.name)
def test_who_is_signed_out_is_shown_the_door(address: Address, client: Client, theirs: Brand) -> None:
    answers = [method(address.of(theirs.slug)) for method in (client.get, client.post)]
    shown = [one for one in answers if one.status_code != 405]
    assert shown and all(one.status_code == 302 and one["Location"].startswith("/cuenta/login/?next=/m/") for one in shown)


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one.name not in THEIR_OWN], ids=lambda one: one.name)
def test_who_may_only_look_changes_nothing(address: Address, client: Client, theirs: Brand) -> None:
    client.force_login(cast.joined(theirs, "viewer", "Vera"))
    sent = client.post(address.of(theirs.slug)).status_code
    # behind a door that lets them look, something that is not there is told before what they may not do to it
    assert sent in ((403, 404, 405) if address.asks == "see" and address.wants else (403, 405))
    if address.asks != "see":
        assert {sent, client.get(address.of(theirs.slug)).status_code} in ({403}, {403, 405})


@pytest.mark.parametrize("address", [one for one in ADDRESSES if one.wants], ids=lambda one: one.name)
def test_what_the_brand_does_not_have_is_not_found_and_breaks_nothing(address: Address, client: Client, theirs: Brand) -> None:
    client.force_login(cast.joined(theirs, "owner", "Olga"))
    answers = {client.get(address.of(theirs.slug)).status_code, client.post(address.of(theirs.slug)).status_code}
    assert answers <= {404, 405} and 404 in answers
