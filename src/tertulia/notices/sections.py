"""What a digest says: each part registers its section, in a file that its ``reactions`` import.

    register(Section(name="inbox", title=_("Bandeja"), lines=_lines))

A section is asked for a brand and a span of time, in the reader's language and on the brand's clock. It goes to people
outside the team too: counts and titles, and of what the public said no more than an excerpt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from tertulia.brands.models import Brand
from tertulia.notices.kinds import Text


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence of a digest. ``details``: a few titles under it. ``address``: the path where a member sees more.

    ``tone``: danger or warn where it wants attention.
    """

    text: str
    details: Sequence[str] = ()
    address: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part's lines: ``lines(brand, since, until)``, none if there is nothing to say. The heavier come first."""

    name: str
    title: Text
    lines: Callable[[Brand, datetime, datetime], Sequence[Line]]
    weight: int = 0


_sections: dict[str, Section] = {}


def register(section: Section) -> Section:
    """From now on digests have this section. ``ValueError``: there is one of that name."""
    if section.name in _sections:
        raise ValueError(f"two sections of a digest called {section.name}")
    _sections[section.name] = section
    return section


def sections() -> list[Section]:
    """Every section there is, the heaviest first."""
    return sorted(_sections.values(), key=lambda one: -one.weight)
