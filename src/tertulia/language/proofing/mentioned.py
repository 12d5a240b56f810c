"""What a text points at: links and handles, with where they stand. Whether they exist is asked above, of the networks."""

from __future__ import annotations

from typing import NamedTuple

import regex

from tertulia.kit.lengths import entities

_WHOLE = regex.compile(r"(?<![\p{L}\p{N}@])https?://[^\s<>\"«»“”]+", regex.IGNORECASE)
_MAIL = regex.compile(r"(?<![\w.+@-])[\w.+-]+@(?:[\w-]+\.)+\w+")
_HANDLE = regex.compile(r"(?<![\p{L}\p{N}_@./-])@([a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?(?:@(?:[a-z0-9-]+\.)+[a-z]{2,})?)(?![\p{L}@])",
                        regex.IGNORECASE)
_LETTER = r"[\p{L}\p{M}\p{N}\p{So}]"
_HOST = (rf"(?:{_LETTER}(?:[\p{{L}}\p{{M}}\p{{N}}\p{{So}}_-]*{_LETTER})?\.)*{_LETTER}(?:[\p{{L}}\p{{M}}\p{{N}}\p{{So}}-]*{_LETTER})?"
         r"\.(?:\p{L}(?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?)")
_BYTE = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_SIGNS = r"[\p{L}\p{M}\p{N}\p{So}\-._~!$&'()*+,;=:@%|–/]"
_ADDRESS = regex.compile(
    rf"https?://(?:[\p{{L}}\p{{N}}\-._~!$&'()*+,;=:%]+@)?(?:{_HOST}|{_BYTE}(?:\.{_BYTE}){{3}}|\[[0-9a-f:.]+\])(?::\d+)?"
    rf"(?:/{_SIGNS}*)?(?:\?(?:{_SIGNS}|[?\[\]])*)?(?:#(?:{_SIGNS}|[?!\[\]])*)?", regex.IGNORECASE)
_TRAILING = ".,;:!?¡¿'’”\"…"


class Spot(NamedTuple):
    """``value`` stands in ``text[start:end]``: an address with its scheme, or a name without its @."""

    start: int
    end: int
    value: str


class Mentioned(NamedTuple):
    """The links and the handles of a text, by place."""

    links: tuple[Spot, ...]
    handles: tuple[Spot, ...]


def mentioned(text: str) -> Mentioned:
    """The links (also those written without https://) and the handles of ``text``; not its e-mail addresses."""
    links = [Spot(match.start(), match.start() + len(told), told)
             for match in _WHOLE.finditer(text) if (told := bare(match[0]))]
    taken = [(one.start, one.end) for one in links] + [match.span() for match in _MAIL.finditer(text)]
    for one in entities.links(text):
        name = one.value.split("/")[0]
        if "://" not in one.value and not name.rsplit(".", 1)[-1].istitle() and _free(one.start, one.end, taken):
            links.append(Spot(one.start, one.end, f"https://{one.value}"))
            taken.append((one.start, one.end))
    handles = [Spot(match.start(), match.end(), match[1])
               for match in _HANDLE.finditer(text) if _free(match.start(), match.end(), taken)]
    return Mentioned(tuple(sorted(links)), tuple(handles))


def is_address(url: str) -> bool:
    """Whether a browser could open ``url``: scheme, host and signs are such as addresses have. X's vectors say the same."""
    return _ADDRESS.fullmatch(url) is not None


def bare(url: str) -> str:
    """``url`` without the punctuation of the sentence around it."""
    while url and (url[-1] in _TRAILING or (url[-1] in ")]" and url.count(url[-1]) > url.count("(["[")]".index(url[-1])]))):
        url = url[:-1]
    return url


def _free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return not any(start < last and first < end for first, last in taken)
