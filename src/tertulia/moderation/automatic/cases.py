"""A message as rules look at it: what is known of it, and what is found in it when a rule asks, once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import re2

from tertulia.moderation.automatic.folding import EMOJI, Span, Text

_ENDINGS = [
    "com", "net", "org", "info", "biz", "eu", "cat", "gal", "eus", "mx", "ar", "cl", "pe", "uy", "ec", "bo", "cr",
    "gt", "hn", "ni", "py", "ve", "io", "app", "dev", "xyz", "shop", "store", "top", "online", "site", "web", "link",
    "click", "live", "club", "vip", "win", "bet", "ru", "cn", "tk", "ml", "ga", "cf", "gq", "test", "example"]
#: Endings that are words too: «genial.es lo mejor» is no link.
_ENDINGS_THAT_ARE_WORDS = [
    "es", "me", "co", "tv", "de", "la", "no", "su", "fm", "ly", "gl", "cc", "to", "ai"]
_BARE = r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
_LINK = re2.compile(
    rf"https?://[^\s<>\"]+|\bwww\.[^\s<>\"]+|\b{_BARE}(?:{'|'.join(_ENDINGS)})\b(?:[/?#][^\s<>\"]*)?"
    rf"|\b{_BARE}(?:{'|'.join(_ENDINGS_THAT_ARE_WORDS)})(?:[/?#][^\s<>\"]+|\s*$)")
_DOMAIN = re.compile(r"(?:https?://)?(?:[^/@\s]*@)?(?:www\.)?([^/:?#\s]+)")
_MENTION = re.compile(r"(?<![\w@.])@[\w.]+")
_TAG = re.compile(r"(?<!\w)#\w+")


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of a message; None: not known, and no rule that asks for it holds.

    ``before``, ``offences``: messages that the author had written before, and those that offended; ``strikes``: faults that count;
    ``known_days``: since they were first met. ``reading``: as triage keeps it. ``at``: on the brand's clock. ``counts``: by kind of
    window (``author_rate``, ``alike``) and minutes.
    """

    text: str
    at: datetime
    kind: str = "comment"
    network: str = ""
    channel: str = ""
    handle: str = ""
    name: str = ""
    customer: bool | None = None
    followers: int | None = None
    before: int | None = None
    offences: int | None = None
    strikes: int | None = None
    known_days: int | None = None
    reading: Mapping[str, Any] | None = None
    counts: Mapping[tuple[str, int], int] = field(default_factory=dict)


class Case:
    """One message under the rules: ``said``, its folded ``text``, the ``hits`` of the terms in it, its author's ``handle`` folded."""

    __slots__ = ("_found", "handle", "hits", "said", "text")

    def __init__(self, said: Said) -> None:
        self.said = said
        self.text = Text(said.text)
        self.handle = handle_key(said.handle)
        self.hits: dict[int, list[str]] = {}
        self._found: dict[str, Any] = {}

    def once(self, name: str, find: Callable[[], Any]) -> Any:
        """What ``find`` finds, looked for once."""
        if name not in self._found:
            self._found[name] = find()
        return self._found[name]

    def links(self) -> list[tuple[Span, str]]:
        """Where in ``text.plain`` there are links, and to which domain."""
        return self.once("links", self._links)  # type: ignore[no-any-return]

    def _links(self) -> list[tuple[Span, str]]:
        plain = self.text.plain
        if "." not in plain and "://" not in plain:
            return []
        found = []
        for one in _LINK.finditer(plain):
            start, end = one.span()
            said = plain[start:end].rstrip(".,;:!?)»'\" \n\t")
            if domain := _DOMAIN.match(said):
                found.append(((start, start + len(said)), domain[1]))
        return found

    def mentions(self) -> list[Span]:
        """Where somebody is named with @."""
        return self.once("mentions", lambda: [one.span() for one in _MENTION.finditer(self.text.plain)])  # type: ignore[no-any-return]

    def tags(self) -> list[Span]:
        """Where there are hashtags."""
        return self.once("tags", lambda: [one.span() for one in _TAG.finditer(self.text.plain)])  # type: ignore[no-any-return]

    def emoji(self) -> int:
        """How many emoji."""
        return self.once("emoji", lambda: 0 if self.text.plain.isascii() else len(EMOJI.findall(self.text.plain)))  # type: ignore[no-any-return]

    def capitals(self) -> int:
        """Of a hundred letters, how many are capitals; 0 where there are too few letters to be shouting (under 8)."""
        return self.once("capitals", self._capitals)  # type: ignore[no-any-return]

    def _capitals(self) -> int:
        upper = sum(map(str.isupper, self.said.text))
        letters = upper and sum(map(str.isalpha, self.said.text))
        return 100 * upper // letters if letters >= 8 else 0


class Domains:
    """Domains: ``x.test`` is itself and all under it; ``*.x.test`` only what lies under it."""

    __slots__ = ("_under", "_whole")

    def __init__(self, entries: Iterable[str]) -> None:
        named = [one.lower().strip().removeprefix("www.") for one in entries]
        self._whole = frozenset(one for one in named if not one.startswith("*."))
        self._under = frozenset(one.removeprefix("*.") for one in named)

    def __contains__(self, domain: str) -> bool:
        if domain in self._whole:
            return True
        at = domain.find(".")
        while at >= 0:
            if domain[at + 1:] in self._under:
                return True
            at = domain.find(".", at + 1)
        return False


def handle_key(handle: str) -> str:
    """A handle as it is compared: without @, in lower case."""
    return handle.strip().removeprefix("@").lower()
