"""Rules and lists drawn behind the box where they are written: words of the language, strings, and what is wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tertulia.moderation.automatic.faults import Fault

_WORDS = ("regla", "lista", "para", "si", "entonces", "y", "o", "no", "tope", "caduca", "con")
_PIECE = re.compile(
    r'(?P<string>"(?:\\.|[^"\\\n])*"?)|(?P<pattern>/(?:\\.|[^/\\\n])+/)'
    rf"|(?P<word>(?<![\w-])(?:{'|'.join(_WORDS)})(?![\w-]))|(?P<number>(?<![\w-])\d[\d:-]*)")


def marked(text: str, faults: Sequence[Fault] = ()) -> SafeString:
    """``text`` in pieces with a class each; where something is wrong, in a ``mark``."""
    wrong = sorted((fault.start, max(fault.end, fault.start + 1)) for fault in faults)
    said: list[SafeString] = []
    at = 0
    for start, end in wrong:
        start = max(at, min(start, len(text)))
        said += [_coloured(text[at:start]), format_html('<mark class="wrong">{}</mark>', text[start:end] or " ")]
        at = max(start, min(end, len(text)))
    said.append(_coloured(text[at:]))
    return mark_safe("".join(said) + "\n")


def _coloured(text: str) -> SafeString:
    said: list[str] = []
    at = 0
    for piece in _PIECE.finditer(text):
        said += [conditional_escape(text[at:piece.start()]), format_html('<b class="{}">{}</b>', str(piece.lastgroup), piece[0])]
        at = piece.end()
    return mark_safe("".join(said) + conditional_escape(text[at:]))


def compared(before: str, after: str) -> list[tuple[str, str]]:
    """Two texts line by line: ``-`` gone, ``+`` new, empty as it was."""
    return [(line[0].strip(), line[2:]) for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] != "?"]
