"""What is refused of terms, lists and patterns, and of rules beside the lists and house rules that there are."""

from __future__ import annotations

import re
from collections.abc import Collection

from tertulia.moderation.automatic.faults import Fault, at, nearest
from tertulia.moderation.automatic.folding import WORD, fold
from tertulia.moderation.automatic.kinds import KINDS, Takes
from tertulia.moderation.automatic.patterns import bad
from tertulia.moderation.automatic.tree import HIDE, Rule, WordList, leaves

#: Fewer letters before a star would catch half the dictionary.
FEWEST_BEFORE_STAR = 3
MOST_ENTRIES = 5_000
_INNER_STAR = re.compile(r"\*(?=\w)")


def term_fault(term: str) -> str:
    """Why ``term`` (words and phrases) is refused; empty if it is right."""
    if _INNER_STAR.search(term):
        return "La estrella va al final de una palabra: «idiot*»."
    folded = fold(term)
    for word, star in re.findall(r"([^\W_]+)(\*?)", folded):
        if star and len(word) < FEWEST_BEFORE_STAR:
            return f"Antes de la estrella van al menos {FEWEST_BEFORE_STAR} letras: «{word}*» lo cogería casi todo."
    words = WORD.findall(folded)
    if len(words) == 1 and len(words[0]) < 2:
        return f"«{term}» es demasiado corta: la diría casi cualquiera."
    if not words and "*" in term:
        return "Antes de la estrella van letras."
    return ""


def entry_fault(entry: str) -> str:
    """Why a list refuses ``entry``; a list may hold terms, handles or domains."""
    if len(entry) > 100:
        return "Cada línea de una lista cabe en 100 letras."
    if any(sign in entry for sign in "{}\""):
        return "En una lista no van llaves ni comillas."
    if re.match(r"\*\.", entry):
        return ""  # «*.example.test»: a domain and all under it
    return term_fault(entry)


def pattern_fault(source: str) -> str:
    """Why ``source`` is refused; empty if it is right."""
    return bad(source)


def list_names(rule: Rule) -> list[str]:
    """The lists that a rule speaks of, each once."""
    return list(dict.fromkeys(leaf.values[0] for leaf in leaves(rule.condition) if KINDS[leaf.kind].takes is Takes.LIST))


def unknown(rule: Rule, text: str, lists: Collection[str], norms: Collection[int]) -> list[Fault]:
    """What a rule cites that is not there, at its place in ``text``."""
    found = []
    for name in list_names(rule):
        if name not in lists:
            place = re.search(rf"lista\s+({re.escape(name)})(?![\w-])", text)
            start, end = place.span(1) if place else (0, 0)
            found.append(at(text, start, end, f"No hay ninguna lista «{name}».", nearest(name, lists)))
    for act in rule.acts:
        if act.what == HIDE and act.norm not in norms:
            place = re.search(rf"norma\s+({act.norm})(?!\d)", text)
            start, end = place.span(1) if place else (0, 0)
            have = ", ".join(map(str, sorted(norms))) or "ninguna"
            found.append(at(text, start, end, f"No hay norma {act.norm} en vigor. Hay: {have}."))
    return found


def too_long(words: WordList) -> str:
    """Why a list is refused as a whole; empty if it is right."""
    if len(words.entries) > MOST_ENTRIES:
        return f"Una lista cabe en {MOST_ENTRIES} líneas."
    return ""
