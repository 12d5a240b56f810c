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

from tertulia.networks.description import Field as Field
from tertulia.networks.description import Limits as Limits
from tertulia.networks.description import Manifest as Manifest
from tertulia.networks.description import Pace as Pace
from tertulia.networks.description import Quota as Quota
from tertulia.networks.description import Window as Window
from tertulia.networks.outcomes import Gone as Gone
from tertulia.networks.outcomes import Outcome as Outcome
from tertulia.networks.outcomes import Reason as Reason
from tertulia.networks.outcomes import Reconnect as Reconnect
from tertulia.networks.outcomes import Refused as Refused
from tertulia.networks.outcomes import TryLater as TryLater
from tertulia.networks.outcomes import Unsure as Unsure

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
    """An image to publish. ``content`` are its bytes; ``url`` a public address of the same, where the installation has one."""

    content: bytes = field(repr=False)
    mime: str
    alt: str = ""
    width: int = 0
    height: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture, video or link seen on the network, by address. ``alt`` None: the network does not say."""

    url: str
    kind: Literal["image", "video", "audio", "link", "other"] = "image"
    alt: str | None = ""
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


class Steps:
    """How far earlier tries at a dispatch came on the network: ids of media uploaded, of a container being processed.

    ``note`` is kept before it returns, so that a crash at any step repeats none of those before it. Values are plain JSON.
    """

    def __init__(self, reached: Mapping[str, Any] | None = None, keep: Callable[[Mapping[str, Any]], None] | None = None) -> None:
        self._reached, self._keep = dict(reached or {}), keep

    def get(self, name: str) -> Any:
        """What was noted under ``name``, or None."""
        return self._reached.get(name)

    def note(self, **reached: Any) -> None:
        """Adds to what was reached; a value of None forgets it."""
        self._reached = {name: value for name, value in {**self._reached, **reached}.items() if value is not None}
        if self._keep:
            self._keep(self._reached)


@dataclass(frozen=True, slots=True)
class Key:
    """Names one dispatch for ever, so that sending it again is the same act.

    ``value`` is a UUID in hex; ``at`` the moment fixed for it (a record's createdAt), the same in every try; ``steps``
    what earlier tries reached, for networks that publish in several steps.
    """

    value: str
    at: datetime
    steps: Steps = field(default_factory=Steps, compare=False)


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
    hidden: bool | None = None  # whether the public does not see it; None: the network does not say


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
class Renews(Protocol):
    """Its credentials end, and can be renewed before they do."""

    @staticmethod
    def expires_at(account: Account) -> datetime | None:
        """When the account's secrets stop serving; None: they do not, or it is not known."""
        ...

    def renew(self) -> None:
        """Gets new secrets and stores them by ``keep``. Never called by two at once; the old ones serve until then."""
        ...


@runtime_checkable
class Publishes(Protocol):
    """Posts and replies."""

    def publish(self, draft: Draft, key: Key) -> Receipt: ...


@runtime_checkable
class Finds(Protocol):
    """It can be known whether an earlier try was done."""

    def find(self, draft: Draft, key: Key) -> Receipt | None:
        """Look for what ``publish(draft, key)`` would have made: a receipt, None (certainly not there) or ``Unsure``.

        A network that shows things late, or has no certain list, never says None: not seen is ``Unsure`` there.
        """
        ...


@runtime_checkable
class Reads(Protocol):
    """What is published can be read back."""

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
    """Deletes our own post or, with the verb ``remove``, what others said under it. Already gone is success."""

    def delete(self, ref: Ref) -> Receipt: ...


@runtime_checkable
class Blocks(Protocol):
    """Safe to repeat."""

    def block(self, author: Author) -> Receipt: ...

    def unblock(self, author: Author) -> Receipt: ...


@runtime_checkable
class TellsBlocks(Protocol):
    """Says whether the account blocks somebody."""

    def blocks(self, author: Author) -> bool: ...


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


@runtime_checkable
class Quotas(Protocol):
    """Says how much the account may still publish."""

    def quota(self) -> Quota: ...


@runtime_checkable
class Knows(Protocol):
    """Says whether somebody of a name is there."""

    def knows(self, handle: str) -> bool:
        """Whether a mention of ``handle`` (without its @) would reach somebody. Both answers are certain; else an outcome."""
        ...


#: The verbs by the name pages ask for: ``can(channel, "hide")``.
VERBS: Mapping[str, type] = {
    "publish": Publishes, "reply": Publishes, "find": Finds, "read": Reads, "collect": Collects, "hide": Hides, "delete": Deletes,
    "remove": Deletes, "block": Blocks, "message": Messages, "profile": Profiles, "measure": Measures,
}


def verbs_of(network: type[Network]) -> frozenset[str]:
    """The verbs a network's class has the methods for (whatever the scopes)."""
    return frozenset(
        verb for verb, protocol in VERBS.items()
        if all(hasattr(network, name) for name in _methods(protocol)) and verb not in network.manifest.unsupported
    )


def _methods(protocol: type) -> Sequence[str]:
    return [name for name, value in vars(protocol).items() if callable(value) and not name.startswith("_")]
