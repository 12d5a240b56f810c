"""Texts to readings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tertulia.language.features import Grams, Weighed, grams_of, weigh
from tertulia.language.folding import Folded, fold
from tertulia.language.heads import Head
from tertulia.language.languages import identify
from tertulia.language.model_file import Model, load
from tertulia.language.reading import Chosen, Conclusion, Conclusions, Reading, Span

_BATCH = 256
_CHARACTERS_A_BATCH = 200_000
_REASONS = 3


class Reader:
    """Reads with one model. Holds no state of its own: threads may share it."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def read_many(self, texts: Sequence[str]) -> list[Reading]:
        """A reading a text, in order; never raises, whatever the texts. Of each the first LONGEST characters count."""
        readings: list[Reading] = []
        batch: list[str] = []
        size = 0
        for text in texts:
            batch.append(text)
            size += len(text)
            if len(batch) == _BATCH or size > _CHARACTERS_A_BATCH:
                readings += self._read_batch(batch)
                batch, size = [], 0
        return readings + self._read_batch(batch) if batch else readings

    def _read_batch(self, texts: list[str]) -> list[Reading]:
        folded = [fold(text) for text in texts]
        grams = grams_of(folded, self.model.cues)
        weighed = weigh(grams, self.model.idf)
        languages = [identify(text, self.model.language) for text in texts]
        # The heads know Spanish: of a text that is surely in another language they are sure of nothing.
        known = np.array([not told.sure or told.label == "es" for told in languages])
        told = {head.name: _conclude(head, grams, weighed, texts, folded, known) for head in self.model.heads}
        readings = []
        for at, language in enumerate(languages):
            heads: dict[str, Any] = {name: conclusions[at] for name, conclusions in told.items()}
            readings.append(Reading(language, self.model.version, partial=folded[at].partial, **heads))
        return readings


def _conclude(
    head: Head, grams: Grams, weighed: Weighed, texts: list[str], folded: list[Folded], known: npt.NDArray[np.bool_]
) -> list[Conclusion | Conclusions]:
    """What ``head`` says of each text."""
    p = head.probabilities(head.scores(weighed))
    best = head.best(p)
    top = p[np.arange(len(p)), best]
    # a text without one known feature gives no ground to be sure
    sure = (top >= head.threshold[best]) & known & (np.diff(weighed.first) > 0)
    reasons = _reasons(head.word_weights(grams, weighed, best), grams, texts, folded)
    if not head.several:
        return [
            Conclusion(head.labels[k], round(float(top[at]), 3), bool(sure[at]), reasons[at])
            for at, k in enumerate(best.tolist())
        ]
    return [
        Conclusions(_chosen(head.labels, row), bool(sure[at]), reasons[at]) for at, row in enumerate(p.tolist())
    ]


def _chosen(labels: tuple[str, ...], row: list[float]) -> tuple[Chosen, ...]:
    """The likeliest label and every other from one half on."""
    ranked = sorted(zip(row, labels, strict=True), key=lambda pair: -pair[0])
    return tuple(Chosen(label, round(p, 3)) for at, (p, label) in enumerate(ranked) if at == 0 or p >= 0.5)


def _reasons(
    weights: npt.NDArray[np.float64], grams: Grams, texts: list[str], folded: list[Folded]
) -> list[tuple[Span, ...]]:
    """Of every text the words that spoke most for its label, heaviest first."""
    reasons: list[list[Span]] = [[] for _ in texts]
    order = np.argsort(-weights, kind="stable")
    chosen = order[weights[order] > 0.005]
    docs = grams.token_doc[chosen]
    # the place of each word among those of its text, by weight
    by_doc = np.argsort(docs, kind="stable")
    first = np.searchsorted(docs[by_doc], np.arange(grams.docs))
    place = np.arange(len(docs)) - first[docs[by_doc]]
    for token in chosen[by_doc[place < _REASONS]].tolist():
        doc = int(grams.token_doc[token])
        offset = int(grams.base[doc]) + 1  # the space before the text
        start = folded[doc].starts[int(grams.token_start[token]) - offset]
        end = folded[doc].ends[int(grams.token_end[token]) - offset - 1]
        span = Span(start, end, texts[doc][start:end], round(float(weights[token]), 3))
        reasons[doc].append(span)
    return [tuple(spans) for spans in reasons]


@cache
def shipped() -> Reader:
    """The reader of the shipped model, loaded once a process."""
    return Reader(load())


def read(text: str) -> Reading:
    """What ``text`` seems to say; see ``Reader.read_many``."""
    return shipped().read_many([text])[0]


def read_many(texts: Sequence[str]) -> list[Reading]:
    """What each text seems to say, in order; many at once are several times as fast as one by one."""
    return shipped().read_many(texts)
