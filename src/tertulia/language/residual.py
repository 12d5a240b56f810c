"""What a brand's corrections add to the general model: a kernel logistic regression on top of its log-odds. Pure NumPy.

Adjusted log-odds = general log-odds + sum over the corrected texts of (kernel × coefficients). Without corrections nothing is
added. The kernel has three parts: a local one, by which one correction moves what is very much alike a lot and the rest not at
all; a linear one, by which many corrections move what is alike a little (a brand's own words); and one over what the general
model tells, by which many corrections teach that what it calls one thing this brand calls another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from tertulia.language.features import Floats, Weighed

Doubles = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Truth = npt.NDArray[np.bool_]

LOCAL, SHARP = 8.0, 5.0
"""The weight of the local part against a penalty of one, and how fast it falls with unlikeness."""
LINEAR, TOLD, SLOW = 4.0, 10.0, 15
"""The weights of the other two, and how many corrections give them half of it: of one alone nobody knows what it says about
the rest.
"""

SKETCH = 512
FOLDS = 5
_SAME_FOLD = 0.8
_STEPS = 400
_STILL = 2e-3
_COOLER = (1.0, 1.15, 1.3, 1.5, 1.75, 2.0, 2.5)
_ENOUGH_TO_COOL = 20


def vectors_of(dense: Floats, grams: Weighed) -> npt.NDArray[np.float16]:
    """Unit vectors of what texts mean and of how they are written, in equal parts: [texts, dense + SKETCH].

    ``dense`` are unit vectors; the n-grams are folded into SKETCH numbers with signs, which keeps their likeness up to 0.04.
    """
    sign: Doubles = np.where((grams.feature // SKETCH) % 2, 1.0, -1.0) * grams.value
    cell = grams.doc * SKETCH + grams.feature % SKETCH
    sketch = np.bincount(cell, weights=sign, minlength=len(dense) * SKETCH).astype(np.float64)
    whole = np.concatenate([_unit(dense.astype(np.float64)), _unit(sketch.reshape(len(dense), SKETCH))], axis=1)
    return _unit(whole).astype(np.float16)


def _unit(rows: Doubles) -> Doubles:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9))


def likeness(these: npt.NDArray[np.float16], those: npt.NDArray[np.float16]) -> Doubles:
    """The cosine of each with each, [these, those]: 1 for a copy, about 0.1 for texts that have nothing to do."""
    return np.asarray(these.astype(np.float32) @ those.astype(np.float32).T, dtype=np.float64)


def kernel(alike: Doubles, agreeing: Doubles, many: int) -> Doubles:
    """How much a corrected text says about another where there are so ``many``, from their likeness and from how much the
    general model tells the same of both (the product of its probabilities).
    """
    broad = many / (many + SLOW) * (LINEAR * alike + TOLD * agreeing)
    return np.asarray(broad + LOCAL * np.exp(SHARP * (alike - 1)))


def chances(odds: Doubles, several: bool) -> Doubles:
    """Probabilities from log-odds, [texts, labels]; rows add up to one unless ``several`` labels may hold."""
    odds = np.clip(odds, -30, 30)
    if several:
        return np.asarray(1 / (1 + np.exp(-odds)))
    powers = np.exp(odds - odds.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def log_odds(p: Doubles, several: bool) -> Doubles:
    """The way back from ``chances``."""
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(p) - np.log1p(-p)) if several else np.asarray(np.log(p))


def fit(between: Doubles, offset: Doubles, right: Truth, several: bool) -> Doubles:
    """The coefficients [texts, labels] that explain ``right`` best, and no more than they must.

    ``between``: the kernel of the corrected texts [texts, texts]; ``offset``: their general log-odds. Accelerated gradient in
    the space of the kernel, whose bound on the curvature is known; the same input gives the same output.
    """
    curve = float(np.abs(between).sum(axis=1).max()) * (0.25 if several else 0.5)
    step, root = 1 / (1 + curve), np.sqrt(1 + curve)
    pull = (root - 1) / (root + 1)
    alpha = ahead = np.zeros_like(offset)
    for _ in range(_STEPS):
        gradient = chances(offset + between @ ahead, several) - right + ahead
        if float(np.abs(gradient).max()) < _STILL:
            return ahead
        moved = ahead - step * gradient
        ahead, alpha = moved + pull * (moved - alpha), moved
    return alpha


def folds_of(texts: Sequence[str], alike: Doubles) -> Ints:
    """A fold for each text, by its digest; near-copies share one, or the held-back would be known."""
    folds = np.zeros(len(texts), dtype=np.int64)
    for place, text in enumerate(texts):
        same = np.flatnonzero(alike[place, :place] >= _SAME_FOLD)
        digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()[0]
        folds[place] = folds[same[0]] if len(same) else digest % FOLDS
    return folds


def held_back(between: Doubles, offset: Doubles, right: Truth, several: bool, folds: Ints) -> Doubles:
    """The adjusted log-odds of every text by coefficients that had not seen its fold."""
    odds = offset.copy()
    for one in np.unique(folds):
        out, rest = folds == one, folds != one
        if rest.any():
            alpha = fit(between[np.ix_(rest, rest)], offset[rest], right[rest], several)
            odds[out] += between[np.ix_(out, rest)] @ alpha
    return odds


def cooling(odds: Doubles, right: Truth, several: bool) -> float:
    """By how much held-back log-odds must be divided to be as sure as they are right; never below one."""
    if len(odds) < _ENOUGH_TO_COOL:
        return 1.0

    def loss(by: float) -> float:
        p = np.clip(chances(odds / by, several), 1e-6, 1 - 1e-6)
        told = right * np.log(p) + (~right * np.log1p(-p) if several else 0)
        return float(-np.sum(told / np.maximum(1, 1 if several else right.sum(axis=1, keepdims=True)))) + 2 * float(np.log(by))

    return min(_COOLER, key=loss)
