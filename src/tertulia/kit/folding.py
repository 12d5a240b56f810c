"""Text folded once for searching: lower case, no accents, ñ kept, control and zero-width characters out."""

import re
import unicodedata

_ACCENTS = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüç", "aaaaaeeeeiiiiooooouuuuc")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0e\ufe0f]")
# PostgreSQL refuses NUL; the other controls only spoil pages. Tab and newline stay.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def clean(text: str) -> str:
    """``text`` as it may be stored: Unicode NFC, no control characters, one kind of line end."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))


def fold(text: str) -> str:
    """``text`` as it is searched."""
    folded = _INVISIBLE.sub("", unicodedata.normalize("NFC", text).lower())
    return folded if folded.isascii() else folded.translate(_ACCENTS)
