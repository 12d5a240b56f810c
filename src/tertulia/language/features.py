"""Folded texts to hashed n-grams, all at once in NumPy: characters 2-5, words 1-2, and the cues of our lexicon.

Every gram is a stretch of the batch's characters, and its hash comes from one prefix sum (a polynomial hash modulo
2**64), so that a gram of any length costs the same and each gram knows where it stands: the reasons need that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tertulia.language.folding import Folded

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float32]

BUCKETS = 1 << 17
CHAR_LENGTHS = (2, 3, 4, 5)
CHARS, WORDS, CUES = 0, 1, 2

_TOKENS = re.compile("[\U0001f1e6-\U0001f1ff]{2}|@[ulet](?!\\w)|\\w+|[^\\w\\s]")
_P = 0x9E3779B97F4A7C15
_P_INVERSE = pow(_P, -1, 1 << 64)


@dataclass(frozen=True, slots=True)
class Cues:
    """The lexicon, compiled: ``hashes`` (sorted) of the entries of each ``length``, and the ``kinds`` they mean.

    ``open_end`` entries match the beginning of a word, the others whole words; all begin at a word's beginning.
    """

    hashes: Hashes
    kinds: Ints
    lengths: Ints
    open_end: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Grams:
    """Occurrences: in which text (``doc``), from where to where in the batch (``start``, ``end``), which ``feature``.

    ``token_*`` are the words of the batch, to tell reasons by; ``base[i]`` is where text ``i`` begins.
    """

    docs: int
    size: int
    doc: Ints
    start: Ints
    end: Ints
    feature: Ints
    block: npt.NDArray[np.int8]
    token_doc: Ints
    token_start: Ints
    token_end: Ints
    base: Ints


@dataclass(frozen=True, slots=True)
class Weighed:
    """The batch as unit vectors, one row a (text, feature) in the order of the texts.

    ``value`` is the feature's weight in its text; ``first[i]`` the first row of text ``i`` (length docs + 1);
    ``row`` leads each occurrence of the grams to its row, ``times`` says how many occurrences share it.
    """

    doc: Ints
    feature: Ints
    value: Floats
    first: Ints
    row: Ints
    times: Ints


def mix(values: Hashes) -> Hashes:
    """The finalizer of splitmix64: spreads every bit over all of them."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


class Characters:
    """The characters of a batch with the prefix sums that hash any stretch of them."""

    def __init__(self, text: str) -> None:
        points = np.frombuffer(text.encode("utf-32-le", "replace"), dtype="<u4").astype(np.uint64)
        self.points = points
        powers = _powers(_P, len(points))
        self._inverse = _powers(_P_INVERSE, len(points) + 1)
        self._sums = np.zeros(len(points) + 1, dtype=np.uint64)
        np.cumsum(mix(points + np.uint64(1)) * powers, out=self._sums[1:])

    def hashes(self, start: Ints, end: Ints) -> Hashes:
        """The hash of each stretch ``[start, end)``: equal for equal text, wherever it stands."""
        return mix((self._sums[end] - self._sums[start]) * self._inverse[start])


def _powers(of: int, count: int) -> Hashes:
    steps = np.full(max(count, 1), of, dtype=np.uint64)
    steps[0] = 1
    return np.cumprod(steps, dtype=np.uint64)[:count]


def _stretches(points: Hashes, length: int) -> Ints:
    """Where grams of ``length`` characters begin that lie in one word, with the space on either side at most."""
    usable = len(points) - length + 1
    if usable <= 0:
        return np.zeros(0, dtype=np.int64)
    spaces = np.zeros(len(points) + 1, dtype=np.int64)
    np.cumsum(points <= np.uint64(32), out=spaces[1:])
    at: Ints = np.arange(usable, dtype=np.int64)
    inside = spaces[at + length - 1] - spaces[at + 1]
    whole = spaces[at + length] - spaces[at]
    lawful: Ints = at[(inside == 0) & (whole < length)]
    return lawful


def grams_of(texts: Sequence[Folded], cues: Cues) -> Grams:
    """Every gram of every text. Texts are laid side by side, each between spaces."""
    text = "".join(f" {folded.text} " for folded in texts)
    sizes = np.array([len(folded.text) + 2 for folded in texts], dtype=np.int64)
    base = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
    characters = Characters(text)
    tokens = np.array([match.span() for match in _TOKENS.finditer(text)], dtype=np.int64).reshape(-1, 2)
    token_start, token_end = tokens[:, 0], tokens[:, 1]
    doc_of = np.repeat(np.arange(len(texts), dtype=np.int64), sizes)
    token_doc = doc_of[token_start]

    found = _found(characters, cues, token_start, token_end, token_doc)
    start = np.concatenate([one[0] for one in found])
    salted = np.concatenate([hashes ^ np.uint64(0x51ED270B * (block + 1)) for _, _, hashes, block in found])
    return Grams(
        docs=len(texts),
        size=len(text),
        doc=doc_of[start],
        start=start,
        end=np.concatenate([one[1] for one in found]),
        feature=(mix(salted) % np.uint64(BUCKETS)).astype(np.int64),
        block=np.concatenate([np.full(len(one[0]), one[3], dtype=np.int8) for one in found]),
        token_doc=token_doc,
        token_start=token_start,
        token_end=token_end,
        base=base,
    )


def _found(
    characters: Characters, cues: Cues, token_start: Ints, token_end: Ints, token_doc: Ints
) -> list[tuple[Ints, Ints, Hashes, int]]:
    """Starts, ends, hashes and block of each kind of gram: stretches of characters, words alone and in pairs, cues."""
    found: list[tuple[Ints, Ints, Hashes, int]] = []
    for length in CHAR_LENGTHS:
        start = _stretches(characters.points, length)
        found.append((start, start + length, characters.hashes(start, start + length), CHARS))
    found.append((token_start, token_end, characters.hashes(token_start, token_end), WORDS))
    together = token_doc[:-1] == token_doc[1:]
    start, end = token_start[:-1][together], token_end[1:][together]
    found.append((start, end, characters.hashes(start, end), WORDS))
    for start, end, kind in _cues_in(characters, cues, token_start, token_end):
        found.append((start, end, mix(kind.astype(np.uint64) + np.uint64(7)), CUES))
    return found


def _cues_in(
    characters: Characters, cues: Cues, token_start: Ints, token_end: Ints
) -> list[tuple[Ints, Ints, Ints]]:
    """The stretches that are entries of the lexicon, with the kind of each."""
    found: list[tuple[Ints, Ints, Ints]] = []
    closes = np.zeros(len(characters.points) + 1, dtype=np.bool_)
    closes[token_end] = True
    for length in np.unique(cues.lengths):
        of_length = np.flatnonzero(cues.lengths == length)
        start = token_start[token_start + length <= len(characters.points)]
        hashes = characters.hashes(start, start + length)
        left = np.searchsorted(cues.hashes[of_length], hashes)
        # an entry may stand for several kinds: equal hashes lie side by side
        for step in range(_most_kinds(cues.hashes[of_length])):
            place = np.minimum(left + step, len(of_length) - 1)
            entry = of_length[place]
            hit = (cues.hashes[entry] == hashes) & (left + step < len(of_length))
            hit &= cues.open_end[entry] | closes[start + length]
            if hit.any():
                found.append((start[hit], start[hit] + length, cues.kinds[entry[hit]]))
    return found


def _most_kinds(hashes: Hashes) -> int:
    return int(np.unique(hashes, return_counts=True)[1].max())


def weigh(grams: Grams, idf: Floats) -> Weighed:
    """TF-IDF with the logarithm of the count; characters, words and cues each of length one in every text."""
    key = (grams.doc * 4 + grams.block) * BUCKETS + grams.feature
    unique, row, times = np.unique(key, return_inverse=True, return_counts=True)
    group, feature = np.divmod(unique, BUCKETS)
    value = ((1.0 + np.log(times)) * idf[feature]).astype(np.float32)
    square = np.bincount(group, weights=value.astype(np.float64) ** 2, minlength=grams.docs * 4)
    norm = np.sqrt(np.maximum(square, 1e-12))
    doc = group // 4
    first = np.searchsorted(doc, np.arange(grams.docs + 1))
    return Weighed(doc, feature, (value / norm[group]).astype(np.float32), first, row.reshape(-1), times)
