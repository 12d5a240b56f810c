"""Words and letters that components show: initials, colours of names, moments as people say them, marked text."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zlib import crc32

from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

HUES = 9  # how many colours .avatar has in components.css


def initials(name: str) -> str:
    """One or two capital letters of a name or handle: ``"Ana Ruiz" -> "AR"``, ``"@pan_y_sal" -> "PY"``; else ``"·"``."""
    parts = [part for part in name.replace("@", " ").replace("_", " ").replace(".", " ").replace("-", " ").split()
             if unicodedata.category(part[0])[0] in "LN"]
    if not parts:
        return "·"
    return "".join(part[0] for part in (parts[:2] if len(parts) > 1 else [parts[0][:1]])).upper()


def hue(name: str) -> int:
    """A number in 0..8, always the same for the same name."""
    return crc32(name.casefold().encode()) % HUES


def exact(moment: datetime) -> str:
    """``22 de noviembre de 2026 a las 9:05``, in the reader's language."""
    return _("%(day)s a las %(time)s") % {"day": _long_day(moment.date(), get_language()), "time": f"{moment:%H:%M}"}


@lru_cache(maxsize=4096)
def _long_day(day: date, language: str | None) -> str:
    return date_format(day, "DATE_FORMAT")


def day(moment: date, form: str = "j M") -> str:
    """A day in short (``30 nov``): Django writes months with a capital, which Spanish does not."""
    said = date_format(moment, form)
    return said.lower() if (get_language() or "es").startswith("es") else said


def ago(moment: datetime, now: datetime) -> str:
    """``moment`` as said at ``now``, short: "ahora", "hace 5 min", "en 3 h", "hace 2 d", else the day."""
    seconds = (now - moment).total_seconds()
    size = abs(seconds)
    if size < 45:
        return _("ahora")
    if size >= 7 * 86400:
        return day(moment, "j M" if moment.year == now.year else "j M Y")
    if size < 3570:
        span = _("%(n)s min") % {"n": max(1, round(size / 60))}
    elif size < 86400:
        span = _("%(n)s h") % {"n": round(size / 3600)}
    else:
        span = _("%(n)s d") % {"n": round(size / 86400)}
    return (_("hace %(span)s") if seconds > 0 else _("en %(span)s")) % {"span": span}


def highlight(text: str, spans: Iterable[Iterable[Any]]) -> SafeString:
    """``text`` escaped, with every span (start, end[, title]; characters) in ``<mark>``; overlaps are skipped."""
    out: list[str] = []
    at = 0
    for start, end, *title in sorted((tuple(span) for span in spans), key=lambda span: (span[0], span[1])):
        if start < at or end <= start:
            continue
        out.append(conditional_escape(text[at:start]))
        opening = format_html('<mark title="{}">', title[0]) if title and title[0] else "<mark>"
        out.append(f"{opening}{conditional_escape(text[start:end])}</mark>")
        at = end
    out.append(conditional_escape(text[at:]))
    return mark_safe("".join(out))  # every piece above is escaped
