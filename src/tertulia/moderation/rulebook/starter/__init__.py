"""A set of rules and lists to begin with, written by us, as drafts."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files

from tertulia.moderation.automatic.folding import fold
from tertulia.moderation.models import HouseRule

#: Which house rule a starter rule cites: the first that speaks of one of these.
_ABOUT = {"respect": ("respet", "insult", "educac"), "adverts": ("publici", "spam", "anunc", "promoci"),
          "private": ("dato", "privad", "intimid", "personal")}


def starter_text(norms: Mapping[int, HouseRule]) -> str:
    """The file, citing these house rules; where none speaks of the matter, a person is asked instead of hiding."""
    text = (files(__name__) / "rules.txt").read_text("utf-8")
    for name, stems in _ABOUT.items():
        found = next((number for number, one in sorted(norms.items()) if any(stem in fold(f"{one.title} {one.text}") for stem in stems)), 0)
        text = text.replace(f"{{{name}}}", f"ocultar por norma {found}" if found else "revisar")
    return text
