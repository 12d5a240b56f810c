"""Forms of a word that a brand wrote once: ``barato`` is also barata, baratos, baratas; and a replacement put in that form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache

import regex

from tertulia.language.proofing.folded import fold

_LINKING = frozenset((
    "de", "del", "a", "al", "con", "sin", "para", "por", "en", "y", "e", "o", "u", "que", "la", "el", "los", "las",
    "un", "una", "como", "sobre", "entre"))
_UNSTRESSED = str.maketrans("áéíóú", "aeiou")


class Form(StrEnum):
    """How a form stands to the word as it was written."""

    SAME = "same"
    PLURAL = "plural"
    FEMININE = "feminine"
    FEMININE_PLURAL = "feminine plural"


def inflected(word: str, form: Form) -> str:
    """``word`` in that form, by its ending: Spanish regular nouns and adjectives."""
    if form in (Form.FEMININE, Form.FEMININE_PLURAL):
        word = _feminine(word)
    return _plural(word) if form in (Form.PLURAL, Form.FEMININE_PLURAL) else word


def _feminine(word: str) -> str:
    if word.endswith("o"):
        return word[:-1] + "a"
    if word.endswith(("or", "án", "ín", "ón", "és")):
        return word[:-2] + word[-2:].translate(_UNSTRESSED) + "a"
    return word


def _plural(word: str) -> str:
    if word.endswith(tuple("aeiouáéóü")):
        return word + "s"
    if word.endswith("z"):
        return word[:-1] + "ces"
    if word.endswith(("án", "én", "ín", "ón", "ún", "ás", "és", "ís", "ós", "ús")):
        return word[:-2] + word[-2:].translate(_UNSTRESSED) + "es"
    return word if word.endswith(("s", "x")) else word + "es"


@lru_cache(maxsize=4_096)
def forms(term: str) -> Mapping[str, Form]:
    """The folded forms of ``term`` (one word or several) with what each is: its head is inflected, up to a preposition."""
    words = term.split()
    if not words:
        return {}
    feminine = len(_head(words)) == 1 or all(one.endswith("o") for one in _head(words))
    told: dict[str, Form] = {}
    for form in Form:
        if feminine or form in (Form.SAME, Form.PLURAL):
            told.setdefault(fold(" ".join(_put(words, form))), form)
    return told


def _head(words: list[str]) -> list[str]:
    upto = next((at for at, one in enumerate(words) if at and one.lower() in _LINKING), len(words))
    return words[:upto] if words and words[0].lower() not in _LINKING else []


def _put(words: list[str], form: Form) -> Iterator[str]:
    head = len(_head(words))
    for at, word in enumerate(words):
        yield inflected(word, form) if at < head else word


@lru_cache(maxsize=4_096)
def pattern(term: str) -> regex.Pattern[str]:
    """What finds any form of ``term`` in a folded text."""
    spelled = sorted((regex.sub(r"(?:\\ )+", r"[\\s\\-]+", regex.escape(form)) for form in forms(term)), key=len, reverse=True)
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}_])(?:{'|'.join(spelled) or '(?!)'})(?![\p{{L}}\p{{N}}_])")


def replaced(found: str, term: str, instead: str) -> str:
    """What to write where ``found``, a form of ``term``, stands: ``instead`` in the same number, gender and capitals."""
    form = forms(term).get(" ".join(fold(found).replace("-", " ").split()), Form.SAME)
    words = instead.split()
    if len(_head(words)) > 1:  # of several words the gender is their own
        form = {Form.FEMININE: Form.SAME, Form.FEMININE_PLURAL: Form.PLURAL}.get(form, form)
    said = " ".join(_put(words, form)) if words else ""
    if len(found) > 1 and found.isupper():
        return said.upper()
    return said[:1].upper() + said[1:] if found[:1].isupper() else said
