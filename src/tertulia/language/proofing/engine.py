"""The rule engine for spelling and grammar, behind an interface so that another can take its place.

lingotweaker is a port of LanguageTool's engine with its Spanish rules, no Java; alpha and by one author, hence pinned
and hence this file: nothing else knows its shapes. What its rules are worth to us is in ``engine_rules.toml``.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Mark:
    """What an engine says of ``text[start:end]`` (code points): its rule's name, category, sentence and fixes."""

    start: int
    end: int
    rule: str
    category: str
    said: str
    fixes: tuple[str, ...]


class Engine(Protocol):
    """Anything that marks faults in a Spanish sentence. Thread-safe; never raises, whatever the text."""

    def marks(self, sentence: str) -> Sequence[Mark]: ...


_SURROGATES = re.compile("[\ud800-\udfff]")
_MARKUP = re.compile(r"</?suggestion>")


class LingoTweaker:
    """lingotweaker with its Spanish data: 0.5 to 0.7 s to load and about 80 MB, once a process, when first asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._checker: Any = None

    def marks(self, sentence: str) -> list[Mark]:
        if not sentence.strip():
            return []
        clean = _SURROGATES.sub("\ufffd", sentence)  # a lone surrogate is no character that UTF-8 knows
        places = {0: 0} | {at: index for index, at in enumerate(accumulate(len(c.encode()) for c in clean), 1)}
        found = []
        for match in self._loaded().check(clean):
            start = places.get(match["offset"])
            end = places.get(match["offset"] + match["length"])
            if start is None or end is None:
                continue  # the middle of a character: no place to show
            found.append(Mark(
                start, end, match["rule_id"], match["category_id"], _MARKUP.sub("", match["message"]),
                tuple(match["suggestions"]),
            ))
        return found

    def _loaded(self) -> Any:
        with self._lock:
            if self._checker is None:
                import lt_py  # 20 MB: not before it is wanted

                self._checker = lt_py.Engine("es-ES")  # its varieties differ in nothing that our rules keep
            return self._checker


ENGINE: Engine = LingoTweaker()
"""The engine of this process."""
