"""Trains the shipped model from the open corpus and our seed: same data, same bytes.

Development only: needs scikit-learn. ``python -m tertulia.language train --corpus ../shared/corpus``
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack
from sklearn.svm import LinearSVC

from tertulia.language import corpora, measures
from tertulia.language.corpora import Row
from tertulia.language.features import BUCKETS, Cues, Floats, grams_of, weigh
from tertulia.language.folding import fold
from tertulia.language.heads import NEVER, Head
from tertulia.language.languages import fit_language
from tertulia.language.lexicon import compile_cues
from tertulia.language.measures import Truth
from tertulia.language.model_file import SHIPPED, save

FOLDS = 5
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Task:
    """A head to be trained. ``judged``: the sources it is measured on, ``calibrated`` those nearest to use.

    ``c``: the inverse strength of the regularisation; ``wanted``: the share of sure answers that must be right;
    ``across``: calibrate on sources that were left out whole, since a brand's public is always a new source;
    ``lean``: how far rare labels are given a chance (0: the likeliest wins; 1: all labels count the same).
    """

    name: str
    labels: tuple[str, ...]
    rows: list[Row]
    judged: tuple[str, ...]
    calibrated: tuple[str, ...]
    c: float
    wanted: float
    several: bool = False
    across: bool = False
    lean: float = 0.0


def tasks(corpus: Path) -> list[Task]:
    """Every head there is data for."""
    polar = ("negative", "neutral", "positive")
    intents = ("question", "presales", "complaint", "incident", "suggestion", "praise", "spam", "chat")
    offences = ("NO", "NOE", "OFP", "OFG")
    felt, company, both = (*corpora.EMOTIONS, "others"), ("seed",), ("semeval", "seed")
    notes = ("spam_es", "seed")
    return [
        Task("sentiment", polar, corpora.sentiment(corpus), both, company, c=0.1, wanted=0.8, across=True),
        Task("intent", intents, corpora.seed("intents"), company, company, c=0.3, wanted=0.85, several=True),
        Task("offence", offences, corpora.offence(corpus), ("offendes",), ("offendes",), c=0.1, wanted=0.8, lean=0.6),
        Task("emotion", felt, corpora.emotion(corpus), both, both, c=0.3, wanted=0.85),
        Task("spam", ("ham", "spam"), corpora.spam(corpus), notes, notes, c=0.3, wanted=0.9),
        Task("hate", ("not", "hateful"), corpora.hate(corpus), ("hatecheck",), ("hatecheck",), c=0.3, wanted=0.85),
    ]


def matrix(rows: Sequence[Row], idf: Floats, cues: Cues) -> csr_matrix:
    """The rows' features, [rows, buckets]."""
    parts = []
    for at in range(0, len(rows), _BATCH):
        weighed = weigh(grams_of([fold(row.text) for row in rows[at : at + _BATCH]], cues), idf)
        shape = (len(weighed.first) - 1, BUCKETS)
        part = csr_matrix((weighed.value, weighed.feature, weighed.first), shape=shape)
        part.eliminate_zeros()
        parts.append(part)
    return vstack(parts, format="csr")


def rarity(texts: Sequence[str], cues: Cues) -> Floats:
    """Inverse document frequency of every bucket; zero for what was met in fewer than two texts."""
    met = np.zeros(BUCKETS, dtype=np.int64)
    for at in range(0, len(texts), _BATCH):
        grams = grams_of([fold(text) for text in texts[at : at + _BATCH]], cues)
        met += np.bincount(np.unique(grams.doc * BUCKETS + grams.feature) % BUCKETS, minlength=BUCKETS)
    idf = np.log((1 + len(texts)) / (1 + met)) + 1
    return np.where(met >= 2, idf, 0).astype(np.float16).astype(np.float32)


def truth_of(rows: Sequence[Row], labels: Sequence[str]) -> Truth:
    """[rows, labels]: which labels hold."""
    return np.array([[label in row.labels for label in labels] for row in rows], dtype=np.bool_)


def folds_of(rows: Sequence[Row], across: bool) -> npt.NDArray[np.int64]:
    """The fold of each row, by its group's digest; by its source if ``across``."""
    if across:
        sources = sorted({row.source for row in rows})
        return np.array([sources.index(row.source) for row in rows], dtype=np.int64)
    return np.array([hashlib.sha256(row.group.encode()).digest()[0] % FOLDS for row in rows], dtype=np.int64)


def fit(x: csr_matrix, truth: Truth, c: float) -> tuple[Floats, Floats]:
    """One linear separator a label: weights [buckets, labels] and bias [labels]."""
    weights = np.zeros((BUCKETS, truth.shape[1]), dtype=np.float32)
    bias = np.zeros(truth.shape[1], dtype=np.float32)
    for k in range(truth.shape[1]):
        machine = LinearSVC(C=c, class_weight="balanced", random_state=0, max_iter=2000)
        machine.fit(x, truth[:, k])
        weights[:, k], bias[k] = machine.coef_[0], machine.intercept_[0]
    return weights, bias


def calibrate(scores: Floats, truth: Truth, several: bool) -> tuple[Floats, Floats]:
    """Platt's scaling on scores of unseen texts: slope (one for all) and shift [labels] of the log-odds."""
    labels = truth.shape[1]
    share = truth / np.maximum(truth.sum(axis=1, keepdims=True), 1)

    def loss(guess: npt.NDArray[np.float64]) -> float:
        odds = scores * guess[0] + guess[1:]
        if several:
            return float(np.mean(np.logaddexp(0, odds) - truth * odds))
        norm = np.logaddexp.reduce(odds, axis=1)
        return float(np.mean(norm - (share * odds).sum(axis=1)) + 1e-4 * np.sum(guess[1:] ** 2))

    found = minimize(loss, np.concatenate([np.ones(1), np.zeros(labels)]), method="L-BFGS-B").x
    return np.full(labels, found[0], dtype=np.float32), found[1:].astype(np.float32)


def unseen_scores(x: csr_matrix, truth: Truth, folds: npt.NDArray[np.int64], c: float) -> Floats:
    """The score of every row by a model that was trained on the other folds."""
    scores = np.zeros(truth.shape, dtype=np.float32)
    for one in np.unique(folds):
        held = folds == one
        weights, bias = fit(x[~held], truth[~held], c)
        scores[held] = x[held] @ weights + bias
    return scores


def train_head(task: Task, idf: Floats, cues: Cues) -> Head:
    """A calibrated head with its figures, measured by cross-validation on the judged sources."""
    rows = sorted(set(task.rows))
    x, truth = matrix(rows, idf, cues), truth_of(rows, task.labels)
    near = np.array([row.source in task.calibrated for row in rows])
    unseen = {across: unseen_scores(x, truth, folds_of(rows, across), task.c) for across in {False, task.across}}
    slope, shift = calibrate(unseen[task.across][near], truth[near], task.several)
    weights, bias = fit(x, truth, task.c)
    scale = np.maximum(np.abs(weights).max(axis=0) / 127, 1e-9).astype(np.float32)
    head = Head(
        name=task.name,
        labels=task.labels,
        several=task.several,
        weights=np.round(weights / scale).astype(np.int8),
        scale=scale,
        bias=bias,
        slope=slope,
        shift=shift,
        lean=(-task.lean * np.log(truth.mean(axis=0))).astype(np.float32),
        threshold=np.full(len(task.labels), NEVER, dtype=np.float32),
    )
    p = head.probabilities(unseen[task.across][near])
    head = replace(head, threshold=measures.thresholds(head, p, truth[near], task.wanted))
    return replace(head, figures=_told(task, head, rows, truth, unseen))


def _told(task: Task, head: Head, rows: list[Row], truth: Truth, unseen: dict[bool, Floats]) -> dict[str, Any]:
    """What the model card and the bench tell of a head: measures of each judged source and the size of the sets."""
    told: dict[str, Any] = {"wanted": task.wanted}
    told["trained_on"] = {name: sum(row.source == name for row in rows) for name in sorted({r.source for r in rows})}
    for across, scores in unseen.items():
        split = told["source left out" if across else f"{FOLDS} folds"] = {}
        for source in task.judged:
            mine = np.array([row.source == source for row in rows])
            split[source] = measures.figures(head, head.probabilities(scores[mine]), truth[mine])
    return told


def train(corpus: Path, out: Path = SHIPPED) -> str:
    """Train every head and write the model to ``out``; returns its version. Errors: a set that is missing."""
    cues = compile_cues()
    todo = tasks(corpus)
    idf = rarity(sorted({row.text for task in todo for row in task.rows}), cues)
    heads = tuple(train_head(task, idf, cues) for task in todo)
    spanish = [row.text for row in corpora.offence(corpus)[::40]]
    return save(out, idf, cues, heads, fit_language(spanish))


def main(arguments: Sequence[str]) -> int:
    """The command ``python -m tertulia.language train``."""
    parser = argparse.ArgumentParser(prog="python -m tertulia.language train", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--out", type=Path, default=SHIPPED)
    told = parser.parse_args(arguments)
    print(train(told.corpus, told.out))
    return 0
