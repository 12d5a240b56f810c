"""Personal data in a folded text: telephones, mail, documents, accounts, cards; what has a check figure is checked."""

from __future__ import annotations

import re
from collections.abc import Callable

import re2

from tertulia.moderation.automatic.folding import Span

_LETTERS = "trwagmyfpdxbnjzsqvhlcke"


def _digits(said: str) -> str:
    return re.sub(r"\D", "", said)


def _nif(said: str) -> bool:
    signs = re.sub(r"[^a-z0-9]", "", said)
    if not signs[-1].isalpha():
        return True  # said to be a document by the word before it
    body = {"x": "0", "y": "1", "z": "2"}.get(signs[0], signs[0]) + signs[1:-1]
    return body.isdecimal() and _LETTERS[int(body) % 23] == signs[-1]


def _iban(said: str) -> bool:
    signs = re.sub(r"[^a-z0-9]", "", said)
    return len(signs) >= 15 and int("".join(str(int(one, 36)) for one in signs[4:] + signs[:4])) % 97 == 1


def _card(said: str) -> bool:
    digits = [int(one) for one in _digits(said)]
    total = sum(sum(divmod(2 * one, 10)) if at % 2 else one for at, one in enumerate(reversed(digits)))
    return 13 <= len(digits) <= 19 and total % 10 == 0 and len(set(digits)) > 1


def _phone(said: str) -> bool:
    return 9 <= len(_digits(said)) <= 14 and len(set(_digits(said))) > 2


def _any(_said: str) -> bool:
    return True


_WHAT: dict[str, tuple[re2._Regexp, Callable[[str], bool]]] = {
    "phone": (re2.compile(
        r"(?:\+|\b00)\d{1,3}(?:[ .-]?\d){7,11}\b|\b[6789]\d{2}(?:[ .-]?\d{3}){2}\b|\b[6789]\d{2}(?:[ .-]?\d{2}){3}\b"
        r"|\b\d{2}[ .-]\d{4}[ .-]\d{4}\b|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b"), _phone),
    "mail": (re2.compile(r"[a-z0-9._+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}"), _any),
    "document": (re2.compile(
        r"\b[xyz][ .-]?\d{7}[ .-]?[a-z]\b|\b\d{1,2}\.?\d{3}\.?\d{3}[ .-]?[a-z]\b|\b[a-z]{4}\d{6}[hm][a-z]{5}[a-z0-9]\d\b"
        r"|\b(?:20|2[347])-\d{8}-\d\b|\b(?:dni|documento)[ :nº°.]{0,6}\d{1,2}\.?\d{3}\.?\d{3}\b"), _any),
    "account": (re2.compile(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){3,7}(?: ?[a-z0-9]{1,3})?\b"), _iban),
    "card": (re2.compile(r"\b\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}\b"), _card),
}
_NIF = re.compile(r"[xyz]?[ .-]?[\d.]{7,10}[ .-]?[a-z]")


def find(plain: str, what: str) -> list[Span]:
    """Where in a folded text there is such a thing (``phone``, ``mail``, ``document``, ``account`` or ``card``)."""
    pattern, true = _WHAT[what]
    found = []
    for one in pattern.finditer(plain):
        said = one.group()
        if true(said) and (what != "document" or not _NIF.fullmatch(said) or _nif(said)):
            found.append(one.span())
    return found
