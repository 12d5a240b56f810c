"""Brands, members, channels and talk for tests of pages: made by the same actions and the same storing as in life."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client

from tertulia.brands import actions as brands
from tertulia.brands.models import Brand, Member
from tertulia.channels.actions import keep_account
from tertulia.channels.arrivals import digest, pack
from tertulia.channels.models import Arrival, Channel
from tertulia.inbox.models import Conversation, Message
from tertulia.inbox.storing import store_arrivals
from tertulia.networks.contract import Account, Attachment, Author, Item, Vanished

BY = "member:0"


def member(name: str = "Ana", **more: Any) -> Member:
    """Somebody who signs in."""
    email = f"{name.split()[0].lower()}.{Member.objects.count()}@example.org"
    return Member.objects.create_user(email, name=name, **more)


def enter(member: Member) -> Client:
    """A browser where they are signed in."""
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def brand(owner: Member, name: str = "Librería Faro") -> Brand:
    """A brand of ``owner``."""
    return brands.create_brand(name, owner, by=BY)


def joined(brand: Brand, role: str, name: str = "Luis") -> Member:
    """A new member of the brand's team."""
    new = member(name)
    brands.set_role(brand, new, role, by=BY)
    return new


def channel(brand: Brand, network: str = "plaza", handle: str = "libreria") -> Channel:
    """A connected account. Nothing is listening there."""
    scopes = frozenset({"publish", "reply", "collect", "hide", "delete", "block", "message", "profile", "measure",
                        "read:statuses", "write:statuses", "write:media", "read:notifications", "read:accounts", "write:blocks"})
    return keep_account(brand, Account(
        network=network, external_id=f"{network}-{handle}-{brand.pk}", handle=handle, name=brand.name,
        base_url="http://127.0.0.1:9", scopes=scopes, secrets={"token": "t", "access_token": "t"}), by=BY)


def item(key: str, text: str, *, who: str = "marta", name: str = "Marta Gil", kind: str = "comment", root: str = "post-1",
         parent: str = "", at: datetime | None = None, attachments: Sequence[Attachment] = (), url: str = "", **more: Any) -> Item:
    """Something said on a network; by default a comment straight under the brand's post."""
    author = Author(external_id=who, handle=who, name=name, **more)
    is_comment = kind == "comment"
    return Item(external_id=key, kind=kind, author=author, text=text, created_at=at or datetime.now(UTC), url=url,
                parent_id=parent or (root if is_comment else ""), root_id=root if is_comment else "",
                attachments=tuple(attachments))


def arrive(channel: Channel, *things: Item | Vanished) -> list[Message]:
    """Stores what a network brought, as the worker does; the messages of its items, in order."""
    packed = [(one.external_id, pack(one)) for one in things]
    Arrival.objects.bulk_create([
        Arrival(channel=channel, external_id=key, digest=digest(one), payload=one, arrived_at=datetime.now(UTC)) for key, one in packed])
    while store_arrivals(channel.pk, by=""):
        pass
    found = {one.external_id: one for one in Message.objects.filter(channel=channel).select_related("conversation")}
    return [found[key] for key, _packed in packed if key in found]


def conversation(channel: Channel, text: str = "¿Abrís el domingo?", key: str = "", **more: Any) -> Conversation:
    """A conversation that begins, and waits, with ``text``."""
    key = key or f"c{Message.objects.count() + 1}"
    return arrive(channel, item(key, text, **more))[0].conversation


def long_talk(channel: Channel, count: int, key: str = "root") -> Conversation:
    """One conversation of ``count`` messages, a minute between them."""
    start = datetime.now(UTC) - timedelta(minutes=count)
    first = item(key, "Empiezo yo", at=start)
    rest = [item(f"{key}-{n}", f"Mensaje número {n}", who=f"who{n % 40}", name=f"Persona {n % 40}", parent=key,
                 at=start + timedelta(minutes=n)) for n in range(1, count)]
    return arrive(channel, first, *rest)[0].conversation
