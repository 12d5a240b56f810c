"""What a rule is, once read: the one truth behind its text and its form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Leaf:
    """One condition. ``kind`` is a key of ``kinds.KINDS``, which says what of the rest it has.

    ``values``: terms, names, labels or the pattern; ``op`` and ``number``: a comparison; ``minutes``: the window that is counted
    in; ``sure``: how probable a reading must be at least, in percent (0: as the reading itself is sure).
    """

    kind: str
    values: tuple[str, ...] = ()
    op: str = ""
    number: int = 0
    minutes: int = 0
    sure: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary; of what is not known it is not known either."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part (two at least, none of them an ``All``)."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part (two at least, none of them an ``Any``)."""

    parts: tuple[Condition, ...]


Condition = Leaf | Not | All | Any

HIDE, LABEL, QUEUE, NOTE = "hide", "label", "queue", "note"


@dataclass(frozen=True, slots=True)
class Act:
    """What a rule does: only what can be undone. ``norm``: the house rule that a hiding cites; ``text``: of a label or note."""

    what: str
    norm: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """``cap``: how many acts a day at most before people decide (0: the brand's alone); ``expires``: its first day off."""

    name: str
    condition: Condition
    acts: tuple[Act, ...]
    purpose: str = ""
    cap: int = 0
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class WordList:
    """Terms (or handles, or domains) with a name; ``idiot*`` stands for every word that begins so."""

    name: str
    entries: tuple[str, ...]


def leaves(condition: Condition) -> list[Leaf]:
    """Every single condition, in order."""
    match condition:
        case Leaf():
            return [condition]
        case Not():
            return leaves(condition.part)
        case _:
            return [leaf for part in condition.parts for leaf in leaves(part)]


def together(parts: list[Condition], joined: type[All] | type[Any]) -> Condition:
    """``parts`` as one condition, flat: alone it is itself, and an ``All`` of ``All`` is one."""
    flat = [one for part in parts for one in (part.parts if isinstance(part, joined) else (part,))]
    return flat[0] if len(flat) == 1 else joined(tuple(flat))


def contrary(part: Condition) -> Condition:
    """``no``: twice is none."""
    return part.part if isinstance(part, Not) else Not(part)
