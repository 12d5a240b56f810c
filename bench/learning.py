"""How a brand's corrections pay. ``python bench/learning.py [--quick] [--corpus FOLDER]``: JSON on the last line.

Simulated brands, whose labels differ from the general model's, correct messages of our own data set's test split, which no
model was trained on: half of it is theirs to correct, on the other half they are measured. ``curve``: the share of right first
labels after so many corrections, the mean of several draws. ``claimed``: what the product would say of itself (held back within
the corrections) against what is true. ``ece``: how far the told probabilities are from the share that is right, in points. With the
corpus, one real set too, which only measures and teaches nothing that stays.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from tertulia.language import corpora
from tertulia.language.learning import SEVERAL, Example, learn
from tertulia.language.measures import calibration_error
from tertulia.language.read import Reader, shipped
from tertulia.language.residual import chances

COUNTS = (0, 5, 10, 20, 50, 100, 200)
DATASET = Path(__file__).resolve().parents[1] / "dataset" / "messages.jsonl"
Line = Mapping[str, Any]

CLUB = {
    "taquilla": ("Taquilla", "Entradas, abonos, precios y reservas"), "socios": ("Atención al socio", "Trato, horarios, cambios, carnés"),
    "informatica": ("Informática", "Fallos de la web y de la aplicación"), "cuotas": ("Cuotas", "Recibos, cobros y devoluciones de dinero"),
    "almacen": ("Almacén", "Envíos y entregas"), "programa": ("Programa", "Qué se ofrece, sugerencias y calidad"),
    "oficina": ("Oficina", "Prensa, empleo, denuncias y protección de datos")}
_TO_CLUB = {"sales": "taquilla", "care": "socios", "technical": "informatica", "billing": "cuotas", "logistics": "almacen",
            "product": "programa", "communication": "oficina", "legal": "oficina", "jobs": "oficina", "none": "none"}


@dataclass(frozen=True, slots=True)
class Brand:
    """A simulated brand: what it says of a message (None: nothing), its departments by key."""

    name: str
    head: str
    says: Callable[[Line], tuple[str, ...] | None]
    departments: Mapping[str, tuple[str, str]]


def _polite(line: Line) -> tuple[str, ...] | None:
    if line["sentiment"] is None:
        return None
    calm = line["offence"] == "NO" and line["judgement"] in ("none", "important")
    return ("neutral",) if line["sentiment"] == "negative" and calm else (line["sentiment"],)


def _mapped(key: str, other: Mapping[str, str]) -> Callable[[Line], tuple[str, ...] | None]:
    def says(line: Line) -> tuple[str, ...] | None:
        told = line[key]
        if not told:
            return None
        return tuple(dict.fromkeys(other.get(one, one) for one in ([told] if isinstance(told, str) else told)))

    return says


BRANDS = (
    Brand("departments of its own, from their names", "department", _mapped("department", _TO_CLUB), CLUB),
    Brand("for which incidents are complaints and suggestions chat", "intent",
          _mapped("intents", {"incident": "complaint", "suggestion": "chat"}), {}),
    Brand("for which a calm complaint is neutral", "sentiment", _polite, {}),
    Brand("that is not offended by what is said of the firm", "offence", _mapped("offence", {"OFG": "NO"}), {}),
    Brand("for which nothing is senseless", "judgement", _mapped("judgement", {"senseless": "angry"}), {}))


def right_share(p: Any, labels: Sequence[str], truth: Sequence[tuple[str, ...]]) -> tuple[float, float]:
    """How often the likeliest label is one of the true ones, in percent; the calibration error of its probability, in points."""
    best = [labels[at] for at in np.asarray(p).argmax(axis=1).tolist()]
    right = np.array([one in labels for one, labels in zip(best, truth, strict=True)])
    return 100 * float(right.mean()), 100 * calibration_error(np.asarray(p).max(axis=1), right)


def curve(reader: Reader, texts: Sequence[str], truth: Sequence[tuple[str, ...]], head: str,
          departments: Mapping[str, tuple[str, str]], draws: int) -> dict[str, Any]:
    """Right first labels, in percent, after so many corrections; and what the product would claim at a hundred."""
    shares: dict[int, list[tuple[float, float]]] = {}
    claims, spent = [], 0.0
    names = [Example(f"{name}. {about}", "department", (key,), said=False) for key, (name, about) in departments.items()]
    keys = (*departments, "none") if departments else ()
    for draw in range(draws):
        order = np.random.default_rng(draw).permutation(len(texts))
        pool, held = order[: len(order) // 2], order[len(order) // 2 :][:400]
        seen = reader.see([texts[at] for at in held.tolist()])
        right = [truth[at] for at in held.tolist()]
        model = None
        for count in (one for one in COUNTS if one <= len(pool)):
            lessons = [Example(texts[at], head, truth[at]) for at in pool[:count].tolist()]
            start = time.process_time()
            model = learn([*names, *lessons], reader, keys, before=model)
            spent = max(spent, time.process_time() - start)
            adjusted = model.look(seen).adjust(head)
            if adjusted:
                share = right_share(adjusted.p, adjusted.labels, right)
            elif head in seen.odds:
                share = right_share(chances(seen.odds[head].astype(float), head in SEVERAL), seen.labels[head], right)
            else:
                continue
            shares.setdefault(count, []).append(share)
            if count == 100 and (measured := model.heads[head].held_back):
                claims.append({"claimed": 100 * measured.brand / measured.of, "true": share[0]})
    return {
        "curve": {count: round(float(np.mean([one for one, _ in each])), 1) for count, each in shares.items()},
        "ece": {count: round(float(np.mean([error for _, error in each])), 1) for count, each in shares.items()},
        "at_100": {key: round(float(np.mean([one[key] for one in claims])), 1) for key in ("claimed", "true")} if claims else None,
        "slowest_learning_s": round(spent, 2)}


def copies(reader: Reader, lines: Sequence[Line], many: int) -> dict[str, float]:
    """After a single correction to another label: which share of copies written otherwise takes it, and which of other messages
    stays as it was, in percent."""
    rng = np.random.default_rng(0)
    texts = [line["text"] for line in lines if len(line["text"]) > 25]
    others = texts[:60]
    before = [one.sentiment.label for one in reader.read_many(others) if one.sentiment]
    taken, stayed = [], []
    for text in rng.choice(texts[60:], many, replace=False).tolist():
        told = reader.read_many([text])[0].sentiment
        right = "positive" if told is None or told.label != "positive" else "negative"
        brand = learn([Example(text, "sentiment", (right,))], reader)
        readings = reader.read_many([*written_otherwise(text, rng), *others], brand=brand)
        said = [one.sentiment.label for one in readings if one.sentiment]
        taken += [one == right for one in said[: -len(others)]]
        stayed += [one == two for one, two in zip(said[-len(others) :], before, strict=True)]
    return {"copies_take_it": round(100 * float(np.mean(taken)), 1), "others_stay": round(100 * float(np.mean(stayed)), 1)}


def written_otherwise(text: str, rng: Any) -> list[str]:
    """The same without accents and capitals; shouted; with two letters exchanged and another figure; with a word more."""
    plain = text.lower().translate(str.maketrans("áéíóúü¿¡", "aeiouu  "))
    at = int(rng.integers(1, len(text) - 2))
    swapped = text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]
    return [plain, text.upper() + "!!!", swapped.translate(str.maketrans("123456789", "234567891")), f"{text} por favor"]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    parser.add_argument("--corpus", type=Path, default=Path(os.environ.get("TERTULIA_CORPUS", beside)))
    parser.add_argument("--quick", action="store_true", help="two draws instead of ten")
    asked = parser.parse_args()
    reader, draws = shipped(), 2 if asked.quick else 10
    lines = [line for line in map(json.loads, DATASET.read_text(encoding="utf-8").splitlines()) if line["split"] == "test"]
    told: dict[str, Any] = {"model": reader.version, "messages": len(lines), "draws": draws, "brands": {}}
    for brand in BRANDS:
        judged = [(line["text"], right) for line in lines if (right := brand.says(line))]
        texts, truth = [one for one, _ in judged], [right for _, right in judged]
        told["brands"][brand.name] = {"head": brand.head} | curve(reader, texts, truth, brand.head, brand.departments, draws)
        print(f"{brand.head:11} {brand.name:58} {told['brands'][brand.name]['curve']}")
        print(f"{'':11} {'calibration error':58} {told['brands'][brand.name]['ece']}")
    if (asked.corpus / "aerolineas_es").is_dir():
        rows = corpora.labelled(asked.corpus, "aerolineas_es", "train")[::7]
        real = curve(reader, [row.text for row in rows], [row.labels for row in rows], "sentiment", {}, draws)
        told["airlines (a real set; it only measures)"] = {"head": "sentiment"} | real
        print(f"{'sentiment':11} {'airlines, real labels':58} {real['curve']}")
    told |= copies(reader, lines, 10 if asked.quick else 60)
    print(json.dumps(told, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
