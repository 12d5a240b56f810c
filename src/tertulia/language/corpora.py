"""What the model is trained on: open data sets and our own seed, read into rows; and the sets that only measure.

Only class *open* of the corpus trains a shipped model, and never a ``test`` file. Files: see the corpus' own README.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SEED = Path(__file__).parent / "seed"
EMOTIONS = ("anger", "disgust", "fear", "joy", "sadness", "surprise")
_NEGATIVE = {"anger", "disgust", "fear", "sadness"}


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """A text with its true ``labels``. Rows of one ``group`` never stand on both sides of a split."""

    source: str
    group: str
    text: str
    labels: tuple[str, ...]


def table(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a tab-separated file with a header."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t")


def seed_lines(name: str) -> list[dict[str, str | list[str]]]:
    """The lines of ``seed/<name>.jsonl``."""
    text = (SEED / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def seed(key: str) -> list[Row]:
    """Our own messages with ``intents`` or ``sentiment`` (``key``) as labels."""
    rows = []
    for line in seed_lines("messages"):
        value = line[key]
        labels = (value,) if isinstance(value, str) else tuple(value)
        text = str(line["text"])
        rows.append(Row("seed", text, text, labels))
    return rows


def offence(corpus: Path, file: str = "train") -> list[Row]:
    """OffendES: NO, NOE, OFP, OFG."""
    return labelled(corpus, "offendes", file)


def _semeval(corpus: Path, file: str) -> Iterator[tuple[str, dict[str, int]]]:
    for line in table(corpus / "semeval2025_emotions_es" / f"{file}.tsv"):
        yield line["text"], {name: int(line[f"{name}_intensity"]) for name in EMOTIONS if line[name] == "1"}


def _xed(corpus: Path) -> Iterator[tuple[str, set[str]]]:
    for line in table(corpus / "xed_es" / "all.tsv"):
        yield line["text"], set(line["emotions"].split("|"))


def emotion(corpus: Path, file: str = "train") -> list[Row]:
    """SemEval: the strongest emotion where one is the strongest. XED (training only): lines of one emotion.

    XED's trust and anticipation are ``others``.
    """
    rows = []
    for text, strength in _semeval(corpus, file):
        top = [name for name, value in strength.items() if value == max(strength.values())]
        if len(top) <= 1:
            rows.append(Row("semeval", text, text, (top[0] if top else "others",)))
    if file == "train":
        for text, names in _xed(corpus):
            mapped = {name if name in EMOTIONS else "others" for name in names}
            if len(mapped) == 1:
                rows.append(Row("xed", text, text, tuple(mapped)))
        rows += _seed_emotion()
    return rows


def _seed_emotion() -> list[Row]:
    """Our messages: neutral ones are ``others``, praise is joy, a complaint is anger; the rest is left out."""
    rows = []
    for line in seed_lines("messages"):
        text, intents = str(line["text"]), line["intents"]
        if line["sentiment"] == "neutral":
            rows.append(Row("seed", text, text, ("others",)))
        elif intents == ["praise"]:
            rows.append(Row("seed", text, text, ("joy",)))
        elif intents == ["complaint"]:
            rows.append(Row("seed", text, text, ("anger",)))
    return rows


def sentiment(corpus: Path, file: str = "train") -> list[Row]:
    """Seed as labelled; SemEval and XED by their emotions: joy positive, anger, disgust, fear and sadness negative.

    Mixed texts and those of surprise alone are left out; XED's lines of anticipation alone are neutral.
    """
    rows = seed("sentiment") if file == "train" else []
    for text, strength in _semeval(corpus, file):
        rows += _polarity("semeval", text, set(strength))
    if file == "train":
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
    rows = labelled(corpus, "spam_es", "train")
    rows += [Row("seed", row.text, row.text, ("spam" if "spam" in row.labels else "ham",)) for row in seed("intents")]
    return rows


def hate(corpus: Path) -> list[Row]:
    """HateCheck by template. Not hate: our own sentences (groups without hate, anger at no group), comments that offend
    nobody, and tweets that both coders found not toxic.
    """
    rows = [
        Row("hatecheck", line["templ_id"], line["text"], ("hateful" if line["label"] == "hateful" else "not",))
        for line in table(corpus / "hatecheck_es" / "dev.tsv")
    ]
    rows += [Row("seed", str(line["text"]), str(line["text"]), ("not",)) for line in seed_lines("groups")]
    rows += [Row("offendes", row.group, row.text, ("not",)) for row in offence(corpus)[::8] if row.labels == ("NO",)]
    rows += [
        Row("goldstd", line["text"], line["text"], ("not",))
        for line in table(corpus / "goldstd_toxicity_es" / "all.tsv")
        if line["label"] == "not_toxic"
    ]
    return rows


def labelled(corpus: Path, folder: str, file: str) -> list[Row]:
    """A set with one label a text, as it is. ``umsab_es``, ``aerolineas_es`` and ``emoevent_es`` may only measure."""
    return [Row(folder, line["text"], line["text"], (line["label"],)) for line in table(corpus / folder / f"{file}.tsv")]
