"""How a model does on sets that it never saw in training. Development only; no weight is ever fitted to these."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tertulia.language import corpora, measures
from tertulia.language.corpora import Row
from tertulia.language.features import Floats, grams_of, weigh
from tertulia.language.folding import fold
from tertulia.language.model_file import Model

_BATCH = 512

UNSEEN: dict[str, tuple[str, Callable[[Path], list[Row]]]] = {
    "umsab_es train+dev": (
        "sentiment",
        lambda corpus: corpora.labelled(corpus, "umsab_es", "train") + corpora.labelled(corpus, "umsab_es", "dev"),
    ),
    "aerolineas_es train": ("sentiment", lambda corpus: corpora.labelled(corpus, "aerolineas_es", "train")),
    "semeval2025_emotions_es test, by sign": ("sentiment", lambda corpus: corpora.sentiment(corpus, "test")),
    "emoevent_es train+dev": (
        "emotion",
        lambda corpus: corpora.labelled(corpus, "emoevent_es", "train") + corpora.labelled(corpus, "emoevent_es", "dev"),
    ),
    "semeval2025_emotions_es test, strongest": ("emotion", lambda corpus: corpora.emotion(corpus, "test")),
    "offendes dev": ("offence", lambda corpus: corpora.offence(corpus, "dev")),
}
"""Name and split of each set, the head it judges, how it is read."""


def probabilities(model: Model, name: str, texts: list[str]) -> Floats:
    """What head ``name`` gives for each text: [texts, labels]."""
    head = next(head for head in model.heads if head.name == name)
    parts = []
    for at in range(0, len(texts), _BATCH):
        weighed = weigh(grams_of([fold(text) for text in texts[at : at + _BATCH]], model.cues), model.idf)
        parts.append(head.probabilities(head.scores(weighed)))
    return np.concatenate(parts)


def judge(model: Model, corpus: Path) -> dict[str, dict[str, Any]]:
    """The measures of every set that is there, by the set's name; each with its ``head``."""
    told = {}
    for name, (question, rows_of) in UNSEEN.items():
        try:
            rows = rows_of(corpus)
        except FileNotFoundError:
            continue
        head = next(head for head in model.heads if head.name == question)
        truth = np.array([[label in row.labels for label in head.labels] for row in rows], dtype=np.bool_)
        p = probabilities(model, question, [row.text for row in rows])
        told[name] = {"head": question} | measures.figures(head, p, truth)
    return told
