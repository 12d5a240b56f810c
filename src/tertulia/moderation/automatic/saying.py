"""Rules and what they matched, in a sentence of Spanish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tertulia.moderation.automatic.book import Why
from tertulia.moderation.automatic.kinds import KINDS, OPS, Takes, window
from tertulia.moderation.automatic.tree import HIDE, LABEL, NOTE, QUEUE, Act, All, Any, Condition, Leaf, Not, Rule

_MONTHS = [
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre",
    "diciembre"]
#: More of a list would be no sentence any more.
_MOST_SAID = 6


def say_rule(rule: Rule) -> str:
    """What the rule does, and when."""
    acts = _joined([say_act(act) for act in rule.acts], "y")
    said = f"Si el mensaje {say_condition(rule.condition)}, {acts}."
    if rule.cap:
        times = "una vez" if rule.cap == 1 else f"{rule.cap} veces"
        said += f" Como mucho {times} al día: a partir de ahí, decide una persona."
    if rule.expires:
        said += f" Deja de valer el {_day(rule.expires)}."
    return said


def say_act(act: Act) -> str:
    """What an act does."""
    return {HIDE: f"se oculta por la norma {act.norm}", LABEL: f"se etiqueta «{act.text}»",
            QUEUE: "se pone en la cola para que alguien lo mire", NOTE: f"se deja la nota «{act.text}»"}[act.what]


def say_condition(condition: Condition) -> str:
    """A condition, beginning with its verb."""
    match condition:
        case Leaf():
            return say_leaf(condition)
        case Not(part):
            return f"no {say_condition(part)}" if isinstance(part, Leaf) else f"no es cierto que {say_condition(part)}"
        case All(parts):
            return _joined([_grouped(part) for part in parts], "y")
        case Any(parts):
            return _joined([_grouped(part) for part in parts], "o")


def _grouped(part: Condition) -> str:
    said = say_condition(part)
    return f"({said})" if isinstance(part, All | Any) else said


def say_leaf(leaf: Leaf) -> str:
    """One condition, beginning with its verb."""
    kind = KINDS[leaf.kind]
    compared = OPS[leaf.op].format(leaf.number) if leaf.op else ""
    match kind.takes:
        case Takes.NOTHING:
            return kind.says
        case Takes.NUMBER:
            return kind.says.format(compared)
        case Takes.WINDOW:
            return kind.says.format(compared, window(leaf.minutes))
        case Takes.PATTERN:
            return kind.says.format(f"/{leaf.values[0]}/")
        case Takes.HOURS:
            return kind.says.format(f"las {leaf.values[0]} y las {leaf.values[1]}")
        case Takes.CHOICES | Takes.LABELS:
            said = kind.says.format(_joined(list(leaf.values), "o"))
            return f"{said} con al menos un {leaf.sure} % de seguridad" if leaf.sure else said
        case _:
            shown = [f"«{value}»" for value in leaf.values[:_MOST_SAID]]
            if (more := len(leaf.values) - _MOST_SAID) > 0:
                shown.append(f"otras {more}")
            return kind.says.format(_joined(shown, "o"))


def say_why(why: Why, raw: str) -> str:
    """Why a condition held of ``raw``: the condition, and what was found."""
    said = say_condition(why.condition)
    if why.negated:
        return f"no {said}" if isinstance(why.condition, Leaf) else f"no es cierto que {said}"
    quoted = list(dict.fromkeys(raw[start:end] for start, end in why.spans))[:3]
    found = _joined([f"«{_short(one)}»" for one in quoted], "y") if quoted else ""
    by = why.value and found and ", ".join(quoted).lower() != why.value.lower()
    if found:
        return f"{said}: {found}" + (f" ({why.value})" if by else "")
    return f"{said}: {why.value}" if why.value else said


def say_match(whys: Sequence[Why], raw: str) -> str:
    """Why a rule held of ``raw``, in one line."""
    return "; ".join(say_why(one, raw) for one in whys)


def _short(said: str) -> str:
    said = " ".join(said.split())
    return said if len(said) <= 60 else said[:57] + "…"


def _joined(parts: list[str], word: str) -> str:
    if len(parts) == 1:
        return parts[0]
    last = parts[-1]
    if word == "o" and last.lstrip("(«¿").lower().startswith(("o", "ho")):
        word = "u"
    elif word == "y" and last.lstrip("(«¿").lower().startswith("i"):
        word = "e"
    return f"{', '.join(parts[:-1])} {word} {last}"


def _day(day: date) -> str:
    return f"{day.day} de {_MONTHS[day.month - 1]} de {day.year}"
