"""A file of rules and lists."""

from __future__ import annotations

import re

from tertulia.moderation.automatic.checking import entry_fault
from tertulia.moderation.automatic.faults import Fault, at, nearest
from tertulia.moderation.automatic.parsing import checked_name, rule_at
from tertulia.moderation.automatic.tree import Rule, WordList

_BLOCK = re.compile(r"^[ \t]*(?:regla|lista)\b", re.MULTILINE)
_LIST = re.compile(r"\s*lista[ \t]+(?P<name>[^\s{]*)\s*(?P<open>\{?)")


def parse_all(text: str) -> tuple[list[Rule], list[WordList], list[Fault]]:
    """Every rule and list of a file; those that are wrong are faults, and the others are read all the same."""
    rules: list[Rule] = []
    lists: list[WordList] = []
    faults: list[Fault] = []
    place = 0
    while found := _BLOCK.search(text, place):
        if stray := text[place:found.start()].strip():
            faults.append(_stray(text, place, stray))
        try:
            if found[0].strip() == "lista":
                one, place = _list(text, found.start())
                lists.append(one)
            else:
                rule, place = rule_at(text, found.start())
                rules.append(rule)
        except Fault as fault:
            faults.append(fault)
            place = found.end()
            following = _BLOCK.search(text, place)
            place = following.start() if following else len(text)
    if stray := text[place:].strip():
        faults.append(_stray(text, place, stray))
    return rules, lists, faults


def _stray(text: str, place: int, stray: str) -> Fault:
    start = text.index(stray[0], place)
    word = re.match(r"\w*", stray)[0]  # type: ignore[index]
    return at(text, start, start + len(stray.split("\n")[0]), "Esto no es una regla ni una lista.", nearest(word, ["regla", "lista"]))


def parse_list(text: str) -> WordList:
    """The one list that ``text`` is; raises ``Fault``."""
    found, end = _list(text, 0)
    if rest := text[end:].strip():
        raise at(text, text.index(rest, end), len(text), "Aquí acaba la lista: lo que sigue sobra.")
    return found


def _list(text: str, place: int) -> tuple[WordList, int]:
    head = _LIST.match(text, place)
    if head is None or not head["open"]:
        raise at(text, place, place + 5, "Una lista empieza por «lista», su nombre y «{».")
    name = checked_name(text, head["name"], head.start("name"), head.end("name"))
    end = text.find("}", head.end())
    if end < 0:
        raise at(text, head.start("open"), head.end(), "La lista acaba con «}».")
    entries: dict[str, None] = {}
    for piece in re.finditer(r"[^\n,]+", text[head.end():end]):
        if not (entry := " ".join(piece[0].split())):
            continue
        if wrong := entry_fault(entry):
            start = head.end() + piece.start()
            raise at(text, start + len(piece[0]) - len(piece[0].lstrip()), start + len(piece[0].rstrip()), wrong)
        entries[entry] = None
    return WordList(name, tuple(entries)), end + 1
