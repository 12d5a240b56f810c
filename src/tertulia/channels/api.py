"""Channels by API."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from tertulia.brands.bearer import PROBLEMS, Id, enter
from tertulia.channels import queries
from tertulia.channels.models import Channel
from tertulia.networks.contract import VERBS, Quota

router = Router(tags=["channels"])


class QuotaOut(Schema):
    """How much the account may publish in a time."""

    used: int
    most: int
    seconds: int


class ChannelOut(Schema):
    """A channel, its health, and what it can do."""

    id: int
    network: str
    handle: str
    name: str
    url: str
    state: str
    last_success_at: datetime | None
    failing_since: datetime | None
    reason: str
    expires_at: datetime | None
    quota: QuotaOut | None
    can: list[str]

    @staticmethod
    def resolve_quota(channel: Channel) -> Quota | None:
        """As its network says."""
        return queries.quota(channel)

    @staticmethod
    def resolve_can(channel: Channel) -> list[str]:
        """The verbs it has."""
        return [verb for verb in VERBS if queries.can(channel, verb)]


@router.get("/{slug}/channels", response={200: list[ChannelOut], **PROBLEMS})
def channels(request: HttpRequest, slug: str) -> list[Channel]:
    """The brand's channels."""
    brand, _ = enter(request, slug)
    return list(queries.channels_of(brand))


@router.get("/{slug}/channels/{pk}", response={200: ChannelOut, **PROBLEMS})
def channel(request: HttpRequest, slug: str, pk: Id) -> Channel:
    """One channel."""
    brand, _ = enter(request, slug)
    return queries.channel_of(brand, pk)
