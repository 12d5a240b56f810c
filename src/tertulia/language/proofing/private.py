"""Somebody's personal data in a text that everybody will read: documents, accounts, cards, telephones, addresses of mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import regex

from tertulia.language.finding import Finding, Kind, Severity

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_LAW = ("Es una nota, no un consejo legal: Reglamento (UE) 2016/679, de 27 de abril; LO 3/2018, de 5 de diciembre; "
        "en México, Ley Federal de Protección de "
        "Datos Personales en Posesión de los Particulares, de 20 de marzo de 2025; en Argentina, Ley 25.326, de 4 de octubre de 2000.")
_OURS = regex.compile(
    r"(?:📞|☎️?|📱|📲|✉️?|📧|📩|💌|ll[aá]m\w*|tel[eé]fonos?|tel|tlf|whats?app|wasap|reserv\w+|pedidos en|escr[ií]b\w*|"
    r"contact\w*|correo|mail|info\w*|"
    r"atenci[oó]n|(?:al|en el|n[uú]mero) |citas?|urgencias|cu[eé]ntanos\w*|m[aá]nda\w*|env[ií]a\w*|cv|curr[ií]culum)[^\n.!?]{0,60}$",
    regex.IGNORECASE)


class _Datum(NamedTuple):
    rule: str
    severity: Severity
    pattern: regex.Pattern[str]
    what: str
    true: Callable[[str], bool]
    may_be_ours: bool = False


def check(text: str) -> Iterator[Finding]:
    """Personal data in ``text``. The brand's own telephone and mail are known by the words before them."""
    if not any(one.isdigit() for one in text) and "@" not in text:
        return
    taken: list[tuple[int, int]] = []
    for datum in _DATA:
        for match in datum.pattern.finditer(text):
            start, end = match.span()
            if any(start < last and first < end for first, last in taken) or not datum.true(match[0]):
                continue
            taken.append((start, end))
            if datum.may_be_ours and _OURS.search(text[max(0, start - 90):start]):
                continue
            why = f"{datum.what}: si es de una persona, no lo publiques; pídelo o dalo por mensaje privado. {_LAW}"
            yield Finding(start, end, match[0], Kind.LEGAL, f"private-{datum.rule}", datum.severity, why, ("",))


def _is_nif(told: str) -> bool:
    signs: str = regex.sub(r"[\s.-]", "", told).upper()
    number = {"X": "0", "Y": "1", "Z": "2"}.get(signs[0], signs[0]) + signs[1:-1]
    return bool(number.isdecimal()) and _LETTERS[int(number) % 23] == signs[-1]


def _is_iban(told: str) -> bool:
    signs = regex.sub(r"\s", "", told).upper()
    turned = signs[4:] + signs[:4]
    return len(signs) >= 15 and int("".join(str(int(one, 36)) for one in turned)) % 97 == 1


def _is_card(told: str) -> bool:
    digits = [int(one) for one in told if one.isdecimal()]
    doubled = [sum(divmod(2 * one, 10)) if at % 2 else one for at, one in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0 and len(set(digits)) > 2


def _any(told: str) -> bool:
    return True


def _re(pattern: str) -> regex.Pattern[str]:
    return regex.compile(rf"(?<![\w@/.=-])(?:{pattern})(?![\w@])", regex.IGNORECASE | regex.ASCII)


_DATA: tuple[_Datum, ...] = (
    _Datum("iban", Severity.ERROR, _re(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?"), "Un número de cuenta", _is_iban),
    _Datum("card", Severity.ERROR, _re(r"\d{4}(?:[ -]?\d{4}){2}[ -]?\d{1,7}"), "Un número de tarjeta", _is_card),
    _Datum("document", Severity.ERROR, _re(r"[XYZ][ .-]?\d{7}[ .-]?[A-Z]|\d{1,2}\.?\d{3}\.?\d{3}[ .-]?[A-Z]"), "Un DNI o un NIE", _is_nif),
    _Datum("document", Severity.ERROR, _re(r"[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d"), "Una CURP", _any),
    _Datum("document", Severity.ERROR, _re(r"(?:20|2[347])-\d{8}-\d"), "Un CUIL", _any),
    _Datum("document", Severity.ERROR, _re(r"(?:dni|documento)[ :nº°.]{0,6}\d{1,2}\.?\d{3}\.?\d{3}"), "Un DNI", _any),
    _Datum("order", Severity.WARNING, _re(
        r"(?:tu|su|el|n[uú]mero de) ?(?:pedido|reserva|localizador|expediente|factura|p[oó]liza)"
        r"[ :#nºo°.]{1,6}[A-Z]{0,4}-?\d{4,}[A-Z0-9-]*"),
           "Un número de pedido o de expediente", _any),
    _Datum("mail", Severity.WARNING, _re(
        r"[\w.+-]+@(?:gmail|hotmail|outlook|yahoo|live|icloud|protonmail|msn)\.[a-z.]{2,6}"), "Un correo personal", _any, True),
    _Datum("phone", Severity.WARNING, _re(
        r"(?:\+34[ -]?)?[67]\d{2}(?:[ .-]?\d{3}){2}|"
        r"(?:\+34[ -]?)?[67]\d{2}(?:[ .-]?\d{2}){3}|"
        r"\+5(?:2|49)[ -]?1?[ -]?\d{2,3}(?:[ -]?\d{3,4}){2}"),
           "Un teléfono móvil", _any, True),
)
