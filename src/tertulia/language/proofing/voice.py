"""The brand's voice: words it does not use, words it prefers, and whether a text sounds like what it has published.

Likeness is measured in what people understand (``STYLE``), against the brand's own spread; the nearest post is shown.
It is a hint, never an error, and silent before ``ENOUGH`` posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import regex

from tertulia.kit.lengths import entities
from tertulia.kit.lengths.rules import EMOJI
from tertulia.language.encoder import encode
from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing.folded import Folded, fold
from tertulia.language.proofing.inflection import pattern, replaced
from tertulia.language.proofing.mentioned import mentioned

ENOUGH = 10
"""Past posts before anything is said of likeness."""

STRANGE = 2
"""Measures out of the brand's spread before a text is said to sound unlike it."""

_SHORTEST = 4  # words: a shorter text has no voice
_WORD = regex.compile(r"[\p{L}\p{N}]+")
_SENTENCE = regex.compile(r"[^.!?…\n]*[\p{L}\p{N}][^.!?…\n]*")
_TU = regex.compile(r"\b(?:tu|tus|te|ti|contigo|tuy[oa]s?|tienes|puedes|quieres|eres|estas|sabes|vienes|haces|dinos|"
                    r"cuentanos|ven|mira|descubre|consigue)\b")
_VOSOTROS = regex.compile(r"\b(?:os|vosotr[oa]s|vuestr[oa]s?|\p{L}+(?:ais|eis)|sois)\b")
_USTED = regex.compile(r"\b(?:usted|ustedes|le invitamos|les invitamos|le esperamos|"
                       r"les esperamos|su pedido|consulte|disfrute|descubra|visite)\b")
_VOS = regex.compile(r"\b(?:vos|tenes|podes|queres|sos|sabes que|veni|mira vos|contanos|conoce|eleg[ií])\b")
_WE = regex.compile(r"\b(?:nos|nosotr[oa]s|nuestr[oa]s?|\p{L}{2,}(?:amos|emos|imos))\b")
_I = regex.compile(r"\b(?:yo|mi|mis|conmigo|soy|estoy)\b")


@dataclass(frozen=True, slots=True)
class Likeness:
    """``score`` from 0 (nothing like it) to 1; ``nearest``: the past post most like it, "" if none; ``reasons``: what is unlike."""

    score: float
    nearest: str
    reasons: tuple[str, ...]

    @property
    def percent(self) -> int:
        """The score as people read it."""
        return round(100 * self.score)


def check(text: str, profile: Profile) -> Iterator[Finding]:
    """Words that the brand forbids or would say otherwise, and a text that does not sound like it. Kind VOICE."""
    yield from _words(text, profile)
    if len(profile.past) >= ENOUGH:
        reasons = unlike(text, profile.past)
        if len(reasons) >= STRANGE:
            why = f"No suena como lo que publicas: {_joined(reasons)}."
            yield Finding(0, len(text), text, Kind.VOICE, "unlike-past", Severity.HINT, why)


def likeness(text: str, past: Sequence[str]) -> Likeness | None:
    """How much ``text`` is like what the brand published; None before ``ENOUGH`` posts. Encodes: for a page, not for each key."""
    posts = tuple(past)
    if len(posts) < ENOUGH:
        return None
    vectors, usual = _encoded(posts)
    near = vectors @ encode([text])[0]
    at = int(np.argmax(near))
    reasons = unlike(text, posts)
    style = 1 - len(reasons) / len(STYLE)
    subject = min(1.0, max(0.0, float(near[at])) / usual) if usual > 0 else 0.0
    return Likeness(round((style + subject) / 2, 3), posts[at] if near[at] > 0 else "", reasons)


@lru_cache(maxsize=32)
def _encoded(posts: tuple[str, ...]) -> tuple[np.ndarray, float]:
    """Vectors of the posts [posts, SIZE], and how near the posts of a brand usually are to their nearest."""
    vectors = encode(posts)
    among = vectors @ vectors.T
    np.fill_diagonal(among, -1)
    return vectors, float(np.median(among.max(axis=1)))


# --------------------------------------------------------------------------- words

def _words(text: str, profile: Profile) -> Iterator[Finding]:
    if not (profile.forbidden or profile.preferred):
        return
    folded = Folded(text)
    taken: list[tuple[int, int]] = []
    preferred = {term.strip(): instead for term, instead in profile.preferred.items() if term.strip()}
    forbidden = {term.strip(): why for term, why in profile.forbidden.items() if term.strip()}
    for term in sorted({*preferred, *forbidden}, key=lambda one: (-len(one), one)):
        for start, end in folded.find(pattern(term)):
            if any(start < last and first < end for first, last in taken) or _in_address(text, start, end):
                continue
            taken.append((start, end))
            yield _of_word(text, start, end, term, forbidden.get(term), preferred.get(term, ""))


def _of_word(text: str, start: int, end: int, term: str, why: str | None, instead: str) -> Finding:
    found = text[start:end]
    fix = replaced(found, term, instead)
    fixes = (fix,) if fix and fix != found else ()
    if why is not None:
        said = f"La marca no usa «{term}»" + (f": {why.strip()}" if why.strip() else ".")
        return Finding(start, end, found, Kind.VOICE, "forbidden", Severity.ERROR, said, fixes)
    return Finding(start, end, found, Kind.VOICE, "preferred", Severity.WARNING, f"La marca dice «{instead}» en vez de «{term}».", fixes)


def _in_address(text: str, start: int, end: int) -> bool:
    told = mentioned(text)
    return any(one.start < end and start < one.end for one in (*told.links, *told.handles))


# --------------------------------------------------------------------------- style

@dataclass(frozen=True, slots=True)
class _Style:
    """What is measured of a text."""

    words: float        # a sentence
    emoji: float
    exclamations: float
    hashtags: float
    capitals: float     # words all in capitals
    address: str        # tú, vosotros, usted, vos, or "" for none
    person: str         # nosotros, yo, or "" for none


#: Name of a measure, its noun in singular and plural, and how far out of the spread it may be.
STYLE = (("words", "palabra por frase", "palabras por frase", 6), ("emoji", "emoji", "emojis", 2),
         ("exclamations", "exclamación", "exclamaciones", 2), ("hashtags", "etiqueta", "etiquetas", 3),
         ("capitals", "palabra en mayúsculas", "palabras en mayúsculas", 2), ("address", "", "", 0), ("person", "", "", 0))


@lru_cache(maxsize=4_096)
def _style(text: str) -> _Style:
    plain = fold(text)
    sentences = [len(_WORD.findall(one)) for one in _SENTENCE.findall(text)] or [0]
    written = _WORD.findall(text)
    tallies = {"tú": len(_TU.findall(plain)), "vosotros": len(_VOSOTROS.findall(plain)),
               "usted": len(_USTED.findall(plain)), "vos": 2 * len(_VOS.findall(plain))}
    address = max(tallies, key=lambda one: tallies[one])
    person = "nosotros" if _WE.search(plain) else "yo" if _I.search(plain) else ""
    return _Style(
        words=sum(sentences) / len(sentences), emoji=sum(1 for _ in EMOJI.finditer(text)),
        exclamations=len(regex.findall(r"!+", text)), hashtags=len(entities.hashtags(text)),
        capitals=sum(1 for one in written if len(one) > 3 and one.isupper()),
        address=address if tallies[address] else "", person=person)


def unlike(text: str, past: Sequence[str]) -> tuple[str, ...]:
    """What of ``text`` lies out of the brand's spread, each as a piece of a Spanish sentence."""
    if len(_WORD.findall(text)) < _SHORTEST:
        return ()
    here, spread = _style(text), _spread(tuple(past))
    reasons = []
    for name, one, several, margin in STYLE:
        if name in ("address", "person"):
            continue
        low, high = spread.ranges[name]
        value = getattr(here, name)
        if not low - margin <= value <= high + margin:
            reasons.append(f"{_counted(value, one, several)} (sueles poner {_between(low, high)})")
    if here.address and spread.address and here.address != spread.address:
        reasons.append(f"tratas de «{here.address}» y sueles tratar de «{spread.address}»")
    if here.person == "yo" and spread.person == "nosotros":
        reasons.append("hablas en singular y sueles hablar de «nosotros»")
    return tuple(reasons)


@dataclass(frozen=True, slots=True)
class _Spread:
    ranges: dict[str, tuple[float, float]]
    address: str
    person: str


@lru_cache(maxsize=64)
def _spread(past: tuple[str, ...]) -> _Spread:
    """Where nine of ten of the brand's posts lie; its address and person, where four of five of those that have one agree."""
    told = [_style(text) for text in past]
    ranges = {}
    for name, _one, _several, margin in STYLE:
        if margin:
            low, high = np.quantile([getattr(one, name) for one in told], [0.05, 0.95])
            ranges[name] = (float(low), float(high))
    return _Spread(ranges, _usual([one.address for one in told]), _usual([one.person for one in told]))


def _usual(values: Sequence[str]) -> str:
    said = [one for one in values if one]
    most = max(set(said), key=said.count, default="")
    return most if len(said) * 2 >= ENOUGH and said.count(most) * 5 >= len(said) * 4 else ""


def _counted(value: float, one: str, several: str) -> str:
    number = round(value)
    return f"{number} {one if number == 1 else several}"


def _between(low: float, high: float) -> str:
    first, last = round(low), round(high)
    return str(first) if first == last else f"de {first} a {last}"


def _joined(reasons: Sequence[str]) -> str:
    return ", ".join(reasons[:-1]) + f" y {reasons[-1]}" if len(reasons) > 1 else "".join(reasons)
