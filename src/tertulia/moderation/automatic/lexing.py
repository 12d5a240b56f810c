"""The words and signs of the language."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tertulia.moderation.automatic.faults import Fault, at
from tertulia.moderation.automatic.folding import fold

_SPACE = re.compile(r"\s*")
_TOKEN = re.compile(
    r'(?P<string>"(?:\\.|[^"\\\n])*+")|(?P<pattern>/(?:\\.|[^/\\\n])++/)|(?P<date>\d{4}-\d\d?-\d\d?)|(?P<time>\d{1,2}:\d\d)'
    r"|(?P<number>\d+)|(?P<word>[^\W\d_](?:-?\w)*+)|(?P<op><=|>=|[<>=])|(?P<sign>[{}(),%])")
NAME = re.compile(r"[a-zñ][a-z0-9ñ]*(?:-[a-z0-9ñ]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: string, pattern, date, time, number, word, op, sign or end. ``value``: without quotes and escapes."""

    kind: str
    value: str
    start: int
    end: int

    @property
    def folded(self) -> str:
        """A word as it is compared."""
        return fold(self.value) if self.kind == "word" else ""


def token_at(text: str, place: int) -> Token:
    """The next token from ``place`` on; raises ``Fault`` for what is none."""
    start = _SPACE.match(text, place).end()  # type: ignore[union-attr]
    if start == len(text):
        return Token("end", "", start, start)
    found = _TOKEN.match(text, start)
    if found is None:
        raise _stray(text, start)
    kind, said = str(found.lastgroup), found[0]
    if kind == "string":
        said = re.sub(r"\\(.)", r"\1", said[1:-1])
    elif kind == "pattern":
        said = pattern_as_written(said[1:-1])
    return Token(kind, said, start, found.end())


def pattern_as_written(body: str) -> str:
    """The pattern between its slashes: a slash of its own needs no escape any more."""
    return re.sub(r"\\(.)", lambda one: "/" if one[1] == "/" else one[0], body)


def _stray(text: str, start: int) -> Fault:
    end = text.find("\n", start)
    end = len(text) if end < 0 else end
    if text[start] == '"':
        return at(text, start, end, "Faltan las comillas del final.")
    if text[start] == "/":
        return at(text, start, end, "Al patrón le falta la barra del final.")
    if text[start] in "“”«»‘’'":
        return at(text, start, start + 1, "Aquí van comillas rectas.", '"')
    if text[start] == "#":
        return at(text, start, end, "Las reglas no llevan comentarios: di para qué es con para \"…\".")
    return at(text, start, start + 1, f"No entiendo «{text[start]}».")
