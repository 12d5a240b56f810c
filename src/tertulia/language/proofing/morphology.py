"""What a Spanish word can be: lemma, tag and how common it is, read from the engine's own dictionary.

The dictionary is a finite-state automaton in morfologik's CFSA2 format (as LanguageTool and lingotweaker ship it);
tags are EAGLES/FreeLing's: ``VMIP2S0`` is «comes», ``VMIP2V0`` the same with vos, ``NCFP000`` «casas».
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_FINAL, _LAST, _NEXT = 0x20, 0x40, 0x80
_SEPARATOR = ord("_")


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing a word can be. ``common``: 0 (rare) to 25, logarithmic, as the dictionary counts."""

    lemma: str
    tag: str
    common: int


class Automaton:
    """CFSA2, read in place: bytes in, the ends that follow a prefix out."""

    def __init__(self, content: bytes) -> None:
        if content[:5] != b"\\fsa\xc6":
            raise ValueError("not a CFSA2 dictionary")
        count = content[7]
        self._labels = content[8:8 + count]
        self._arcs = content[8 + count:]
        self._arcs_of = lru_cache(maxsize=16_384)(self._read_arcs)  # the nodes near the root are in every word
        self._root = self._arcs_of(0)[0][1]

    def _read_arcs(self, at: int) -> list[tuple[int, int, bool]]:
        """The arcs that leave the node at ``at``: (byte, where it leads or 0, whether a word may end with it)."""
        arcs = self._arcs
        found: list[tuple[int, int, bool]] = []
        following: list[int] = []
        while True:
            flags = arcs[at]
            at += 1
            label = self._labels[flags & 0x1F]
            if not flags & 0x1F:
                label = arcs[at]
                at += 1
            target = 0
            if flags & _NEXT:
                following.append(len(found))
            else:
                shift = 0
                while True:
                    byte = arcs[at]
                    at += 1
                    target |= (byte & 0x7F) << shift
                    shift += 7
                    if byte < 0x80:
                        break
            found.append((label, target, bool(flags & _FINAL)))
            if flags & _LAST:
                break
        for index in following:
            found[index] = (found[index][0], at, found[index][2])
        return found

    def ends(self, prefix: bytes) -> list[bytes]:
        """What can follow ``prefix``, whole."""
        at = self._root
        for byte in prefix:
            at = next((target for label, target, _ in self._arcs_of(at) if label == byte), 0)
            if not at:
                return []
        return self._walk(at, b"")

    def _walk(self, at: int, so_far: bytes) -> list[bytes]:
        found = []
        for label, target, final in self._arcs_of(at):
            here = so_far + bytes([label])
            if final:
                found.append(here)
            if target:
                found += self._walk(target, here)
        return found


_LOCK = threading.Lock()


def _folder() -> Path:
    from lingotweaker_data_es import data_dir

    return Path(data_dir()) / "es"


@cache
def _automaton() -> tuple[Automaton, dict[str, list[Reading]]]:
    folder = _folder()
    added: dict[str, list[Reading]] = {}
    for line in (folder / "words" / "added.txt").read_text("utf-8").splitlines():
        fields = line.split("\t")
        if len(fields) == 3 and not line.startswith("#"):
            added.setdefault(fields[0], []).append(Reading(fields[1].split("_")[0], fields[2], 0))
    return Automaton((folder / "dictionaries" / "es-ES.dict").read_bytes()), added


@lru_cache(maxsize=20_000)
def exactly(word: str) -> tuple[Reading, ...]:
    """What ``word`` can be in exactly this spelling and case; nothing where it is not known."""
    with _LOCK:
        automaton, added = _automaton()
    found = list(added.get(word, ()))
    plain = word.encode("utf-8", "replace")
    for end in automaton.ends(plain + b"_") if _SEPARATOR not in plain else ():
        stem, _, tag = end.partition(b"_")
        lemma = plain[:len(plain) - (stem[0] - ord("A"))] + stem[1:]
        found.append(Reading(lemma.decode("utf-8", "replace"), tag[:-1].decode(), tag[-1] - ord("A")))
    return tuple(found)


@cache
def _synthesiser() -> Automaton:
    return Automaton((_folder() / "dictionaries" / "es-ES_synth.dict").read_bytes())


@lru_cache(maxsize=2_000)
def form(lemma: str, tag: str) -> str:
    """The word of ``lemma`` with exactly ``tag``, or nothing: ``form("contar", "VMM02S0:PP1CP000")`` is «cuéntanos»."""
    plain = f"{lemma}|{tag}".encode("utf-8", "replace")
    with _LOCK:
        synthesiser = _synthesiser()
    for end in synthesiser.ends(plain + b"_"):
        return (plain[:len(plain) - (end[0] - ord("A"))] + end[1:]).decode("utf-8", "replace")
    return ""


@lru_cache(maxsize=20_000)
def readings(word: str) -> tuple[Reading, ...]:
    """What ``word`` can be, also at the start of a sentence or in capitals."""
    found = exactly(word)
    if word != word.lower():
        found += exactly(word.lower())
        if word.isupper() and len(word) > 1:
            found += exactly(word.capitalize())
    return found
