"""How a network describes itself: what it lets an account publish, how fast, and what it asks for to connect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account may publish. Characters are counted by the network's own ``count``."""

    characters: int
    pictures: int
    picture_bytes: int
    picture_types: tuple[str, ...]
    alt_characters: int             # 0: it keeps no alternative text
    extra_bytes: int | None = None  # a second ceiling, in UTF-8 bytes
    with_pictures: int | None = None  # characters of a text that goes with pictures, where fewer fit
    needs_picture: bool = False     # nothing is published without one

    def room(self, pictures: int) -> int:
        """Characters that fit in a text that goes with so many pictures."""
        return self.characters if not pictures or self.with_pictures is None else min(self.characters, self.with_pictures)

    def narrowed(self, **others: Any) -> Limits:
        """These limits where some are ``others``: those of an answer, which needs no picture. None grows."""
        least = {name: most if (now := getattr(self, name)) is None else min(now, most) for name, most in others.items()}
        return replace(self, needs_picture=False, **least)


@dataclass(frozen=True, slots=True)
class Field:
    """A box of the form that connects a channel. Labels are Spanish source strings, translated by the page."""

    name: str
    label: str
    help: str = ""
    secret: bool = False
    required: bool = True
    example: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """At most ``calls`` in ``seconds``, of the account or of the whole app on that server; all ``verbs`` if none is named."""

    calls: int
    seconds: int
    scope: Literal["account", "app"] = "account"
    verbs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.calls < 1 or self.seconds <= 0:
            raise ValueError(f"nothing would ever leave at {self.calls} calls in {self.seconds} seconds")


@dataclass(frozen=True, slots=True)
class Quota:
    """How many publications the account may still make: ``used`` of ``most`` in the last ``seconds``."""

    used: int
    most: int
    seconds: int = 86400


@dataclass(frozen=True, slots=True)
class Window:
    """Until when somebody may be answered: ``hours`` after the last thing of this ``kind`` that they said.

    ``more_hours`` instead where the account was granted ``more_scope``.
    """

    kind: str
    hours: int
    more_hours: int = 0
    more_scope: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``manifest.toml`` of a network, read by ``networks.manifest_file.read``."""

    name: str                     # the folder's name
    title: str                    # as people write it
    color: str                    # the network's own, #rrggbb
    limits: Limits                # by default; an account's own come from ``limits(account)``
    fields: tuple[Field, ...]     # to connect
    oauth: bool                   # True: ``begin``/``finish``; False: ``connect``
    scopes: Mapping[str, tuple[str, ...]]  # verb → scopes it needs
    poll_seconds: int             # how often to ask when nothing happens
    parallel: int = 5             # calls at once, at most, to one server of the network
    pace: tuple[Pace, ...] = ()   # what the network lets us send; see also ``allowance`` of its answers
    quota: Quota | None = None    # publications a day, where it is fixed; ``Quotas`` reads an account's own
    window: tuple[Window, ...] = ()  # kinds that can be answered for a time only
    narrower: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # verb (reply, message) → limits that are others there
    unsupported: Mapping[str, str] = field(default_factory=dict)  # verb → why not, a Spanish sentence
    sources: Mapping[str, str] = field(default_factory=dict)      # fact → where it was read, and when
    notes: str = ""               # what somebody should know before connecting, Spanish sentences

    def time_to_answer(self, kind: str, scopes: frozenset[str]) -> timedelta | None:
        """For how long after what somebody said they may be answered, with these scopes; None: for ever."""
        for one in self.window:
            if one.kind == kind:
                return timedelta(hours=one.more_hours if one.more_scope in scopes else one.hours)
        return None
