"""Rows to a calibrated head: linear separators over n-grams and sentence vectors, judged on folds that they had not seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.svm import LinearSVC

from tertulia.language import measures
from tertulia.language.concluding import Batch
from tertulia.language.encoder import SIZE
from tertulia.language.features import BUCKETS, Cues, Floats, grams_of
from tertulia.language.folding import Folded, fold
from tertulia.language.heads import NEVER, Head
from tertulia.language.marks import names
from tertulia.language.measures import Truth
from tertulia.language.model_file import Model, Shelf
from tertulia.language.training.tasks import Task

FOLDS = 5
_BATCH = 512
NOTHING = np.zeros((0, 0), dtype=np.float32)
_LEANS = np.arange(-1.5, 1.51, 0.1)


@dataclass(frozen=True, slots=True)
class Sight:
    """Texts as features: how rare each bucket is (zero for what was met in fewer than two), and what was seen of each text."""

    idf: Floats
    place: dict[str, int]
    grams: csr_matrix
    dense: Floats
    marks: tuple[str, ...]

    @classmethod
    def of(cls, texts: Sequence[str], cues: Cues) -> Sight:
        ordered = sorted(set(texts), key=lambda text: (len(text), text))
        batches = [[fold(text) for text in ordered[at : at + _BATCH]] for at in range(0, len(ordered), _BATCH)]
        sight = cls(rarity(batches, cues), {text: at for at, text in enumerate(ordered)}, csr_matrix((0, 0)), NOTHING, names())
        grams, dense = [], []
        for at in range(0, len(ordered), _BATCH):
            batch = Batch.of(ordered[at : at + _BATCH], sight.model(cues))
            weighed = batch.weighed
            grams.append(csr_matrix((weighed.value, weighed.feature, weighed.first), shape=(len(batch.texts), BUCKETS)))
            dense.append(batch.dense)
        together = vstack(grams, format="csr")
        together.eliminate_zeros()
        return replace(sight, grams=together, dense=np.concatenate(dense))

    def model(self, cues: Cues) -> Model:
        """A model that sees as this does, and says nothing."""
        return Model("", self.idf, cues, (), {}, Shelf((), (), np.zeros((0, SIZE), dtype=np.int8)), {}, self.marks)

    def matrix(self, texts: Sequence[str], dense: float) -> csr_matrix:
        """[texts, BUCKETS + SIZE + marks]: n-grams, then ``dense`` times the sentence vector, then the marks."""
        at = [self.place[text] for text in texts]
        return hstack([self.grams[at], csr_matrix(self.dense[at] * self._times(dense))], format="csr")

    def _times(self, dense: float) -> Floats:
        return np.where(np.arange(self.dense.shape[1]) < SIZE, dense, 1).astype(np.float32)

    def undone(self, weights: Floats, dense: float) -> Floats:
        """The weights of the dense part for what is read, which is not multiplied."""
        return (weights[BUCKETS:] * self._times(dense)[:, None]).astype(np.float32)


def rarity(batches: Sequence[Sequence[Folded]], cues: Cues) -> Floats:
    """Inverse document frequency of every bucket; zero for what was met in fewer than two texts."""
    met = np.zeros(BUCKETS, dtype=np.int64)
    for folded in batches:
        grams = grams_of(folded, cues)
        met += np.bincount(np.unique(grams.doc * BUCKETS + grams.feature) % BUCKETS, minlength=BUCKETS)
    idf = np.log((1 + sum(map(len, batches))) / (1 + met)) + 1
    return np.where(met >= 2, idf, 0).astype(np.float16).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Examples:
    """The rows of a task as numbers: features, which labels hold, what each row counts, its fold."""

    x: csr_matrix
    truth: Truth
    weight: Floats
    fold: npt.NDArray[np.int64]

    def but(self, held: npt.NDArray[np.bool_]) -> Examples:
        return Examples(self.x[~held], self.truth[~held], self.weight[~held], self.fold[~held])


def examples(task: Task, sight: Sight) -> Examples:
    """Folds by the digest of a row's group."""
    fold_of = [hashlib.sha256(row.group.encode()).digest()[0] % FOLDS for row in task.rows]
    return Examples(
        sight.matrix([row.text for row in task.rows], task.dense),
        measures.truth_of(task.rows, task.labels),
        np.array([row.weight for row in task.rows], dtype=np.float32),
        np.array(fold_of, dtype=np.int64),
    )


def fit(told: Examples, c: float) -> tuple[Floats, Floats]:
    """One linear separator a label: weights [features, labels] and bias [labels]. Of a label never met: never."""
    weights = np.zeros((told.x.shape[1], told.truth.shape[1]), dtype=np.float32)
    bias = np.full(told.truth.shape[1], -1, dtype=np.float32)
    for k in np.flatnonzero(told.truth.any(axis=0) & ~told.truth.all(axis=0)):
        machine = LinearSVC(C=c, class_weight="balanced", random_state=0, max_iter=1500)
        machine.fit(told.x, told.truth[:, k], told.weight)
        weights[:, k], bias[k] = machine.coef_[0], machine.intercept_[0]
    return weights, bias


def unseen_scores(told: Examples, c: float) -> Floats:
    """The score of every row by a model that was trained on the other folds."""
    scores = np.zeros(told.truth.shape, dtype=np.float32)
    for one in np.unique(told.fold):
        held = told.fold == one
        weights, bias = fit(told.but(held), c)
        scores[held] = told.x[held] @ weights + bias
    return scores


def calibrate(scores: Floats, truth: Truth, weight: Floats, several: bool) -> tuple[Floats, Floats]:
    """Platt's scaling on scores of unseen texts: slope (one for all; one each if several) and shift [labels] of the log-odds."""
    labels = truth.shape[1]
    share = truth / np.maximum(truth.sum(axis=1, keepdims=True), 1)
    slopes = labels if several else 1

    def loss(guess: npt.NDArray[np.float64]) -> float:
        odds = scores * guess[:slopes] + guess[slopes:]
        held = 1e-4 * float(np.sum(guess[slopes:] ** 2))
        if several:
            return float(np.average((np.logaddexp(0, odds) - truth * odds).sum(axis=1), weights=weight)) + held
        norm = np.logaddexp.reduce(odds, axis=1)
        return float(np.average(norm - (share * odds).sum(axis=1), weights=weight)) + held

    found = minimize(loss, np.concatenate([np.ones(slopes), np.zeros(labels)]), method="L-BFGS-B").x
    slope, shift = np.broadcast_to(found[:slopes], labels), found[slopes:]
    if several:  # the likeliest of several is likelier than it looks alone
        odds = scores * slope + shift
        best, one = odds.argmax(axis=1), np.ones(1)
        rows = np.arange(len(odds))
        once, more = calibrate(odds[rows, best][:, None], truth[rows, best][:, None], weight, True) if labels > 1 else (one, 0 * one)
        slope, shift = slope * once, shift * once + more
    return slope.astype(np.float32), shift.astype(np.float32)


def lean(head: Head, p: Floats, truth: Truth, accurate: float) -> Floats:
    """How far to lean to each label, so that macro-F1 and ``accurate`` times the accuracy are best together.

    Label after label, twice over. A little is taken off for leaning far: it must pay.
    """

    def good(leant: Floats) -> float:
        tried = replace(head, lean=leant)
        right = float(truth[np.arange(len(p)), tried.best(p)].mean())
        return measures.macro_f1(truth, tried.said(p)) + accurate * right - 0.002 * float(np.abs(leant).sum())

    best = np.zeros(p.shape[1], dtype=np.float32)
    for k in [*range(p.shape[1])] * 2:
        tries = [np.where(np.arange(len(best)) == k, np.float32(step), best) for step in _LEANS]
        best = max([best, *tries], key=good)
    return best


def train_head(task: Task, sight: Sight) -> tuple[Head, dict[str, list[str]]]:
    """A calibrated head with its figures, measured by cross-validation on the judged sources; and the labels that it gives to
    each text of the task when it was trained without that text's fold.
    """
    told = examples(task, sight)
    near = np.array([row.source in task.judged for row in task.rows])
    scores = unseen_scores(told, task.c)
    slope, shift = calibrate(scores[near], told.truth[near], _evenly(task, told.weight)[near], task.several)
    weights, bias = fit(told, task.c)
    scale = np.maximum(np.abs(weights[:BUCKETS]).max(axis=0) / 127, 1e-9).astype(np.float32)
    none = np.zeros(len(task.labels), dtype=np.float32)
    head = Head(
        name=task.name, labels=task.labels, several=task.several,
        weights=np.round(weights[:BUCKETS] / scale).astype(np.int8), scale=scale,
        dense=sight.undone(weights, task.dense), bias=bias,
        slope=slope * np.float32(task.kept), shift=shift * np.float32(task.kept), lean=none, threshold=none + NEVER,
    )
    p = head.probabilities(scores)
    head = replace(head, lean=lean(head, p[near], told.truth[near], task.accurate))
    found = measures.thresholds(head, p[near], told.truth[near], task.wanted)
    head = replace(head, threshold=np.maximum(found, np.float32(task.least)))
    said = {row.text: [task.labels[k] for k in np.flatnonzero(one)] for row, one in zip(task.rows, head.said(p), strict=True)}
    return replace(head, figures=_figures(task, head, p, told.truth)), said


def _evenly(task: Task, weight: Floats) -> Floats:
    """The weights of the rows, so that no source outweighs another by its size alone: by the root of how many it has."""
    _, of, many = np.unique([row.source for row in task.rows], return_inverse=True, return_counts=True)
    return np.asarray(weight / np.sqrt(many)[of.reshape(-1)], dtype=np.float32)


def _figures(task: Task, head: Head, p: Floats, truth: Truth) -> dict[str, object]:
    source = np.array([row.source for row in task.rows])
    return {
        "wanted": task.wanted,
        "trained_on": {str(name): int((source == name).sum()) for name in np.unique(source)},
        "folds": {name: measures.figures(head, p[source == name], truth[source == name]) for name in task.judged},
    }
