"""The days of a rule, as tables, and how they are said."""

from __future__ import annotations

from datetime import date, time

import pytest

from tertulia.publishing import sentences
from tertulia.publishing.recurring import Rule, between, count, next_days

TUESDAY = date(2026, 11, 24)


@pytest.mark.parametrize(("rule", "found"), [
    (Rule("day", TUESDAY, times=3), ["2026-11-24", "2026-11-25", "2026-11-26"]),
    (Rule("week", TUESDAY, times=3), ["2026-11-24", "2026-12-01", "2026-12-08"]),
    (Rule("week", TUESDAY, (1, 3), times=3), ["2026-11-24", "2026-11-26", "2026-12-01"]),
    (Rule("week", TUESDAY, (0,), times=2), ["2026-11-30", "2026-12-07"]),
    (Rule("week", TUESDAY, (1, 3), until=date(2026, 12, 1)), ["2026-11-24", "2026-11-26", "2026-12-01"]),
    (Rule("month", date(2027, 1, 31), times=4), ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
    (Rule("month", date(2027, 1, 30), times=3), ["2027-01-30", "2027-02-28", "2027-03-30"]),
    (Rule("month", date(2028, 1, 29), times=3), ["2028-01-29", "2028-02-29", "2028-03-29"]),
    (Rule("month", date(2027, 1, 15), times=2), ["2027-01-15", "2027-02-15"]),
    (Rule("nth", TUESDAY, times=3), ["2026-11-24", "2026-12-22", "2027-01-26"]),
    (Rule("nth", date(2026, 12, 29), times=3), ["2026-12-29", "2027-01-26", "2027-02-23"]),
])
def test_the_days_of_a_rule(rule: Rule, found: list[str]) -> None:
    days = [date.fromisoformat(one) for one in found]
    assert between(rule, date(2026, 1, 1), date(2029, 1, 1)) == days
    assert count(rule) == len(days)
    assert between(rule, days[0], days[-1]) == days[1:]


def test_a_rule_without_end_goes_on_and_one_that_has_ended_has_no_next_day() -> None:
    assert count(Rule("day", TUESDAY)) is None
    assert next_days(Rule("nth", TUESDAY), date(2030, 1, 1), 1) == [date(2030, 1, 22)]
    assert next_days(Rule("day", TUESDAY, times=2), date(2026, 11, 25)) == []


@pytest.mark.parametrize(("rule", "said"), [
    (Rule("week", TUESDAY, (1, 3), until=date(2026, 12, 22)), "Cada martes y jueves a las 18:00 hasta el 22 de diciembre"),
    (Rule("week", TUESDAY, (0, 1, 3)), "Cada lunes, martes y jueves a las 18:00"),
    (Rule("week", TUESDAY, tuple(range(7)), times=1), "Cada día a las 18:00: 1 publicación"),
    (Rule("week", TUESDAY, times=4), "Cada martes a las 18:00: 4 publicaciones"),
    (Rule("month", date(2027, 1, 31)), "El último día de cada mes a las 18:00"),
    (Rule("month", date(2027, 1, 30)), "El día 30 de cada mes (el último, si no llega) a las 18:00"),
    (Rule("month", date(2027, 1, 5)), "El día 5 de cada mes a las 18:00"),
    (Rule("nth", TUESDAY), "El cuarto martes de cada mes a las 18:00"),
    (Rule("nth", date(2026, 12, 29)), "El último martes de cada mes a las 18:00"),
])
def test_a_rule_is_said_in_words(rule: Rule, said: str) -> None:
    assert sentences.repeats(rule, time(18)).startswith(said)
