"""A message's reading as one puts it right: every head with what is told of it, why, and what else it could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tertulia.brands.models import Brand, Member
from tertulia.inbox import labels
from tertulia.inbox.models import Message
from tertulia.inbox.understood import PLAIN, Conclusion, concluded
from tertulia.language.learning import LEVELS, RULED, SEVERAL
from tertulia.language.reading import LABELS
from tertulia.triage import queries, words
from tertulia.triage.models import Correction
from tertulia.triage.rules import Place

#: What is pressed for the first thing to choose, the second…; j, k and l already move and open.
KEYS = "1234567890abcdefghimnopqrstuvwxyzABCDEFGHIMNOPQRSTUVWXYZ"
_WEIGHS = 0.05


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that a head may say, and the key that says so."""

    key: str
    value: str
    label: Any
    chosen: bool


@dataclass(frozen=True, slots=True)
class Why:
    """A part of a judgement: ``speaks`` "for" it, "against" it, or "" where it weighed nothing; ``said`` are its words."""

    name: str
    text: str
    speaks: str
    said: list[str]


@dataclass(frozen=True, slots=True)
class HeadShown:
    """One head of a reading. ``by``: who of the team said so, in a sentence; ``before``: what had been told then."""

    head: str
    key: str
    name: Any
    found: list[Conclusion]
    choices: list[Choice]
    several: bool
    marks: str
    parts: list[Why]
    rule: str
    at: str
    marked: bool
    correction: Correction | None
    by: str
    before: str

    @property
    def plain(self) -> bool:
        """Whether it says nothing that anybody would act on."""
        return all(one.key in PLAIN or one.head == "language" and one.key == "es" for one in self.found)


@dataclass(frozen=True, slots=True)
class Card:
    """The whole: the heads that matter most, and the others."""

    message: Message
    main: list[HeadShown]
    rest: list[HeadShown]

    @property
    def read(self) -> bool:
        """Whether anything is told at all."""
        return any(one.found for one in (*self.main, *self.rest))


def card_of(message: Message, brand: Brand, member: Member) -> Card:
    """The reading of one of the brand's messages, for this member."""
    said, places = queries.corrections_of(message), queries.departments(brand)
    shown = [head_of(message, head, key, places, said.get(head), member) for head, key in zip(labels.HEADS, KEYS, strict=False)]
    return Card(message, [one for one in shown if one.head in labels.MAIN], [one for one in shown if one.head not in labels.MAIN])


def head_of(message: Message, head: str, key: str, places: Sequence[Place], correction: Correction | None,
            member: Member) -> HeadShown:
    """One head; ``key`` opens it."""
    told = (message.reading or {}).get(head) or {}
    found = named(concluded(message.reading, head), places)
    parts = parts_of(told)
    return HeadShown(
        head=head, key=key, name=labels.HEADS[head], found=found, several=head in SEVERAL,
        choices=choices(head, places, {one.key for one in found if one.sure or one.person} or {one.key for one in found[:1]}),
        marks=" ".join((f"why-{head}", *(f"part-{one.name}" for one in parts if one.speaks == "for"))), parts=parts,
        rule=words.rule(head, told["rule"]) if told.get("rule") else "",
        at=", ".join(str(labels.GROUPS.get(one, one)) for one in told.get("at", ())),
        marked=bool(told.get("why")), correction=correction,
        by=who(correction, member), before=before(correction, places))


def named(found: Sequence[Conclusion], places: Sequence[Place]) -> list[Conclusion]:
    """The conclusions with the brand's own names of its departments."""
    names = {one.key: one.name for one in places}
    return [Conclusion(one.head, one.key, names.get(one.key, one.key), one.tone, one.percent, one.sure, one.icon, one.person)
            if one.head == "department" else one for one in found]


def label_of(head: str, key: str, places: Sequence[Place]) -> str:
    """A label in words."""
    if head == "department":
        return next((one.name for one in places if one.key == key), key)
    return str(labels.WORDS[head].get(key, (key, ""))[0])


def choices(head: str, places: Sequence[Place], chosen: set[str]) -> list[Choice]:
    """Everything that ``head`` may say."""
    values = LEVELS if head in RULED else [one.key for one in places] if head == "department" else LABELS[head]
    return [Choice(key, value, label_of(head, value, places), value in chosen) for key, value in zip(KEYS, values, strict=False)]


def parts_of(told: Mapping[str, Any]) -> list[Why]:
    """The parts of a judgement: those that spoke for it, those against it, the others; each the heaviest first."""
    parts = [Why(one["name"], words.part(one["name"], one["count"]), _speaks(one["weight"]),
                 list(dict.fromkeys(span["text"].strip() for span in one["said"]))) for one in told.get("parts", ())]
    return sorted(parts, key=lambda one: ("for", "against", "").index(one.speaks))


def _speaks(weight: float) -> str:
    return "for" if weight > _WEIGHS else "against" if weight < -_WEIGHS else ""


def who(correction: Correction | None, member: Member) -> str:
    """Who said so, to this member; nothing where nobody did."""
    if correction is None:
        return ""
    if correction.by_id == member.pk:
        return _("Lo dijiste tú")
    return _("Lo dijo %(name)s") % {"name": correction.by} if correction.by else _("Lo dijo alguien del equipo")


def before(correction: Correction | None, places: Sequence[Place]) -> str:
    """What had been understood before somebody said otherwise; nothing where it was the same, or nothing was."""
    if correction is None or correction.confirms or not correction.said:
        return ""
    return ", ".join(label_of(correction.head, one, places) for one in correction.said)
