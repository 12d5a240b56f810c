"""The marks of the networks: ``<settings.KIT_LOGOS>/<name>/logo.svg``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def found(name: str) -> Path | None:
    """The file with the mark of ``name``, if there is one. A name is letters, digits, ``-`` and ``_``."""
    folder = getattr(settings, "KIT_LOGOS", None)
    if folder is None or not name.replace("-", "").replace("_", "").isalnum():
        return None
    path = Path(f"{folder}/{name}/logo.svg")
    return path if path.is_file() else None


def names() -> list[str]:
    """The names of the networks that have a mark, in the order of the alphabet."""
    return sorted(path.parent.name for path in Path(getattr(settings, "KIT_LOGOS", "") or "/nowhere").glob("*/logo.svg"))
