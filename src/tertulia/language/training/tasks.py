"""Which rows teach and judge each head, and how it is to be trained."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tertulia.language import corpora
from tertulia.language.corpora import Row
from tertulia.language.reading import LABELS
from tertulia.language.training.perturbing import spoil


@dataclass(frozen=True, slots=True)
class Task:
    """A head to be trained. ``judged``: the sources nearest to use; on them it is calibrated and measured.

    ``c``: the inverse strength of the regularisation; ``dense``: how much the sentence vector counts beside the n-grams;
    ``accurate``: what a point of accuracy is worth beside a point of macro-F1 when the lean towards rare labels is chosen;
    ``wanted``: the share of sure answers that must be right; ``least``: the probability below which no answer is sure;
    ``kept``: how much of the log-odds is kept where other sources proved the probabilities too high.
    """

    name: str
    labels: tuple[str, ...]
    rows: list[Row]
    judged: tuple[str, ...]
    c: float = 0.1
    dense: float = 1.5
    accurate: float = 0.5
    wanted: float = 0.85
    several: bool = False
    kept: float = 1.0
    least: float = 0.0


HOW: dict[str, dict[str, float]] = {
    "sentiment": {"wanted": 0.9}, "offence": {"wanted": 0.8, "accurate": 1.0}, "emotion": {"accurate": 1.0},
    "spam": {"c": 0.3, "wanted": 0.9}, "hate": {"dense": 2.0, "wanted": 0.95}, "judgement": {"wanted": 0.8},
    "department": {"wanted": 0.8}, "irony": {"accurate": 0.0},
}
"""What was found best for each head by its folds; the rest is as ``Task`` says."""

_PRUDENCE: dict[str, dict[str, float]] = {
    "sentiment": {"kept": 0.5, "least": 0.6}, "emotion": {"kept": 0.7, "least": 0.7}, "spam": {"least": 0.9}, "hate": {"least": 0.9},
}
_SEVERAL = ("intent", "touches")
_OURS_ALONE = ("intent", "judgement", "department", "touches", "irony")


def tasks(corpus: Path) -> list[Task]:
    """Every head there is data for."""
    felt = weighed(corpora.emotion(corpus, "train", "dev"), xed=0.3)
    seen = weighed(corpora.sentiment(corpus, "train", "dev"), xed=0.3, hatecheck=0.3)
    made = [
        _task("sentiment", seen + corpora.ours("sentiment", "train", "dev"), "semeval", "ours"),
        _task("offence", corpora.offence(corpus) + weighed(corpora.ours("offence", "train", "dev"), ours=0.5), "offendes", "ours"),
        _task("emotion", felt, "semeval", "ours"),
        _task("spam", corpora.spam(corpus), "spam_es", "ours"),
        _task("hate", corpora.hate(corpus), "hatecheck"),
    ]
    return made + [_task(head, spoilt_too(corpora.ours(head, "train", "dev")), "ours") for head in _OURS_ALONE]


def _task(name: str, rows: list[Row], *judged: str) -> Task:
    told = HOW.get(name, {}) | _PRUDENCE.get(name, {})
    return Task(name, LABELS[name], sorted(set(rows)), judged, several=name in _SEVERAL, **told)


def spoilt_too(rows: list[Row]) -> list[Row]:
    """The rows, and each again as a hurried hand writes it; a spoilt row counts little and judges nothing."""
    return rows + [replace(row, source="spoilt", text=spoil(row.text, kind), weight=0.3 * row.weight)
                   for row in rows for kind in ("typos", "spaces")]


def weighed(rows: list[Row], **sources: float) -> list[Row]:
    """The rows with the weight of their source; one where none is told."""
    return [replace(row, weight=row.weight * sources.get(row.source, 1.0)) for row in rows]
