"""How good is it: macro-F1, accuracy, calibration error, and what is right among what claims to be sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from tertulia.language.corpora import Row
from tertulia.language.features import Floats
from tertulia.language.heads import NEVER, Head

_FEWEST = 15
Truth = npt.NDArray[np.bool_]
"""[texts, labels]: which labels hold."""


def truth_of(rows: Sequence[Row], labels: Sequence[str]) -> Truth:
    """[rows, labels]: which labels hold."""
    return np.array([[label in row.labels for label in labels] for row in rows], dtype=np.bool_).reshape(-1, len(labels))


def macro_f1(truth: Truth, said: Truth) -> float:
    """The mean of the labels' F1, over labels that are true somewhere."""
    hits = (truth & said).sum(axis=0)
    both = truth.sum(axis=0) + said.sum(axis=0)
    present = truth.any(axis=0)
    return float(np.mean(2 * hits[present] / np.maximum(both[present], 1)))


def calibration_error(p: npt.NDArray[Any], right: npt.NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: how far the stated probability is from the share that is right, in ten bins."""
    place = np.minimum((p * bins).astype(int), bins - 1)
    gaps = [abs(float(right[place == at].mean() - p[place == at].mean())) * (place == at).sum() for at in set(place)]
    return float(sum(gaps) / max(len(p), 1))


def figures(head: Head, p: Floats, truth: Truth) -> dict[str, Any]:
    """The measures of ``head`` on texts with probabilities ``p``, rounded, as JSON."""
    best = head.best(p)
    at = np.arange(len(p))
    right, top = truth[at, best], p[at, best]
    sure = top >= head.threshold[best]
    said = head.said(p)
    there = [k for k in range(len(head.labels)) if truth[:, k].any()]
    each = {head.labels[k]: round(macro_f1(truth[:, [k]], said[:, [k]]), 3) for k in there}
    return {
        "texts": len(p),
        "macro_f1": round(macro_f1(truth, said), 3),
        "accuracy": round(float(right.mean()), 3),
        "ece": round(calibration_error(top, right), 3),
        "sure": round(float(sure.mean()), 3),
        "sure_right": round(float(right[sure].mean()), 3) if sure.any() else None,
        "f1": each,
    }


def thresholds(head: Head, p: Floats, truth: Truth, wanted: float) -> Floats:
    """For each label, the least probability from which on at least ``wanted`` of the texts given it are right.

    Never below one half. ``NEVER`` where fewer than fifteen texts would reach it, or never so many right.
    """
    found = np.full(p.shape[1], NEVER, dtype=np.float32)
    best = head.best(p)
    for k in range(p.shape[1]):
        mine = np.flatnonzero(best == k)
        order = mine[np.argsort(-p[mine, k], kind="stable")]
        share = np.cumsum(truth[order, k]) / np.arange(1, len(order) + 1)
        last_of_equals = np.append(np.diff(p[order, k]) != 0, True)[: len(order)]
        good = np.flatnonzero((share >= wanted) & last_of_equals & (np.arange(len(order)) >= _FEWEST - 1))
        if len(good):
            found[k] = max(np.floor(p[order[good[-1]], k] * 1000) / 1000, 0.5)
    return found
