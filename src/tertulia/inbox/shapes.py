"""What the API of the inbox says of people, messages and drafts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import StringConstraints

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]


class PersonOut(Schema):
    """Who speaks."""

    id: int
    network: str
    handle: str
    name: str


class MessageOut(Schema):
    """A message; ``reading`` is what was understood of it."""

    id: int
    conversation_id: int
    external_id: str | None
    ours: bool
    author: PersonOut | None
    text: str
    at: datetime
    url: str
    hidden_at: datetime | None
    vanished_at: datetime | None
    dispatch_id: int | None
    reading: dict[str, Any] | None


class DraftOut(Schema):
    """An answer that is not sent: the bearer's own, ``brought`` by a role (``source``), ``asked`` for approval or ``returned``."""

    id: int
    conversation_id: int
    answering_id: int | None
    member_id: int | None
    text: str
    source: str
    state: str
    review: str
    at: datetime
