"""From calibrated log-odds to what is told of a text: the label, its doubt, and the words that spoke most for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np
import numpy.typing as npt

from tertulia.language.encoder import encode_folded
from tertulia.language.features import Floats, Grams, Ints, Weighed, grams_of, weigh
from tertulia.language.folding import Folded, fold
from tertulia.language.heads import Head
from tertulia.language.learning import Adjusted, Look
from tertulia.language.marks import marks_of
from tertulia.language.model_file import Model
from tertulia.language.parts import Parts, parts_of
from tertulia.language.reading import Chosen, Circumstances, Conclusion, Conclusions, Span

_REASONS = 3
_LEAST = 0.005  # a word that weighs less is no reason
_SURE_OF_A_BRAND = 0.7
_NOTHING = frozenset({"ham", "not", "none", "straight"})  # that nothing was found has no reasons

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts as the heads see them: ``vectors`` are what they mean, ``dense`` that and the marks of their ``parts``."""

    texts: list[str]
    folded: list[Folded]
    parts: list[Parts]
    grams: Grams
    weighed: Weighed
    vectors: Floats
    dense: Floats

    @classmethod
    def of(cls, texts: list[str], model: Model, known: Sequence[Circumstances] = ()) -> Batch:
        """``known``: what is known besides each text, where anything is."""
        folded = [fold(text) for text in texts]
        parts = [parts_of(text, one, besides) for text, one, besides in zip_longest(texts, folded, known[: len(texts)])]
        grams = grams_of(folded, model.cues)
        vectors = encode_folded(folded)
        dense = np.concatenate([vectors, marks_of(folded, parts, model.marks)], axis=1)
        return cls(texts, folded, parts, grams, weigh(grams, model.idf), vectors, dense)

    def odds(self, head: Head) -> Floats:
        """The calibrated log-odds of ``head``, [texts, labels]."""
        return head.odds(head.scores(self.weighed, self.dense))

    def span(self, token: int, weight: float) -> Span:
        """Where a word of the batch stands in its original."""
        doc = int(self.grams.token_doc[token])
        offset = int(self.grams.base[doc]) + 1  # the space before the text
        start = self.folded[doc].starts[int(self.grams.token_start[token]) - offset]
        end = self.folded[doc].ends[int(self.grams.token_end[token]) - offset - 1]
        return Span(start, end, self.texts[doc][start:end], round(weight, 3))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a head says of each text: ``p`` and ``said`` [texts, labels], the ``best`` label, whether it is sure, how much
    every word of the batch spoke for it.
    """

    labels: tuple[str, ...]
    several: bool
    p: Floats
    best: Ints
    said: Flags
    sure: Flags
    words: npt.NDArray[np.float64]

    def names(self, at: int) -> list[str]:
        """The labels of one text, the likeliest first."""
        return [self.labels[k] for k in (self._ranked(at) if self.several else [self.best[at]])]

    def _ranked(self, at: int) -> list[int]:
        chosen = np.flatnonzero(self.said[at])
        return [int(k) for k in chosen[np.argsort(-self.p[at, chosen], kind="stable")]]

    def conclusions(self, batch: Batch) -> list[Conclusion] | list[Conclusions]:
        """As they are told, with their reasons."""
        something = np.array([label not in _NOTHING for label in self.labels])[self.best]
        why = reasons(self.words * something[batch.grams.token_doc], batch)
        top = np.round(self.p[np.arange(len(self.p)), self.best].astype(np.float64), 3).tolist()
        sure = self.sure.tolist()
        if not self.several:
            return [Conclusion(self.labels[k], *told) for k, *told in zip(self.best.tolist(), top, sure, why, strict=True)]
        return [Conclusions(self._chosen(at), *told) for at, told in enumerate(zip(sure, why, strict=True))]

    def _chosen(self, at: int) -> tuple[Chosen, ...]:
        return tuple(Chosen(self.labels[k], round(float(self.p[at, k]), 3)) for k in self._ranked(at))


def answers(model: Model, odds: Mapping[str, Floats], look: Look | None, batch: Batch, spanish: Flags) -> dict[str, Answer]:
    """What every head says, as the brand would have it. Of what is surely not Spanish they are sure of nothing."""
    ground = spanish & (np.diff(batch.weighed.first) > 0)  # nor of a text without one known feature
    told = {}
    for head in model.heads:
        adjusted = look.adjust(head.name) if look else None
        if adjusted is None or set(adjusted.labels) == set(head.labels):
            told[head.name] = _general(head, odds[head.name], adjusted, batch, ground)
    for name in sorted(look.heads - set(told)) if look else ():  # what only the brand taught, or with labels of its own
        if look and (adjusted := look.adjust(name)):
            told[name] = _own(adjusted, batch)
    return told


def _general(head: Head, odds: Floats, adjusted: Adjusted | None, batch: Batch, ground: Flags) -> Answer:
    p, known = head.chances(odds), np.zeros(len(odds), dtype=np.bool_)
    if adjusted:
        order = [adjusted.labels.index(label) for label in head.labels]
        p, known = adjusted.p[:, order].astype(np.float32), adjusted.known
    best, said = head.best(p), head.said(p)
    if known.any():  # what people said is not leant away from
        best = np.where(known, p.argmax(axis=1), best)
        said = np.where(known[:, None], _plainly(p, head.several), said)
    sure = ((p[np.arange(len(p)), best] >= head.threshold[best]) & ground) | known
    words = head.word_weights(batch.grams, batch.weighed, best)
    return Answer(head.labels, head.several, p, best, said, sure, words)


def _own(adjusted: Adjusted, batch: Batch) -> Answer:
    p = adjusted.p.astype(np.float32)
    sure = adjusted.known | (p.max(axis=1) >= _SURE_OF_A_BRAND)
    nothing = np.zeros(len(batch.grams.token_doc))
    return Answer(adjusted.labels, adjusted.several, p, p.argmax(axis=1), _plainly(p, adjusted.several), sure, nothing)


def _plainly(p: Floats, several: bool) -> Flags:
    """The likeliest label, and if ``several`` all that are more likely than not."""
    said = (p >= 0.5) & several
    said[np.arange(len(p)), p.argmax(axis=1)] = True
    return np.asarray(said, dtype=np.bool_)


def reasons(weights: npt.NDArray[np.float64], batch: Batch) -> list[tuple[Span, ...]]:
    """Of every text the words that spoke most for its label, heaviest first."""
    found: list[list[Span]] = [[] for _ in batch.texts]
    order = np.argsort(-weights, kind="stable")
    chosen = order[weights[order] > _LEAST]
    docs = batch.grams.token_doc[chosen]
    # the place of each word among those of its text, by weight
    by_doc = np.argsort(docs, kind="stable")
    first = np.searchsorted(docs[by_doc], np.arange(batch.grams.docs))
    place = np.arange(len(docs)) - first[docs[by_doc]]
    for token in chosen[by_doc[place < _REASONS]].tolist():
        found[int(batch.grams.token_doc[token])].append(batch.span(token, float(weights[token])))
    return [tuple(spans) for spans in found]
