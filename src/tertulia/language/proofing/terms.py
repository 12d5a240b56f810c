"""What must not leave unseen: politics, religion, the tragedy of the day, and the brand's own subjects
(those of these days among them: the place of an accident, the name of a storm).

Lists with reasons, in ``terms/*.toml``, and no learned judge: a model that was tried knew its sources, not politics
(``field/text.md``, 4). A term is shown with its reason, and a person decides: a mass may be Mozart's.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files

import regex

from tertulia.language.finding import Finding, Kind, Profile, Severity
from tertulia.language.proofing.folded import Folded
from tertulia.language.proofing.phrases import pattern, plain

SUBJECTS = ("politics", "religion", "tragedy")
"""Names of the lists, as in ``Profile.neutral``."""

_SENTENCES = regex.compile(r"[^.!?\n]+")


@dataclass(frozen=True, slots=True)
class Group:
    """Terms that share a reason, looked over on a day (``read``)."""

    name: str
    why: str
    read: date
    mild: bool
    varieties: frozenset[str]
    terms: regex.Pattern[str]
    cased: regex.Pattern[str] | None
    harmless: regex.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Subject:
    """One list. ``unless``: phrases in which its terms mean something else. ``any_term``: those of all its groups."""

    name: str
    unless: regex.Pattern[str]
    groups: tuple[Group, ...]
    any_term: regex.Pattern[str]


@cache
def subject(name: str) -> Subject:
    """A list of ``SUBJECTS``, read once."""
    told = tomllib.loads(files(__package__).joinpath("terms", f"{name}.toml").read_text("utf-8"))
    every = [term for one in told["group"] for term in one.get("terms", ())]
    return Subject(name, pattern(told["unless"]), tuple(_group(one) for one in told["group"]), pattern(every))


def _group(told: Mapping[str, object]) -> Group:
    def words(key: str) -> list[str]:
        found = told.get(key, [])
        return [str(one) for one in found] if isinstance(found, list) else []

    cased = words("cased")
    return Group(
        name=str(told["name"]), why=str(told["why"]), read=date.fromisoformat(str(told["read"])), mild=bool(told.get("mild")),
        varieties=frozenset(words("varieties")), terms=pattern(words("terms")),
        cased=regex.compile(rf"(?<![\p{{L}}\p{{N}}_@#])(?:{'|'.join(cased)})(?![\p{{L}}\p{{N}}_])") if cased else None,
        harmless=pattern(words("harmless_with")) if "harmless_with" in told else None,
    )


def check(text: str, profile: Profile) -> Iterator[Finding]:
    """Terms of the lists that the brand wants to be told of, and its own. Kind NEUTRALITY."""
    if not text.strip():
        return
    folded = Folded(text)
    taken: list[tuple[int, int]] = []
    for why, terms in _own(profile):
        for start, end in folded.find(terms):
            taken.append((start, end))
            yield Finding(start, end, text[start:end], Kind.NEUTRALITY, "sensitive", Severity.WARNING, why)
    country = profile.variety.rpartition("-")[2]
    for name in SUBJECTS:
        if name in profile.neutral:
            yield from _of_list(text, folded, subject(name), country, taken)


def _own(profile: Profile) -> Iterator[tuple[str, regex.Pattern[str]]]:
    """Reason and pattern of the brand's own terms; it lets go itself of those whose day is past."""
    for term, why in profile.sensitive.items():
        if term.strip():
            yield f"«{term.strip()}»: {why.strip() or 'un tema delicado de la marca'}", _inflected(term)


@lru_cache(maxsize=2_048)
def _inflected(term: str) -> regex.Pattern[str]:
    """A term as a person wrote it, also in plural."""
    return regex.compile(rf"(?<![\p{{L}}\p{{N}}_]){plain(term)}(?:e?s)?(?![\p{{L}}\p{{N}}_])")


def _of_list(text: str, folded: Folded, told: Subject, country: str, taken: list[tuple[int, int]]) -> Iterator[Finding]:
    harmless = list(folded.find(told.unless))
    for group in told.groups:
        if group.varieties and country not in group.varieties:
            continue
        for start, end in _places(text, folded, group):
            if _touches(start, end, taken) or _touches(start, end, harmless):
                continue
            if group.harmless and _beside(text, start, end, group.harmless):
                continue
            taken.append((start, end))
            severity = Severity.HINT if group.mild else Severity.WARNING
            yield Finding(start, end, text[start:end], Kind.NEUTRALITY, f"{told.name}-{group.name}", severity, group.why)


def _places(text: str, folded: Folded, group: Group) -> list[tuple[int, int]]:
    found = list(folded.find(group.terms))
    if group.cased:
        found += [match.span() for match in group.cased.finditer(text) if not _shouted(text, *match.span())]
    return sorted(found)


def _touches(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return any(start < last and first < end for first, last in taken)


def _shouted(text: str, start: int, end: int) -> bool:
    """Whether the words around are in capitals too, so that capitals say nothing."""
    around = [one for one in (*text[:start].split()[-2:], *text[end:].split()[:2]) if any(map(str.isalpha, one)) and len(one) > 1]
    return len(around) > 1 and sum(one.isupper() for one in around) * 2 > len(around)


def _beside(text: str, start: int, end: int, harmless: regex.Pattern[str]) -> bool:
    """Whether a word of ``harmless`` stands in the same sentence."""
    for match in _SENTENCES.finditer(text):
        if match.start() < end and start < match.end():
            return harmless.search(Folded(match[0]).text) is not None
    return False
