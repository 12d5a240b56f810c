"""WordPress's texts: a title and paragraphs out of what a person wrote, and plain text out of its HTML. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import NamedTuple

TITLE = 90       # characters of a title, at most
SLUG_WORDS = 60  # of the title, in the address of the post

_URL = re.compile(r"https?://[^\s<>\"«»]+", re.IGNORECASE)
_SENTENCE = re.compile(rf"(.{{1,{TITLE - 1}}}?[.!?…])\s+(?=\S)")
_BLOCKS = frozenset(["p", "div", "ul", "ol", "pre", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "figure"])
_SILENT = frozenset(("script", "style", "template", "head"))


class Media(NamedTuple):
    """A picture in the library of the site."""

    id: int
    url: str
    alt: str = ""


def count(text: str) -> int:
    """Characters of the text in NFC: WordPress counts none itself."""
    return len(unicodedata.normalize("NFC", text))


def clean(text: str) -> str:
    """NFC, without the control characters that a database or a page would choke on."""
    kept = "".join(one for one in text.replace("\r\n", "\n") if one in "\n\t" or unicodedata.category(one) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", kept)


def split(text: str) -> tuple[str, str]:
    """Title and body: the first line, or its first sentence; of one too long, its beginning, and the body is then all."""
    whole = clean(text).strip()
    first, _, rest = whole.partition("\n")
    if len(first := first.strip()) <= TITLE:
        return first, rest.strip()
    if sentence := _SENTENCE.match(first):
        return sentence[1], f"{first[sentence.end():]}\n{rest}".strip()
    cut = first[:TITLE - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "…", whole


def joined(title: str, body: str) -> str:
    """What ``split`` took apart."""
    if split(body) == (title, body):  # the title is its beginning, cut
        return body
    return f"{title}\n\n{body}".strip()


def slug(text: str, key: str) -> str:
    """The end of a post's address: words of its title and the end of the key, so that it is nobody else's."""
    letters = unicodedata.normalize("NFKD", split(text)[0]).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:SLUG_WORDS].strip("-")
    return f"{words}-{key[-12:].lower()}".lstrip("-")


def escaped(text: str, *, quote: bool = False) -> str:
    """``text`` as HTML that shows it as it is: no tags, no shortcodes. ``quote``: to stand in an attribute."""
    return html.escape(text, quote=quote).replace("[", "&#91;").replace("]", "&#93;")


def content(body: str, pictures: Sequence[Media] = ()) -> str:
    """The HTML of a post, in blocks as WordPress's editor writes them: paragraphs, links and pictures."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", body) if part.strip()]
    blocks = [f"<!-- wp:paragraph -->\n<p>{_linked(part)}</p>\n<!-- /wp:paragraph -->" for part in parts]
    return "\n\n".join(blocks + [_figure(one) for one in pictures])


def comment(text: str) -> str:
    """The HTML of a comment; WordPress makes its links and paragraphs itself."""
    return html.escape(clean(text).strip(), quote=False)


def _linked(part: str) -> str:
    said, end = [], 0
    for match in _URL.finditer(part):
        url = _trimmed(match[0])
        said += [escaped(part[end:match.start()]), f'<a href="{escaped(url, quote=True)}">{escaped(url)}</a>']
        end = match.start() + len(url)
    return "".join([*said, escaped(part[end:])]).replace("\n", "<br>")


def _trimmed(url: str) -> str:
    """``url`` without the punctuation of the sentence around it."""
    while url[-1] in ".,;:!?'’”…" or (url[-1] == ")" and url.count(")") > url.count("(")):
        url = url[:-1]
    return url


def _figure(one: Media) -> str:
    image = f'<img src="{escaped(one.url, quote=True)}" alt="{escaped(one.alt, quote=True)}" class="wp-image-{one.id}"/>'
    return f'<!-- wp:image {{"id":{one.id}}} -->\n<figure class="wp-block-image">{image}</figure>\n<!-- /wp:image -->'


# --------------------------------------------------------------------------- reading

class Read(NamedTuple):
    """What HTML says: its text, and its pictures as (address, alternative text)."""

    text: str
    pictures: tuple[tuple[str, str], ...]


def read(markup: str) -> Read:
    """The text of HTML: paragraphs, line breaks, whole links; never a control character."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    told = re.sub(r"[ \t]+\n", "\n", "".join(reader.said))
    return Read(clean(re.sub(r"\n{3,}", "\n\n", told)).strip(), tuple(reader.pictures))


def same(one: str, other: str) -> bool:
    """Whether they are the same words; spaces do not count."""
    return clean(one).split() == clean(other).split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.pictures: list[tuple[str, str]] = []
        self._silent, self._link, self._from = 0, "", 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag in _SILENT:
            self._silent += 1
        elif tag == "img":
            self.pictures.append((told.get("src", ""), clean(told.get("alt", ""))))
        elif tag == "br":
            self.said.append("\n")
        elif tag == "li":
            self.said.append("\n- ")
        elif tag in _BLOCKS:
            self._part()
        elif tag == "a":
            self._link, self._from = told.get("href", ""), len(self.said)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self._part()
        elif tag == "a" and self._link:
            shown = "".join(self.said[self._from:]).strip()
            if self._link.startswith(("http://", "https://")) and shown != self._link:
                self.said.append(f" ({self._link})")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)

    def _part(self) -> None:
        if self.said:
            self.said.append("\n\n")
