"""The lexicon of cues, from its file to hashes."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np

from tertulia.language.features import Characters, Cues
from tertulia.language.folding import fold

CUES_FILE = Path(__file__).parent / "seed" / "cues.toml"


def compile_cues(path: Path = CUES_FILE) -> Cues:
    """The entries of ``path`` as hashes, each with its kind (the place of its kind in the alphabet)."""
    lexicon: dict[str, list[str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    rows: set[tuple[int, int, int, bool]] = set()
    for kind, name in enumerate(sorted(lexicon)):
        for entry in lexicon[name]:
            folded = fold(entry.removesuffix("*")).text.strip()
            start, end = np.array([0]), np.array([len(folded)])
            rows.add((int(Characters(folded).hashes(start, end)[0]), kind, len(folded), entry.endswith("*")))
    ordered = sorted(rows)
    return Cues(
        hashes=np.array([row[0] for row in ordered], dtype=np.uint64),
        kinds=np.array([row[1] for row in ordered], dtype=np.int64),
        lengths=np.array([row[2] for row in ordered], dtype=np.int64),
        open_end=np.array([row[3] for row in ordered], dtype=np.bool_),
    )
