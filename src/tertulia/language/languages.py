"""Which language a text is in: eldc's scores, made a probability, with our own marks for Galician, which it lacks."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import eldc  # type: ignore[import-untyped]

from tertulia.language.reading import Conclusion

NAMED = ("es", "ca", "gl", "eu", "pt", "en", "fr", "it")
SURE = 0.9
_SIGNS = re.compile(r"[^\w\s]|_")
# Words that are Galician and are no word of Spanish, Portuguese, Catalan or Italian.
_GALICIAN = """
    unha dunha nunha algunha ningunha grazas hoxe xente xoves xornada xuntos axuda axiña aínda mañá despois agardo
    agardando agardar vostede vostedes encántame gústame síntoo fixo fixen fixestes sodes teñen teño tedes facemos
    rúa vergoña cartos parabéns apertas saúdos noraboa concello abrides vémonos quixera eiquí xunta xogo xogar
    moitos moitas moito moita canto cantos entón tamén porén coas cos polos dende algúns ningún
"""
_MARKS = frozenset(_GALICIAN.split())


@cache
def _identifier() -> Any:
    eldc.init()
    eldc.set_scores(3)
    return eldc.instance()


def signs(original: str) -> tuple[str, float, float]:
    """What speaks for a language: the likeliest (``und`` if none), its lead over the next one, the letters seen.

    The lead (0-0.2) and the logarithm of the letters (up to 80) are cut where more no longer makes surer.
    """
    clean = _SIGNS.sub(" ", _plain(original))
    letters = math.log(1 + min(sum(map(str.isalpha, clean)), 80))
    scores = list(_identifier().detect_details(clean).scores.items())
    if not letters or not scores:
        return "und", 0.0, letters
    words = clean.split()
    marks = sum(word in _MARKS for word in words)
    first, top = scores[0]
    if first == "pt":  # which writes neither so
        marks += sum("ñ" in word or word.endswith("ción") or word in ("á", "ás", "hoxe", "chegou") for word in words)
    if marks >= 2 or marks * 6 >= len(words):
        return "gl", min(marks / len(words), 0.2), letters
    runner_up = scores[1][1] if len(scores) > 1 else 0.0
    return first, min(top - runner_up, 0.2), letters


def identify(original: str, fit: Mapping[str, float]) -> Conclusion:
    """The language of ``original`` among NAMED or ``other``; Spanish, and not sure, where there is nothing to go by.

    ``fit``: ``bias``, ``lead`` and ``letters`` of the log-odds that ``signs`` are right. Short texts are seldom sure.
    """
    first, lead, letters = signs(original)
    if first == "und":
        # Letters that the identifier does not know are another language's; no letters are none.
        return Conclusion("other" if letters else "es", 0.5, False)
    p = 1 / (1 + math.exp(-(fit["bias"] + fit["lead"] * lead + fit["letters"] * letters)))
    return Conclusion(first if first in NAMED else "other", round(p, 3), p >= SURE)


_PIECES = re.compile(r"[.!?¡¿;:…/|\n]+|\s[-–—]\s|,\s")
_WORDS_OF_A_PIECE = 4
_LIKELY = 0.75


def languages_met(original: str, main: Conclusion, fit: Mapping[str, float]) -> tuple[str, ...]:
    """Every language that a piece of the text is surely in, ``main`` first; a piece has at least four words.

    Spanish, which is what people write here, need not be as sure as the others. Words borrowed one at a time
    («la story», «el feedback») are Spanish as it is spoken.
    """
    pieces = [piece for piece in _PIECES.split(original[:1000]) if len(piece.split()) >= _WORDS_OF_A_PIECE]
    told = [identify(piece, fit) for piece in pieces] if len(pieces) > 1 else []
    others = (one.label for one in told if one.label != "other" and (one.sure or (one.label == "es" and one.p >= _LIKELY)))
    return tuple(dict.fromkeys([main.label, *others]))


_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+|\bURL\b|\d+|\b[jJhH]?(?:[aeAE][jJhH])+[aeAE]?\b")


def _plain(original: str) -> str:
    """The beginning of the text with its accents, which tell languages apart, and without links and handles."""
    return _NOISE.sub(" ", original[:1000]).lower().encode("utf-8", "ignore").decode().replace("\0", " ")
