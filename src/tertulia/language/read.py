"""Texts to readings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, overload

import numpy as np

from tertulia.language import parts, weight
from tertulia.language.concluding import Answer, Batch, answers
from tertulia.language.features import Floats
from tertulia.language.groups import groups_in
from tertulia.language.heads import Head
from tertulia.language.languages import identify, languages_met
from tertulia.language.learning import BrandModel, Look, Seen
from tertulia.language.model_file import Model, load
from tertulia.language.reading import Aimed, Circumstances, Conclusion, Judged, Neighbour, Reading, Ruled, Span

_BATCH = 256
_CHARACTERS_A_BATCH = 200_000
_NEAR = 3
_LIKE = 0.4
_UNKNOWN = Circumstances()


class Reader:
    """Reads with one model. Holds no state of its own: threads may share it."""

    def __init__(self, model: Model) -> None:
        self.model = model
        rows = model.shelf.vectors.astype(np.float32)
        self._shelf = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    @property
    def version(self) -> str:
        """The general model's."""
        return self.model.version

    def see(self, texts: Sequence[str]) -> Seen:
        """The texts as the general model sees them, for learning."""
        batch = Batch.of(list(texts), self.model)
        return self._seen(batch, {head.name: batch.odds(head) for head in self.model.heads})

    def _seen(self, batch: Batch, odds: dict[str, Floats]) -> Seen:
        return Seen(batch.vectors, batch.weighed, odds, {head.name: head.labels for head in self.model.heads})

    def near(self, text: str, brand: BrandModel | None = None, most: int = _NEAR) -> tuple[Neighbour, ...]:
        """The labelled texts that are most like this one: the brand's own first, then ours."""
        seen = self.see([text])
        return self._near(seen.dense, brand.look(seen) if brand else None, most)[0]

    def read_many(self, texts: Sequence[str], brand: BrandModel | None = None,
                  circumstances: Sequence[Circumstances | None] | None = None, near: bool = True) -> list[Reading]:
        """A reading a text, in order; never raises, whatever the texts. Of each the first LONGEST characters count.

        ``brand``: what the brand taught, on top of this very model. ``circumstances``: what is known besides each text.
        ``near``: whether the labelled texts that each is like are wanted.
        """
        known = [one or _UNKNOWN for one in circumstances or [None] * len(texts)]
        readings: list[Reading] = []
        batch: list[str] = []
        size = 0
        for text in texts:
            batch.append(text)
            size += len(text)
            if len(batch) == _BATCH or size > _CHARACTERS_A_BATCH:
                readings += self._read_batch(batch, brand, known[len(readings) :], near)
                batch, size = [], 0
        return readings + self._read_batch(batch, brand, known[len(readings) :], near) if batch else readings

    def _read_batch(self, texts: list[str], brand: BrandModel | None, known: Sequence[Circumstances], near: bool) -> list[Reading]:
        batch = Batch.of(texts, self.model, known)
        languages = [identify(text, self.model.language) for text in texts]
        # The heads know Spanish: of a text that is surely in another language they are sure of nothing.
        spanish = np.array([not told.sure or told.label == "es" for told in languages])
        odds = {head.name: batch.odds(head) + _tilted(head, batch) for head in self.model.heads}
        look = brand.look(self._seen(batch, odds)) if brand else None
        said = answers(self.model, odds, look, batch, spanish)
        told: dict[str, Sequence[Any]] = {name: one.conclusions(batch) for name, one in said.items()}
        told |= self._ruled(said, batch.parts, known, look)
        if near:
            told["near"] = self._near(batch.vectors, look, _NEAR)
        if "hate" in told:
            told["hate"] = [_aimed(one, groups_in(folded)) for one, folded in zip(told["hate"], batch.folded, strict=True)]
        if "judgement" in told:
            told["judgement"] = _judged(told["judgement"], said["judgement"], batch)
        version = f"{self.version}+{brand.version}" if brand else self.version
        return [
            Reading(language, version, languages_met(texts[at], language, self.model.language),
                    partial=batch.folded[at].partial, **{name: each[at] for name, each in told.items()})
            for at, language in enumerate(languages)
        ]

    def _ruled(self, said: dict[str, Answer], found: Sequence[parts.Parts], known: Sequence[Circumstances],
               look: Look | None) -> dict[str, list[Ruled]]:
        """Importance and urgency, by rules over what the heads said; a person's word on almost the same text stands."""
        labels = [[(name, label) for name, one in said.items() for label in one.names(at)] for at in range(len(found))]
        told = {}
        for scale in weight.SCALES:
            ruled = [weight.weigh(scale, *one, self.model.rules) for one in zip(labels, found, known, strict=False)]
            levels = look.overrule(scale) if look else [None] * len(ruled)
            told[scale] = [one if level is None else replace(one, level=level, rule="taught", p=1.0, sure=True)
                           for one, level in zip(ruled, levels, strict=True)]
        return told

    def _near(self, vectors: Floats, look: Look | None, most: int) -> list[tuple[Neighbour, ...]]:
        """The labelled texts that are most like each: the brand's own first, then ours."""
        shelf = self.model.shelf
        alike = vectors @ self._shelf.T
        likest = np.argpartition(-alike, min(most, alike.shape[1] - 1), axis=1)[:, :most]
        taught = look.near(most) if look else [()] * len(vectors)
        found = []
        for row, places, brand in zip(alike, likest.tolist(), taught, strict=True):
            ranked = sorted((-float(row[at]), at) for at in places if row[at] >= _LIKE)
            general = [Neighbour(shelf.texts[at], round(-unlike, 3), shelf.labels[at]) for unlike, at in ranked]
            found.append((*brand, *general)[:most])
        return found


def _aimed(told: Conclusion, at: tuple[str, ...]) -> Aimed:
    return Aimed(told.label, told.p, told.sure, told.why, at)


def _tilted(head: Head, batch: Batch) -> Floats:
    """The log-odds that what is known besides the texts adds: to the judgement alone."""
    if head.name != "judgement":
        return np.zeros((1, 1), dtype=np.float32)
    return np.array([[parts.tilt(one, label) for label in head.labels] for one in batch.parts], dtype=np.float32)


def _judged(told: Sequence[Conclusion], judged: Answer, batch: Batch) -> list[Judged]:
    """The judgement with its parts: a part weighs what its words weighed."""
    first = np.searchsorted(batch.grams.token_doc, np.arange(len(told) + 1))
    judgements = []
    for at, one in enumerate(told):
        words = [batch.span(token, float(judged.words[token])) for token in range(first[at], first[at + 1])] if batch.parts[at].said else []

        def weighed(place: Span, words: list[Span] = words) -> float:
            return sum(word.weight for word in words if place.start <= word.start < place.end)

        judgements.append(Judged(one.label, one.p, one.sure, one.why, parts.shown(batch.parts[at], one.label, weighed)))
    return judgements


@cache
def shipped() -> Reader:
    """The reader of the shipped model, loaded once a process."""
    return Reader(load())


@overload
def read(texts: str, brand_model: BrandModel | None = None) -> Reading: ...  # type: ignore[overload-overlap]  # a text is no list
@overload
def read(texts: Sequence[str], brand_model: BrandModel | None = None) -> list[Reading]: ...
def read(texts: str | Sequence[str], brand_model: BrandModel | None = None) -> Reading | list[Reading]:
    """What one text, or each of several, seems to say; see ``Reader.read_many``."""
    told = read_many([texts] if isinstance(texts, str) else texts, brand_model)
    return told[0] if isinstance(texts, str) else told


def read_many(texts: Sequence[str], brand_model: BrandModel | None = None,
              circumstances: Sequence[Circumstances | None] | None = None) -> list[Reading]:
    """What each text seems to say, in order; many at once are several times as fast as one by one."""
    return shipped().read_many(texts, brand_model, circumstances)
