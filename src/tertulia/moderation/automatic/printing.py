"""Rules to text, always the same: one rule a block, the parts of its condition a line each."""

from __future__ import annotations

import re
from collections.abc import Iterable

from tertulia.moderation.automatic.kinds import KINDS, Takes, window
from tertulia.moderation.automatic.tree import HIDE, LABEL, QUEUE, Act, All, Any, Condition, Leaf, Not, Rule, WordList


def print_rule(rule: Rule) -> str:
    """The rule as text, with a line break at the end."""
    lines = [f"regla {rule.name} {{"]
    if rule.purpose:
        lines.append(f"  para {quoted(rule.purpose)}")
    lines += _lines(rule.condition)
    lines.append("  entonces " + ", ".join(map(print_act, rule.acts)))
    if rule.cap:
        lines.append(f"  tope {rule.cap} al día")
    if rule.expires:
        lines.append(f"  caduca {rule.expires.isoformat()}")
    return "\n".join([*lines, "}", ""])


def print_list(words: WordList) -> str:
    """The list as text, an entry a line."""
    return "\n".join([f"lista {words.name} {{", *(f"  {entry}" for entry in words.entries), "}", ""])


def print_all(rules: Iterable[Rule], lists: Iterable[WordList]) -> str:
    """A brand's rules as one file: lists, then rules, each by name, so that versions compare line by line."""
    blocks = [print_list(one) for one in sorted(lists, key=lambda one: one.name)]
    blocks += [print_rule(one) for one in sorted(rules, key=lambda one: one.name)]
    return "\n".join(blocks)


def print_act(act: Act) -> str:
    """An act as it is written."""
    if act.what == HIDE:
        return f"ocultar por norma {act.norm}"
    if act.what == QUEUE:
        return "revisar"
    return f"{'etiquetar' if act.what == LABEL else 'anotar'} {quoted(act.text)}"


def _lines(condition: Condition) -> list[str]:
    match condition:
        case All(parts):
            word = "y"
        case Any(parts):
            word = "o"
        case _:
            parts, word = (condition,), ""
    return [f"  si {_inside(parts[0])}", *(f"    {word} {_inside(part)}" for part in parts[1:])]


def _inside(condition: Condition) -> str:
    match condition:
        case Leaf():
            return print_leaf(condition)
        case Not(part):
            return f"no {_inside(part)}"
        case All(parts):
            return "(" + " y ".join(map(_inside, parts)) + ")"
        case Any(parts):
            return "(" + " o ".join(map(_inside, parts)) + ")"


def print_leaf(leaf: Leaf) -> str:
    """A condition as it is written."""
    kind = KINDS[leaf.kind]
    match kind.takes:
        case Takes.NOTHING:
            return kind.words
        case Takes.TERMS | Takes.STRINGS:
            return f"{kind.words} {', '.join(map(quoted, leaf.values))}"
        case Takes.PATTERN:
            return f"{kind.words} /{leaf.values[0].replace('/', chr(92) + '/')}/"
        case Takes.LIST:
            return f"{kind.words} {leaf.values[0]}"
        case Takes.NUMBER:
            return f"{kind.words} {leaf.op} {leaf.number}{' ' + kind.unit if kind.unit else ''}"
        case Takes.WINDOW:
            return f"{kind.words} {window(leaf.minutes)} {leaf.op} {leaf.number}"
        case Takes.CHOICES | Takes.LABELS:
            return f"{kind.words} {', '.join(leaf.values)}{f' con {leaf.sure} %' if leaf.sure else ''}"
        case Takes.HOURS:
            return f"{kind.words} {leaf.values[0]} y {leaf.values[1]}"


def quoted(said: str) -> str:
    """``said`` between quotes."""
    return '"' + re.sub(r'(["\\])', r"\\\1", said) + '"'
