"""Words that are in no dictionary: a slip for sure, or only a word we do not know (a name, English, slang)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from tertulia.language.finding import Finding, Kind, Severity
from tertulia.language.proofing.engine import Mark
from tertulia.language.proofing.morphology import exactly, readings

_FOREIGN = re.compile(
    r"[wk]|sh|th|ck|oo|ee|ou|[bcfghjkmpqtvw]$|ing$|ly$|tt|pp|ff|ss|zz|dd|gg|mm|^s[bcdfgklmnpqrtv]|[^aeiouáéíóú\W]y|y[^aeiouáéíóú\W]|xx"
)
_STRETCHED = re.compile(r"(\w)\1{2,}")
_LAUGHTER = re.compile(r"(?:[jh]+[aeiou]+)+[jh]*|(?:[aeiou]+[jh]+)+[aeiou]*|x+d+|l+o+l+|m+u+a+c+k*s*|z+|b+r+|m+|u+f+|e+y+|a+h+|o+h+|u+y+|w+o+w+", re.I)
_SOUNDS = (
    ("ch", "C"), ("h", ""), ("ll", "y"), ("qu", "k"), ("q", "k"), ("gü", "W"), ("gu", "W"), ("v", "b"), ("ge", "je"), ("gi", "ji"),
    ("ce", "se"), ("ci", "si"), ("z", "s"), ("c", "k"), ("x", "s"), ("w", "W"), ("W", "g"), ("ks", "s"), ("mb", "nb"), ("rr", "r"), ("y", "i"),
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


def sound(word: str) -> str:
    """``word`` as it sounds, roughly and for all of America: b and v, s and z, g and j, ll and y are one; h is none."""
    plain = word.lower().replace("ñ", "N").replace("ü", "W")
    plain = "".join(char for char in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(char))
    for written, heard in _SOUNDS:
        plain = plain.replace(written, heard)
    return re.sub(r"(.)\1+", r"\1", plain)


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
    """How far ``fix`` is from what was written: under 1 it sounds the same, under 2 one finger slipped, 9 is another word."""
    lower, right = word.lower(), fix.lower()
    common = max((reading.common for reading in readings(fix)), default=0)
    rare = (25 - common) / 100
    if " " in right:
        parts = [max((reading.common for reading in exactly(part)), default=0) for part in right.split(" ")]
        return 1.5 if right.replace(" ", "") == lower and min(parts) >= 11 and len(lower) >= 6 else 9
    if lower == right:
        return rare
    if sound(lower) == sound(right) and len(lower) > 1:
        return 0.3 + rare + 0.1 * (len(lower) != len(right))
    if _FOREIGN.search(lower) or common < _COMMON:
        return 9
    if slips(lower, right) == 1 and len(lower) >= 5:
        first = lower[0] != right[0]
        return 1 + rare + 0.3 * first if not (first and len(lower) < 7) else 9
    if slips(sound(lower), sound(right)) == 1 and len(lower) >= 7:
        return 1.6 + rare
    return 9


def judged(mark: Mark, text: str, first: bool) -> Finding | None:
    """What to say of a word that the engine does not know; ``first``: it begins the sentence, so its capital says nothing."""
    word = text[mark.start:mark.end]
    short = _STRETCHED.sub(r"\1", word)
    if len(word) < 2 or accepted(word) or _LAUGHTER.fullmatch(word) or short != word and (readings(short) or accepted(short)):
        return None
    fixes = sorted((fix for fix in mark.fixes if fix != word), key=lambda fix: _cost(word, fix))
    near = [fix for fix in fixes if _cost(word, fix) < 3]
    named = word[:1].isupper() and not first and not word.isupper()
    if near and near[0].lower() == word.lower() and not named:
        return _finding(mark, word, "mayusculas-propias", Severity.WARNING, near, "«{fix}» se escribe así, con esas mayúsculas.")
    if near and not named and not (word.isupper() and len(word) < 6):
        return _finding(mark, word, "ortografia", Severity.ERROR, near, "«{text}» no está en el diccionario: ¿querías escribir «{fix}»?")
    return _finding(mark, word, "palabra-desconocida", Severity.HINT, near or fixes, "No conozco «{text}». Si está bien, añádela al diccionario de la marca.")


def _finding(mark: Mark, word: str, rule: str, severity: Severity, fixes: Sequence[str], why: str) -> Finding:
    return Finding(
        mark.start, mark.end, word, Kind.SPELLING, rule, severity, why.format(text=word, fix=fixes[0] if fixes else ""), tuple(fixes[:4]),
    )
