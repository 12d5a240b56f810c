"""What a network is to us: values, verbs, and the only five ways to fail.

Values are frozen and typed. Verbs are small protocols: a network's class has the methods of the verbs it can
do, and what a channel can do is those verbs crossed with the scopes it was granted. Times are aware datetimes
in UTC; texts are Unicode NFC as a person wrote them; ids are the network's own, opaque strings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

import httpx

# --------------------------------------------------------------------------- the five ways to fail


class Outcome(Exception):
    """Why a call did not end well. ``reason`` is a code (see ``Reason``), ``detail`` the network's own words."""

    def __init__(self, reason: str = "", detail: str = "", evidence: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{type(self).__name__}: {reason} {detail}".strip())
        self.reason, self.detail, self.evidence = reason, detail[:2000], dict(evidence or {})


class TryLater(Outcome):
    """Nothing happened on the network, for certain; it may work after ``after`` seconds (None: not said).

    ``scope`` says whose limit was hit: the account's, the app's, or nobody's (the server was away).
    """

    def __init__(self, reason: str = "busy", detail: str = "", *, after: float | None = None,
                 scope: Literal["account", "app", "none"] = "none", evidence: Mapping[str, Any] | None = None) -> None:
        super().__init__(reason, detail, evidence)
        self.after, self.scope = after, scope


class Reconnect(Outcome):
    """The credentials no longer serve: a person must connect the channel again."""


class Refused(Outcome):
    """The network said no, for good; nothing happened."""


class Gone(Outcome):
    """What we spoke of is not on the network any more."""


class Unsure(Outcome):
    """We sent something that creates, and cannot know whether it was done. Never repeated blindly."""


#: Codes of ``Outcome.reason`` that pages know how to explain; a network may not invent others.
Reason = Literal[
    "busy", "limited", "unreachable", "timeout", "reset", "server_error", "not_json", "too_big_answer",
    "bad_credentials", "expired", "missing_scope", "suspended",
    "too_long", "empty", "bad_media", "too_many_media", "bad_reference", "duplicate", "forbidden", "invalid",
    "not_found", "unsupported", "blocked_address", "quota",
]

# --------------------------------------------------------------------------- values


@dataclass(frozen=True, slots=True)
class Account:
    """A brand's account on a network, as stored in a channel. ``secrets`` never reach a log or a page."""

    network: str
    external_id: str
    handle: str
    name: str = ""
    url: str = ""
    avatar_url: str = ""
    base_url: str = ""
    scopes: frozenset[str] = frozenset()
    settings: Mapping[str, Any] = field(default_factory=dict)  # what was read from the network: its limits, version
    secrets: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Author:
    """One identity on one network."""

    external_id: str
    handle: str
    name: str = ""
    url: str = ""
    avatar_url: str = ""
    followers: int | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """An image to publish. ``content`` are its bytes."""

    content: bytes = field(repr=False)
    mime: str
    alt: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture, video or link seen on the network, by address."""

    url: str
    kind: Literal["image", "video", "audio", "link", "other"] = "image"
    alt: str = ""
    preview_url: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """Points at something on a network. ``extra`` is what the network wants beside the id (a cid, a root)."""

    external_id: str
    url: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """What to say: a post, a reply (``reply_to``) or a private message (``to``)."""

    text: str
    language: str = "es"
    pictures: tuple[Picture, ...] = ()
    reply_to: Ref | None = None
    to: Author | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """Names one dispatch for ever, so that sending it again is the same act.

    ``value`` is a UUID in hex; ``at`` the moment fixed for it (a record's createdAt), the same in every try.
    """

    value: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that it is there."""

    ref: Ref
    at: datetime | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """Something somebody said (or we did) on the network, as collected."""

    external_id: str
    kind: Literal["comment", "mention", "direct", "post", "review"]
    author: Author
    text: str
    created_at: datetime
    url: str = ""
    parent_id: str = ""     # what it answers; empty if nothing
    root_id: str = ""       # the first of its thread; its own id if it begins one
    attachments: tuple[Attachment, ...] = ()
    ours: bool = False      # written by the account itself
    extra: Mapping[str, Any] = field(default_factory=dict)  # what ``Ref.extra`` needs to answer it
    language: str = ""      # as declared by the network; ours to doubt


@dataclass(frozen=True, slots=True)
class Vanished:
    """Something we had collected that is no longer on the network."""

    external_id: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of what arrived, oldest first. Store it and ``cursor`` in one transaction; ``more``: ask again now."""

    items: tuple[Item, ...] = ()
    vanished: tuple[Vanished, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    more: bool = False


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counts of one post at one moment; None: the network does not say."""

    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None


@dataclass(frozen=True, slots=True)
class ProfileCard:
    """How the account presents itself."""

    name: str = ""
    bio: str = ""
    url: str = ""
    avatar_url: str = ""
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What one account may publish. ``characters`` are counted by the network's own ``count``."""

    characters: int
    pictures: int
    picture_bytes: int
    picture_types: tuple[str, ...]
    alt_characters: int
    extra_bytes: int | None = None  # a second ceiling, in UTF-8 bytes


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
    unsupported: Mapping[str, str] = field(default_factory=dict)  # verb → why not, a Spanish sentence
    sources: Mapping[str, str] = field(default_factory=dict)      # fact → where it was read, and when
    notes: str = ""


# --------------------------------------------------------------------------- verbs


class Network(Protocol):
    """What every network's class has. Made for one account; short-lived; not shared between threads.

    ``keep`` stores new secrets (a refreshed session) at once, before they are used.
    """

    manifest: ClassVar[Manifest]
    #: True: ``publish``/``message`` with the same key is the same act, however often it is called.
    repeatable: ClassVar[bool]

    def __init__(self, account: Account, http: httpx.Client, keep: Callable[[Mapping[str, Any]], None]) -> None: ...

    @staticmethod
    def count(text: str) -> int:
        """Length of ``text`` by this network's true rule."""
        ...

    @staticmethod
    def limits(account: Account | None) -> Limits: ...


@runtime_checkable
class Connects(Protocol):
    """By a form: answers in, an account out."""

    @classmethod
    def connect(cls, answers: Mapping[str, str], http: httpx.Client) -> Account: ...


@dataclass(frozen=True, slots=True)
class Begun:
    """Send the person to ``url``; give ``memory`` back to ``finish``. ``memory`` holds secrets."""

    url: str
    memory: Mapping[str, Any] = field(repr=False)


@runtime_checkable
class ConnectsByOAuth(Protocol):
    """By the network's own page."""

    @classmethod
    def begin(cls, answers: Mapping[str, str], redirect_uri: str, state: str, http: httpx.Client) -> Begun: ...

    @classmethod
    def finish(cls, memory: Mapping[str, Any], code: str, http: httpx.Client) -> Account: ...


@runtime_checkable
class Publishes(Protocol):
    """Posts and replies."""

    def publish(self, draft: Draft, key: Key) -> Receipt: ...

    def find(self, draft: Draft, key: Key) -> Receipt | None:
        """Look for what ``publish(draft, key)`` would have made: a receipt, None (certainly not there) or ``Unsure``."""
        ...

    def read(self, ref: Ref) -> Item:
        """The live thing; ``Gone`` if it is not there."""
        ...


@runtime_checkable
class Collects(Protocol):
    """Everything addressed to the account, page by page, from a cursor of the network's own making."""

    def collect(self, cursor: Mapping[str, Any]) -> Batch: ...

    def still_there(self, external_ids: Sequence[str]) -> frozenset[str]:
        """Which of these are still on the network."""
        ...


@runtime_checkable
class Hides(Protocol):
    """Reversible: the comment is not seen under our posts. Both are safe to repeat."""

    def hide(self, ref: Ref) -> Receipt: ...

    def unhide(self, ref: Ref) -> Receipt: ...


@runtime_checkable
class Deletes(Protocol):
    """Deletes our own post (or, where a network lets, a comment on it). Already gone is success."""

    def delete(self, ref: Ref) -> Receipt: ...


@runtime_checkable
class Blocks(Protocol):
    """Safe to repeat."""

    def block(self, author: Author) -> Receipt: ...

    def unblock(self, author: Author) -> Receipt: ...


@runtime_checkable
class Messages(Protocol):
    """Private messages."""

    def message(self, draft: Draft, key: Key) -> Receipt: ...


@runtime_checkable
class Profiles(Protocol):
    """How the account presents itself."""

    def profile(self) -> ProfileCard: ...


@runtime_checkable
class Measures(Protocol):
    """Counts of our own posts."""

    def measure(self, refs: Sequence[Ref]) -> Mapping[str, Metrics]: ...


#: The verbs by the name pages ask for: ``can(channel, "hide")``.
VERBS: Mapping[str, type] = {
    "publish": Publishes, "reply": Publishes, "collect": Collects, "hide": Hides, "delete": Deletes,
    "block": Blocks, "message": Messages, "profile": Profiles, "measure": Measures,
}


def verbs_of(network: type[Network]) -> frozenset[str]:
    """The verbs a network's class has the methods for (whatever the scopes)."""
    return frozenset(
        verb for verb, protocol in VERBS.items()
        if all(hasattr(network, name) for name in _methods(protocol)) and verb not in network.manifest.unsupported
    )


def _methods(protocol: type) -> Sequence[str]:
    return [name for name, value in vars(protocol).items() if callable(value) and not name.startswith("_")]
