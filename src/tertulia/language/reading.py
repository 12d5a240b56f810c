"""What was understood of a text: plain frozen values, each conclusion with its reasons and its doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of the original text that weighed: ``text == original[start:end]``, offsets in code points."""

    start: int
    end: int
    text: str
    weight: float

    def as_dict(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end, "text": self.text, "weight": self.weight}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """One label out of several. ``p`` is calibrated, 0 to 1; ``sure`` false means: ask a person."""

    label: str
    p: float
    sure: bool
    why: tuple[Span, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {"label": self.label, "p": self.p, "sure": self.sure, "why": [span.as_dict() for span in self.why]}


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of several labels that may hold at once."""

    label: str
    p: float

    def as_dict(self) -> dict[str, Any]:
        return {"label": self.label, "p": self.p}


@dataclass(frozen=True, slots=True)
class Conclusions:
    """Every label that holds, the likeliest first; never empty. ``why`` explains the first."""

    labels: tuple[Chosen, ...]
    sure: bool
    why: tuple[Span, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return {
            "labels": [chosen.as_dict() for chosen in self.labels],
            "sure": self.sure,
            "why": [span.as_dict() for span in self.why],
        }


@dataclass(frozen=True, slots=True)
class Part:
    """Something that can be pointed at, on which a judgement rests: an order, an insult and at whom, what is known of the
    person. ``weight`` above zero spoke for what was concluded; ``said`` are the places in the text, none where the part
    comes from what is known besides it; ``count`` says how many, where that says something.
    """

    name: str
    weight: float
    said: tuple[Span, ...] = ()
    count: int = 1

    def as_dict(self) -> dict[str, Any]:
        said = [span.as_dict() for span in self.said]
        return {"name": self.name, "weight": self.weight, "said": said, "count": self.count}


@dataclass(frozen=True, slots=True)
class Judged(Conclusion):
    """Customer or troll, with the parts it was built from, the heaviest first."""

    parts: tuple[Part, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return Conclusion.as_dict(self) | {"parts": [part.as_dict() for part in self.parts]}


@dataclass(frozen=True, slots=True)
class Aimed(Conclusion):
    """A conclusion about a text that is aimed at somebody: the names of the groups it names (``GROUPS``), or none."""

    at: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        return Conclusion.as_dict(self) | {"at": list(self.at)}


@dataclass(frozen=True, slots=True)
class Ruled:
    """A level from 1 (least) to 3 that rules gave: ``rule`` is the one that decided, ``p`` how often it is right."""

    level: int
    rule: str
    p: float
    sure: bool
    why: tuple[Span, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        why = [span.as_dict() for span in self.why]
        return {"level": self.level, "rule": self.rule, "p": self.p, "sure": self.sure, "why": why}


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A labelled text that is like the one read: ``likeness`` from 0 to 1, ``labels`` by head."""

    text: str
    likeness: float
    labels: Mapping[str, tuple[str, ...]]
    ours: bool = True

    def as_dict(self) -> dict[str, Any]:
        labels = {head: list(names) for head, names in self.labels.items()}
        return {"text": self.text, "likeness": self.likeness, "labels": labels, "ours": self.ours}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known besides the text; all zero where nothing is.

    ``messages`` of this person before and how many of them offended; ``alike``: other accounts that wrote almost the same
    lately; ``reach``: followers, or people who answered; ``customer``: known to be one.
    """

    messages: int = 0
    offences: int = 0
    alike: int = 0
    reach: int = 0
    customer: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text seems to say. A head that the model lacks is ``None``: absent, never invented.

    ``language.label`` is the main one and ``languages`` every one met, the main first. ``judgement``: important, angry,
    senseless, troll or none. ``importance`` and ``urgency`` come from rules over all the rest. ``partial`` is true when
    the text was longer than what is read (``folding.LONGEST``); ``version`` names the model, and the brand's after "+".
    """

    language: Conclusion
    version: str
    languages: tuple[str, ...] = ()
    sentiment: Conclusion | None = None
    intent: Conclusions | None = None
    offence: Conclusion | None = None
    emotion: Conclusion | None = None
    spam: Conclusion | None = None
    hate: Aimed | None = None
    judgement: Judged | None = None
    importance: Ruled | None = None
    urgency: Ruled | None = None
    department: Conclusion | None = None
    touches: Conclusions | None = None
    irony: Conclusion | None = None
    near: tuple[Neighbour, ...] = field(default=())
    partial: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The reading as JSON: a key for each head that there is; ``partial`` and ``near`` only where there is any."""
        told: dict[str, Any] = {}
        for name in HEADS:
            conclusion = getattr(self, name)
            if conclusion is not None:
                told[name] = conclusion.as_dict()
        del told["language"]["why"]
        told |= {"languages": list(self.languages)} if self.languages else {}
        if self.near:
            told["near"] = [neighbour.as_dict() for neighbour in self.near]
        if self.partial:
            told["partial"] = True
        return told | {"version": self.version}


HEADS = (
    "language", "sentiment", "intent", "offence", "hate", "emotion", "spam", "judgement", "importance", "urgency",
    "department", "touches", "irony",
)
"""The names of what is concluded, in the order in which people are told."""

LABELS: dict[str, tuple[str, ...]] = {
    "language": ("es", "ca", "gl", "eu", "pt", "en", "fr", "it", "other"),
    "sentiment": ("negative", "neutral", "positive"),
    "intent": ("question", "presales", "complaint", "incident", "suggestion", "praise", "spam", "chat"),
    "offence": ("NO", "NOE", "OFP", "OFG"),
    "hate": ("not", "hateful"),
    "emotion": ("anger", "disgust", "fear", "joy", "sadness", "surprise", "others"),
    "spam": ("ham", "spam"),
    "judgement": ("important", "angry", "senseless", "troll", "none"),
    "department": ("sales", "care", "technical", "billing", "logistics", "product", "communication", "legal", "jobs", "none"),
    "touches": ("politics", "religion", "none"),
    "irony": ("straight", "ironic"),
}
"""What each head may say. A brand's departments may be others: the keys that the brand gave them."""
