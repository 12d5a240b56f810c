"""``python -m tools.films``: plays the journeys of the guide in a real browser and writes their strips of pictures anew."""

from __future__ import annotations

import os
import subprocess
import sys

from tools import tree

FOLDER = tree.ROOT / "docs" / "imagenes"


def main(names: list[str]) -> int:
    """All the journeys, or those whose name says one of ``names``."""
    chosen = ["-k", " or ".join(names)] if names else []
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "tests/journeys/test_conversation.py", *chosen], cwd=tree.ROOT,
                          env={**os.environ, "TERTULIA_FILMS": str(FOLDER)}).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
