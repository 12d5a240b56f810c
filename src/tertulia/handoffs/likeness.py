"""Which idea a suggestion is like: what people ask for in other words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tertulia.handoffs.models import Idea, Suggestion
from tertulia.language.encoder import encode

#: From which likeness on two suggestions ask for the same (2026-11, written by hand: the same 0.46–0.76, others up to 0.42).
SAME = 0.45
#: From which it is worth asking a person whether they do.
PERHAPS = 0.33
_LATELY, _AMONG = 3000, 3


@dataclass(frozen=True, slots=True)
class Like:
    """An idea and how like it is, from 0 to 1."""

    idea_id: int
    score: float


def vector_of(text: str) -> bytes:
    """A text's place, to be kept."""
    return bytes(encode([text])[0].astype(np.float16).tobytes())


def nearest(brand_id: int, vector: bytes) -> Idea | None:
    """The idea of the brand's that asks for the same, if there is one; one that is over takes no more."""
    found = like(brand_id, [vector])
    if not found or found[0].score < SAME:
        return None
    return Idea.objects.filter(pk=found[0].idea_id).first()


def like(brand_id: int, vectors: Sequence[bytes], without: int = 0) -> list[Like]:
    """The living ideas of the brand by how like these suggestions they are, the likest first."""
    rows = list(Suggestion.objects.filter(idea__brand=brand_id, idea__merged_into=None, idea__state__in=("new", "considered", "planned"))
                .filter(dropped_at=None).exclude(idea=without).exclude(vector=b"").order_by("-pk").values_list("idea", "vector")[:_LATELY])
    if not rows or not any(vectors):
        return []
    known = np.stack([np.frombuffer(bytes(vector), dtype=np.float16) for _idea, vector in rows]).astype(np.float32)
    asked = np.stack([np.frombuffer(bytes(one), dtype=np.float16) for one in vectors if one]).astype(np.float32)
    near = (known @ asked.T).max(axis=1)
    by_idea: dict[int, list[float]] = {}
    for (idea, _vector), score in zip(rows, near, strict=True):
        by_idea.setdefault(idea, []).append(float(score))
    scores = [Like(idea, sum(top := sorted(some, reverse=True)[:_AMONG]) / len(top)) for idea, some in by_idea.items()]
    return sorted(scores, key=lambda one: -one.score)
