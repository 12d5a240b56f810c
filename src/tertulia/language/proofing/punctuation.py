"""Signs over the whole text: ¿ and ¡ that are missing, quotes left open, spaces, shouting, figures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing.lists import listed
from tertulia.language.proofing.words import PROTECTED, Word, words

_ASKS = listed("punctuation.asks")
_LEADS = listed("punctuation.leads")
_TAGS = listed("punctuation.tags")
_CALLS = listed("punctuation.calls")
_SIGNS = {
    "?": ("¿", "interrogación", "abre-interrogacion", Severity.ERROR),
    "!": ("¡", "exclamación", "abre-exclamacion", Severity.WARNING),
}
_QUOTES = {"«": "»", "“": "”"}
_HINTS = (
    (re.compile(r"[!?]{3,}|¡{2,}[^!]*!{3,}"), "signos-repetidos", "Con uno basta: tantos signos parecen un grito."),
    (
        re.compile(r"(?<![\w.,])\d{1,2}(?:[:.]\d{2})? ?(?:hs|hrs|hras)\b\.?"), "hora",
        "La abreviatura de hora es «h», sin punto ni plural.",
    ),
)
_SPACES = re.compile(r"(?<=[^\s.!?…]) {2,}(?=\S)")
_SHOUT = re.compile(r"(?:\b[A-ZÁÉÍÓÚÑÜ]{2,}\b[ ,]*){5,}")


def check(text: str, profile: Profile) -> Iterator[Finding]:
    plain = PROTECTED.sub(lambda match: "·" * len(match.group()), text)
    yield from _openings(plain, text)
    yield from _quotes(plain)
    for match in _SPACES.finditer(plain):
        yield _finding(*match.span(), text, "espacios", Severity.WARNING, "Sobran espacios.", (" ",))
    for pattern, rule, why in _HINTS:
        for match in pattern.finditer(plain):
            yield _finding(*match.span(), text, rule, Severity.HINT, why, _tamed(match.group(), rule))
    for match in _SHOUT.finditer(plain):
        shout = text[match.start():match.end()].rstrip(" ,")
        if any(word.readings for word in words(shout)):
            yield _finding(match.start(), match.start() + len(shout), text, "mayusculas", Severity.HINT,
                           "En mayúsculas parece que gritas, y los lectores de pantalla lo deletrean.", (shout.capitalize(),))


def _tamed(written: str, rule: str) -> tuple[str, ...]:
    if rule == "hora":
        return (written.rstrip("hrsa. ") + " h",)
    return (written[-1],) if set(written) <= set("!?") and len(set(written)) == 1 else ()


def _finding(start: int, end: int, text: str, rule: str, severity: Severity, why: str, fixes: tuple[str, ...]) -> Finding:
    return Finding(start, end, text[start:end], Kind.PUNCTUATION, rule, severity, why, fixes)


def _openings(plain: str, text: str) -> Iterator[Finding]:
    """Questions and exclamations that close without having been opened, and the other way round."""
    opened: dict[str, int] = {}
    begins = 0
    for match in re.finditer(r"[¿¡]|[?!]+|\n+|[.…:;](?=\s)", plain):
        sign = match.group()
        if sign in "¿¡":
            opened[sign] = match.start()
            continue
        if sign[0] not in "?!":
            begins = match.end()
            continue
        said = plain[begins:match.start()].strip(" \n·)")
        if said and not opened and not plain[match.end():match.end() + 1].isalnum():
            yield from _unopened(sign[-1], begins, match.start(), plain, text)
        opened.clear()
        begins = match.end()
    for sign, at in opened.items():
        yield from _unclosed(sign, at, plain, text)


def _unopened(sign: str, begins: int, ends: int, plain: str, text: str) -> Iterator[Finding]:
    segment = words(plain[begins:ends])
    spoken = [word for word in segment if word.kind == "word"]
    if not spoken or sum(1 for word in spoken if word.readings) * 2 < len(spoken) or plain[ends - 1:ends] == "(":
        return
    mark, name, rule, severity = _SIGNS[sign]
    at = begins + (_question(segment) if sign == "?" else _clause(segment))
    yield _finding(at, at, text, rule, severity, f"Falta el signo que abre la {name}.", (mark,))


def _clause(segment: tuple[Word, ...]) -> int:
    """Where the exclamation begins: after emoji, bullets and handles."""
    return next((word.start for word in segment if word.kind in ("word", "number")), 0)


def _question(segment: tuple[Word, ...]) -> int:
    """Where the question begins: at its «qué», «cómo»…, or after those who are called: «Hola, Teresa, ¿vienes?»."""
    clauses: list[list[Word]] = [[]]
    for word in segment:
        if word.text == ",":
            clauses.append([])
        elif word.kind != "emoji" and not (word.kind == "sign" and not clauses[-1]):
            clauses[-1].append(word)
    clauses = [clause for clause in clauses if clause] or [list(segment)]
    while len(clauses) > 1 and _calls(clauses[0]):
        clauses.pop(0)
    if len(clauses) > 1 and clauses[-1][0].lower in _TAGS and len(clauses[-1]) < 4:
        return clauses[-1][0].start
    for clause in clauses[1:]:
        if clause[0].lower in _ASKS or clause[0].lower in _LEADS and len(clause) > 1 and clause[1].lower in _ASKS:
            return clause[0].start
    return clauses[0][0].start


def _calls(clause: list[Word]) -> bool:
    if clause[0].lower in ("si", "cuando", "aunque", "como"):
        return True
    return all(
        word.lower in _CALLS or word.kind == "protected" or word.text[:1].isupper() or set(word.text) == {"·"} for word in clause
    ) or len(clause) < 3 and clause[0].lower in _CALLS


def _unclosed(sign: str, at: int, plain: str, text: str) -> Iterator[Finding]:
    end = plain.find("\n", at)
    end = len(plain) if end < 0 else end
    end = at + len(re.sub(r"[^\w)»\"”…]+$", "", plain[at:end]))
    if end - at < 3 or plain[:end].endswith(("…", "...")):  # cut short: it is closed elsewhere
        return
    name, close = ("interrogación", "?") if sign == "¿" else ("exclamación", "!")
    yield _finding(end, end, text, f"cierra-{name.replace('ó', 'o')}", Severity.ERROR, f"Falta el signo que cierra la {name}.", (close,))


def _quotes(plain: str) -> Iterator[Finding]:
    for paragraph in re.finditer(r"[^\n]+", plain):
        text, start = paragraph.group(), paragraph.start()
        for opening, closing in _QUOTES.items():
            yield from _unpaired(text, start, opening, closing)
        straight = [match.start() for match in re.finditer(r'(?<![\d″])"', text)]
        if len(straight) % 2:
            at = start + straight[-1]
            yield Finding(at, at + 1, '"', Kind.PUNCTUATION, "comillas", Severity.WARNING, "Estas comillas no tienen pareja.", ("",))


def _unpaired(text: str, start: int, opening: str, closing: str) -> Iterator[Finding]:
    pending: list[int] = []
    for at, char in enumerate(text):
        if char == opening:
            pending.append(at)
        elif char == closing and pending:
            pending.pop()
        elif char == closing:
            begin = max((match.end() for match in re.finditer(r"[.:,;!?¡¿]\s+|^\s*(?:\w+\s)?", text[:at])), default=0)
            yield Finding(start + begin, start + begin, "", Kind.PUNCTUATION, "comillas", Severity.WARNING,
                          "Faltan las comillas que abren.", (opening,))
    for at in pending:
        yield Finding(start + at, start + at + 1, opening, Kind.PUNCTUATION, "comillas", Severity.WARNING,
                      "Faltan las comillas que cierran.", ("",))
