"""Mastodon's texts: the HTML it shows made plain, its way of counting, and its way of rewriting undone."""

from __future__ import annotations

import difflib
import re
import unicodedata
from html.parser import HTMLParser
from urllib.parse import unquote

import regex

from tertulia.kit.lengths import length

NEAR = 0.9  # of the letters and digits; past it, a person judges

_MENTION = regex.compile(r"(?<![=/\w])@([a-z0-9_]+(?:[a-z0-9_.-]*[a-z0-9_])?)(?:@[\p{L}\p{N}.-]*[\p{L}\p{N}](?::\d+)?)?",
                         regex.IGNORECASE)
_DOMAINS = regex.compile(r"(?<=@[a-z0-9_.-]+)(?:@[\p{L}\p{N}.-]*[\p{L}\p{N}](?::\d+)?)+", regex.IGNORECASE)
_BLOCKS = frozenset(["p", "div", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table"])
_SILENT = frozenset(("script", "style", "template", "head"))


def count(text: str) -> int:
    """Length of ``text`` as Mastodon counts it: graphemes, 23 a URL, mentions without their domain."""
    return length(text, "local mentions")


def mentions(text: str, acct: str, domain: str) -> bool:
    """Whether ``text`` already mentions ``acct`` (``user`` or ``user@domain``; ``domain`` is the server's own)."""
    wanted = full(acct, domain)
    return any(full(match[0][1:], domain) == wanted for match in _MENTION.finditer(text))


def full(acct: str, domain: str) -> str:
    """``user@domain`` in lower case, with the server's own domain where there is none."""
    return (acct if "@" in acct else f"{acct}@{domain}").lower()


def exact(text: str) -> str:
    """``text`` as two honest copies of it agree: spaces, case and domains of mentions do not count."""
    return " ".join(_DOMAINS.sub("", clean(text)).casefold().split())


def loose(text: str) -> str:
    """Only letters and digits: what is left when a server also rewrites marks (Markdown, typography)."""
    return "".join(one for one in exact(text) if one.isalnum())


def near(one: str, other: str) -> bool:
    """Whether they could be the same words, a little rewritten (Markdown, typography, a link cut short)."""
    letters, others = loose(one)[:2000], loose(other)[:2000]
    return bool(letters) and difflib.SequenceMatcher(None, letters, others, autojunk=False).ratio() >= NEAR


def plain(html: str) -> str:
    """The text of a status: paragraphs, line breaks, whole links; never a control character."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return clean(re.sub(r"\n{3,}", "\n\n", "".join(reader.said)).strip())


def clean(text: str) -> str:
    """NFC, without the control characters that a database or a page would choke on."""
    kept = "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept)


class _Reader(HTMLParser):
    """Links say their whole address (servers shorten what is shown); mentions and hashtags what is shown."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._silent = 0
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br":
            self.said.append("\n")
        elif tag == "li":
            self.said.append("\n- ")
        elif tag in _BLOCKS:
            self._part()
        elif tag == "a" and self._link is None:
            self._link, self._from = told.get("href", ""), len(self.said)
            if {"mention", "hashtag"} & set(told.get("class", "").split()) or told.get("rel") == "tag":
                self._link = ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._part()
        elif tag == "a" and self._link is not None:
            shown, self.said[self._from:] = "".join(self.said[self._from:]), []
            self.said.append(self._whole(shown, self._link))
            self._link = None

    @staticmethod
    def _whole(shown: str, address: str) -> str:
        if not address.startswith(("http://", "https://")) or shown.startswith(("@", "#")):
            return shown
        bare = shown.rstrip("…").strip()
        if not bare or bare in address or bare in unquote(address):
            return address
        return f"{shown} ({address})"

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)

    def _part(self) -> None:
        if self.said:
            self.said.append("\n\n")
