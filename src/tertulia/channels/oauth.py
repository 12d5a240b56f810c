"""What is remembered while a person says yes on a network's own page: sealed in their session, once, for a short time."""

from __future__ import annotations

import base64
import hmac
import secrets as random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from tertulia.kit import clock, secrets

LIFE = timedelta(minutes=15)
_NAME = "channels.oauth"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What ``remember`` was given."""

    network: str
    brand_id: int
    memory: Mapping[str, Any]
    answers: Mapping[str, str]


def new_state() -> str:
    """A word that only this session knows, which the network gives back."""
    return random.token_urlsafe(32)


def remember(session: SessionBase, state: str, what: Remembered, until: datetime | None = None) -> None:
    """Keeps ``what`` under ``state`` (``until``: a quarter of an hour from now); what was remembered before is forgotten."""
    end = until or clock.now() + LIFE
    sealed = secrets.seal({
        "state": state, "until": end.timestamp(), "network": what.network, "brand_id": what.brand_id,
        "memory": dict(what.memory), "answers": dict(what.answers)})
    session[_NAME] = base64.b64encode(sealed).decode()


def recall(session: SessionBase, state: str, brand_id: int) -> Remembered | None:
    """What was remembered under ``state`` for the brand, once; None if it is another's, used, or too old."""
    sealed = session.pop(_NAME, "")
    try:
        kept = secrets.unseal(base64.b64decode(sealed))
    except (secrets.Unreadable, ValueError):
        return None
    if not hmac.compare_digest(kept["state"].encode(), state.encode()) or kept["until"] < clock.now().timestamp():
        return None
    if kept["brand_id"] != brand_id:
        return None
    return Remembered(kept["network"], kept["brand_id"], kept["memory"], kept["answers"])
