"""The ways of counting, as pieces of a text with what each weighs. Texts come composed (NFC); offsets are theirs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import regex

from tertulia.kit.lengths import entities

LINK = 23  # what a link counts on X and Mastodon, whatever its length

_CLUSTER = regex.compile(r"\X")
# Emoji as X's library sees them: ©, ®, ™ and a chess pawn only when shown in colour; others unless shown as text.
_COLOURED = r"[©®™♟]\ufe0f"
_PICTURE = rf"(?:{_COLOURED}|(?![©®™♟])\p{{Extended_Pictographic}}(?!\ufe0e)(?:\ufe0f|\p{{Emoji_Modifier}})?)"
EMOJI = regex.compile(
    rf"[#*0-9]\ufe0f?\u20e3|\p{{Regional_Indicator}}{{2}}|\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f"
    rf"|{_PICTURE}(?:\u200d(?:{_PICTURE}|[♀♂⚕]\ufe0f?))*|\p{{Emoji_Modifier}}")
_LIGHT = regex.compile(r"[\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")

# A link needs its scheme and a domain with a dot, so that "http://localhost" counts as it is written.
_URL = regex.compile(r"(?<![\w@/])https?://(?:[\p{L}\p{N}_-]+\.)+\p{L}[\p{L}\p{N}-]*(?::\d+)?(?:[/?#][^\s<>\"«»]*)?",
                     regex.IGNORECASE)
_TRAILING = ".,;:!?'’”\"…"
_DOMAIN_OF_MENTION = regex.compile(
    r"(?<![=/\w])@[a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?\K@[\p{L}\p{N}.-]*[\p{L}\p{N}](?::\d+)?", regex.IGNORECASE)


class Piece(NamedTuple):
    """``text[start:end]`` counts ``weight``."""

    start: int
    end: int
    weight: int


def code_points(text: str) -> Iterator[Piece]:
    """Every code point, one."""
    return (Piece(at, at + 1, 1) for at in range(len(text)))


def graphemes(text: str) -> Iterator[Piece]:
    """What a person sees as one sign (an extended grapheme cluster of Unicode), one."""
    return (Piece(match.start(), match.end(), 1) for match in _CLUSTER.finditer(text))


def utf16(text: str) -> Iterator[Piece]:
    """UTF-16 units: two for a sign beyond the basic plane, as most emoji are."""
    return (Piece(at, at + 1, 2 if sign > "\uffff" else 1) for at, sign in enumerate(text))


def utf8(text: str) -> Iterator[Piece]:
    """Bytes of UTF-8."""
    return (Piece(at, at + 1, len(sign.encode("utf-8", "surrogatepass"))) for at, sign in enumerate(text))


def trimmed_utf16(text: str) -> Iterator[Piece]:
    """Telegram: UTF-16 units, without the white space at both ends, which it drops."""
    return _trimmed(text, utf16(text))


def trimmed_code_points(text: str) -> Iterator[Piece]:
    """Code points, without the white space at both ends."""
    return _trimmed(text, code_points(text))


def weighted(text: str, *, emoji: bool = True) -> Iterator[Piece]:
    """X, configuration 3: a link 23, an emoji 2, Latin and its like 1, all else 2. ``emoji=False``: configuration 2."""
    taken = [Piece(one.start, one.end, LINK) for one in entities.links(text)]
    at = 0
    for link in [*taken, Piece(len(text), len(text), 0)]:
        yield from _weights(text, at, link.start, emoji)
        if link.end > link.start:
            yield link
        at = link.end


def _weights(text: str, start: int, end: int, emoji: bool) -> Iterator[Piece]:
    at = start
    while at < end:
        match = EMOJI.match(text, at, end) if emoji and not "\x40" <= text[at] <= "\xa8" else None
        upto, weight = (match.end(), 2) if match else (at + 1, 1 if _LIGHT.match(text, at) else 2)
        yield Piece(at, upto, weight)
        at = upto


def emoji_bytes(text: str) -> Iterator[Piece]:
    """Threads: an emoji counts the bytes of its UTF-8, everything else one a code point."""
    at = 0
    for match in EMOJI.finditer(text):
        yield from (Piece(one, one + 1, 1) for one in range(at, match.start()))
        yield Piece(match.start(), match.end(), len(match[0].encode()))
        at = match.end()
    yield from (Piece(one, one + 1, 1) for one in range(at, len(text)))


def local_mentions(text: str) -> Iterator[Piece]:
    """Mastodon: graphemes; a link 23; a mention without its domain. From the vendor's server, read 2026-11-22."""
    special = sorted([*_urls(text), *(Piece(match.start(), match.end(), 0) for match in _DOMAIN_OF_MENTION.finditer(text))])
    at = 0
    for one in [*special, Piece(len(text), len(text), 0)]:
        if one.start < at:
            continue
        yield from (Piece(match.start(), match.end(), 1) for match in _CLUSTER.finditer(text, at, one.start))
        if one.end > one.start:
            yield one
        at = one.end


def _urls(text: str) -> Iterator[Piece]:
    for match in _URL.finditer(text):
        yield Piece(match.start(), match.start() + len(_unpunctuated(match[0])), LINK)


def _unpunctuated(url: str) -> str:
    """``url`` without the punctuation of the sentence around it."""
    spare = {last: url.count(last) - url.count(first) for last, first in ((")", "("), ("]", "["))}
    end = len(url)
    while end and ((last := url[end - 1]) in _TRAILING or spare.get(last, 0) > 0):
        if last in spare:
            spare[last] -= 1
        end -= 1
    return url[:end]


def _trimmed(text: str, pieces: Iterator[Piece]) -> Iterator[Piece]:
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    return (one if first <= one.start < last else Piece(one.start, one.end, 0) for one in pieces)
