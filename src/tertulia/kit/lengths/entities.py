"""What X takes for a link, a mention, a hashtag or a cashtag in a text.

Its own rules, as told by its published vectors (twitter-text, configuration 3, 2021-10-21), written anew. They decide
what counts 23 in a post of X. Offsets are code points of the text as given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import regex

LONGEST_LINK = 4096   # characters; a longer one is text
LONGEST_LABEL = 63    # octets of one part of a name, once encoded as domain names are
LONGEST_SHORT = 40    # of the code of a t.co address

_ACCENTED = ("\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289"
             "\u028b\u02bb\u0300-\u036f\u1e00-\u1eff")
INVALID = "\ufffe\ufeff\uffff"  # X refuses a text that has one
_MARKERS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # of the direction of writing
_SPACES = r"\s\u180e\u200b\u2060"
_PUNCTUATION = r"\!'#%&\(\)*+,\\\-./:;<=>?@\[\]^_{|}~$"

_LABEL_SIGN = rf"[^{_PUNCTUATION}\s{INVALID}{_MARKERS}]"
_PATH_SIGN = rf"[a-z0-9\u0400-\u04ff{_ACCENTED}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
_PATH_LAST = rf"[a-z0-9\u0400-\u04ff{_ACCENTED}=_#/+\-]"
_ENCLOSED = rf"\((?:{_PATH_SIGN}+|{_PATH_SIGN}*\({_PATH_SIGN}+\){_PATH_SIGN}*)\)"
_PATH = rf"(?:{_PATH_SIGN}*(?:{_ENCLOSED}{_PATH_SIGN}*)*(?:{_PATH_LAST}|{_ENCLOSED})|@{_PATH_SIGN}+/)"
_QUERY = r"[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]"

_SHORT = regex.compile(r"https?://t\.co/([a-z0-9]+)(?:\?[a-z0-9!?*'();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/])?", regex.IGNORECASE)
_MENTION = regex.compile(
    rf"(?:(?<![a-z0-9_!#$%&*@＠])|(?:(?<![a-z0-9_+~.\-])rt:?))(?P<sign>[@＠])([a-z0-9_]{{1,20}}+)(/[a-z][a-z0-9_\-]{{0,24}}+)?"
    rf"(?![@＠{_ACCENTED}]|://)", regex.IGNORECASE)
_TAG_SIGN = r"[\p{L}\p{M}\p{Nd}_\u200c\u200d\ua67e\u05be\u05f3\u05f4\uff5e\u301c\u309b\u309c\u30a0\u30fb\u3003\u0f0b\u0f0c\u00b7]"
_TAG = regex.compile(rf"(?:(?<=[\ufe0e\ufe0f])|(?<!{_TAG_SIGN}|&))[#＃](?!\ufe0f|\u20e3)(?={_TAG_SIGN}*[\p{{L}}\p{{M}}])({_TAG_SIGN}++)"
                     rf"(?![#＃]|://)")
_CASHTAG = regex.compile(rf"(?:^|(?<=[{_SPACES}{_MARKERS}]))\$([a-z]{{1,6}}(?:[._][a-z]{{1,2}})?)(?=$|\s|[{_PUNCTUATION}])",
                         regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entity:
    """``value`` without its sign; it stands in ``text[start:end]``. ``list``: what follows the name in ``@name/list``."""

    start: int
    end: int
    value: str
    list: str = ""


@cache
def _ends() -> frozenset[str]:
    """The top-level domains."""
    lines = (Path(__file__).parent / "domains.txt").read_text("utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@cache
def _link() -> regex.Pattern[str]:
    top = r"(?:\L<ends>(?=[^0-9a-z@+\-]|$)|xn--[\-0-9a-z]+)"
    # Bounds keep hostile texts from costing seconds: a label has 63 signs at most, and nobody's name 16 parts.
    name = rf"(?:{_LABEL_SIGN}(?:-|{_LABEL_SIGN}){{0,61}})?{_LABEL_SIGN}\."
    below = rf"(?:{_LABEL_SIGN}(?:[_-]|{_LABEL_SIGN}){{0,61}})?{_LABEL_SIGN}\."
    return regex.compile(
        rf"(?:^|[^a-z0-9@＠$#＃{INVALID}])(?P<link>(?P<scheme>https?://)?(?P<domain>(?:{below}){{0,14}}{name}{top})"
        rf"(?::[0-9]+)?(?P<path>/{_PATH}*)?(?:\?{_QUERY})?)", regex.IGNORECASE, ends=_ends())


@cache
def _plain_domain() -> regex.Pattern[str]:
    return regex.compile(rf"(?:[\-a-z0-9{_ACCENTED}]+\.)+(?:\L<ends>(?=[^0-9a-z@+\-]|$)|xn--[\-0-9a-z]+)",
                         regex.IGNORECASE, ends=_ends())


def links(text: str) -> list[Entity]:
    """What X turns into a link, also without a scheme; ``value`` is the address as written."""
    return list(_links(text)) if "." in text else []


def _links(text: str) -> Iterator[Entity]:
    at = 0
    while match := _link().search(text, at):
        at = match.end()
        if match["scheme"]:
            found = _whole(match)
            if found is not None:
                at = found.end
                yield found
        elif text[match.start():match.start("link")] not in {"-", "_", ".", "/"}:
            yield from _bare(match)


def _whole(match: regex.Match[str]) -> Entity | None:
    """The link of a match that has a scheme."""
    start, end = match.span("link")
    if short := _SHORT.match(match["link"]):
        if len(short[1]) > LONGEST_SHORT:
            return None
        end = start + short.end()
    if end - start > LONGEST_LINK or not _can_exist(match["domain"]):
        return None
    return Entity(start, end, match["link"][:end - start])


def _bare(match: regex.Match[str]) -> Iterator[Entity]:
    """The links of a match without scheme: only names in Latin letters; the last one takes the path."""
    names = list(_plain_domain().finditer(match["domain"]))
    first = match.start("domain")
    for number, name in enumerate(names):
        start, end = first + name.start(), first + name.end()
        if number == len(names) - 1 and match["path"]:
            end = match.end()
        if _can_exist(name[0]):
            yield Entity(start, end, match.string[start:end])


def _can_exist(domain: str) -> bool:
    try:
        return all(0 < _octets(label) <= LONGEST_LABEL for label in domain.split("."))
    except UnicodeError:
        return False


def _octets(label: str) -> int:
    if label.isascii():
        if label.lower().startswith("xn--"):
            label.encode("ascii").lower()[4:].decode("punycode")
        return len(label)
    if label.lower().startswith("xn--"):
        return 0
    return 4 + len(label.lower().encode("punycode"))


def mentions(text: str) -> list[Entity]:
    """``@name`` and ``@name/list``."""
    return [Entity(match.start("sign"), match.end(), match[2], match[3] or "")
            for match in _MENTION.finditer(text)]


def reply(text: str) -> str | None:
    """Whom the text answers: the name it begins with."""
    said = text.lstrip()
    first = next(iter(mentions(said)), None)
    return first.value if first and first.start == 0 else None


def hashtags(text: str) -> list[Entity]:
    """``#tag``, outside links; a tag has a letter."""
    found = links(text)
    return [Entity(match.start(), match.end(), match[1]) for match in _TAG.finditer(text)
            if not any(one.start <= match.start() < one.end for one in found)]


def cashtags(text: str) -> list[Entity]:
    """``$NAME``."""
    return [Entity(match.start(), match.end(), match[1]) for match in _CASHTAG.finditer(text)]

