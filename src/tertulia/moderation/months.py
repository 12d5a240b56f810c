"""Months in addresses: ``2026-11``."""

from __future__ import annotations

from datetime import date


class MonthConverter:
    """``2026-11`` ↔ the first day of that month."""

    regex = r"20\d\d-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """The first day."""
        year, month = value.split("-")
        return date(int(year), int(month), 1)

    def to_url(self, value: date) -> str:
        """As it is written."""
        return f"{value:%Y-%m}"
