"""The recipe of a head on other people's sets: trained on their training files, measured on their test file, thrown away."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tertulia.language import corpora, measures
from tertulia.language.corpora import Row
from tertulia.language.judge import probabilities
from tertulia.language.lexicon import compile_cues
from tertulia.language.training.fitting import Sight, train_head
from tertulia.language.training.tasks import HOW, Task

HEADS = ("sentiment", "offence", "emotion", "hate", "spam", "judgement", "intent")


def recipe(name: str, train: Sequence[Path], test: Path) -> dict[str, Any]:
    """The measures on ``test`` of head ``name`` trained on ``train``; both tab-separated with ``text`` and ``label``
    (several with "|").

    ``ValueError`` if a test label was never met.
    """
    rows = sorted({row for path in train for row in corpora.given(path)})
    many = len(rows)
    asked = corpora.given(test)
    labels = tuple(sorted({label for row in rows for label in row.labels}))
    strange = {label for row in asked for label in row.labels} - set(labels)
    if strange:
        raise ValueError(f"{test}: labels that the training files lack: {', '.join(sorted(strange))}")
    rows += _ours_too(name, labels)
    cues = compile_cues()
    start = time.process_time()
    several = any(len(row.labels) > 1 for row in rows)
    task = Task(name, labels, rows, ("given",), several=several, **HOW.get(name, {}))
    sight = Sight.of([row.text for row in rows], cues)
    head, _ = train_head(task, sight)
    trained = time.process_time()
    p = probabilities(head, sight.model(cues), [row.text for row in asked])
    read = time.process_time() - trained
    told = measures.figures(head, p, measures.truth_of(asked, labels))
    return told | {
        "head": name, "trained_on": many, "train_seconds": round(trained - start, 1),
        "messages_a_second": round(len(asked) / max(read, 1e-9)), "folds": head.figures["folds"]["given"],
    }



def _ours_too(name: str, labels: tuple[str, ...]) -> list[Row]:
    """What we wrote ourselves for this head and belongs to the recipe: sentences about groups, hateful or not."""
    if name != "hate" or "hateful" not in labels or len(labels) != 2:
        return []
    other = next(label for label in labels if label != "hateful")
    return [row if row.labels == ("hateful",) else replace(row, labels=(other,)) for row in corpora.about_groups()]
