"""How fast and how good the reading is. ``python bench/language.py [--quick] [--corpus FOLDER]``: JSON on the last line.

``folds``: cross-validation of the open sets, as stored in the model when it was trained; ``unseen``: measured now on
sets that no weight was fitted to. Speed is of one process, in messages a second of processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

from tertulia.language import corpora, read, read_many
from tertulia.language.judge import judge
from tertulia.language.model_file import SHIPPED, load

_LOAD = (
    "import time; t = time.perf_counter(); from tertulia.language import read; read('hola'); print(time.perf_counter() - t)"
)


def speed(texts: list[str]) -> dict[str, float]:
    """Messages a second in batches and one by one, and the seconds until a fresh process has read its first."""
    read_many(texts[:10])
    start = time.process_time()
    read_many(texts)
    batch = time.process_time() - start
    start = time.process_time()
    for text in texts[:200]:
        read(text)
    single = time.process_time() - start
    fresh = subprocess.run([sys.executable, "-c", _LOAD], capture_output=True, text=True, check=True)
    return {
        "texts": len(texts),
        "messages_a_second": round(len(texts) / batch),
        "one_by_one_a_second": round(min(200, len(texts)) / single),
        "first_reading_seconds": round(float(fresh.stdout), 3),
    }


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpus"
    parser.add_argument("--corpus", type=Path, default=Path(os.environ.get("TERTULIA_CORPUS", beside)))
    parser.add_argument("--quick", action="store_true", help="fewer texts for the speed")
    asked = parser.parse_args()
    model = load()
    told: dict[str, Any] = {"model": model.version, "model_bytes": SHIPPED.stat().st_size}
    texts = [str(line["text"]) for line in corpora.seed_lines("messages")]
    if asked.corpus.is_dir():
        told["folds"] = {head.name: head.figures["folds"] for head in model.heads}
        told["unseen"] = judge(model, asked.corpus)
        texts = [row.text for row in corpora.labelled(asked.corpus, "aerolineas_es", "train")]
        for name, figures in told["unseen"].items():
            print(f"{figures['head']:10} {name:42} macro-F1 {figures['macro_f1']:.3f}  ECE {figures['ece']:.3f}")
    else:
        print("corpus missing: only the speed was measured")
        told["corpus"] = "missing"
    told["speed"] = speed(texts[:2000] if asked.quick else texts)
    print(json.dumps(told, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main())
