"""What was understood of a text: plain frozen values, each conclusion with its reasons and its doubt."""

from __future__ import annotations

from dataclasses import dataclass
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
class Reading:
    """What one text seems to say. A head that the model lacks is ``None``: absent, never invented.

    ``partial`` is true when the text was longer than what is read (``folding.LONGEST``); ``version`` names the model.
    """

    language: Conclusion
    version: str
    sentiment: Conclusion | None = None
    intent: Conclusions | None = None
    offence: Conclusion | None = None
    emotion: Conclusion | None = None
    spam: Conclusion | None = None
    hate: Conclusion | None = None
    partial: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The reading as JSON: a key for each head that there is; ``partial`` only where it is true."""
        told: dict[str, Any] = {}
        for name in ("language", "sentiment", "intent", "offence", "emotion", "spam", "hate"):
            conclusion: Conclusion | Conclusions | None = getattr(self, name)
            if conclusion is not None:
                told[name] = conclusion.as_dict()
        del told["language"]["why"]
        if self.partial:
            told["partial"] = True
        return told | {"version": self.version}
