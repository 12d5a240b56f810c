"""Texts to readings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tertulia.language.encoder import encode
from tertulia.language.features import Floats, Grams, Weighed, grams_of, weigh
from tertulia.language.folding import Folded, fold
from tertulia.language.heads import Head
from tertulia.language.languages import identify
from tertulia.language.learning import Adjusted, BrandModel, Look, Seen
from tertulia.language.model_file import Model, load
from tertulia.language.reading import Chosen, Circumstances, Conclusion, Conclusions, Reading, Span

_BATCH = 256
_CHARACTERS_A_BATCH = 200_000
_REASONS = 3
_SURE_OF_A_BRAND = 0.7


class Reader:
    """Reads with one model. Holds no state of its own: threads may share it."""

    def __init__(self, model: Model) -> None:
        self.model = model

    @property
    def version(self) -> str:
        """The general model's."""
        return self.model.version

    def see(self, texts: Sequence[str]) -> Seen:
        """The texts as the general model sees them, for learning."""
        weighed = weigh(grams_of([fold(text) for text in texts], self.model.cues), self.model.idf)
        return self._seen(texts, weighed, {head.name: head.odds(head.scores(weighed)) for head in self.model.heads})

    def _seen(self, texts: Sequence[str], weighed: Weighed, odds: dict[str, Floats]) -> Seen:
        return Seen(encode(texts), weighed, odds, {head.name: head.labels for head in self.model.heads})

    def read_many(self, texts: Sequence[str], brand: BrandModel | None = None,
                  circumstances: Sequence[Circumstances] | None = None) -> list[Reading]:
        """A reading a text, in order; never raises, whatever the texts. Of each the first LONGEST characters count.

        ``brand``: what the brand taught, on top of this very model. ``circumstances``: what is known besides each text.
        """
        readings: list[Reading] = []
        batch: list[str] = []
        size = 0
        for text in texts:
            batch.append(text)
            size += len(text)
            if len(batch) == _BATCH or size > _CHARACTERS_A_BATCH:
                readings += self._read_batch(batch, brand)
                batch, size = [], 0
        return readings + self._read_batch(batch, brand) if batch else readings

    def _read_batch(self, texts: list[str], brand: BrandModel | None) -> list[Reading]:
        folded = [fold(text) for text in texts]
        grams = grams_of(folded, self.model.cues)
        weighed = weigh(grams, self.model.idf)
        languages = [identify(text, self.model.language) for text in texts]
        # The heads know Spanish: of a text that is surely in another language they are sure of nothing.
        known = np.array([not told.sure or told.label == "es" for told in languages])
        odds = {head.name: head.odds(head.scores(weighed)) for head in self.model.heads}
        look = brand.look(self._seen(texts, weighed, odds)) if brand else None
        told = {
            head.name: _conclude(head, odds[head.name], look, grams, weighed, texts, folded, known) for head in self.model.heads
        }
        told |= _of_the_brand_alone(look, set(told))
        version = f"{self.version}+{brand.version}" if brand else self.version
        readings = []
        for at, language in enumerate(languages):
            heads: dict[str, Any] = {name: conclusions[at] for name, conclusions in told.items()}
            readings.append(Reading(language, version, partial=folded[at].partial, **heads))
        return readings


def _of_the_brand_alone(look: Look | None, general: set[str]) -> dict[str, list[Conclusion | Conclusions]]:
    """The heads that only the brand taught."""
    told: dict[str, list[Conclusion | Conclusions]] = {}
    for name in () if look is None else look.heads - general:
        adjusted = look.adjust(name) if look else None
        if adjusted is not None:
            told[name] = [_alone(adjusted, row, bool(known)) for row, known in zip(adjusted.p, adjusted.known, strict=True)]
    return told


def _alone(adjusted: Adjusted, p: npt.NDArray[np.float64], known: bool) -> Conclusion | Conclusions:
    sure = known or bool(p.max() >= _SURE_OF_A_BRAND)
    if adjusted.several:
        return Conclusions(_chosen(adjusted.labels, p.tolist()), sure)
    return Conclusion(adjusted.labels[int(p.argmax())], round(float(p.max()), 3), sure)


def _conclude(
    head: Head, odds: Floats, look: Look | None, grams: Grams, weighed: Weighed, texts: list[str], folded: list[Folded],
    spanish: npt.NDArray[np.bool_],
) -> list[Conclusion | Conclusions]:
    """What ``head`` says of each text, as the brand would have it."""
    p, said = head.chances(odds), np.zeros(len(texts), dtype=np.bool_)
    if look and (adjusted := look.adjust(head.name)):
        order = [adjusted.labels.index(label) for label in head.labels]
        p, said = adjusted.p[:, order].astype(np.float32), adjusted.known
    best = head.best(p)
    if said.any():  # what people said is not leant away from
        best = np.where(said, p.argmax(axis=1), best)
    top = p[np.arange(len(p)), best]
    # a text without one known feature gives no ground to be sure
    sure = ((top >= head.threshold[best]) & spanish & (np.diff(weighed.first) > 0)) | said
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
