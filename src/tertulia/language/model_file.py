"""The model as one file: NumPy arrays and a JSON header in a zip; the same model gives the same bytes.

Not compressed: what a compressor writes depends on its version.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from tertulia.language.features import BUCKETS, Cues, Floats
from tertulia.language.heads import Head

SHIPPED = Path(__file__).parent / "model" / "tertulia-es.npz"
FORMAT = 3
_CUE_ARRAYS = ("hashes", "kinds", "lengths", "open_end")
_HEAD_ARRAYS = ("weights", "scale", "dense", "bias", "slope", "shift", "lean", "threshold")


class BadModel(ValueError):
    """The file is no model of ours, or one of another format."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Labelled texts to be shown beside what is like them: ``labels`` by head, ``vectors`` [texts, SIZE] in steps."""

    texts: tuple[str, ...]
    labels: tuple[Mapping[str, Sequence[str]], ...]
    vectors: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Model:
    """Everything a reading needs. ``language``: how the identifier's scores become probabilities; ``rules``: how often each
    rule of importance and urgency was right where it was measured; ``marks``: the parts that are counted.
    """

    version: str
    idf: Floats
    cues: Cues
    heads: tuple[Head, ...]
    language: dict[str, float]
    shelf: Shelf
    rules: dict[str, float]
    marks: tuple[str, ...]


def save(path: Path, model: Model) -> str:
    """Write the model; returns its version, a digest of its content, whatever version it told before."""
    arrays: dict[str, npt.NDArray[Any]] = {"idf": model.idf.astype(np.float16), "shelf.vectors": model.shelf.vectors}
    arrays |= {f"cues.{name}": getattr(model.cues, name) for name in _CUE_ARRAYS}
    for head in model.heads:
        arrays |= {f"{head.name}.{name}": getattr(head, name) for name in _HEAD_ARRAYS}
    header = {
        "format": FORMAT,
        "buckets": BUCKETS,
        "language": model.language,
        "rules": model.rules,
        "marks": model.marks,
        "shelf": [model.shelf.texts, model.shelf.labels],
        "heads": [
            {"name": head.name, "labels": head.labels, "several": head.several, "figures": head.figures}
            for head in model.heads
        ],
    }
    written = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    digest = hashlib.sha256(written)
    for name in sorted(arrays):
        digest.update(name.encode() + np.ascontiguousarray(arrays[name]).tobytes())
    version = f"{FORMAT}-{digest.hexdigest()[:12]}"
    arrays["header"] = np.frombuffer(written, dtype=np.uint8)
    arrays["version"] = np.frombuffer(version.encode(), dtype=np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]
    return version


def load(path: Path = SHIPPED) -> Model:
    """The model of ``path``. ``BadModel`` if it is none, ``OSError`` if it cannot be opened."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(arrays["header"].tobytes())
        if header["format"] != FORMAT or header["buckets"] != BUCKETS:
            raise BadModel(f"{path}: a model of another format")
        heads = tuple(
            Head(
                name=told["name"],
                labels=tuple(told["labels"]),
                several=told["several"],
                figures=told["figures"],
                **{name: arrays[f"{told['name']}.{name}"] for name in _HEAD_ARRAYS},
            )
            for told in header["heads"]
        )
        return Model(
            version=arrays["version"].tobytes().decode(),
            idf=arrays["idf"].astype(np.float32),
            cues=Cues(**{name: arrays[f"cues.{name}"] for name in _CUE_ARRAYS}),
            heads=heads,
            language=header["language"],
            shelf=Shelf(tuple(header["shelf"][0]), tuple(header["shelf"][1]), arrays["shelf.vectors"]),
            rules=header["rules"],
            marks=tuple(header["marks"]),
        )
    except (KeyError, ValueError, EOFError, BadZipFile) as error:
        raise BadModel(f"{path}: {error}") from error
