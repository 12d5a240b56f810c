"""Geometry of the small drawings: values in, numbers for SVG out. No colours here, they are the style sheet's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10


def line(values: Sequence[float], width: float = 100, height: float = 24) -> tuple[str, str]:
    """Path data of a line through ``values`` and of the area under it, in a box of ``width`` by ``height``."""
    if len(values) < 2:
        values = [*values, *values] or [0, 0]
    low, high = min(values), max(values)
    span = (high - low) or 1
    step = width / (len(values) - 1)
    points = " L".join(f"{i * step:.1f} {height - 2 - (value - low) / span * (height - 4):.1f}"
                       for i, value in enumerate(values))
    return f"M{points}", f"M{points} L{width:g} {height:g} L0 {height:g}z"


def top(values: Sequence[float]) -> float:
    """The round number at the head of an axis that holds ``values``: one to ten times a power of ten."""
    high = max(values, default=0)
    if high <= 0:
        return 1
    power = 10 ** ceil(log10(high) - 1)
    return next(float(step * power) for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if step * power >= high)


@dataclass(frozen=True)
class Column:
    """One column: its name and value, the value before (or None), and the place of both in percent of the drawing."""

    label: str
    value: float
    before: float | None
    x: float
    width: float
    height: float
    before_height: float
    shown: bool  # has its name under it: where there are many columns, only some do

    @property
    def middle(self) -> float:
        return round(self.x + self.width, 2)

    @property
    def y(self) -> float:
        return round(BASE - self.height, 2)

    @property
    def before_y(self) -> float:
        return round(BASE - self.before_height, 2)


BASE, HEAD = 88.0, 12.0  # percent from the top: where columns stand, where the highest ends


def columns(rows: Sequence[Sequence[object]]) -> tuple[list[Column], float]:
    """``rows`` of (label, value[, value before]) as columns, and the number at the head of the axis."""
    values = [float(str(cell)) for row in rows for cell in row[1:] if cell is not None]
    head = top(values)
    slot = 100 / max(1, len(rows))
    every = max(1, ceil(len(rows) / 8))
    drawn = []
    for at, row in enumerate(rows):
        value, before = float(str(row[1])), (float(str(row[2])) if len(row) > 2 and row[2] is not None else None)
        drawn.append(Column(str(row[0]), value, before, round(at * slot + slot * .18, 2), round(slot * .32, 2),
                            round(value / head * (BASE - HEAD), 2),
                            round((before or 0) / head * (BASE - HEAD), 2), at % every == 0))
    return drawn, head
