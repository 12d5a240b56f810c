"""What a fact is, and the register of those that parts may announce."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

_register: dict[str, type[Announcement]] = {}

A = TypeVar("A", bound="type[Announcement]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Something that happened to a brand (or, with ``brand_id`` None, to the installation): ids only, no personal text."""

    name: ClassVar[str]
    brand_id: int | None


def fact(cls: A) -> A:
    """Registers an announcement; its name is the class's, which must be a past participle phrase like ``MessageReceived``."""
    if cls.__name__ in _register:
        raise ValueError(f"two facts called {cls.__name__}")
    cls.name = cls.__name__
    _register[cls.name] = cls
    return cls


def announcements() -> dict[str, type[Announcement]]:
    """Every fact there is, by name."""
    return dict(sorted(_register.items()))


@dataclass(frozen=True, slots=True)
class Happened:
    """A fact as a reaction receives it."""

    id: int
    at: datetime
    by: str
    because: str
    what: Any  # the announcement, of the class the reaction asked for


def to_data(announced: Announcement) -> dict[str, Any]:
    """The fields of an announcement as JSON, without the brand, which has its own column."""
    return {field.name: getattr(announced, field.name) for field in dataclasses.fields(announced) if field.name != "brand_id"}


def from_data(name: str, brand_id: int | None, data: dict[str, Any]) -> Announcement | None:
    """The announcement a row holds; None if nobody announces it any more. Fields since dropped are ignored."""
    if (cls := _register.get(name)) is None:
        return None
    known = {field.name for field in dataclasses.fields(cls)}
    return cls(brand_id=brand_id, **{key: value for key, value in data.items() if key in known})
