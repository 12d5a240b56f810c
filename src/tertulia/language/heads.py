"""One kind of head for every question: linear scores over the shared features, calibrated, with the right to doubt."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tertulia.language.features import Floats, Grams, Ints, Weighed

NEVER = 2.0
"""A threshold that no probability reaches: the label is never sure."""


@dataclass(frozen=True, slots=True)
class Head:
    """A question with its possible ``labels``; ``several`` if more than one may hold.

    ``weights`` [buckets, labels] are steps of ``scale`` [labels], ``dense`` [SIZE + marks, labels] belong to the sentence
    vector and the marks: score = features @ weights * scale + vector @ dense + ``bias``.
    ``slope`` and ``shift`` [labels] turn scores into log-odds fitted on texts that the weights had not seen.
    ``lean`` [labels] is added to the log-probabilities (log-odds if ``several``) when labels are chosen, never to what is
    told.
    ``threshold`` [labels]: from this probability on, the label is sure. ``figures``: what was measured, as plain JSON.
    """

    name: str
    labels: tuple[str, ...]
    several: bool
    weights: npt.NDArray[np.int8]
    scale: Floats
    dense: Floats
    bias: Floats
    slope: Floats
    shift: Floats
    lean: Floats
    threshold: Floats
    figures: dict[str, Any] = field(default_factory=dict)

    def scores(self, texts: Weighed, vectors: Floats) -> Floats:
        """[texts, labels]; ``vectors`` [texts, SIZE + marks]. A text without any feature gets the bias."""
        parts = self.weights[texts.feature].astype(np.float32) * texts.value[:, None]
        scores = np.zeros((len(texts.first) - 1, len(self.labels)), dtype=np.float32)
        filled = np.flatnonzero(np.diff(texts.first))
        if len(filled):
            scores[filled] = np.add.reduceat(parts, texts.first[filled], axis=0)
        return (scores * self.scale + vectors @ self.dense + self.bias).astype(np.float32)

    def odds(self, scores: Floats) -> Floats:
        """[texts, labels]: calibrated log-odds."""
        return np.asarray(np.clip(scores * self.slope + self.shift, -30, 30), dtype=np.float32)

    def probabilities(self, scores: Floats) -> Floats:
        """[texts, labels], calibrated; rows add up to one unless ``several``."""
        return self.chances(self.odds(scores))

    def chances(self, odds: Floats) -> Floats:
        """The probabilities of log-odds."""
        if self.several:
            return np.asarray(1.0 / (1.0 + np.exp(-odds)), dtype=np.float32)
        powers = np.exp(odds - odds.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)

    def best(self, p: Floats) -> Ints:
        """The label chosen for each text, [texts]: the likeliest, leaning towards rare ones."""
        return np.asarray(self._leaning(p).argmax(axis=1), dtype=np.int64)

    def said(self, p: Floats) -> npt.NDArray[np.bool_]:
        """The labels given to each text, [texts, labels]: the one chosen, and if ``several`` all that the lean lets hold."""
        said = np.zeros(p.shape, dtype=np.bool_)
        said[np.arange(len(p)), self.best(p)] = True
        return said | (self._leaning(p) >= 0) if self.several else said

    def _leaning(self, p: Floats) -> Floats:
        p = np.clip(p, 1e-9, 1 - 1e-7)
        return np.asarray(np.log(p) - (np.log1p(-p) if self.several else 0) + self.lean, dtype=np.float32)

    def word_weights(self, grams: Grams, texts: Weighed, label: Ints) -> npt.NDArray[np.float64]:
        """How much each word of the batch spoke for ``label[text]`` against the others: [tokens].

        A gram's weight is shared by its occurrences, then by its characters, then gathered by words.
        """
        steps = self.weights[texts.feature].astype(np.float32) * self.scale
        chosen = steps[np.arange(len(steps)), label[texts.doc]]
        if not self.several:
            chosen = chosen - steps.mean(axis=1)
        by_row = chosen * texts.value / texts.times
        by_char = by_row[texts.row] / (grams.end - grams.start)
        edges = np.bincount(grams.start, weights=by_char, minlength=grams.size + 1)
        edges -= np.bincount(grams.end, weights=by_char, minlength=grams.size + 1)
        until = np.concatenate([np.zeros(1), np.cumsum(np.cumsum(edges))])
        return np.asarray(until[grams.token_end] - until[grams.token_start], dtype=np.float64)
