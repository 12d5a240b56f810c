"""The reading as a command: a line of JSON in, a line of JSON out, in order, as long as lines come."""

from __future__ import annotations

import json
from itertools import islice
from typing import Any, TextIO

from tertulia.language.read import read_many

_LINES_AT_ONCE = 256


def read_lines(stdin: TextIO, stdout: TextIO) -> int:
    """Read ``{"text": …}`` a line and write its reading a line; empty lines are passed over.

    A line that is not so gives ``{"error": …, "line": number}`` in its place and the run goes on.
    Returns the exit status: 0, or 1 if there was such a line.
    """
    status = 0
    lines = enumerate(stdin, 1)
    while taken := list(islice(lines, _LINES_AT_ONCE)):
        asked = [(number, _text_or_error(line)) for number, line in taken if line.strip()]
        readings = iter(read_many([told for _, (told, right) in asked if right]))
        for number, (told, right) in asked:
            status = status if right else 1
            answer: dict[str, Any] = next(readings).as_dict() if right else {"error": told, "line": number}
            # ASCII only: half a surrogate pair in a text must not stop the stream
            stdout.write(json.dumps(answer) + "\n")
        stdout.flush()
    return status


def _text_or_error(line: str) -> tuple[str, bool]:
    """The text of a line and true, or what is wrong with it, in Spanish, and false."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return "La línea no es JSON.", False
    if not isinstance(told, dict) or "text" not in told:
        return 'Falta la clave "text".', False
    if not isinstance(told["text"], str):
        return 'El valor de "text" no es un texto.', False
    return told["text"], True
