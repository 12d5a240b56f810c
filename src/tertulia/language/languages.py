"""Which language a text is in: eldc's scores, made a probability, with our own marks for Galician, which it lacks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import eldc  # type: ignore[import-untyped]

from tertulia.language.corpora import seed_lines
from tertulia.language.folding import fold
from tertulia.language.reading import Conclusion

NAMED = ("es", "ca", "gl", "eu", "pt", "en", "fr", "it")
SURE = 0.9
_SIGNS = re.compile(r"[^\w\s]|_")
# Words that Galician has and neither Spanish nor Portuguese writes so.
_GALICIAN = frozenset(
    """unha dunha nunha algunha ningunha grazas hoxe xente xa xogo xoves xornada xuntos axuda axiña aínda ainda mañá
    moito moita moitos moitas moi non ben bo boa dende ata entón despois tamén porén agardo agardando agardar cando
    canto canta cantos onde quen eu ti vostede vostedes nós vós el ela eles elas meu miña teu túa seu súa seus súas
    lle lles no na nos nas do da dos das ao ó á ós ás pola polo polas polos coa coas co cos encántame gústame síntoo
    fixo fixen fixestes foi foron son sodes somos estou estades ten teñen teño tedes había hai facer facemos dicir
    praza rúa vergoña cartos parabéns bico bicos apertas saúdos noraboa feliz concello tenda abrides vémonos quixera
    quero queremos mesa levo levamos isto iso aquilo eiquí aquí alí galego galega""".split()
)
# Of those, what Spanish or Portuguese write too: no mark.
_SHARED = frozenset("non no na nos nas do da dos das eu ti el ela eles co son somos foi ten bo boa mesa levo feliz "
                    "aquí ben seu meu teu seus hai levamos queremos ao moi galego galega quero".split())
_MARKS = frozenset(fold(word).text for word in _GALICIAN - _SHARED)


@cache
def _identifier() -> Any:
    eldc.init()
    eldc.set_scores(3)
    return eldc.instance()


def _scored(text: str) -> tuple[str, float, int]:
    """The likeliest language (``und`` if none), its lead over the next one (0-1), and the letters seen."""
    clean = _SIGNS.sub(" ", text)
    letters = sum(map(str.isalpha, clean))
    told = _identifier().detect_details(clean)
    scores = list(told.scores.items())
    if not letters or not scores:
        return "und", 0.0, letters
    first, top = scores[0]
    lead = top - scores[1][1] if len(scores) > 1 else top
    words = clean.split()
    marks = sum(word in _MARKS for word in words)
    if first in ("es", "pt", "ca", "it") and marks and (marks >= 2 or marks * 4 >= len(words)):
        return "gl", marks / max(len(words), 1), letters
    return first, lead, letters


def identify(original: str, fit: Mapping[str, float]) -> Conclusion:
    """The language of ``original`` among NAMED or ``other``; Spanish, and not sure, where there is nothing to go by.

    ``fit``: ``bias``, ``lead`` and ``letters`` of the log-odds (see ``fit_language``). Short texts are seldom sure.
    """
    first, lead, letters = _scored(_plain(original))
    if first == "und":
        # Letters in a script that the identifier does not know are another language; no letters are none.
        return Conclusion("other" if letters else "es", 0.5, False)
    p = 1 / (1 + math.exp(-(fit["bias"] + fit["lead"] * lead + fit["letters"] * math.log(letters))))
    return Conclusion(first if first in NAMED else "other", round(p, 3), p >= SURE)


_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+|\bURL\b|\d+")


def _plain(original: str) -> str:
    """The beginning of the text with its accents, which tell languages apart, and without links and handles."""
    return _NOISE.sub(" ", original[:1000]).lower().encode("utf-8", "ignore").decode().replace("\0", " ")


def seed_texts() -> list[tuple[str, str]]:
    """Our sentences with their language, whole and by their first three words."""
    lines = [(str(line["text"]), str(line["language"])) for line in seed_lines("languages")]
    return lines + [(" ".join(text.split()[:3]), language) for text, language in lines]


def fit_language(spanish: Iterable[str]) -> dict[str, float]:
    """The coefficients of ``identify``, from our sentences and ``spanish`` ones, whole and by their first words."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    rows = seed_texts()
    for text in spanish:
        rows += [(text, "es"), (" ".join(text.split()[:4]), "es")]
    seen = [(_scored(_plain(text)), language) for text, language in rows]
    known = [(told, language) for told, language in seen if told[0] != "und"]
    x = np.array([[lead, math.log(letters)] for (_, lead, letters), _ in known])
    right = np.array([(first if first in NAMED else "other") == language for (first, _, _), language in known])
    fitted = LogisticRegression(C=10.0, random_state=0).fit(x, right)
    lead, letters = (round(float(value), 4) for value in fitted.coef_[0])
    return {"bias": round(float(fitted.intercept_[0]), 4), "lead": lead, "letters": letters}
