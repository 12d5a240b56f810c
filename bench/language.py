"""How fast and how good the reading is: ``python -m bench.language [--quick] [--corpus FOLDER]``, JSON on the last line.

``folds``: cross-validation, as stored in the model when it was trained; ``unseen``: measured now on what no weight was fitted
to; ``spoilt``: what our test part loses when it is written as people write; ``proofing``: planted faults found, and clean texts
flagged. Speed is of one process, in messages a second
of processor time.

``python -m bench.language --recipe HEAD --train FILE… --test FILE`` trains the head anew on tables with the columns ``text``
and ``label``, measures it on another and throws it away.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from tertulia.language import corpora, read, read_many
from tertulia.language.judge import judge, languages, spoilt
from tertulia.language.model_file import SHIPPED, load
from tertulia.language.proofing.measure import score

_FRESH = """
import time; start = time.perf_counter()
from tertulia.language import read
read('hola'); print(time.perf_counter() - start)
"""


def speed(texts: list[str]) -> dict[str, float]:
    """Messages a second in batches and one by one, memory in MB, and the seconds until a fresh process has read its first."""
    read_many(texts[:10])
    start = time.process_time()
    read_many(texts)
    batch = time.process_time() - start
    start = time.process_time()
    for text in texts[:200]:
        read(text)
    single = time.process_time() - start
    fresh = subprocess.run([sys.executable, "-c", _FRESH], capture_output=True, text=True, check=True)
    return {
        "texts": len(texts),
        "messages_a_second": round(len(texts) / batch),
        "one_by_one_a_second": round(min(200, len(texts)) / single),
        "first_reading_seconds": round(float(fresh.stdout), 3),
        "most_megabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
    }


def measure(corpus: Path, quick: bool) -> dict[str, Any]:
    """Everything, the speed first: it also says how much memory a worker takes."""
    model = load()
    texts = [line["text"] for line in corpora.messages()]
    told: dict[str, Any] = {"model": model.version, "model_bytes": SHIPPED.stat().st_size}
    told["speed"] = speed(texts[:2000] if quick else texts)
    told["folds"] = {head.name: head.figures["folds"] for head in model.heads}
    told["unseen"] = judge(model, corpus, 600 if quick else None)
    for name, figures in told["unseen"].items():
        print(f"{figures['head']:11} {name:42} macro-F1 {figures['macro_f1']:.3f}  acc {figures['accuracy']:.3f}  ECE {figures['ece']:.3f}")
    told["spoilt"] = spoilt(model)
    told["languages"] = languages(model, corpus)
    told["proofing"] = {part: asdict(score(part)) for part in ("open", "held")}
    told["corpus"] = "there" if corpus.is_dir() else "missing"
    return told


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    parser.add_argument("--corpus", type=Path, default=Path(os.environ.get("TERTULIA_CORPUS", beside)))
    parser.add_argument("--quick", action="store_true", help="fewer texts")
    parser.add_argument("--recipe", metavar="HEAD")
    parser.add_argument("--train", type=Path, nargs="+")
    parser.add_argument("--test", type=Path)
    asked = parser.parse_args()
    if asked.recipe:
        from tertulia.language.training.recipe import HEADS, recipe  # needs scikit-learn

        if asked.recipe not in HEADS or not asked.train or not asked.test:
            parser.error(f"--recipe {{{','.join(HEADS)}}} --train FILE… --test FILE")
        print(json.dumps(recipe(asked.recipe, asked.train, asked.test), ensure_ascii=False))
    else:
        print(json.dumps(measure(asked.corpus, asked.quick), ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
