"""Who may be who: what names and handles are compared by, and how like two profiles are. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from tertulia.kit.folding import fold

#: Handles that many take: they say nothing of who it is.
_ANYBODYS = frozenset({"admin", "contacto", "hola", "info", "mail", "oficial", "official", "team", "test", "user", "usuario", "web"})
_SHORTEST = 4
#: How much each reason weighs alone, from 0 to 1.
REASONS = {"handle": .55, "near_handle": .35, "name": .5, "near_name": .25, "link": .9, "domain": .85}
#: From which score on a pair is suggested; and how many profiles of a brand may share a name before it says nothing.
ENOUGH = .5
TOO_MANY = 6


@dataclass(frozen=True, slots=True)
class Face:
    """What a profile shows of itself."""

    network: str
    handle: str
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """That two profiles may be one person: codes of ``REASONS``, the heaviest first, and a score from 0 to 1."""

    reasons: tuple[str, ...]
    score: float


def local(handle: str) -> str:
    """A handle without its server: ``@ana@server.example`` and ``ana.host.example`` are ``ana``."""
    bare = fold(handle).strip().lstrip("@").split("@")[0]
    labels = bare.split(".")
    return labels[0] if len(labels) > 2 else bare


def handle_key(handle: str) -> str:
    """What handles are compared by: without server, separators and the digits at the end; empty if it says nothing."""
    key = re.sub(r"[\W_]", "", local(handle))
    key = key.rstrip("0123456789") or key
    return "" if len(key) < _SHORTEST or key in _ANYBODYS else key[:64]


def name_key(name: str) -> str:
    """What names are compared by: their words in order of the alphabet. Of one word, or of letters alone, nothing is said."""
    words = sorted(re.findall(r"[^\W\d_]{2,}", fold(name)))
    key = " ".join(words)
    return key[:120] if len(words) > 1 and len(key) > 6 else ""


def domain(url: str) -> str:
    """The host of an address, without www."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def alike(one: Face, other: Face, *, sharing: int = 2) -> Alike | None:
    """Whether two profiles may be one person; None: no reason enough. ``sharing``: how many profiles have that name or handle.

    Two accounts on one network are two as far as we know: only across networks is anything suggested.
    """
    if one.network == other.network or sharing > TOO_MANY:
        return None
    found = sorted({*_by_link(one, other), *_by_handle(one, other), *_by_name(one, other)}, key=lambda code: -REASONS[code])
    doubt = 1.0
    for code in found:
        rare = 1 if code in ("link", "domain") else 1 / max(1, sharing - 1)
        doubt *= 1 - REASONS[code] * rare
    score = round(1 - doubt, 3)
    return Alike(tuple(found), score) if score >= ENOUGH else None


def _by_link(one: Face, other: Face) -> list[str]:
    if _page(one.url) and _page(one.url) == _page(other.url):
        return ["link"]
    for named, linked in ((one, other), (other, one)):
        host = fold(named.handle).lstrip("@")
        if "." in host and "@" not in host and host == domain(linked.url):
            return ["domain"]
    return []


def _page(url: str) -> str:
    """An address as the same page is known by, whatever its scheme; empty for a bare server, which says nothing."""
    path = url.partition("://")[2].partition("/")[2].strip("/").casefold()
    return f"{domain(url)}/{path}" if path else ""


def _by_handle(one: Face, other: Face) -> list[str]:
    if not (key := handle_key(one.handle)) or key != handle_key(other.handle):
        return []
    return ["handle" if local(one.handle) == local(other.handle) else "near_handle"]


def _by_name(one: Face, other: Face) -> list[str]:
    if (key := name_key(one.name)) and key == name_key(other.name):
        return ["name"]
    mine, theirs = fold(one.name).strip(), fold(other.name).strip()
    like = min(len(mine), len(theirs)) >= _SHORTEST and SequenceMatcher(None, mine, theirs).ratio() > .8
    return ["near_name"] if like else []


# --------------------------------------------------------------------------- names, joined and forgotten


def searched(names: Sequence[str]) -> str:
    """Every name and handle of a person, once each, as they are searched."""
    return "\n".join(dict.fromkeys(fold(one).strip() for one in names if one.strip()))


def tags_of(told: str, most: int = 20) -> list[str]:
    """The tags in a text with commas between them: each once, at most 40 characters."""
    words = (" ".join(one.split())[:40].strip() for one in told.replace("\n", ",").split(","))
    return list({one.casefold(): one for one in words if one}.values())[:most]


def digest_of(key: str, brand_id: int, network: str, external_id: str) -> str:
    """Names an identity so that nobody reads it out of the name, and nobody finds it by trying without ``key``."""
    told = "\0".join((str(brand_id), network, external_id))
    return hmac.new(key.encode(), told.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Trace:
    """What a profile was known by, before it was erased; for the parts to find it in what they keep."""

    profile_id: int
    network: str
    external_id: str
    handle: str
    name: str

    @property
    def names(self) -> list[str]:
        """What it may be called in a text, the longest first: nothing so short that it is in other words too."""
        called = {self.external_id, self.handle, self.handle.split("@")[0], self.name}
        return sorted((one for one in called if len(one) >= _SHORTEST), key=len, reverse=True)

    @property
    def words(self) -> list[str]:
        """What we may have called them by: also each word of their name."""
        return [*self.names, *re.findall(r"[^\W\d_]{3,}", self.name)]


def redacting(traces: Sequence[Trace], said: str = "[…]") -> Callable[[str], str]:
    """Takes every name of the erased out of a text of ours."""
    words = sorted({word for one in traces for word in one.words}, key=len, reverse=True)
    if not words:
        return lambda text: text
    pattern = re.compile(rf"@?(?<!\w)(?:{'|'.join(re.escape(one) for one in words)})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(said, text)


def names_it(text: str, traces: Sequence[Trace]) -> bool:
    """Whether an id, or an address, of a network tells who it is of."""
    return any(name.casefold() in text.casefold() for one in traces for name in one.names)
