"""What was approved against what is live: compared in words, marked word by word. Pure.

A network may rewrite what means the same: Unicode forms, spaces, the way links and mentions are written, a mention put
before a reply. A word that is missing, added or changed is never harmless.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

_TOKEN = re.compile(r"\S+\s*")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_SCHEME = re.compile(r"https?://(?:www\.)?|\bwww\.", re.IGNORECASE)
_MENTION = re.compile(r"@(\w[\w.-]*?)(?:@(\w[\w.-]*?\w))?(?=[^\w.@-]|[.-]*$)")
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u2060-\u2064\ufeff\ufe0e\ufe0f]")

#: Attachments that count as the pictures of a post.
_PICTURES = ("image", "video")
#: A longer text is compared whole, and not marked word by word.
MOST_WORDS = 4000


class Part(NamedTuple):
    """A stretch of a text, and whether the other text has it otherwise."""

    text: str
    changed: bool


Found = Mapping[str, Any]
#: ``what`` (text, links, pictures, alt or language), ``approved`` and ``live``; of an alt, also its ``place`` from 1.
Difference = dict[str, Any]


def compare(approved: Mapping[str, Any], live: Found) -> list[Difference]:
    """``approved``: a dispatch's payload. ``live``: text, language and attachments (kind, alt, url) as they were
    found; an alt of None was not told, and counts as the same."""
    return [*_of_text(approved["text"], live), *_of_pictures(approved.get("pictures") or [], live),
            *_of_language(approved.get("language", ""), live.get("language", ""))]


def _of_text(text: str, live: Found) -> Iterator[Difference]:
    if same(text, live["text"]):
        return
    yield {"what": "text", "approved": text, "live": live["text"]}
    there = [_bare(one) for one in _LINK.findall(live["text"])]
    there += [_bare(one["url"]) for one in live["attachments"] if one["kind"] == "link"]
    if missing := [one for one in _LINK.findall(text) if not any(_same_link(_bare(one), other) for other in there)]:
        yield {"what": "links", "approved": " ".join(missing), "live": ""}


def _of_pictures(approved: Sequence[Mapping[str, Any]], live: Found) -> Iterator[Difference]:
    shown = [one for one in live["attachments"] if one["kind"] in _PICTURES]
    if len(shown) != len(approved):
        yield {"what": "pictures", "approved": len(approved), "live": len(shown)}
        return
    for place, (wanted, there) in enumerate(zip(approved, shown, strict=True), 1):
        if there["alt"] is not None and not same(wanted["alt"], there["alt"]):
            yield {"what": "alt", "approved": wanted["alt"], "live": there["alt"], "place": place}


def _of_language(approved: str, live: str) -> Iterator[Difference]:
    if approved and live and approved.split("-")[0].casefold() != live.split("-")[0].casefold():
        yield {"what": "language", "approved": approved, "live": live}


def same(approved: str, live: str) -> bool:
    """Whether both say the same, word by word."""
    ours, theirs = _words(approved), _words(live)
    theirs = theirs[_addressed(ours, theirs):]
    return len(ours) == len(theirs) and all(map(_same_word, ours, theirs))


def marked(approved: str, live: str) -> tuple[list[Part], list[Part]]:
    """Both texts in parts, those that the other has otherwise marked."""
    ours, theirs = _TOKEN.findall(approved), _TOKEN.findall(live)
    if max(len(ours), len(theirs)) > MOST_WORDS:
        return [Part(approved, False)], [Part(live, False)]
    before, after = [_key(one) for one in ours], [_key(one) for one in theirs]
    skipped, known = _addressed(before, after), set(before)
    # a word that is written otherwise and means the same counts as the same
    after = [word if word in known else next((one for one in before if _same_word(one, word)), word) for word in after]
    matched = SequenceMatcher(None, before, after[skipped:], autojunk=False).get_matching_blocks()
    kept = {at for block in matched for at in range(block.a, block.a + block.size)}
    there = {*range(skipped), *(skipped + at for block in matched for at in range(block.b, block.b + block.size))}
    return _parts(ours, kept), _parts(theirs, there)


def _parts(tokens: Sequence[str], unchanged: set[int]) -> list[Part]:
    """The tokens run together; the space after the last changed word of a stretch is nobody's change."""
    parts: list[Part] = []
    for place, token in enumerate(tokens):
        changed = place not in unchanged
        if parts and parts[-1].changed and not changed:
            word = parts[-1].text.rstrip()
            token = parts[-1].text[len(word):] + token
            parts[-1] = Part(word, True)
        if parts and parts[-1].changed == changed:
            parts[-1] = Part(parts[-1].text + token, changed)
        else:
            parts.append(Part(token, changed))
    return parts


# --------------------------------------------------------------------------- words


def _words(text: str) -> list[str]:
    return [word for word in map(_key, text.split()) if word]


def _key(token: str) -> str:
    """A word as it is compared: links without their scheme, nothing invisible."""
    return _SCHEME.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", token)).strip())


def _bare(link: str) -> str:
    return _key(link).rstrip(".,;:!?)»”\"'")


def _same_word(ours: str, theirs: str) -> bool:
    if ours == theirs:
        return True
    return _same_mention(ours, theirs) if "@" in theirs else "." in ours and "/" in ours + theirs and _same_link(ours, theirs)


def _same_link(ours: str, theirs: str) -> bool:
    """Networks add or drop the last slash, and some shorten what they show."""
    shown = theirs.rstrip("….")
    shortened = theirs.endswith(("…", "...")) and "/" in shown and ours.startswith(shown)
    return shortened or ours.rstrip("/") == theirs.rstrip("/")


def _same_mention(ours: str, theirs: str) -> bool:
    """Somebody is named with their server, or without."""
    one, other = _MENTION.match(ours), _MENTION.match(theirs)
    if not one or not other or ours[one.end():] != theirs[other.end():]:
        return False
    servers = {(name or "").casefold() for name in (one[2], other[2])} - {""}
    return one[1].casefold() == other[1].casefold() and len(servers) <= 1


def _addressed(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many mentions the network put before our words, to say whom they answer."""
    added = 0
    while added < len(theirs) and _MENTION.fullmatch(theirs[added]) and not (ours and _same_word(ours[0], theirs[added])):
        added += 1
    return added
