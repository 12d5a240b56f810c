"""The form of a rule: what its fields hold, and the tree that they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from tertulia.kit.folding import clean
from tertulia.moderation.automatic.faults import Fault
from tertulia.moderation.automatic.kinds import GROUPS, KINDS, OPS, UNITS, Kind, Takes
from tertulia.moderation.automatic.parsing import parse_rule
from tertulia.moderation.automatic.printing import print_rule
from tertulia.moderation.automatic.rows import ALL, ANY, Row, to_condition, to_rows
from tertulia.moderation.automatic.tree import HIDE, LABEL, NOTE, QUEUE, Act, Rule

ACTS = (HIDE, QUEUE, LABEL, NOTE)
_MOST_ROWS = 120
_UNITS = [one for one in UNITS if one.endswith("s")]


@dataclass(frozen=True, slots=True)
class ActRow:
    """An act as its fields: ``said`` is the number of a house rule, or words."""

    what: str
    said: str = ""


@dataclass(slots=True)
class Sheet:
    """A rule as it stands in the form, right or wrong. ``fault``: what is wrong, with ``wrong_row`` (None: not a row)."""

    name: str = ""
    purpose: str = ""
    rows: list[Row] = field(default_factory=lambda: [Row(ALL), Row("says", 1)])
    acts: list[ActRow] = field(default_factory=lambda: [ActRow(QUEUE)])
    cap: str = ""
    expires: str = ""
    fault: Fault | None = None
    wrong_row: int | None = None

    def tree(self) -> Rule:
        """The rule; raises ``Fault`` and keeps it, with its row."""
        try:
            condition = to_condition(self.rows)
        except Fault as fault:
            self.fault, self.wrong_row = fault, fault.line
            raise
        try:
            return self._checked(Rule(self.name.strip(), condition, tuple(map(_act, self.acts)), " ".join(self.purpose.split()),
                                      _number(self.cap, _("El tope es un número de veces al día.")) if self.cap.strip() else 0,
                                      _day(self.expires)))
        except Fault as fault:
            self.fault = fault
            raise

    @staticmethod
    def _checked(rule: Rule) -> Rule:
        """As if it had been written: one grammar says what is right."""
        try:
            return parse_rule(print_rule(rule))
        except Fault as fault:
            raise Fault(fault.message, instead=fault.instead) from fault


def _act(row: ActRow) -> Act:
    if row.what == HIDE:
        return Act(HIDE, norm=_number(row.said, _("Elige por qué norma se oculta.")))
    if row.what == QUEUE:
        return Act(QUEUE)
    if not row.said.strip():
        raise Fault(_("Escribe la etiqueta.") if row.what == LABEL else _("Escribe la nota."))
    return Act(row.what, text=" ".join(row.said.split()))


def _number(said: str, message: str) -> int:
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", said):
        raise Fault(message)
    return int(said)


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said.strip()) if said.strip() else None
    except ValueError as error:
        raise Fault(_("Ese día no existe.")) from error


# --------------------------------------------------------------------------- from and to


def from_tree(rule: Rule) -> Sheet:
    """The form of a rule."""
    return Sheet(rule.name, rule.purpose, to_rows(rule.condition),
                 [ActRow(act.what, str(act.norm) if act.what == HIDE else act.text) for act in rule.acts],
                 str(rule.cap or ""), rule.expires.isoformat() if rule.expires else "")


def from_post(data: QueryDict) -> Sheet:
    """What came from the form, as it came."""
    def told(name: str) -> str:
        return clean(data.get(name, ""))[:2000]

    many = min(_MOST_ROWS, int(data.get("rows", "0")) if data.get("rows", "").isdigit() else 0)
    rows = [_row(data, at) for at in range(many)]
    if not rows or not rows[0].is_group or rows[0].depth:
        rows = [Row(ALL), *rows]
    acts = [ActRow(what, told(f"act-said-{at}")) for at in range(20) if (what := data.get(f"act-{at}", "")) in ACTS]
    return Sheet(told("name"), told("purpose"), rows, acts, told("cap"), told("expires"))


def _row(data: QueryDict, at: int) -> Row:
    kind = data.get(f"kind-{at}", "")
    said = [clean(one)[:4000] for one in data.getlist(f"said-{at}")]
    depth = data.get(f"depth-{at}", "1")
    takes = KINDS[kind].takes if kind in KINDS else Takes.NOTHING
    return Row(kind, min(9, int(depth)) if depth.isdigit() else 1, bool(data.get(f"no-{at}")), data.get(f"op-{at}", "") or "<",
               " y ".join(said) if takes is Takes.HOURS else ", ".join(filter(None, said)),
               " ".join(filter(None, data.getlist(f"time-{at}"))), data.get(f"sure-{at}", ""))


def redrawn(data: QueryDict) -> bool:
    """Whether any row is of another kind than when the form was last drawn, so that it has to be drawn again."""
    return any(data.get(f"kind-{at}") != data.get(f"was-{at}") for at in range(_MOST_ROWS) if f"kind-{at}" in data) or any(
        data.get(f"act-{at}") != data.get(f"act-was-{at}") for at in range(20) if f"act-{at}" in data)


def changed(sheet: Sheet, do: str) -> Sheet:
    """The form after a button: ``add:3`` or ``group:3`` (in the group of row 3), ``drop:3``, ``act``, ``act-drop:1``."""
    verb, _sep, place = do.partition(":")
    at = int(place) if place.isdigit() else 0
    if verb in ("add", "group") and at < len(sheet.rows):
        end = _end(sheet.rows, at)
        depth = sheet.rows[at].depth + 1
        new = [Row("says", depth)] if verb == "add" else [Row(ANY, depth), Row("says", depth + 1)]
        sheet.rows = [*sheet.rows[:end], *new, *sheet.rows[end:]]
    elif verb == "drop" and 0 < at < len(sheet.rows):
        sheet.rows = [*sheet.rows[:at], *sheet.rows[_end(sheet.rows, at):]]
    elif verb == "act":
        free = [what for what in ACTS if what not in {one.what for one in sheet.acts}]
        sheet.acts = [*sheet.acts, ActRow(free[0] if free else NOTE)]
    elif verb == "act-drop" and at < len(sheet.acts):
        sheet.acts = [*sheet.acts[:at], *sheet.acts[at + 1:]]
    return sheet


def _end(rows: Sequence[Row], at: int) -> int:
    """The row after all that lies in the group (or is the condition) of row ``at``."""
    end = at + 1
    if rows[at].is_group:
        while end < len(rows) and rows[end].depth > rows[at].depth:
            end += 1
    return end


# --------------------------------------------------------------------------- as it is drawn


def drawn(sheet: Sheet, lists: Sequence[str], norms: Mapping[int, Any]) -> dict[str, Any]:
    """What the template of the form needs."""
    rows = [_drawn_row(at, row, lists, sheet) for at, row in enumerate(sheet.rows)]
    acts = [{"at": at, "what": one.what, "said": one.said, "norms": [(str(number), str(rule)) for number, rule in norms.items()]}
            for at, one in enumerate(sheet.acts)]
    menu = [(group, [(kind.key, kind.words) for kind in KINDS.values() if kind.group == key]) for key, group in GROUPS.items()]
    words = {HIDE: _("Ocultar por la norma"), QUEUE: _("Poner en la cola"), LABEL: _("Etiquetar"), NOTE: _("Dejar una nota")}
    return {"sheet": sheet, "rows": rows, "acts": acts, "menu": menu, "ops": list(OPS), "units": _UNITS,
            "act_words": words.items()}


def _drawn_row(at: int, row: Row, lists: Sequence[str], sheet: Sheet) -> dict[str, Any]:
    kind: Kind | None = KINDS.get(row.kind)
    values = [one.strip() for one in row.said.split(",")]
    hours = (row.said.split(" y ") + ["", ""])[:2]
    number, _space, unit = row.time.partition(" ")
    return {"at": at, "row": row, "kind": kind, "takes": kind.takes.value if kind else "", "indent": row.depth,
            "choices": [(one, one in values) for one in kind.choices] if kind else [], "hours": hours,
            "lists": [(one, one == row.said) for one in lists], "minutes": number or "10", "unit": _unit(unit),
            "fault": sheet.fault if sheet.wrong_row == at else None}


def _unit(said: str) -> str:
    """As the menu has it: in the plural."""
    return next((one for one in _UNITS if one.startswith(said)), _UNITS[0]) if said else _UNITS[0]
