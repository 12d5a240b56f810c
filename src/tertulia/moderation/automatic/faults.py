"""What is wrong with a rule, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from tertulia.moderation.automatic.folding import fold


@dataclass(frozen=True, slots=True)
class Fault(Exception):
    """``message``: a Spanish sentence; ``start`` and ``end``: in the text; ``line`` and ``column`` from 1; ``instead``: the nearest
    thing that would be right, if there is one.
    """

    message: str
    start: int = 0
    end: int = 0
    line: int = 1
    column: int = 1
    instead: str = ""

    def __str__(self) -> str:
        hint = f" ¿Querías decir «{self.instead}»?" if self.instead else ""
        return f"Línea {self.line}, columna {self.column}: {self.message}{hint}"

    @property
    def told(self) -> str:
        """The sentence with its suggestion, without the place."""
        return self.message + (f" ¿Querías decir «{self.instead}»?" if self.instead else "")


def at(text: str, start: int, end: int, message: str, instead: str = "") -> Fault:
    """A fault at a place of ``text``."""
    line = text.count("\n", 0, start) + 1
    return Fault(message, start, max(end, start), line, start - text.rfind("\n", 0, start), instead)


def nearest(said: str, known: Iterable[str]) -> str:
    """The known word that is most like ``said``; empty if none is much like it."""
    by_fold = {fold(one): one for one in known}
    found = get_close_matches(fold(said), by_fold, n=1, cutoff=0.6)
    return by_fold[found[0]] if found else ""
