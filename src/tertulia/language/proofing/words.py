"""A social text cut into sentences and words; what is no prose (links, handles, hashtags, emoji) is kept out of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tertulia.language.proofing.lists import listed
from tertulia.language.proofing.morphology import Reading, readings

_NO_PROSE = (
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w[\w.-]*|\b[\w-]+(?:\.[\w-]+)*\.(?:com|es|org|net|mx|ar|io|tv|ly|me|cat|eus|gal|info|app|shop)"
    r"\b(?:/\S*)?|[@#][\w.·-]*\w|\{\{?[^{}\n]*\}\}?"
)
PROTECTED = re.compile(_NO_PROSE)
_TOKEN = re.compile(
    rf"(?P<protected>{_NO_PROSE})|(?P<number>\w*\d\w*(?:[.,:]\d+)*)|(?P<word>[^\W\d_]+(?:[-'’][^\W\d_]+)*)|(?P<emoji>[\u2190-\u2bff\ufe0f\u200d\u20e3\U0001f000-\U0001faff]+)|(?P<sign>\S)"
)
_ABBREVIATED = listed("words.abbreviated")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][»\")”]))[ \t]+(?=[^\Wa-z\d_]|[¿¡«\"“(\d]|[^\w\s,;:.)])|\n+")


@dataclass(frozen=True, slots=True)
class Word:
    """A token: ``kind`` is word, number, emoji, sign or protected; ``readings`` is empty where the word is not known."""

    text: str
    lower: str
    start: int
    end: int
    kind: str
    readings: tuple[Reading, ...] = ()


@lru_cache(maxsize=2_048)
def words(sentence: str) -> tuple[Word, ...]:
    found = []
    for match in _TOKEN.finditer(sentence):
        text, kind = match.group(), str(match.lastgroup)
        found.append(Word(
            text, text.lower(), *match.span(), kind, readings(text) if kind == "word" else (),
        ))
    return tuple(found)


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """The sentences of ``text`` with where each begins. Joined with what lies between them, they are the text."""
    done = 0
    for match in _SENTENCE_END.finditer(text):
        before = text[done:match.start()]
        if "\n" not in match.group() and before.endswith(".") and before[:-1].split(" ")[-1].lstrip("(") in _ABBREVIATED:
            continue
        if before:
            yield done, before
        done = match.end()
    if text[done:]:
        yield done, text[done:]
