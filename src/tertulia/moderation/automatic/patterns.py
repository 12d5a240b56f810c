"""Patterns, by an engine whose time is linear in the text (RE2): what it cannot do is refused."""

from __future__ import annotations

import re
from functools import lru_cache

import re2

LONGEST_PATTERN = 300
#: Bytes that one pattern may take: larger ones are refused, and what is searched falls back to slower ways, never to none.
_MEMORY = 8 << 20
_CAPITAL = re.compile(r"(?<!\\)(?:\\\\)*([A-ZÁÉÍÓÚÜÑáéíóúü])")


class BadPattern(ValueError):
    """The engine refuses it; the text says why, in Spanish."""


def _options() -> re2.Options:
    options = re2.Options()
    options.log_errors, options.max_mem = False, _MEMORY
    return options


@lru_cache(maxsize=4_096)
def compiled(source: str) -> re2._Regexp:
    """``source`` to search in folded texts; ``BadPattern`` if it cannot be."""
    if len(source) > LONGEST_PATTERN:
        raise BadPattern(f"El patrón pasa de {LONGEST_PATTERN} letras.")
    try:
        found = re2.compile(source, options=_options())
    except re2.error as error:
        raise BadPattern(_why(source, str(error))) from error
    if found.search("") is not None:
        raise BadPattern("Ese patrón encaja con cualquier texto.")
    return found


def together(sources: list[str]) -> re2._Regexp:
    """One search that says whether any of ``sources`` is there."""
    options = _options()
    options.max_mem = _MEMORY * 4
    options.never_capture = True
    return re2.compile("|".join(f"(?:{source})" for source in sources), options=options)


def bad(source: str) -> str:
    """Why ``source`` is refused; empty if it is right."""
    if capital := _CAPITAL.search(re.sub(r"\\[pP]\{\w+\}|\(\?P?<\w+>", "", source)):
        return f"Se busca en el texto en minúsculas y sin acentos: «{capital[1]}» no encajaría nunca."
    try:
        compiled(source)
    except BadPattern as error:
        return str(error)
    return ""


def _why(source: str, said: str) -> str:
    if re.search(r"\(\?<?[=!]", source):
        return "Los patrones no miran hacia delante ni hacia atrás: así su tiempo no se dispara."
    if re.search(r"\\[1-9]", source):
        return "Los patrones no repiten lo que encontraron (\\1): así su tiempo no se dispara."
    if "repetition size" in said or "too large" in said:
        return "Ese patrón se repite demasiado."
    if "missing" in said or "unexpected" in said:
        return "Al patrón le falta o le sobra un paréntesis o un corchete."
    return "El patrón está mal escrito."
