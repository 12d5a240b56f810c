"""A rule as the rows of a form, and back: the same tree, so that text and form say the same thing.

A row is a condition or the head of a group; ``depth`` says in which group it lies. Rows are in the order of the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.kinds import KINDS, Takes, window
from tertulia.moderation.automatic.lexing import pattern_as_written
from tertulia.moderation.automatic.parsing import parse_condition
from tertulia.moderation.automatic.printing import quoted
from tertulia.moderation.automatic.tree import All, Any, Condition, Leaf, Not, contrary, together

#: What a row is when it is the head of a group: all of it, or any.
ALL, ANY = "all", "any"


@dataclass(frozen=True, slots=True)
class Row:
    """``kind``: of a condition, or ``all``/``any`` for the head of a group. ``said``: what the condition takes, as people write it:
    terms with commas, a number, a name… ``op``, ``time`` (a window) and ``sure`` beside it.
    """

    kind: str
    depth: int = 0
    negated: bool = False
    op: str = ""
    said: str = ""
    time: str = ""
    sure: str = ""

    @property
    def is_group(self) -> bool:
        """Whether it is the head of a group."""
        return self.kind in (ALL, ANY)


def to_rows(condition: Condition) -> list[Row]:
    """The condition as rows; the first is always the head of a group."""
    if not isinstance(condition, All | Any):
        return [Row(ALL), *_rows(condition, 1)]
    return _rows(condition, 0)


def _rows(condition: Condition, depth: int) -> list[Row]:
    match condition:
        case Leaf():
            return [replace(_row(condition), depth=depth)]
        case Not(part):
            first, *rest = _rows(part, depth)
            return [replace(first, negated=True), *rest]
        case All(parts) | Any(parts):
            head = Row(ALL if isinstance(condition, All) else ANY, depth)
            return [head, *(row for part in parts for row in _rows(part, depth + 1))]


def _row(leaf: Leaf) -> Row:
    kind = KINDS[leaf.kind]
    match kind.takes:
        case Takes.TERMS | Takes.STRINGS:
            return Row(leaf.kind, said=", ".join(_plain(one) for one in leaf.values))
        case Takes.NUMBER | Takes.WINDOW:
            return Row(leaf.kind, op=leaf.op, said=str(leaf.number), time=window(leaf.minutes) if leaf.minutes else "")
        case Takes.HOURS:
            return Row(leaf.kind, said=f"{leaf.values[0]} y {leaf.values[1]}")
        case Takes.NOTHING:
            return Row(leaf.kind)
        case _:
            return Row(leaf.kind, said=", ".join(leaf.values), sure=str(leaf.sure or ""))


def _plain(value: str) -> str:
    """A term in a row needs quotes only where a comma, a quote or a space at its ends would be lost."""
    return quoted(value) if any(sign in value for sign in ',"\\') or value != value.strip() else value


def to_condition(rows: Sequence[Row]) -> Condition:
    """The condition that ``rows`` are; raises ``Fault``, whose ``line`` is the row (from 0). An empty group is none."""
    found, _next = _group(rows, 0)
    if found is None:
        raise Fault("Falta la condición: sin ella la regla valdría para todo.", line=0)
    return found


def _group(rows: Sequence[Row], at: int) -> tuple[Condition | None, int]:
    """The group whose head is at ``at``, and the row after it."""
    head, parts = rows[at], []
    after = at + 1
    while after < len(rows) and rows[after].depth > head.depth:
        if rows[after].is_group:
            part, after = _group(rows, after)
        else:
            part, after = _leaf(rows[after], after), after + 1
        if part is not None:
            parts.append(part)
    if not parts:
        return None, after
    found = together(parts, All if head.kind == ALL else Any)
    return (contrary(found) if head.negated else found), after


def _leaf(row: Row, at: int) -> Condition:
    kind = KINDS.get(row.kind)
    if kind is None:
        raise Fault("Elige qué se mira.", line=at)
    try:
        found = parse_condition(f"{kind.words} {_taken(row)}")
    except Fault as fault:
        raise Fault(fault.message, line=at, instead=fault.instead) from fault
    if not isinstance(found, Leaf) or found.kind != kind.key:
        raise Fault(f"No entiendo «{row.said}».", line=at)
    return contrary(found) if row.negated else found


def _taken(row: Row) -> str:
    """What the condition takes, as the text has it."""
    kind, said = KINDS[row.kind], row.said.strip()
    match kind.takes:
        case Takes.NOTHING:
            return ""
        case Takes.TERMS | Takes.STRINGS:
            return ", ".join(quoted(one) for one in split_terms(row.said))
        case Takes.PATTERN:
            return "/" + pattern_as_written(said).replace("/", "\\/") + "/"
        case Takes.NUMBER:
            return f"{row.op} {said}{' %' if kind.unit == '%' else ''}"
        case Takes.WINDOW:
            return f"{row.time} {row.op} {said}"
        case Takes.LABELS:
            return said + (f" con {row.sure.strip().removesuffix('%')} %" if row.sure.strip() else "")
        case _:
            return said


def split_terms(said: str) -> list[str]:
    """Terms between commas; what is between quotes may have commas of its own. Each once."""
    found: list[str] = []
    word, inside, escaped, was_quoted = "", False, False, False
    for char in said:
        if escaped:
            word, escaped = word + char, False
        elif char == "\\" and inside:
            escaped = True
        elif char == '"' and (inside or not word.strip()):
            inside, was_quoted = not inside, True
            word = "" if inside else word
        elif char in ",\n" and not inside:
            found.append(word if was_quoted else word.strip())
            word, was_quoted = "", False
        elif inside or not was_quoted:
            word += char
    found.append(word if was_quoted else word.strip())
    return list(dict.fromkeys(one for one in found if one.strip()))


