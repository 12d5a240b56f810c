"""Makes the shipped model from the open corpus and our own set: same data, same bytes. ``make model CORPUS=…``"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from tertulia.language import card, corpora, judge, weight
from tertulia.language.encoder import encode
from tertulia.language.folding import fold
from tertulia.language.languages import NAMED, signs
from tertulia.language.lexicon import compile_cues
from tertulia.language.model_file import SHIPPED, Model, Shelf, load, save
from tertulia.language.parts import parts_of
from tertulia.language.reading import Circumstances
from tertulia.language.training.fitting import Sight, train_head
from tertulia.language.training.tasks import tasks

_SHOWN = ("intent", "judgement", "sentiment", "offence", "department")


def train(corpus: Path, out: Path = SHIPPED) -> str:
    """Train every head and write the model to ``out``; returns its version. Errors: a set that is missing."""
    cues = compile_cues()
    todo = tasks(corpus)
    sight = Sight.of([row.text for task in todo for row in task.rows], cues)
    heads, unseen = [], {}
    for task in todo:
        head, told = train_head(task, sight)
        heads.append(head)
        unseen[head.name] = told
        print(head.name, {name: [one["macro_f1"], one["accuracy"], one["ece"]] for name, one in head.figures["folds"].items()}, flush=True)
    fitted = train_language(language_texts(corpus))
    return save(out, Model("", sight.idf, cues, tuple(heads), fitted, shelf(), right_by_rule(unseen), sight.marks))


def right_by_rule(unseen: dict[str, dict[str, list[str]]]) -> dict[str, float]:
    """How often each rule of importance and urgency gives the level that was agreed, on our own messages; what the heads say
    of them is said by heads that had not seen them. Of a rule that seldom decides little is known: half of ten are added.
    """
    right: dict[str, list[bool]] = {}
    for line in corpora.messages():
        if line["split"] != "test":
            labels = [(head, label) for head, told in unseen.items() for label in told.get(line["text"], ())]
            parts = parts_of(line["text"], fold(line["text"]))
            for scale in weight.SCALES:
                if line[scale] is not None:
                    told = weight.weigh(scale, labels, parts, Circumstances(), {})
                    right.setdefault(f"{scale}.{told.rule}", []).append(told.level == line[scale])
    return {rule: round((sum(told) + 5) / (len(told) + 10), 3) for rule, told in sorted(right.items())}


def shelf() -> Shelf:
    """Our messages, without those that only measure, as labelled examples to be shown beside a text that is like them."""
    told = [line for line in corpora.messages() if line["split"] != "test"]
    lines = [line for line in told if line["agreed"]["intents"] and line["agreed"]["judgement"]]
    labels = [{head: list(row) for head in _SHOWN if (row := _labels(line, head))} for line in lines]
    texts = [line["text"] for line in lines]
    vectors = np.round(encode(texts) * 127 * 4).clip(-127, 127).astype(np.int8)
    return Shelf(tuple(texts), tuple(labels), vectors)


def _labels(line: dict[str, object], head: str) -> tuple[str, ...]:
    said = line[{"intent": "intents"}.get(head, head)]
    return () if said is None else (said,) if isinstance(said, str) else tuple(said)  # type: ignore[arg-type]


def language_texts(corpus: Path) -> list[tuple[str, str]]:
    """Sentences with their language, whole and by their first words: ours, and Spanish ones of the corpus."""
    whole = [(line["text"], line["language"]) for line in corpora.seed_lines("languages")]
    whole += [(row.text, "es") for row in corpora.offence(corpus)[::40]]
    return whole + [(" ".join(text.split()[:4]), language) for text, language in whole]


def train_language(texts: Sequence[tuple[str, str]]) -> dict[str, float]:
    """How likely the identifier is right, from its lead and the length: the coefficients of ``identify``."""
    seen = [(signs(text), language) for text, language in texts]
    known = [(told, language) for told, language in seen if told[0] != "und"]
    x = np.array([[lead, letters] for (_, lead, letters), _ in known])
    right = np.array([(first if first in NAMED else "other") == language for (first, _, _), language in known])
    fitted = LogisticRegression(C=100.0, random_state=0).fit(x, right)
    lead, letters = (round(float(value), 4) for value in fitted.coef_[0])
    return {"bias": round(float(fitted.intercept_[0]), 4), "lead": lead, "letters": letters}


def main(arguments: Sequence[str]) -> int:
    """The command ``python -m tertulia.language train``."""
    parser = argparse.ArgumentParser(prog="python -m tertulia.language train", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("../shared/corpus"))
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--card", type=Path, help="write the model card there too")
    told = parser.parse_args(arguments)
    if not told.corpus.is_dir():
        parser.error(f"no corpus at {told.corpus}")
    print(train(told.corpus, told.out))
    if told.card:
        model = load(told.out)
        unseen, spoilt, languages = judge.judge(model, told.corpus), judge.spoilt(model), judge.languages(model, told.corpus)
        card.write(told.card, model, unseen, spoilt, languages, told.out.stat().st_size)
    return 0
