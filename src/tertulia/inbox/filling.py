"""Variables of saved replies: names in braces that are filled from the conversation. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

#: What a saved reply may leave open; in words, see ``saved.WORDS``.
NAMES = ("nombre", "usuario", "marca", "red", "publicacion", "enlace", "iniciales", "fecha")
_GAP = re.compile(r"\{([^\W\dA-Z]{2,20})\}")


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with every variable that has a value; the others stay as they are, in their braces."""
    return _GAP.sub(lambda gap: values.get(gap[1]) or gap[0], text)


def unfilled(text: str) -> Sequence[str]:
    """The variables that are still in ``text``, each once: only our own names, for people do write braces."""
    return list(dict.fromkeys(gap for gap in _GAP.findall(text) if gap in NAMES))


def unknown(text: str) -> Sequence[str]:
    """What stands in braces and is no variable, each once."""
    return list(dict.fromkeys(gap for gap in _GAP.findall(text) if gap not in NAMES))
