"""Text folded for the model, with the way back: every folded character knows where it came from.

Lower case, accents off (ñ stays), stretched letters shortened, laughter made one word, links, handles, addresses and
telephones made tokens, invisible and control characters out, white space single. What the corpus wrote as ``URL`` or
``@usuario`` folds to the same tokens as real links and handles.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 8_000
"""Characters that are read of a text; the rest is left out, and the reading says ``partial``."""

_GONE = "\u200b"


class _Letters(dict[int, str]):
    """Code point to its folded character, exactly one, worked out when first met."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        category = unicodedata.category(char)
        if char in "\u200d\u0303":
            folded = char
        elif category in ("Mn", "Me", "Cf", "Cs") or 0x1F3FB <= point <= 0x1F3FF:
            folded = _GONE
        elif category in ("Cc", "Zs", "Zl", "Zp"):
            folded = " "
        elif char in "ñÑ":
            folded = "ñ"
        else:
            folded = (unicodedata.normalize("NFKD", char)[0].lower() or char)[0]
        self[point] = folded
        return folded


_LETTERS = _Letters()
_EMOJI = "[\u2190-\u2bff\U0001f000-\U0001faff]"
_IRREGULAR = re.compile(
    rf"(?P<gone>{_GONE}*\u200d{_GONE}*{_EMOJI}|[{_GONE}\u200d]+|(?<!n)\u0303)"
    r"|(?P<enye>n\u0303)"
    r"|(?P<link>(?:https?://|www\.)[^ ]+|\burl\b)"
    r"|(?P<mail>[\w.+-]+@[\w-]+\.[\w.]+|\bemail\b)"
    r"|(?P<handle>@\w+)"
    r"|(?P<phone>\b\d{9,}\b|\btel\b)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<laugh>\b(?:[jha]{4,}|[jhe]{4,}|[jhi]{4,}|(?:xd)+)\b)"
    r"|(?P<space> {2,})"
    r"|(?P<twice>([!?.])\11+)"
    r"|(?P<stretch>([^ ])\13{2,})"
)
_TOKEN = {"link": "@l", "mail": "@e", "handle": "@u", "phone": "@t", "number": "0", "laugh": "jaja", "space": " "}


@dataclass(frozen=True, slots=True)
class Folded:
    """``text[i]`` came from ``original[starts[i]:ends[i]]``. ``partial``: the original was longer than LONGEST."""

    text: str
    starts: list[int]
    ends: list[int]
    partial: bool


def _replacement(match: re.Match[str]) -> str:
    kind = str(match.lastgroup)
    if kind == "enye":
        return "ñ"
    if kind == "twice":
        return match.group()[:2]
    if kind == "stretch":
        return match.group()[0]
    return _TOKEN[kind]


def fold(original: str) -> Folded:
    """``original`` as the model reads it; never raises, whatever the characters."""
    plain = original[:LONGEST].translate(_LETTERS)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in _IRREGULAR.finditer(plain):
        at, end = match.span()
        pieces.append(plain[done:at])
        starts.extend(range(done, at))
        ends.extend(range(done + 1, at + 1))
        done = end
        if match.lastgroup == "gone":
            if ends:  # the mark belongs to the sign before it: a span never cuts an emoji in two
                ends[-1] = end
            continue
        token = _replacement(match)
        pieces.append(token)
        starts.extend([at] * len(token))
        ends.extend([end] * len(token))
    pieces.append(plain[done:])
    starts.extend(range(done, len(plain)))
    ends.extend(range(done + 1, len(plain) + 1))
    return Folded("".join(pieces), starts, ends, len(original) > LONGEST)
