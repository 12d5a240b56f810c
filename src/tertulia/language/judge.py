"""How a model does on sets that it never saw in training. Development only; no weight is ever fitted to these."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from tertulia.language import corpora
from tertulia.language.concluding import Batch
from tertulia.language.corpora import Row
from tertulia.language.features import Floats
from tertulia.language.heads import Head
from tertulia.language.languages import identify
from tertulia.language.measures import Truth, figures, macro_f1, truth_of
from tertulia.language.model_file import Model
from tertulia.language.training.perturbing import KINDS, spoil

_BATCH = 512

UNSEEN: dict[str, tuple[str, Callable[[Path], list[Row]]]] = {
    "umsab_es train+dev": (
        "sentiment",
        lambda corpus: corpora.labelled(corpus, "umsab_es", "train") + corpora.labelled(corpus, "umsab_es", "dev"),
    ),
    "aerolineas_es train": ("sentiment", lambda corpus: corpora.labelled(corpus, "aerolineas_es", "train")),
    "semeval2025_emotions_es test, by sign": ("sentiment", lambda corpus: corpora.sentiment(corpus, "test")),
    "emoevent_es train+dev": (
        "emotion",
        lambda corpus: corpora.labelled(corpus, "emoevent_es", "train") + corpora.labelled(corpus, "emoevent_es", "dev"),
    ),
    "semeval2025_emotions_es test, strongest": ("emotion", lambda corpus: corpora.emotion(corpus, "test")),
    "offendes dev": ("offence", lambda corpus: corpora.offence(corpus, "dev")),
}
"""Name and split of each set, the head it judges, how it is read."""


_OURS = ("sentiment", "intent", "offence", "judgement", "department", "touches", "irony", "spam")
_SPOILT = ("sentiment", "intent", "offence", "judgement", "department")


def probabilities(head: Head, model: Model, texts: Sequence[str]) -> Floats:
    """What ``head`` gives for each text, before any brand: [texts, labels]."""
    return _all((head,), model, texts)[0]


def _all(heads: Sequence[Head], model: Model, texts: Sequence[str]) -> list[Floats]:
    """``probabilities`` of several heads; the texts are looked at once."""
    batches = [Batch.of(list(texts[at : at + _BATCH]), model) for at in range(0, len(texts), _BATCH)]
    return [np.concatenate([head.chances(batch.odds(head)) for batch in batches]) for head in heads]


def judge(model: Model, corpus: Path, most: int | None = None) -> dict[str, dict[str, Any]]:
    """The measures of every set that is there, by the set's name, of its first ``most`` rows; each with its ``head``."""
    told = {}
    for name, (question, rows_of) in UNSEEN.items():
        try:
            rows = rows_of(corpus)[:most]
        except FileNotFoundError:
            continue
        head = next(head for head in model.heads if head.name == question)
        p = probabilities(head, model, [row.text for row in rows])
        told[name] = {"head": question} | figures(head, p, truth_of(rows, head.labels))
    for head, p, truth in _on_ours(model, _OURS, lambda text: text):
        told[f"ours test, {head.name}"] = {"head": head.name} | figures(head, p, truth)
    return told


def _on_ours(model: Model, names: Sequence[str], written: Callable[[str], str]) -> Iterator[tuple[Head, Floats, Truth]]:
    """Each head, what it gives for our test part ``written`` so, and what was agreed."""
    texts = [line["text"] for line in corpora.messages() if line["split"] == "test"]
    place = {text: at for at, text in enumerate(texts)}
    heads = [head for head in model.heads if head.name in names]
    for head, p in zip(heads, _all(heads, model, [written(text) for text in texts]), strict=True):
        rows = corpora.our_spam("test") if head.name == "spam" else corpora.ours(head.name, "test")
        yield head, p[[place[row.text] for row in rows]], truth_of(rows, head.labels)


def spoilt(model: Model) -> dict[str, dict[str, float]]:
    """By kind of spoiling and head, the points of macro-F1 that our test part loses."""

    def right(written: Callable[[str], str]) -> dict[str, float]:
        return {head.name: macro_f1(truth, head.said(p)) for head, p, truth in _on_ours(model, _SPOILT, written)}

    whole = right(lambda text: text)
    worse = {kind: right(partial(spoil, kind=kind)) for kind in KINDS}
    return {kind: {name: round(100 * (whole[name] - told[name]), 1) + 0.0 for name in whole} for kind, told in worse.items()}


def languages(model: Model, corpus: Path) -> dict[str, dict[str, float]]:
    """How often the language is right, whole and by four words: by our sentences, and by what the corpus has in Spanish
    (comments on its own language apart) and Catalan.
    """
    texts = [(line["text"], line["language"]) for line in corpora.seed_lines("languages")]
    told = {"ours": texts, "ours, messages": [(line["text"], "es") for line in corpora.messages() if line["split"] == "test"]}
    try:
        told["cic_ca test"] = [(row.text, "ca") for row in corpora.labelled(corpus, "cic_ca", "test")[::4]]
        told["offendes dev"] = [(row.text, "es") for row in corpora.offence(corpus, "dev")]
    except FileNotFoundError:
        pass
    cut = {name: [(" ".join(text.split()[:4]), label) for text, label in rows] for name, rows in told.items()}
    return {name: {"whole": _named(model, rows), "four_words": _named(model, cut[name])} for name, rows in told.items()}


def _named(model: Model, rows: list[tuple[str, str]]) -> float:
    return round(sum(identify(text, model.language).label == label for text, label in rows) / max(len(rows), 1), 3)
