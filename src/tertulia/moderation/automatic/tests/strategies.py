"""Random rules and texts."""

from __future__ import annotations

import string
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from tertulia.moderation.automatic.cases import Said
from tertulia.moderation.automatic.checking import term_fault
from tertulia.moderation.automatic.kinds import KINDS, LONGEST_WINDOW, OPS, Kind, Takes
from tertulia.moderation.automatic.tree import (
    HIDE,
    LABEL,
    NOTE,
    QUEUE,
    Act,
    All,
    Any,
    Condition,
    Leaf,
    Rule,
    contrary,
    together,
)

WORDS = ["idiota", "imbécil", "perro", "pero", "tonto", "hijo", "de", "puta", "gana", "euros", "caña", "cana", "feo", "hola", "y", "leer"]
LISTS = {"insultos": ["idiota", "hijo de puta", "tont*", "🖕"], "amigos": ["@ana", "bot*"], "sitios": ["spam.test", "*.malo.test"]}
PATTERNS = [r"gana \d+", "ho+la", r"\bfe[oa]\b", "a/b"]

names = st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?", fullmatch=True)
_said = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=20).filter(lambda one: one.strip())
_terms = st.lists(st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join), st.sampled_from(["idiot*", "ton* de", "🖕"]), _said,
).filter(lambda one: one.strip() and not term_fault(one)), min_size=1, max_size=3, unique=True).map(tuple)


def of_kind(kind: Kind) -> st.SearchStrategy[Leaf]:
    """Conditions of a kind."""
    match kind.takes:
        case Takes.NOTHING:
            return st.just(Leaf(kind.key))
        case Takes.TERMS:
            return st.builds(Leaf, st.just(kind.key), _terms)
        case Takes.STRINGS:
            some = st.lists(st.one_of(_said, st.sampled_from(["spam.test", "@ana", "Hola", "plaza"])), min_size=1, max_size=3, unique=True)
            return st.builds(Leaf, st.just(kind.key), some.map(tuple))
        case Takes.PATTERN:
            return st.builds(Leaf, st.just(kind.key), st.sampled_from(PATTERNS).map(lambda one: (one,)))
        case Takes.LIST:
            return st.builds(Leaf, st.just(kind.key), st.sampled_from(sorted(LISTS)).map(lambda one: (one,)))
        case Takes.NUMBER:
            return st.builds(Leaf, st.just(kind.key), op=st.sampled_from(sorted(OPS)), number=st.integers(0, 100))
        case Takes.WINDOW:
            return st.builds(Leaf, st.just(kind.key), op=st.sampled_from(sorted(OPS)), number=st.integers(0, 9),
                             minutes=st.one_of(st.sampled_from([1, 10, 60, 120, 1440]), st.integers(1, LONGEST_WINDOW)))
        case Takes.HOURS:
            hour = st.builds(lambda h, m: f"{h:02}:{m:02}", st.integers(0, 23), st.integers(0, 59))
            return st.builds(Leaf, st.just(kind.key), st.tuples(hour, hour))
        case _:
            some = st.sets(st.sampled_from(list(kind.choices)), min_size=1, max_size=3).map(
                lambda chosen: tuple(name for name in kind.choices if name in chosen))
            sure = st.integers(0, 100) if kind.takes is Takes.LABELS else st.just(0)
            return st.builds(Leaf, st.just(kind.key), some, sure=sure)


leaves = st.sampled_from(list(KINDS.values())).flatmap(of_kind)
conditions: st.SearchStrategy[Condition] = st.recursive(leaves, lambda inside: st.one_of(
    st.lists(inside, min_size=2, max_size=3).map(lambda parts: together(parts, All)),
    st.lists(inside, min_size=2, max_size=3).map(lambda parts: together(parts, Any)), inside.map(contrary)), max_leaves=8)
acts = st.one_of(st.builds(Act, st.just(HIDE), st.integers(1, 99)), st.just(Act(QUEUE)),
                 st.builds(Act, st.sampled_from([LABEL, NOTE]), text=_said))
rules = st.builds(
    Rule, names, conditions, st.lists(acts, min_size=1, max_size=3, unique_by=lambda act: (act.what, act.text)).map(tuple),
    st.one_of(st.just(""), _said), st.integers(0, 500), st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2100, 1, 1))))

_pieces = st.one_of(
    st.sampled_from(WORDS), st.sampled_from([
        "IDIOTA", "1d10ta",
        "i.d.i.o.t.a", "t o n t o", "p*ta", "perrrro", "реrro", "h1j0", "🖕", "👍🏽", "http://spam.test/x", "www.a.malo.test",
        "hola.es", "@ana", "#feo", "600 123 124", "GANA 50", "a/b", "put@", "$ubnormal", "n\u0303", "cafe\u0301", "imbecilll", "\u200b"]),
    st.text(string.printable + "ñáéßİ¿🤡", max_size=6))
texts = st.lists(_pieces, max_size=8).map(" ".join)
_numbers = st.one_of(st.none(), st.integers(0, 9))


def _label(head: str, codes: list[str]) -> st.SearchStrategy[dict[str, object]]:
    p = st.floats(0, 1)
    if head in ("intent", "judgement"):
        return st.builds(lambda label, p, sure: {"labels": [{"label": label, "p": p}], "sure": sure, "why": []},
                         st.sampled_from(codes), p, st.booleans())
    return st.builds(lambda label, p, sure: {"label": label, "p": p, "sure": sure, "why": []}, st.sampled_from(codes), p, st.booleans())


readings = st.one_of(st.none(), st.fixed_dictionaries({}, optional={
    kind.heads: _label(kind.heads, list(kind.choices.values())) for kind in KINDS.values() if kind.heads}))
said = st.builds(
    Said, texts, st.integers(0, 8_760).map(lambda hours: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    st.sampled_from(["comment", "mention", "direct", "review"]),
    st.sampled_from(["plaza", "bluesky"]), st.just("@marca"), st.sampled_from(["", "ana", "@Ana", "bot7", "luis"]),
    st.sampled_from(["", "Ana", "Idiota de Pueblo"]), st.one_of(st.none(), st.booleans()), _numbers, _numbers, _numbers, _numbers, _numbers,
    readings, st.dictionaries(st.tuples(st.sampled_from(["author_rate", "alike"]), st.sampled_from([1, 10, 60])), st.integers(0, 9)))
