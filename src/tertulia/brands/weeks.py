"""A week of opening hours as a form: a row a day, spans in it; and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tertulia.kit.hours import DAY, BadHours, Week, read_week

#: What is offered to who opens only at times.
USUAL = {str(day): [["09:00", "14:00"], ["16:00", "19:00"]] for day in range(5)}
#: A week that never closes, for a channel of a brand that does.
ALWAYS = {str(day): [["00:00", "24:00"]] for day in range(7)}
MOST_SPANS = 6


@dataclass(slots=True)
class DayRow:
    """A day: its spans as written, what is wrong with them, and where they are drawn, in minutes."""

    index: int
    name: str | Promise
    spans: list[tuple[str, str]]
    drawn: list[tuple[int, int]] = field(default_factory=list)
    error: str = ""


class WeekForm:
    """``mode`` (always, week or, for a channel, brand) and the spans of each day: ``from-<day>``, ``to-<day>``, as many as there are."""

    def __init__(self, data: QueryDict | None, kept: Mapping[str, Any] | None, *, within: bool = False) -> None:
        self.within, self.error = within, ""
        self.bound = data is not None
        self.hours: Mapping[str, Any] | None = kept
        if data is not None:
            self.mode = data.get("mode", "week")
            told = {str(day): [list(pair) for pair in _pairs(data, day)] for day in range(7)}
        else:
            self.mode = ("brand" if within else "always") if kept is None else "always" if read_week(kept) is None else "week"
            told = {day: [list(pair) for pair in spans] for day, spans in (kept if self.mode == "week" and kept else USUAL).items()}
        self.days = [DayRow(day, WEEKDAYS[day], [(pair[0], pair[1]) for pair in told.get(str(day), [])]) for day in range(7)]
        self._draw()

    def is_valid(self) -> bool:
        """Whether it is a week; then ``hours`` is what to keep."""
        if self.mode == "brand" and self.within:
            self.hours = None
        elif self.mode == "always":
            self.hours = ALWAYS if self.within else None
        else:
            return self._read()
        return True

    def _read(self) -> bool:
        told = {str(one.index): [list(span) for span in one.spans] for one in self.days if one.spans}
        try:
            read_week(told)
        except BadHours as bad:
            self._blame(bad)
            return False
        self.hours = told
        return True

    def _blame(self, bad: BadHours) -> None:
        said = {"time": _("Escribe las dos horas, como 09:00."), "empty": _("Ese tramo no dura nada: empieza y acaba a la misma hora."),
                "overlap": _("Dos tramos se pisan."),
                "never": _("Así no se abre nunca: pon al menos un tramo, o elige «Siempre».")}.get(bad.problem, _("Esto no es un horario."))
        if bad.day is None:
            self.error = said
        else:
            self.days[bad.day].error = said

    def _draw(self) -> None:
        for one in self.days:
            for start, end in one.spans:
                try:
                    week: Week | None = read_week({"0": [[start, end]], "1": []})
                except BadHours:
                    continue
                for begun, ended in (week[0] if week else ()):
                    one.drawn.append((begun, min(ended, DAY) - begun))
                    if ended > DAY:
                        self.days[(one.index + 1) % 7].drawn.append((0, ended - DAY))


def _pairs(data: QueryDict, day: int) -> Sequence[tuple[str, str]]:
    pairs = [(start.strip(), end.strip()) for start, end in zip(data.getlist(f"from-{day}"), data.getlist(f"to-{day}"), strict=False)]
    return [(start, "24:00" if (start, end) == ("00:00", "00:00") else end) for start, end in pairs if start or end][:MOST_SPANS]


# --------------------------------------------------------------------------- in words


def said(told: Mapping[str, Any] | None) -> list[str]:
    """A week in words, a line for days in a row with the same hours: ``De lunes a viernes, de 9:00 a 14:00``."""
    week = read_week(told)
    if week is None:
        return [_("A todas horas, todos los días")]
    groups: list[tuple[int, int]] = []
    for day in range(7):
        if groups and week[day] == week[groups[-1][0]] and groups[-1][1] == day - 1:
            groups[-1] = (groups[-1][0], day)
        else:
            groups.append((day, day))
    return [f"{_days(first, last)}, {_spans(week[first])}" for first, last in groups if week[first]]


def _days(first: int, last: int) -> str:
    names = {"first": str(WEEKDAYS[first]).lower(), "last": str(WEEKDAYS[last]).lower()}
    if first == last:
        return str(WEEKDAYS[first]).capitalize()
    return _("%(first)s y %(last)s") % {**names, "first": names["first"].capitalize()} if last == first + 1 else _(
        "De %(first)s a %(last)s") % names


def _spans(spans: Sequence[tuple[int, int]]) -> str:
    told = [_("de %(start)s a %(end)s") % {"start": _clock(start), "end": _clock(end if end == DAY else end % DAY)} for start, end in spans]
    return _(" y ").join(told)


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"
