"""What the model is trained on: open data sets and our own, read into rows; and the sets that only measure.

Only class *open* of the corpus trains a shipped model, and never a ``test`` file or a row of ours whose split is ``test``.
Files: see the corpus' own README, and ``dataset/``.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SEED = Path(__file__).parent / "seed"
OURS = Path(__file__).parents[3] / "dataset" / "messages.jsonl"
EMOTIONS = ("anger", "disgust", "fear", "joy", "sadness", "surprise")
_GROUPS_A_SENTENCE = 6
_NEGATIVE = {"anger", "disgust", "fear", "sadness"}


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """A text with its true ``labels``. Rows of one ``group`` never stand on both sides of a split.

    ``weight``: how much it counts in training.
    """

    source: str
    group: str
    text: str
    labels: tuple[str, ...]
    weight: float = 1.0


def table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def seed_lines(name: str) -> list[dict[str, Any]]:
    """The lines of ``seed/<name>.jsonl``."""
    return _lines(SEED / f"{name}.jsonl")


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@cache
def messages() -> tuple[dict[str, Any], ...]:
    """Our own messages, all splits, as they are published."""
    return tuple(_lines(OURS))


def ours(head: str, *splits: str) -> list[Row]:
    """Our messages with what counts of ``head``: what two of the votes say, or who decided between them."""
    key = {"intent": "intents"}.get(head, head)
    return [Row("ours", line["author"], line["text"], _named(head, line[key])) for line in messages() if line["split"] in splits]


def _named(head: str, said: Any) -> tuple[str, ...]:
    if head == "irony":
        return ("ironic" if said else "straight",)
    if said == "both":
        return "politics", "religion"
    return (said,) if isinstance(said, str) else tuple(said)


def offence(corpus: Path, file: str = "train") -> list[Row]:
    """OffendES: NO, NOE, OFP, OFG."""
    return labelled(corpus, "offendes", file)


def _semeval(corpus: Path, file: str) -> Iterator[tuple[str, dict[str, int]]]:
    for line in table(corpus / "semeval2025_emotions_es" / f"{file}.tsv"):
        yield line["text"], {name: int(line[f"{name}_intensity"]) for name in EMOTIONS if line[name] == "1"}


def _xed(corpus: Path) -> Iterator[tuple[str, set[str]]]:
    for line in table(corpus / "xed_es" / "all.tsv"):
        yield line["text"], set(line["emotions"].split("|"))


def emotion(corpus: Path, *files: str) -> list[Row]:
    """SemEval: the strongest emotion where one is the strongest. XED (training only): lines of one emotion.

    XED's trust and anticipation are ``others``.
    """
    rows = []
    for text, strength in (told for file in files for told in _semeval(corpus, file)):
        top = [name for name, value in strength.items() if value == max(strength.values())]
        if len(top) <= 1:
            rows.append(Row("semeval", text, text, (top[0] if top else "others",)))
    if "train" in files:
        for text, names in _xed(corpus):
            mapped = {name if name in EMOTIONS else "others" for name in names}
            if len(mapped) == 1:
                rows.append(Row("xed", text, text, tuple(mapped)))
        rows += _our_emotion()
    return rows


def _our_emotion() -> list[Row]:
    """Our messages: neutral ones are ``others``, praise is joy, an angry customer is anger; the rest is left out."""
    rows = []
    for line in messages():
        felt = "joy" if line["intents"] == ["praise"] else "anger" if line["judgement"] == "angry" else "others"
        if line["split"] != "test" and (felt != "others" or line["sentiment"] == "neutral"):
            rows.append(Row("ours", line["author"], line["text"], (felt,)))
    return rows


def sentiment(corpus: Path, *files: str) -> list[Row]:
    """SemEval and XED by their emotions: joy positive, anger, disgust, fear and sadness negative. Hate is negative.

    Mixed texts and those of surprise alone are left out; XED's lines of anticipation alone are neutral.
    """
    rows = []
    for text, strength in (told for file in files for told in _semeval(corpus, file)):
        rows += _polarity("semeval", text, set(strength))
    if "train" in files:
        for text, names in _xed(corpus):
            rows += _polarity("xed", text, names - {"trust"} if "joy" in names else names)
        hate = (line for line in table(corpus / "hatecheck_es" / "dev.tsv") if line["label"] == "hateful")
        rows += [Row("hatecheck", line["templ_id"], line["text"], ("negative",)) for line in hate]
    return rows


def _polarity(source: str, text: str, names: set[str]) -> list[Row]:
    if names == {"joy"}:
        label = "positive"
    elif names and names <= _NEGATIVE:
        label = "negative"
    elif names in (set(), {"anticipation"}):
        label = "neutral"
    else:
        return []
    return [Row(source, text, text, (label,))]


def spam(corpus: Path) -> list[Row]:
    """Short notices labelled spam or ham, and our messages."""
    return labelled(corpus, "spam_es", "train") + our_spam("train", "dev")


def our_spam(*splits: str) -> list[Row]:
    """Our messages, spam or ham by their intents."""
    rows = ours("intent", *splits)
    return [Row("ours", row.group, row.text, ("spam" if "spam" in row.labels else "ham",), row.weight) for row in rows]


def hate(corpus: Path) -> list[Row]:
    """HateCheck by template, and our sentences about groups. Not hate: comments and messages that offend nobody, and tweets
    that both coders found not toxic.
    """
    rows = [
        Row("hatecheck", line["templ_id"], line["text"], ("hateful" if line["label"] == "hateful" else "not",))
        for line in table(corpus / "hatecheck_es" / "dev.tsv")
    ]
    rows += about_groups()
    rows += [Row("offendes", row.group, row.text, ("not",)) for row in offence(corpus)[::8] if row.labels == ("NO",)]
    rows += [Row("ours", row.group, row.text, ("not",)) for row in ours("offence", "train", "dev") if row.labels != ("OFG",)]
    rows += [
        Row("goldstd", line["text"], line["text"], ("not",))
        for line in table(corpus / "goldstd_toxicity_es" / "all.tsv")
        if line["label"] == "not_toxic"
    ]
    return rows


def about_groups() -> list[Row]:
    """Our sentences about groups, each filled with some of them, and those against nobody. Rows of a sentence belong together."""
    told = tomllib.loads((SEED / "groups.toml").read_text(encoding="utf-8"))
    rows = [Row("seed", text, text, ("not",)) for text in told["nobody"]]
    for label in ("hateful", "not"):
        for sentence in told[label]:
            drawn = sorted(told["groups"], key=lambda group: hashlib.sha256((sentence + group[1]).encode()).digest())
            filled = (sentence.format(los=los, un=un, pl=pl) for los, un, pl in drawn[:_GROUPS_A_SENTENCE])
            rows += [Row("seed", sentence, text[0].upper() + text[1:], (label,)) for text in filled]
    return rows


def labelled(corpus: Path, folder: str, file: str) -> list[Row]:
    """A set with one label a text, as it is. ``umsab_es``, ``aerolineas_es`` and ``emoevent_es`` may only measure."""
    return given(corpus / folder / f"{file}.tsv", folder)


def given(path: Path, name: str = "given") -> list[Row]:
    """The rows of any table with ``text`` and ``label``; ``templ_id``, where there is one, says which belong together."""
    return [Row(name, line.get("templ_id") or line["text"], line["text"], tuple(line["label"].split("|")))
            for line in table(path)]
