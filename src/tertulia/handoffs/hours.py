"""Time as the brand counts it: a deadline runs while the brand answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from tertulia.brands.models import Brand
from tertulia.kit.hours import Hours, NeverOpen


def _of(brand: Brand) -> Hours:
    return Hours.of(brand.hours, brand.time_zone, brand.holidays.values_list("day", flat=True) if brand.hours else ())


def later(brand: Brand, start: datetime, minutes: float) -> datetime:
    """The moment at which ``minutes`` of the brand's open time have passed since ``start``."""
    try:
        return _of(brand).after(start, minutes)
    except NeverOpen:
        return start + timedelta(minutes=minutes)


def spent(brand: Brand, start: datetime, end: datetime) -> int:
    """How many of the brand's open minutes lie between two moments."""
    return round(_of(brand).between(start, end))
