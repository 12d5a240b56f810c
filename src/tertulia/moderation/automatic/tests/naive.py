"""Every condition of every rule looked at for every message, the plain way: what the engine must say too, and faster."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from tertulia.moderation.automatic import personal
from tertulia.moderation.automatic.cases import Case, Said, handle_key
from tertulia.moderation.automatic.folding import ANY, EMOJI, SQUEEZED, WORD, Text, disguises, fold, squeeze
from tertulia.moderation.automatic.kinds import KINDS
from tertulia.moderation.automatic.patterns import compiled
from tertulia.moderation.automatic.tree import All, Any, Condition, Leaf, Not, Rule

Lists = Mapping[str, Sequence[str]]


def naive(rules: Sequence[Rule], lists: Lists, said: Said) -> list[str]:
    """The names of the rules that hold."""
    return [rule.name for rule in rules if holds(rule.condition, Case(said), lists) is True]


def holds(condition: Condition, case: Case, lists: Lists) -> bool | None:
    """Whether a condition holds; None: it cannot be known."""
    match condition:
        case Leaf():
            return _leaf(condition, case, lists)
        case Not(part):
            held = holds(part, case, lists)
            return None if held is None else not held
        case All(parts):
            held = [holds(part, case, lists) for part in parts]
            return False if False in held else None if None in held else True
        case Any(parts):
            held = [holds(part, case, lists) for part in parts]
            return True if True in held else None if None in held else False


def _leaf(leaf: Leaf, case: Case, lists: Lists) -> bool | None:
    said, text = case.said, case.text
    kind = KINDS[leaf.kind]
    codes = [kind.choices.get(value, value) for value in leaf.values]
    values = lists[leaf.values[0]] if kind.words.endswith("lista") else leaf.values
    if kind.heads:
        told = (said.reading or {}).get(kind.heads)
        if not told or not told["sure"]:
            return None
        return any(one["label"] in codes and one["p"] * 100 >= leaf.sure for one in told.get("labels", [told]))
    if leaf.op:
        value = said.counts.get((leaf.kind, leaf.minutes)) if leaf.minutes else _numbers(case)[leaf.kind]
        return None if value is None else bool({"<": value < leaf.number, "<=": value <= leaf.number, "=": value == leaf.number,
                                                ">=": value >= leaf.number, ">": value > leaf.number}[leaf.op])
    if leaf.kind.startswith("link"):
        return _linked(leaf.kind, [domain for _span, domain in case.links()], values)
    if kind.group in ("author", "place"):
        return _said_so(leaf, said, values, codes)
    match leaf.kind:
        case "says" | "says_list":
            return any(says(text, term) for term in values)
        case "says_exactly":
            return any(re.search(_whole(one), said.text) for one in values)
        case "fits":
            return compiled(values[0]).search(text.plain) is not None
        case "personal":
            return any(personal.find(text.plain, code) for code in codes)
        case "mention":
            return bool(case.mentions())
        case "only_emoji":
            return text.only_emoji()
    raise LookupError(leaf.kind)


def _linked(kind: str, domains: Sequence[str], values: Sequence[str]) -> bool:
    if kind == "link":
        return bool(domains)
    if kind == "link_outside":
        return any(not any(of_domain(domain, one) for one in values) for domain in domains)
    return any(of_domain(domain, one) for domain in domains for one in values)


def _said_so(leaf: Leaf, said: Said, values: Sequence[str], codes: Sequence[str]) -> bool | None:
    match leaf.kind:
        case "name_says":
            return any(says(Text(said.name or said.handle), term) for term in values)
        case "handle" | "handle_in":
            mine = handle_key(said.handle)
            return any(mine.startswith(handle_key(one[:-1])) if one.endswith("*") else mine == handle_key(one)
                       for one in values) if mine else None
        case "customer":
            return said.customer
        case "channel":
            return any(handle_key(one) in (said.network, handle_key(said.channel)) for one in values)
        case "kind":
            return said.kind in codes
        case "day":
            return str(said.at.weekday()) in codes
        case "hour":
            now, (first, last) = said.at.strftime("%H:%M"), leaf.values
            return first <= now < last if first <= last else now >= first or now < last
    raise LookupError(leaf.kind)


def _whole(said: str) -> str:
    before, after = r"(?<![^\W_])" if said[0].isalnum() else "", r"(?![^\W_])" if said[-1].isalnum() else ""
    return before + re.escape(said) + after


def of_domain(domain: str, wanted: str) -> bool:
    """Whether ``domain`` is ``wanted`` or lies under it; «*.x» is only what lies under it."""
    wanted = wanted.lower().strip().removeprefix("www.")
    return domain.endswith(wanted[1:]) if wanted.startswith("*.") else domain == wanted or domain.endswith("." + wanted)


def _numbers(case: Case) -> dict[str, int | None]:
    said = case.said
    return {"length": len(said.text), "words": len(WORD.findall(case.text.plain)), "capitals": case.capitals(),
            "links": len(case.links()), "mentions": len(case.mentions()), "tags": len(case.tags()),
            "emojis": len(EMOJI.findall(case.text.plain)), "followers": said.followers, "before": said.before, "offences": said.offences,
            "strikes": said.strikes, "known": said.known_days}


def says(text: Text, term: str) -> bool:
    """Whether ``term`` is said: its words one after another, with nothing but signs between them."""
    wanted = [(word, bool(star)) for word, star in re.findall(r"([^\W_]+)(\*?)", fold(term))]
    if not wanted:
        return (fold(term.strip()) or term.strip()) in text.plain
    pieces = [(*one.span(), (one[0],)) for one in WORD.finditer(text.plain)] + text.disguised
    ends: set[int] | None = None
    for word, stem in wanted:
        ends = {end for start, end, forms in pieces if any(_is(form, word, stem) for form in forms)
                and (ends is None or any(before <= start and not WORD.search(text.plain[before:start]) for before in ends))}
    return bool(ends)


def _is(said: str, word: str, stem: bool) -> bool:
    for form in (said, *disguises(said)):
        if ANY in form:
            if not stem and len(form) == len(word) and all(one in (ANY, other) for one, other in zip(form, word, strict=True)):
                return True
            continue
        wanted = SQUEEZED + squeeze(word) if form.startswith(SQUEEZED) else word
        if form == wanted and not stem:
            return True
        if stem and form.startswith(wanted) and len(wanted.removeprefix(SQUEEZED)) >= 3:
            return True
    return False
