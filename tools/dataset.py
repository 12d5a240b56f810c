"""The data set of our own, `dataset/messages.jsonl`: what each label follows from, how far its labellers agree, its card.

    python -m tools.dataset        tells what is wrong with it, if anything

Every message was labelled by two who saw neither each other's labels nor what its author meant by it; both are kept.
The label that counts is what two of the votes say: the two labels and, for intents and judgement, what was meant; where
no two agree, a third labeller decided (``third``), who saw the two labels and not whose they were.
"""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tertulia.language.reading import LABELS
from tertulia.language.weight import LEVELS
from tools import tree

FILE = "dataset/messages.jsonl"
CARD = "tools/dataset.md"
Row = dict[str, Any]
#: Every question with its answers; several intents may hold of one message.
ANSWERS: dict[str, tuple[Any, ...]] = {
    "intents": LABELS["intent"],
    "judgement": LABELS["judgement"],
    "importance": LEVELS,
    "urgency": LEVELS,
    "department": LABELS["department"],
    "sentiment": LABELS["sentiment"],
    "offence": LABELS["offence"],
    "irony": (False, True),
    "touches": ("none", "politics", "religion", "both"),
}
_SHARES = (("test", 25), ("dev", 8))


def rows() -> list[Row]:
    """Every message, in order."""
    return [json.loads(line) for line in tree.text(FILE).splitlines()]


def split_of(author: str) -> str:
    """Where an author's messages go, all of them together: test, dev or train. One hand's seed only trains."""
    if author.startswith("0-"):
        return "train"
    place = int.from_bytes(hashlib.sha256(author.encode()).digest()[:4], "big") % 100
    for name, share in _SHARES:
        if place < share:
            return name
        place -= share
    return "train"


def decided(row: Row, question: str) -> Any:
    """What the votes say; ``None`` where no two agree and nobody decided."""
    votes = [row[who][question] for who in ("first", "second", "meant") if question in row.get(who, {})]
    if question in row.get("third", {}):
        return row["third"][question]
    if question == "intents":
        return _intents(votes) or None
    label, count = Counter(votes).most_common(1)[0]
    return label if count > 1 else None


def _intents(votes: Sequence[list[str]]) -> list[str]:
    """The intents that most of the votes name, the order of the first label; a tie of two votes is not enough."""
    count = Counter(intent for vote in votes for intent in vote)
    order = dict.fromkeys(intent for vote in votes for intent in vote)
    return [intent for intent in order if count[intent] * 2 > len(votes)]


def agreed(row: Row, question: str) -> bool:
    """Whether the two labels are the same; of intents, as sets."""
    first, second = row["first"][question], row["second"][question]
    return set(first) == set(second) if question == "intents" else bool(first == second)


def kappa(pairs: Sequence[tuple[Any, Any]], weighted: bool = False) -> float:
    """Agreement of two labels beyond chance, whoever gave them (Scott's pi, which is Fleiss' kappa of two).

    ``weighted``: of numbers, by how far apart they are.
    """
    if weighted:
        total = Counter(value for pair in pairs for value in pair)
        count = sum(total.values())
        chance = sum(total[a] * total[b] * abs(a - b) for a in total for b in total) / count**2
        apart = sum(abs(a - b) for a, b in pairs) / len(pairs)
        return 1 - apart / chance if chance else 1.0
    same = sum(a == b for a, b in pairs) / len(pairs)
    total = Counter(value for pair in pairs for value in pair)
    chance = sum((n / (2 * len(pairs))) ** 2 for n in total.values())
    return (same - chance) / (1 - chance) if chance < 1 else 1.0


def check() -> list[str]:
    """What is wrong: a label that its votes do not give, an unknown one, a split that tears an author, equal texts."""
    problems: list[str] = []
    texts: set[str] = set()
    for row in rows():
        problems += [f"{row['id']}: {what}" for what in _wrong(row)]
        if row["text"] in texts:
            problems.append(f"{row['id']}: stands twice")
        texts.add(row["text"])
    return problems


def _wrong(row: Row) -> Iterable[str]:
    if row["split"] != split_of(row["author"]):
        yield "its split is not its author's"
    for question, answers in ANSWERS.items():
        for who in ("first", "second"):
            given = row[who][question]
            for label in given if question == "intents" else [given]:
                if label not in answers:
                    yield f"{question}: no such answer: {label}"
        if row[question] != decided(row, question):
            yield f"{question}: the votes say {decided(row, question)}"


def tables() -> dict[str, str]:
    """The figures of the card, by name, as Markdown."""
    all_rows = rows()
    return {
        "messages": f"{len(all_rows):,}".replace(",", "."),
        "authors": str(len({row["author"] for row in all_rows})),
        "agreement": _agreement(all_rows),
        "splits": _counts(all_rows, "split", ("train", "dev", "test")),
        "sectors": _counts(all_rows, "sector"),
        "varieties": _counts(all_rows, "variety"),
        "answers": _answers(all_rows),
    }


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, ["---"] * len(head), *lines))


def _agreement(all_rows: list[Row]) -> str:
    lines = []
    for question, answers in ANSWERS.items():
        same = sum(agreed(row, question) for row in all_rows) / len(all_rows)
        thirds = sum(question in row.get("third", {}) for row in all_rows)
        if question == "intents":
            each = {one: kappa([(one in row["first"][question], one in row["second"][question]) for row in all_rows])
                    for one in answers}
            told = f"{sum(each.values()) / len(each):.2f}"
            detail = ", ".join(f"{name} {value:.2f}" for name, value in each.items())
        else:
            pairs = [(row["first"][question], row["second"][question]) for row in all_rows]
            told, detail = f"{kappa(pairs):.2f}", ""
            if question in ("importance", "urgency"):
                detail = f"con peso lineal {kappa(pairs, weighted=True):.2f}"
        lines.append([f"`{question}`", f"{100 * same:.1f} %", told, detail, str(thirds)])
    return _table(["pregunta", "coinciden", "kappa", "detalle", "decididas por un tercero"], lines)


def _counts(all_rows: list[Row], key: str, order: Sequence[str] = ()) -> str:
    count = Counter(row[key] for row in all_rows)
    names = order or sorted(count)
    return _table(names, [[str(count[name]) for name in names]])


def _answers(all_rows: list[Row]) -> str:
    lines = []
    for question in ANSWERS:
        each = Counter(label for row in all_rows
                       for label in (row[question] if question == "intents" else [row[question]]))
        told = ", ".join(f"{str(name).lower() if isinstance(name, bool) else name} {n}" for name, n in each.most_common())
        lines.append([f"`{question}`", told])
    return _table(["pregunta", "respuestas que cuentan"], lines)


def card() -> str:
    """The card of the data set, `dataset/README.md`."""
    text = tree.text(CARD)
    for name, value in tables().items():
        text = text.replace(f"{{{name}}}", value)
    return text


if __name__ == "__main__":
    found = check()
    print("\n".join(found) or "nothing wrong")
    sys.exit(bool(found))
