"""Words that are in no dictionary: a slip for sure, or only a word we do not know (a name, English, slang)."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

from tertulia.language.finding import Finding, Kind, Severity
from tertulia.language.proofing.casing import as_written
from tertulia.language.proofing.engine import Mark
from tertulia.language.proofing.morphology import exactly, readings

_FOREIGN = re.compile(
    r"[wk]|sh|th|ck|oo|ee|ou|[bcfghjkmpqtvw]$|ing$|ly$|tt|pp|ff|ss|zz|dd|gg|mm|xx|^s[bcdfgklmnpqrtv]"
    r"|[^aeiouáéíóú\W]y|y[^aeiouáéíóú\W]"
)
_STRETCHED = re.compile(r"(\w)\1{2,}")
_LAUGHTER = re.compile(
    r"(?:[jh]+[aeiou]+)+[jh]*|(?:[aeiou]+[jh]+)+[aeiou]*|x+d+|l+o+l+|m+u+a+c+k*s*|z+|b+r+|m+|u+f+|e+y+|a+h+|o+h+|u+y+|w+o+w+", re.I,
)
_SOUNDS = (
    ("ch", "C"), ("h", ""), ("ll", "y"), ("qu", "k"), ("q", "k"), ("gu", "W"), ("v", "b"), ("ge", "je"), ("gi", "ji"), ("ce", "se"),
    ("ci", "si"), ("z", "s"), ("c", "k"), ("x", "s"), ("W", "g"), ("ks", "s"), ("mb", "nb"), ("rr", "r"), ("y", "i"),
)
_COMMON = 6


@cache
def _accepted() -> frozenset[str]:
    lines = files(__package__).joinpath("accepted.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def accepted(word: str) -> bool:
    """Whether the trade writes ``word`` though no dictionary has it: English, brands, what Mexico and Argentina say."""
    lower = word.lower()
    return lower in _accepted() or lower.removesuffix("s") in _accepted() or lower.removesuffix("es") in _accepted()


_SUFFIXES = {
    "": r"(?:on|[oó]n|ones|onas?|az[oa]s?|c?[ií]t[oa]s?|ill[oa]s?|ísim[oa]s?|ot[ea]s?|er[oa]s?|ist[oa]s?|ñ[oa]s?)",
    "ar": r"(?:ador(?:a|es|as)?|ables?|ación|aciones|eo|eos)",
}
_PREFIXES = re.compile(
    r"(?:super|súper|mini|mega|ultra|auto|anti|ex|multi|micro|macro|tele|v[ií]deo|eco|bio|ciber|pre|post|sub|hiper|inter|re|semi|vice|co)-?(\w{4,})"
)


@lru_cache(maxsize=4_000)
def derived(word: str) -> bool:
    """Whether ``word`` is made of a known one, as anybody may: «pantallón», «subrayador», «minitienda»."""
    lower = word.lower()
    prefixed = _PREFIXES.fullmatch(lower)
    if prefixed and exactly(prefixed[1]):
        return True
    for verb, suffix in _SUFFIXES.items():
        made = re.fullmatch(rf"(\w{{4,}}?){suffix}", lower)
        if made and any(
            reading.tag[0] == ("V" if verb else "N") or not verb and reading.tag[0] == "A"
            for ending in ((verb,) if verb else ("a", "o", "e", "")) for reading in exactly(made[1] + ending)
        ):
            return True
    return False


def _plain(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", word) if not unicodedata.combining(char))


def sound(word: str) -> str:
    """``word`` as it sounds, roughly and for all of America: b and v, s and z, g and j, ll and y are one; h is none."""
    plain = _plain(word.lower().replace("ñ", "N").replace("ü", "W"))
    for written, heard in _SOUNDS:
        plain = plain.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", plain)


_EITHER = {
    "b": "bv", "v": "vb", "s": "scz", "z": "zsc", "c": "csz", "g": "gj", "j": "jg", "y": ("y", "ll", "i"), "i": ("i", "í", "y"),
    "a": "aá", "e": "eé", "o": "oó", "u": "uú", "á": "áa", "é": "ée", "í": "íi", "ó": "óo", "ú": "úu", "n": "nñ",
    "k": ("k", "qu", "c"), "x": ("x", "s", "cc"), "m": "mn",
}


@lru_cache(maxsize=4_000)
def alike(word: str) -> tuple[str, ...]:
    """Known words that sound like ``word`` and differ in one or two letters, or in the h with which it begins."""
    lower = word.lower()
    if len(lower) > 20:
        return ()
    found: dict[str, None] = {}
    silent = lower[1:] if lower.startswith("h") else "h" + lower
    for begun in (lower, silent, lower.replace("ll", "y", 1), lower.replace("q", "qu", 1)):
        for changed in _changed(begun):
            if changed != lower and exactly(changed):
                found[as_written(word, changed)] = None
    return tuple(found)


def _changed(word: str) -> set[str]:
    once = {word} | {
        word[:at] + other + word[at + 1:] for at, letter in enumerate(word) for other in _EITHER.get(letter, ()) if other != letter
    }
    if len(word) > 12:
        return once
    return once | {
        each[:at] + other + each[at + 1:] for each in once for at, letter in enumerate(each) for other in _EITHER.get(letter, ())
    }


def slips(one: str, other: str) -> int:
    """Letters too many, too few, wrong or swapped between two words: 0, 1, or 2 for more."""
    if one == other:
        return 0
    if abs(len(one) - len(other)) > 1:
        return 2
    head = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    one, other = one[head:], other[head:]
    if one[1:] == other[1:] or one[1:] == other or one == other[1:]:
        return 1
    return 1 if one[:2] == other[:2][::-1] and one[2:] == other[2:] else 2


@lru_cache(maxsize=4_000)
def _cost(word: str, fix: str) -> float:
    """How far ``fix`` is from what was written: up to 1 it sounds the same, under 3 a finger slipped, 9 is another word."""
    lower, right = word.lower(), fix.lower()
    common = max((reading.common for reading in readings(fix)), default=0)
    voseo = bool(readings(fix)) and all(reading.tag[4:6] == "2V" for reading in readings(fix))
    rare = (20 - common) / 30 + 0.4 * voseo  # «échale» before «echale», which only Argentina says
    if " " in right:
        parts = [max((reading.common for reading in exactly(part)), default=0) for part in right.split(" ")]
        return 1.5 if right.replace(" ", "") == lower and min(parts) >= 11 and len(lower) >= 6 else 9
    if lower == right:
        return rare
    if lower.endswith(("ao", "aos")) and right == lower.replace("ao", "ado"):
        return 0.5
    if _plain(lower) == _plain(right):  # also «manana»: not every keyboard has the ñ
        return 0.1 + rare / 2
    if sound(lower) == sound(right) and len(lower) > 1:
        return 0.3 * _letters(lower, right) + rare
    swapped = sorted(lower) == sorted(right)
    if not swapped and (_FOREIGN.search(lower) or common < _COMMON and len(lower) < 7):
        return 9
    first = lower[0] != right[0]
    if slips(lower, right) == 1 and len(lower) >= 5 + 2 * first:
        return 1 + rare + 0.3 * first + 0.2 * (len(lower) == len(right) and not swapped)
    return 1.6 + rare if slips(sound(lower), sound(right)) == 1 and len(lower) >= 7 else 9


def _letters(one: str, other: str) -> int:
    """How many letters differ, roughly; a letter too many or too few is one."""
    return abs(len(one) - len(other)) + (sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else 0)


def judged(mark: Mark, text: str, first: bool) -> Finding | None:
    """What to say of a word that the engine does not know; ``first``: it begins the sentence, so its capital says nothing."""
    word = text[mark.start:mark.end]
    short = _STRETCHED.sub(r"\1", word)
    if len(word) < 2 or accepted(word) or _LAUGHTER.fullmatch(word) or short != word and (readings(short) or accepted(short)):
        return None
    offered = (fix for fix in (*mark.fixes, *alike(word)) if fix != word and (fix.islower() or not word.islower() or fix.lower() == word))
    fixes = sorted(dict.fromkeys(offered), key=lambda fix: _cost(word, fix))
    near = [fix for fix in fixes if _cost(word, fix) < 3]
    named = word[:1].isupper() and not first and not word.isupper()
    if named and near and _plain(near[0]) == _plain(word) and any(reading.tag[4:5] == "G" for reading in exactly(near[0])):
        named = False  # a place, not somebody's name: «Cadiz»
    if derived(word) and not (near and _plain(near[0].lower()) == _plain(word.lower())):
        return None
    rule, severity, why = "palabra-desconocida", Severity.HINT, "No conozco «{text}». Si está bien, añádela al diccionario de la marca."
    if near and near[0].lower() == word.lower() and not named:
        severity = Severity.HINT if near[0].isupper() else Severity.WARNING
        rule, why = "mayusculas-propias", "«{fix}» se escribe así, con esas mayúsculas."
    elif near and not named and not (word.isupper() and len(word) < 6):
        rule, severity, why = "ortografia", Severity.ERROR, "«{text}» no está en el diccionario: ¿querías escribir «{fix}»?"
    best = tuple(near or fixes)[:4]
    said = why.format(text=word, fix=best[0] if best else "")
    return Finding(mark.start, mark.end, word, Kind.SPELLING, rule, severity, said, best)
