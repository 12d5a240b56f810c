"""Trains the shipped model from the open corpus and our seed: same data, same bytes.

Development only: needs scikit-learn. ``python -m tertulia.language train --corpus ../shared/corpus``
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, vstack
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from tertulia.language import card, corpora, measures
from tertulia.language.corpora import Row
from tertulia.language.features import BUCKETS, Cues, Floats, grams_of, weigh
from tertulia.language.folding import fold
from tertulia.language.heads import NEVER, Head
from tertulia.language.judge import judge
from tertulia.language.languages import NAMED, signs
from tertulia.language.lexicon import compile_cues
from tertulia.language.measures import Truth
from tertulia.language.model_file import SHIPPED, load, save

FOLDS = 5
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Task:
    """A head to be trained. ``judged``: the sources nearest to use; on them it is calibrated and measured.

    ``c``: the inverse strength of the regularisation; ``wanted``: the share of sure answers that must be right;
    ``lean``: how far rare labels are given a chance (0: the likeliest wins; 1: all labels count the same);
    ``kept``: how much of the log-odds is kept where other sources proved the probabilities too high;
    ``least``: the probability below which no answer is sure.
    """

    name: str
    labels: tuple[str, ...]
    rows: list[Row]
    judged: tuple[str, ...]
    c: float
    wanted: float
    several: bool = False
    lean: float = 0.0
    kept: float = 1.0
    least: float = 0.0


def tasks(corpus: Path) -> list[Task]:
    """Every head there is data for."""
    polar = ("negative", "neutral", "positive")
    intents = ("question", "presales", "complaint", "incident", "suggestion", "praise", "spam", "chat")
    offences = ("NO", "NOE", "OFP", "OFG")
    felt, near, notes = (*corpora.EMOTIONS, "others"), ("semeval", "seed"), ("spam_es", "seed")
    return [
        Task("sentiment", polar, corpora.sentiment(corpus), near, c=0.1, wanted=0.9, kept=0.55, least=0.75),
        Task("intent", intents, corpora.seed("intents"), ("seed",), c=0.3, wanted=0.85, several=True),
        Task("offence", offences, corpora.offence(corpus), ("offendes",), c=0.1, wanted=0.8, lean=0.6),
        Task("emotion", felt, corpora.emotion(corpus), near, c=0.3, wanted=0.85, kept=0.75, least=0.75),
        Task("spam", ("ham", "spam"), corpora.spam(corpus), notes, c=0.3, wanted=0.9, least=0.9),
        Task("hate", ("not", "hateful"), corpora.hate(corpus), ("hatecheck",), c=0.3, wanted=0.95, least=0.9),
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


def folds_of(rows: Sequence[Row]) -> npt.NDArray[np.int64]:
    """The fold of each row, by its group's digest."""
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
    near = np.array([row.source in task.judged for row in rows])
    scores = unseen_scores(x, truth, folds_of(rows), task.c)
    slope, shift = calibrate(scores[near], truth[near], task.several)
    weights, bias = fit(x, truth, task.c)
    scale = np.maximum(np.abs(weights).max(axis=0) / 127, 1e-9).astype(np.float32)
    head = Head(
        name=task.name,
        labels=task.labels,
        several=task.several,
        weights=np.round(weights / scale).astype(np.int8),
        scale=scale,
        bias=bias,
        slope=slope * np.float32(task.kept),
        shift=shift * np.float32(task.kept),
        lean=(-task.lean * np.log(truth.mean(axis=0))).astype(np.float32),
        threshold=np.full(len(task.labels), NEVER, dtype=np.float32),
    )
    p = head.probabilities(scores)
    found = measures.thresholds(head, p[near], truth[near], task.wanted)
    head = replace(head, threshold=np.maximum(found, np.float32(task.least)))
    sources = np.array([row.source for row in rows])
    return replace(
        head,
        figures={
            "wanted": task.wanted,
            "trained_on": {str(name): int((sources == name).sum()) for name in np.unique(sources)},
            "folds": {name: measures.figures(head, p[sources == name], truth[sources == name]) for name in task.judged},
        },
    )


def language_texts(corpus: Path) -> list[tuple[str, str]]:
    """Sentences with their language, whole and by their first words: ours, and Spanish ones of the corpus."""
    whole = [(str(line["text"]), str(line["language"])) for line in corpora.seed_lines("languages")]
    whole += [(row.text, "es") for row in corpora.offence(corpus)[::40]]
    return whole + [(" ".join(text.split()[:4]), language) for text, language in whole]


def train_language(texts: Sequence[tuple[str, str]]) -> dict[str, float]:
    """How likely the identifier is right, from its lead and the length: the coefficients of ``identify``."""
    seen = [(signs(text), language) for text, language in texts]
    known = [(told, language) for told, language in seen if told[0] != "und"]
    x = np.array([[lead, letters] for (_, lead, letters), _ in known])
    right = np.array([(first if first in NAMED else "other") == language for (first, _, _), language in known])
    fitted = LogisticRegression(C=100.0, random_state=0).fit(x, right)
    lead, letters = (round(float(value), 4) for value in fitted.coef_[0])
    return {"bias": round(float(fitted.intercept_[0]), 4), "lead": lead, "letters": letters}


def train(corpus: Path, out: Path = SHIPPED) -> str:
    """Train every head and write the model to ``out``; returns its version. Errors: a set that is missing."""
    cues = compile_cues()
    todo = tasks(corpus)
    idf = rarity(sorted({row.text for task in todo for row in task.rows}), cues)
    heads = tuple(train_head(task, idf, cues) for task in todo)
    return save(out, idf, cues, heads, train_language(language_texts(corpus)))


def main(arguments: Sequence[str]) -> int:
    """The command ``python -m tertulia.language train``."""
    parser = argparse.ArgumentParser(prog="python -m tertulia.language train", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--card", type=Path, help="write the model card there too")
    told = parser.parse_args(arguments)
    if not told.corpus.is_dir():
        parser.error(f"no corpus at {told.corpus}")
    print(train(told.corpus, told.out))
    if told.card:
        model = load(told.out)
        card.write(told.card, model, judge(model, told.corpus), told.out.stat().st_size)
    return 0
