"""Text folded for the model, with the way back: every folded character knows where it came from.

Lower case, accents off (ñ stays), stretched letters shortened, laughter made one word, links, handles, addresses and
telephones made tokens, invisible and control characters out, white space single. Figures that stand for letters are those
letters («p3rr4»), letters set apart are a word («t o n t o»), a hashtag is its words, what is written short is written out
(«xq»). What the corpus wrote as ``URL`` or ``@usuario`` folds to the same tokens as real links and handles.
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
_SHORT = {
    "q": "que", "k": "que", "ke": "que", "qe": "que", "xq": "porque", "pq": "porque", "xk": "porque", "porq": "porque",
    "x": "por", "xfa": "por favor", "xfavor": "por favor", "pls": "por favor", "plis": "por favor", "tb": "tambien",
    "tmb": "tambien", "tbn": "tambien", "dnd": "donde", "xa": "para", "pa": "para", "bn": "bien", "msj": "mensaje",
    "aki": "aqui", "aora": "ahora", "toy": "estoy", "ta": "esta", "kiero": "quiero", "grax": "gracias", "dsd": "desde",
    "wpp": "whatsapp", "wasap": "whatsapp", "cmo": "como",
}
_FIGURES = str.maketrans("0134570@$", "oieastoas")
_TAG = re.compile(r"#\w+")
_HUMP = re.compile(r"(?<=[a-záéíóúüñ])(?=[A-ZÁÉÍÓÚÜÑ])|(?<=[A-ZÁÉÍÓÚÜÑ])(?=[A-ZÁÉÍÓÚÜÑ][a-záéíóúüñ])|(?<=[^\W\d_])(?=\d)")
_IRREGULAR = re.compile(
    rf"(?P<gone>{_GONE}*\u200d{_GONE}*{_EMOJI}|[{_GONE}\u200d]+|(?<!n)\u0303)"
    r"|(?P<enye>n\u0303)"
    r"|(?P<link>(?:https?://|www\.)[^ ]+|\burl\b)"
    r"|(?P<mail>[\w.+-]+@[\w-]+\.[\w.]+|\bemail\b)"
    r"|(?P<leet>\b[a-zñ]+(?:[013457$]{1,2}[a-zñ][a-zñ013457$]*|@s?|[04])(?!\w))"
    r"|(?P<handle>@\w+)"
    r"|(?P<phone>\b\d{9,}\b|\btel\b)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
    r"|(?P<apart>\b(?:[a-zñ] ){4,}[a-zñ]\b)"
    rf"|(?P<short>(?<![\w{_GONE}])(?:{'|'.join(_SHORT)})(?![\w{_GONE}]))"
    r"|(?P<laugh>\b(?:[jha]{4,}|[jhe]{4,}|[jhi]{4,}|(?:xd)+)\b)"
    r"|(?P<space> {2,})"
    r"|(?P<twice>(?P<sign>[!?.])(?P=sign)+)"
    r"|(?P<stretch>(?P<letter>[^ ])(?P=letter){2,})"
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
    if kind == "leet":
        return match.group().translate(_FIGURES)
    if kind == "apart":
        return match.group().replace(" ", "")
    return _SHORT[match.group()] if kind == "short" else _TOKEN[kind]


def _opened(original: str, plain: str) -> tuple[str, list[int]]:
    """``plain`` with every hashtag as its words, and from where in ``plain`` each character, and the end, come."""
    breaks: set[int] = set()
    chars = list(plain)
    for tag in _TAG.finditer(original[:LONGEST]):
        breaks.update(tag.start() + hump.start() for hump in _HUMP.finditer(tag.group()))
        chars[tag.start() : tag.end()] = plain[tag.start() : tag.end()].replace("_", " ")
    came = [at for point in range(len(plain)) for at in ((point, point) if point in breaks else (point,))]
    opened = "".join(f" {char}" if at in breaks else char for at, char in enumerate(chars))
    return opened, [*came, len(plain)]


def fold(original: str) -> Folded:
    """``original`` as the model reads it; never raises, whatever the characters."""
    plain = original[:LONGEST].translate(_LETTERS)
    came: list[int] | None = None
    if "#" in plain:
        plain, came = _opened(original, plain)
    text, starts, ends = _regular(plain)
    if came:
        starts, ends = [came[at] for at in starts], [came[at - 1] + 1 for at in ends]
    return Folded(text, starts, ends, len(original) > LONGEST)


def _regular(plain: str) -> tuple[str, list[int], list[int]]:
    """``plain`` without its irregularities, and where each character of it begins and ends there."""
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
    return "".join(pieces), starts, ends
