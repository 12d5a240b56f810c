"""What a brand taught us: its corrections turned into a small model that adjusts the general one, for this brand alone.

``learn`` makes a ``BrandModel`` from a person's corrections and confirmations; the Reader shows it each batch as the general
model sees it (``Seen``) and asks back every head's probabilities (``Look.adjust``), the levels that rules gave (``Look.overrule``)
and the brand's own texts that are like it (``Look.near``). A near-copy of a corrected text takes the corrected label.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from tertulia.language import residual
from tertulia.language.features import Floats, Weighed
from tertulia.language.reading import LABELS, Neighbour
from tertulia.language.residual import Doubles, Ints, Truth

FORMAT = 2
LEVELS = ("1", "2", "3")
RULED = ("importance", "urgency")
SEVERAL = frozenset({"intent", "touches"})
LEARNED = (
    "sentiment", "intent", "offence", "hate", "emotion", "spam", "judgement", "importance", "urgency", "department", "touches",
    "irony",
)
"""The heads that corrections teach. A corrected language stands for its own message and teaches nothing."""
MOST = 800
"""Examples of a head that are learned from, the newest."""
_LONGEST = 1_000
_FROM, _WHOLLY = 0.70, 0.82
"""From which likeness on a corrected text's labels begin to be taken over, and wholly are."""
_DOUBT = 0.12
_NEAR = 0.3
_FAINT, _NAMED = 0.05, 4.0


class BadBrandModel(ValueError):
    """The bytes are no brand model of ours, or one of another format."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A batch as the general model sees it, before any brand.

    ``dense`` [texts, numbers]: unit vectors; ``grams``: n-grams as weighed features; ``odds`` by head [texts, labels]:
    calibrated log-odds (log-probabilities up to a constant, or logits where several labels may hold), their ``labels`` by head.
    """

    dense: Floats
    grams: Weighed
    odds: Mapping[str, Floats]
    labels: Mapping[str, tuple[str, ...]]


class Sees(Protocol):
    """The general Reader, as far as learning needs it."""

    @property
    def version(self) -> str: ...

    def see(self, texts: Sequence[str]) -> Seen: ...


@dataclass(frozen=True, slots=True)
class Example:
    """A person said that the ``right`` labels of ``head`` hold for ``text``. Not ``said``: only the name of a department."""

    text: str
    head: str
    right: tuple[str, ...]
    said: bool = True


@dataclass(frozen=True, slots=True)
class HeldBack:
    """On examples held back in turn: how many (``of``), how many the general and the brand's model have right."""

    of: int
    general: int
    brand: int


@dataclass(frozen=True, slots=True)
class Adjusted:
    """``p``: [texts, labels], rows add up to one unless ``several``; ``known`` [texts]: a person said so of a text that is
    almost the same.
    """

    labels: tuple[str, ...]
    several: bool
    p: Doubles
    known: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class BrandHead:
    """What was learned of one head: ``of`` leads each example to its text; ``alpha``: coefficients (none where rules decide);
    ``cooled``: what the log-odds are divided by. ``counted``: a person said it of a message. ``becomes`` [general labels,
    labels]: what of the probability of each label of the general model goes to each of the brand's.
    """

    labels: tuple[str, ...]
    of: Ints
    right: Truth
    counted: Truth
    alpha: Floats
    becomes: Floats
    cooled: float = 1.0
    held_back: HeldBack | None = None


@dataclass(frozen=True, slots=True)
class BrandModel:
    """Everything a brand taught, on top of the general model of version ``general``. The same lessons give the same bytes."""

    general: str
    texts: tuple[str, ...]
    vectors: npt.NDArray[np.float16]
    odds: Mapping[str, npt.NDArray[np.float32]]
    general_labels: Mapping[str, tuple[str, ...]]
    heads: Mapping[str, BrandHead]
    version: str = ""

    def look(self, seen: Seen) -> Look:
        """This batch with the brand's eyes."""
        return Look(self, seen)

    def to_bytes(self) -> bytes:
        """Arrays and a JSON header in a zip, not compressed."""
        header, arrays = _packed(self)
        arrays["header"] = np.frombuffer(json.dumps(header | {"version": self.version}, ensure_ascii=False,
                                                    sort_keys=True).encode("utf-8", "surrogatepass"), dtype=np.uint8)
        out = io.BytesIO()
        np.savez(out, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, told: bytes) -> BrandModel:
        """The way back; ``BadBrandModel`` if it is none."""
        try:
            with np.load(io.BytesIO(told), allow_pickle=False) as file:
                arrays = {name: file[name] for name in file.files}
            header = json.loads(arrays["header"].tobytes().decode("utf-8", "surrogatepass"))
            if header["format"] != FORMAT:
                raise BadBrandModel("a brand model of another format")
            return _unpacked(header, arrays)
        except (KeyError, ValueError, TypeError, EOFError, BadZipFile) as error:
            raise BadBrandModel(str(error)) from error


class Look:
    """A batch, and how like each of its texts is to each that the brand taught."""

    def __init__(self, brand: BrandModel, seen: Seen) -> None:
        self._brand, self._seen = brand, seen
        self._alike = residual.likeness(residual.vectors_of(seen.dense, seen.grams), brand.vectors)

    @property
    def heads(self) -> frozenset[str]:
        """The heads that the brand taught, those of rules apart."""
        return frozenset(self._brand.heads) - frozenset(RULED)

    def adjust(self, head: str) -> Adjusted | None:
        """The head as the brand would have it; None where it taught nothing."""
        taught = self._brand.heads.get(head)
        if taught is None or head in RULED:
            return None
        several = head in SEVERAL
        alike = self._alike[:, taught.of]
        offset = _offset(self._seen.odds.get(head), taught.becomes, several, alike) + _by_name(alike, taught.right, taught.counted)
        agreeing = _agreeing(head, self._seen.odds.get(head), self._brand.odds.get(head), taught.of)
        kernel = residual.kernel(alike, agreeing, len(taught.of))
        odds = (offset + kernel @ taught.alpha) / taught.cooled
        votes, weight = self._remembered(taught)
        p = residual.chances(odds, several)
        p = (1 - weight) * p + weight * votes
        known = (weight[:, 0] >= 0.5) & (votes.max(axis=1) >= 0.75)
        return Adjusted(taught.labels, several, p, known)

    def overrule(self, head: str) -> list[int | None]:
        """For each text the level that people gave to one almost the same, or None: the rules stand."""
        taught = self._brand.heads.get(head)
        if taught is None or head not in RULED:
            return [None] * len(self._alike)
        votes, weight = self._remembered(taught)
        return [int(LEVELS[row.argmax()]) if sure >= 0.5 else None for row, sure in zip(votes, weight[:, 0], strict=True)]

    def _remembered(self, taught: BrandHead) -> tuple[Doubles, Doubles]:
        """The share of each label among almost equal texts [texts, labels], and how much that counts [texts, 1]."""
        close = np.clip((self._alike[:, taught.of] - _FROM) / (_WHOLLY - _FROM), 0, 1)
        votes = close @ taught.right
        total = close.sum(axis=1, keepdims=True)
        votes = (votes + _DOUBT / len(taught.labels)) / (total + _DOUBT)
        return votes, np.asarray(close.max(axis=1, keepdims=True, initial=0))

    def near(self, most: int = 3) -> list[tuple[Neighbour, ...]]:
        """For each text the brand's own corrected ones that are most like it, the likest first."""
        labels: dict[int, dict[str, tuple[str, ...]]] = {}
        for head, taught in self._brand.heads.items():
            for text, right, counted in zip(taught.of.tolist(), taught.right, taught.counted, strict=True):
                if counted:
                    labels.setdefault(text, {})[head] = tuple(np.array(taught.labels)[right].tolist())
        found = []
        for row in self._alike:
            order = [at for at in np.argsort(-row, kind="stable").tolist() if row[at] >= _NEAR and at in labels][:most]
            found.append(tuple(Neighbour(self._brand.texts[at], round(float(row[at]), 3), labels[at], ours=False) for at in order))
        return found


def learn(examples: Sequence[Example], reader: Sees, departments: Sequence[str] = (),
          before: BrandModel | None = None) -> BrandModel:
    """The model of a brand from its examples, oldest first, and its own ``departments`` (keys; none: the general ones).

    ``before`` spares looking again at texts that it knows. An example whose head or labels are unknown is left out.
    """
    lists = {head: LEVELS if head in RULED else LABELS[head] for head in LEARNED}
    if departments:
        lists["department"] = tuple(departments)
    kept = [replace(one, text=one.text[:_LONGEST]) for one in examples
            if one.head in lists and one.right and set(one.right) <= set(lists[one.head])]
    kept = [one for head in LEARNED for one in [each for each in kept if each.head == head][-MOST:]]
    known = _looked_at(sorted({one.text for one in kept}), reader, before)
    place = {text: at for at, text in enumerate(known.texts)}
    heads = {}
    for head in LEARNED:
        mine = [one for one in kept if one.head == head]
        if any(one.said for one in mine) or (head == "department" and departments):
            heads[head] = _learn_head(known, head, lists[head], mine, place)
    model = replace(known, heads=heads)
    return replace(model, version=_digest(model))


def _looked_at(texts: Sequence[str], reader: Sees, before: BrandModel | None) -> BrandModel:
    """A model that knows these texts and taught nothing yet."""
    old = before if before is not None and before.general == reader.version else None
    places = {text: at for at, text in enumerate(old.texts)} if old else {}
    fresh = [text for text in texts if text not in places]
    places |= {text: len(places) + at for at, text in enumerate(fresh)}
    seen = reader.see(fresh or [""])
    vectors = residual.vectors_of(seen.dense, seen.grams)
    if old:
        vectors = np.concatenate([old.vectors, vectors])
    rows = np.array([places[text] for text in texts], dtype=np.int64)
    odds: dict[str, npt.NDArray[np.float32]] = {}
    for head, told in seen.odds.items():
        rounded = np.round(told, 3).astype(np.float32)
        odds[head] = (np.concatenate([old.odds[head], rounded]) if old else rounded)[rows]
    return BrandModel(reader.version, tuple(texts), vectors[rows], odds, dict(seen.labels), {})


def _learn_head(known: BrandModel, head: str, labels: tuple[str, ...], mine: Sequence[Example],
                place: Mapping[str, int]) -> BrandHead:
    of = np.array([place[one.text] for one in mine], dtype=np.int64)
    right = np.array([[label in one.right for label in labels] for one in mine], dtype=np.bool_).reshape(len(mine), len(labels))
    counted = np.array([one.said for one in mine], dtype=np.bool_)
    several, general = head in SEVERAL, known.odds.get(head)
    named = [(place[one.text], one.right[0]) for one in mine if not one.said]
    becomes = _becoming(general, known.general_labels.get(head, ()), labels, named)
    nothing = BrandHead(labels, of, right, counted, np.zeros((len(mine), len(labels)), dtype=np.float32), becomes)
    if head in RULED or not mine:
        return nothing
    alike = residual.likeness(known.vectors[of], known.vectors[of])
    mine_told = None if general is None else general[of]
    between = residual.kernel(alike, _agreeing(head, mine_told, general, of), len(of))
    offset = _offset(mine_told, becomes, several, alike) + _by_name(alike, right, counted)
    alpha = residual.fit(between, offset, right, several)
    odds = residual.held_back(between, offset, right, several, residual.folds_of([one.text for one in mine], alike))
    return replace(nothing, alpha=alpha.astype(np.float32), cooled=residual.cooling(odds[counted], right[counted], several),
                   held_back=_measured(offset[counted], odds[counted], right[counted]))


def _measured(general: Doubles, brand: Doubles, right: Truth) -> HeldBack:
    rows = np.arange(len(right))
    return HeldBack(len(right), *(int(right[rows, odds.argmax(axis=1)].sum()) for odds in (general, brand)))


def _agreeing(head: str, these: Any, those: Any, of: Ints) -> Doubles:
    """How much the general model tells the same of ``these`` and of the brand's examples, [texts, examples]; 0: it tells nothing."""
    if these is None or those is None:
        return np.zeros((1, len(of)))
    told, known = (residual.chances(np.asarray(odds, dtype=np.float64), head in SEVERAL) for odds in (these, those[of]))
    return np.asarray(told @ known.T, dtype=np.float64)


def _becoming(odds: Any, general: tuple[str, ...], labels: tuple[str, ...], named: Sequence[tuple[int, str]]) -> Floats:
    """What becomes of the general model's labels. One that the brand has too stays; another goes to those whose names (``named``:
    text, label) the general model takes for it.
    """
    same = np.array([[one == other for other in labels] for one in general], dtype=np.float64).reshape(len(general), len(labels))
    meant = np.full_like(same, _FAINT)
    for text, label in named if len(general) else ():
        meant[:, labels.index(label)] += residual.chances(np.asarray(odds[[text]], dtype=np.float64), False)[0]
    becomes = np.where(same.any(axis=1, keepdims=True), same, meant)
    return np.asarray(becomes / becomes.sum(axis=1, keepdims=True), dtype=np.float32)


def _by_name(alike: Doubles, right: Truth, counted: Truth) -> Doubles:
    """The log-odds that labels gain where a text is like their names [texts, labels]."""
    return np.asarray(_NAMED * alike[:, ~counted] @ right[~counted], dtype=np.float64)


def _offset(odds: Any, becomes: Floats, several: bool, alike: Doubles) -> Doubles:
    """The general log-odds of the brand's labels [texts, labels]; all the same where the general model tells nothing."""
    if odds is None or not len(becomes):
        return np.full((len(alike), becomes.shape[1]), -2.0 if several else 0.0)
    p = residual.chances(np.asarray(odds, dtype=np.float64), several) @ becomes.astype(np.float64)
    return residual.log_odds(np.clip(p, 0, 1), several)


# --------------------------------------------------------------------------- as bytes


_HEAD_ARRAYS = ("of", "right", "counted", "alpha", "becomes")


def _packed(model: BrandModel) -> tuple[dict[str, Any], dict[str, Any]]:
    header = {
        "format": FORMAT, "general": model.general, "texts": list(model.texts),
        "general_labels": {head: list(labels) for head, labels in model.general_labels.items()},
        "heads": {name: {"labels": list(head.labels), "cooled": head.cooled, "held_back": head.held_back and [
            head.held_back.of, head.held_back.general, head.held_back.brand]} for name, head in model.heads.items()}}
    arrays: dict[str, Any] = {"vectors": model.vectors}
    arrays |= {f"odds.{name}": model.odds[name] for name in sorted(model.odds)}
    for name, head in model.heads.items():
        arrays |= {f"{name}.{array}": getattr(head, array) for array in _HEAD_ARRAYS}
    return header, arrays


def _digest(model: BrandModel) -> str:
    header, arrays = _packed(model)
    digest = hashlib.sha256(json.dumps(header, sort_keys=True).encode())
    for name in sorted(arrays):
        digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    return digest.hexdigest()[:8]


def _unpacked(header: Mapping[str, Any], arrays: Mapping[str, Any]) -> BrandModel:
    heads = {
        name: BrandHead(
            tuple(told["labels"]), **{array: arrays[f"{name}.{array}"] for array in _HEAD_ARRAYS}, cooled=told["cooled"],
            held_back=HeldBack(*told["held_back"]) if told["held_back"] else None)
        for name, told in header["heads"].items()}
    return BrandModel(
        header["general"], tuple(header["texts"]), arrays["vectors"],
        {name.removeprefix("odds."): array for name, array in arrays.items() if name.startswith("odds.")},
        {head: tuple(labels) for head, labels in header["general_labels"].items()}, heads, header["version"])
